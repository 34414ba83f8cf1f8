//! Regular expressions as the patterns of site files, where they say the same.

use regex_syntax::hir::{Class, ClassBytes, Dot, Hir, HirKind, Look};

/// One segment of a path.
pub(super) const SEGMENT: &str = "<^/>+";

/// More patterns than this are not written out.
const MOST: usize = 64;

/// Expressions of bytes, as servers match them.
fn parse(expression: &str) -> Option<Hir> {
    let mut parser = regex_syntax::ParserBuilder::new().unicode(false).utf8(false).build();
    parser.parse(expression).ok()
}

/// Patterns one of which matches exactly where the expression does; `None` where there are none.
pub(super) fn of_regex(expression: &str, any_case: bool) -> Option<Vec<String>> {
    let hir = parse(expression)?;
    let alternatives = match hir.kind() {
        HirKind::Alternation(alternatives) => alternatives.clone(),
        _ => vec![hir],
    };
    let mut patterns = Vec::new();
    for alternative in alternatives {
        patterns.extend(anchored(&alternative)?);
    }
    let case = if any_case { "(?i)" } else { "" };
    Some(patterns.iter().map(|pattern| format!("{case}{pattern}")).collect())
}

/// Patterns one of which matches wherever the expression does, and elsewhere too.
pub(super) fn around_regex(expression: &str, any_case: bool) -> Vec<String> {
    let case = if any_case { "(?i)" } else { "" };
    let heads = match parse(expression) {
        Some(hir) => heads(&hir),
        None => plain_head(expression).map(|head| vec![head]),
    };
    let heads = heads.unwrap_or_else(|| vec![String::new()]);
    heads.iter().map(|head| squeezed(&format!("{case}{head}*"))).collect()
}

/// What the text begins with, up to the first piece that no pattern says.
fn heads(hir: &Hir) -> Option<Vec<String>> {
    let HirKind::Concat(parts) = hir.kind() else { return None };
    let (first, rest) = parts.split_first()?;
    let said: Vec<Hir> = rest.iter().take_while(|part| texts(part).is_some()).cloned().collect();
    (*first.kind() == HirKind::Look(Look::Start)).then(|| texts_of_all(&said))?
}

/// The letters that an expression begins with which cannot be read.
fn plain_head(expression: &str) -> Option<String> {
    let text = expression.strip_prefix('^')?;
    if text.contains('|') {
        return None;
    }
    let is_plain = |char: char| char.is_ascii_alphanumeric() || "/-_".contains(char);
    let end = text.find(|char| !is_plain(char)).unwrap_or(text.len());
    let (head, behind) = text.split_at(end);
    // A quantifier is about the last letter.
    let last = usize::from(behind.starts_with(['?', '*', '{']));
    head.get(..head.len().saturating_sub(last)).map(str::to_owned)
}

/// One alternative, which may be bound to the begin or the end of the text.
fn anchored(hir: &Hir) -> Option<Vec<String>> {
    let mut parts: &[Hir] = match hir.kind() {
        HirKind::Concat(parts) => parts,
        _ => std::slice::from_ref(hir),
    };
    let (mut before, mut behind) = ("*", "*");
    if let [first, rest @ ..] = parts
        && *first.kind() == HirKind::Look(Look::Start)
    {
        (before, parts) = ("", rest);
    }
    if let [rest @ .., last] = parts
        && *last.kind() == HirKind::Look(Look::End)
    {
        (behind, parts) = ("", rest);
    }
    let inner = texts_of_all(parts)?;
    Some(inner.iter().map(|text| squeezed(&format!("{before}{text}{behind}"))).collect())
}

fn texts_of_all(parts: &[Hir]) -> Option<Vec<String>> {
    parts.iter().try_fold(vec![String::new()], |all, part| {
        let next = texts(part)?;
        let joined =
            all.iter().flat_map(|head| next.iter().map(move |tail| format!("{head}{tail}")));
        let joined: Vec<_> = joined.collect();
        (joined.len() <= MOST).then_some(joined)
    })
}

fn texts(hir: &Hir) -> Option<Vec<String>> {
    match hir.kind() {
        HirKind::Empty => Some(vec![String::new()]),
        HirKind::Literal(literal) => {
            let text = std::str::from_utf8(&literal.0).ok()?;
            (!text.contains(['*', '?', '<'])).then(|| vec![text.to_owned()])
        }
        HirKind::Capture(capture) => texts(&capture.sub),
        HirKind::Concat(parts) => texts_of_all(parts),
        HirKind::Alternation(parts) => {
            let mut all = Vec::new();
            for part in parts {
                all.extend(texts(part)?);
            }
            Some(all)
        }
        HirKind::Class(_) if is_any(hir) => Some(vec!["?".to_owned()]),
        HirKind::Class(class) => {
            let class = bytes_of(class)?;
            few(&class).or_else(|| Some(vec![set(&class)?]))
        }
        HirKind::Repetition(repeated) => {
            let inner = texts(&repeated.sub)?;
            let (least, most) = (repeated.min, repeated.max);
            match (repeated.sub.kind(), most) {
                _ if is_any(&repeated.sub) && most.is_none() => {
                    Some(vec![format!("{}*", "?".repeat(usize::try_from(least).ok()?))])
                }
                (HirKind::Class(class), None) => {
                    let set = set(&bytes_of(class)?)?;
                    let fixed = set.repeat(usize::try_from(least.saturating_sub(1)).ok()?);
                    let some = format!("{fixed}{set}+");
                    Some(if least == 0 { vec![some, String::new()] } else { vec![some] })
                }
                (_, Some(most)) => repetitions(&inner, least, most),
                _ => None,
            }
        }
        _ => None,
    }
}

/// From the least number to the greatest, one behind the other.
fn repetitions(inner: &[String], least: u32, most: u32) -> Option<Vec<String>> {
    let mut all = Vec::new();
    let mut times = vec![String::new()];
    for number in 0..=most {
        if number >= least {
            all.extend(times.iter().cloned());
        }
        let longer =
            times.iter().flat_map(|head| inner.iter().map(move |tail| format!("{head}{tail}")));
        times = longer.collect();
        if all.len() > MOST || times.len() > MOST {
            return None;
        }
    }
    Some(all)
}

/// Alternatives of single letters come as a class of characters.
fn bytes_of(class: &Class) -> Option<ClassBytes> {
    match class {
        Class::Bytes(class) => Some(class.clone()),
        Class::Unicode(class) => class.to_byte_class(),
    }
}

/// The letters and digits of a small class, one by one.
fn few(class: &ClassBytes) -> Option<Vec<String>> {
    let bytes = class.iter().flat_map(|range| range.start()..=range.end());
    let bytes: Vec<u8> = bytes.take(9).collect();
    let plain = bytes.len() <= 8 && bytes.iter().all(u8::is_ascii_alphanumeric);
    plain.then(|| bytes.iter().map(|byte| char::from(*byte).to_string()).collect())
}

/// A set of bytes as patterns spell it; `None` where it has a byte that means something there.
pub(super) fn set(class: &ClassBytes) -> Option<String> {
    let mut others = class.clone();
    others.negate();
    let size = |class: &ClassBytes| {
        class.ranges().iter().map(regex_syntax::hir::ClassBytesRange::len).sum::<usize>()
    };
    let (sign, listed) = if size(class) > size(&others) { ("<^", &others) } else { ("<", class) };
    let mut text = sign.to_owned();
    for range in listed.ranges() {
        let [start, end] = [range.start(), range.end()].map(char::from);
        let means = |char: char| !('!'..='~').contains(&char) || matches!(char, '<' | '>' | '^');
        if means(start) || means(end) {
            return None;
        }
        match (start, end) {
            (start, end) if start == end && start != '-' => text.push(start),
            (start, end) => text.extend([start, '-', end]),
        }
    }
    text.push('>');
    Some(text)
}

/// `.`: every character but a line feed, which no path and no field holds.
fn is_any(hir: &Hir) -> bool {
    *hir == Hir::dot(Dot::AnyByteExceptLF)
}

/// Stars that follow each other are one.
fn squeezed(pattern: &str) -> String {
    let mut text = pattern.to_owned();
    while text.contains("**") {
        text = text.replace("**", "*");
    }
    text
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn expressions() {
        for (expression, patterns) in [
            (r"\.php$", Some(&["*.php"][..])),
            (r"^/wp-admin/", Some(&["/wp-admin/*"])),
            (r"\.(css|js)$", Some(&["*.css", "*.js"])),
            ("wordpress_logged_in", Some(&["*wordpress_logged_in*"])),
            ("a|b", Some(&["*a*", "*b*"])),
            (r"^/a/.*\.js$", Some(&["/a/*.js"])),
            (r"\.jpe?g$", Some(&["*.jpeg", "*.jpg"])),
            ("wordpress_[a-f0-9]+", Some(&["*wordpress_<0-9a-f>+*"])),
            (r"^\d?$", Some(&["<0-9>", ""])),
            ("^/[^/]+/$", Some(&["/<^/>+/"])),
            ("^/[a-z]{2}/", Some(&["/<a-z><a-z>/*"])),
            ("^[a-]+$", Some(&["<---a>+"])),
            ("^(ab)+$", None),
            ("(?!x)", None),
        ] {
            let found = of_regex(expression, false);
            let found =
                found.as_ref().map(|found| found.iter().map(String::as_str).collect::<Vec<_>>());
            let mut expected = patterns.map(<[&str]>::to_vec);
            let sort = |list: Option<Vec<&str>>| {
                list.map(|mut list: Vec<_>| {
                    list.sort_unstable();
                    list.join(" ")
                })
            };
            assert_eq!(sort(found), sort(expected.take()), "{expression}");
        }
        assert_eq!(of_regex("^/A", true).unwrap(), ["(?i)/A*"]);
    }

    #[test]
    fn patterns_around_expressions() {
        for (expression, patterns) in [
            (r"^/v(ab)+/x", &["/v*"][..]),
            (r"^/(a|b)(ab)+$", &["/a*", "/b*"]),
            (r"(ab)+\.css$", &["*"]),
            (r"^(?!x)", &["*"]),
            (r"^/priv(?!ate)", &["/priv*"]),
            (r"^/priv?(?!ate)", &["/pri*"]),
            (r"^/a(?!b)|c", &["*"]),
        ] {
            assert_eq!(around_regex(expression, false), patterns, "{expression}");
        }
    }
}
