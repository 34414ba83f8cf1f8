//! Regular expressions as the patterns of site files, where they say the same.

use regex_syntax::hir::{Hir, HirKind, Look};

/// More patterns than this are not written out.
const MOST: usize = 64;

/// Patterns one of which matches exactly where the expression does; `None` where there are none.
pub(super) fn of_regex(expression: &str, any_case: bool) -> Option<Vec<String>> {
    let hir = regex_syntax::parse(expression).ok()?;
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

/// One alternative, which may be bound to the begin or the end of the text.
fn anchored(hir: &Hir) -> Option<Vec<String>> {
    let mut parts: &[Hir] = match hir.kind() {
        HirKind::Concat(parts) => parts,
        _ => std::slice::from_ref(hir),
    };
    let (mut before, mut behind) = ("*", "*");
    if let [first, rest @ ..] = parts {
        if *first.kind() == HirKind::Look(Look::Start) {
            (before, parts) = ("", rest);
        }
    }
    if let [rest @ .., last] = parts {
        if *last.kind() == HirKind::Look(Look::End) {
            (behind, parts) = ("", rest);
        }
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
            (!text.contains(['*', '?'])).then(|| vec![text.to_owned()])
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
        HirKind::Class(regex_syntax::hir::Class::Unicode(class)) => {
            let chars: Vec<char> =
                class.iter().flat_map(|range| range.start()..=range.end()).take(9).collect();
            let few = chars.len() <= 8 && !chars.contains(&'*') && !chars.contains(&'?');
            few.then(|| chars.iter().map(char::to_string).collect())
        }
        HirKind::Repetition(repeated) => match (repeated.min, repeated.max) {
            (0, None) if is_any(&repeated.sub) => Some(vec!["*".to_owned()]),
            (1, None) if is_any(&repeated.sub) => Some(vec!["?*".to_owned()]),
            (0, Some(1)) => {
                let mut all = texts(&repeated.sub)?;
                all.push(String::new());
                Some(all)
            }
            _ => None,
        },
        _ => None,
    }
}

/// `.`: every character but a line feed, which no path and no field holds.
fn is_any(hir: &Hir) -> bool {
    *hir == Hir::dot(regex_syntax::hir::Dot::AnyCharExceptLF)
}

/// Stars that follow each other are one.
fn squeezed(pattern: &str) -> String {
    let mut text = pattern.to_owned();
    while text.contains("**") {
        text = text.replace("**", "*");
    }
    text
}

/// Whether a text matches a pattern of a site file.
pub(super) fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text) = match pattern.strip_prefix("(?i)") {
        Some(pattern) => (pattern.to_ascii_lowercase(), text.to_ascii_lowercase()),
        None => (pattern.to_owned(), text.to_owned()),
    };
    covers(pattern.as_bytes(), text.as_bytes())
}

fn covers(pattern: &[u8], text: &[u8]) -> bool {
    match (pattern, text) {
        ([], []) => true,
        ([b'*', rest @ ..], _) => {
            (0..=text.len()).any(|at| covers(rest, text.get(at..).unwrap_or_default()))
        }
        ([b'?', rest @ ..], [_, others @ ..]) => covers(rest, others),
        ([own, rest @ ..], [byte, others @ ..]) => own == byte && covers(rest, others),
        _ => false,
    }
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
            ("wordpress_[a-f0-9]+", None),
            (r"\d", None),
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
}
