//! Patterns as people write them in configurations: `*` stands for any text, `?` for one byte,
//! `<0-9>` for one byte of a set, and `<0-9>+` for one or more.

mod places;
mod set;

use places::Places;
use set::Set;

/// Whether a text matches a pattern, byte by byte.
///
/// From `(?i)` on a pattern looks at no letter case (ASCII), from `(?-i)` on it does again. A set is
/// written as bytes and ranges, behind a `^` as those that are not in it: `<a-f0-9>`, `<^/>`; neither
/// paths nor names of cookies can have a `<`. There is no escape: a text with a `*` in it is matched by
/// `?` in that place.
pub(crate) fn matches(pattern: &[u8], text: &[u8]) -> bool {
    matches_bytes(pattern, text.iter().copied())
}

/// The same for a text in several pieces.
pub(crate) fn matches_bytes(pattern: &[u8], text: impl Iterator<Item = u8> + Clone) -> bool {
    matches_from(pattern, text, LetterCase::Counts)
}

/// The same without letter case (ASCII).
pub(crate) fn matches_in_any_case(pattern: &[u8], text: &[u8]) -> bool {
    matches_from(pattern, text.iter().copied(), LetterCase::Ignored)
}

/// Whether the pattern can be matched at all: one with sets has to be short.
#[cfg(feature = "serde")]
pub(crate) fn is_usable(pattern: &str) -> bool {
    pattern.len() <= Places::MOST || !pattern.contains('<')
}

fn matches_from<I>(pattern: &[u8], text: I, case: LetterCase) -> bool
where
    I: Iterator<Item = u8> + Clone,
{
    if pattern.contains(&b'<') { fits(pattern, text, case) } else { covers(pattern, text, case) }
}

/// Whether `a` and `A` are different.
#[derive(Clone, Copy)]
enum LetterCase {
    Counts,
    Ignored,
}

impl LetterCase {
    fn is_same(self, one: u8, other: u8) -> bool {
        match self {
            Self::Counts => one == other,
            Self::Ignored => one.eq_ignore_ascii_case(&other),
        }
    }
}

/// What stands at a place of a pattern.
enum Token<'p> {
    From(LetterCase),
    AnyText,
    AnyByte,
    Byte(u8),
    One(Set<'p>),
    Some(Set<'p>),
}

/// The first token, and what stands behind it.
fn token(pattern: &[u8]) -> Option<(Token<'_>, &[u8])> {
    Some(match pattern {
        [] => return None,
        [b'(', b'?', b'i', b')', rest @ ..] => (Token::From(LetterCase::Ignored), rest),
        [b'(', b'?', b'-', b'i', b')', rest @ ..] => (Token::From(LetterCase::Counts), rest),
        [b'*', rest @ ..] => (Token::AnyText, rest),
        [b'?', rest @ ..] => (Token::AnyByte, rest),
        [b'<', rest @ ..] => match Set::read(rest) {
            Some((set, [b'+', behind @ ..])) => (Token::Some(set), behind),
            Some((set, behind)) => (Token::One(set), behind),
            None => (Token::Byte(b'<'), rest),
        },
        [byte, rest @ ..] => (Token::Byte(*byte), rest),
    })
}

/// All places of the pattern at once that the text may have come to; each byte of the text looks at
/// each place once.
fn fits(pattern: &[u8], text: impl Iterator<Item = u8>, case: LetterCase) -> bool {
    let mut places = Places::default();
    places.insert(0);
    for byte in text {
        places = step(pattern, &places, Some(byte), case);
    }
    // What may stand for nothing is passed at the end.
    step(pattern, &places, None, case).has(pattern.len())
}

/// Where the text may have come to with a byte more; without one, where it may be by now.
fn step(pattern: &[u8], from: &Places, byte: Option<u8>, mut case: LetterCase) -> Places {
    let (mut here, mut next) = (*from, Places::default());
    let (mut rest, mut place) = (pattern, 0);
    while let Some((token, behind)) = token(rest) {
        let is_here = here.has(place);
        let end = pattern.len().saturating_sub(behind.len());
        let fits = |set: &Set<'_>| byte.is_some_and(|byte| set.has(byte, case));
        let (passes, stays, goes) = match token {
            Token::From(other) => {
                case = other;
                (true, false, false)
            }
            Token::AnyText => (true, byte.is_some(), false),
            Token::AnyByte => (false, false, byte.is_some()),
            Token::Byte(own) => (false, false, byte.is_some_and(|byte| case.is_same(own, byte))),
            Token::One(set) => (false, false, fits(&set)),
            Token::Some(set) => (false, fits(&set), fits(&set)),
        };
        if is_here && passes {
            here.insert(end);
        }
        if is_here && stays {
            next.insert(place);
        }
        if is_here && goes {
            next.insert(end);
        }
        (rest, place) = (behind, end);
    }
    if byte.is_some() { next } else { here }
}

/// Greedy: where what stands behind a `*` does not fit, the star takes one byte more. Only the last
/// star is ever widened, so this takes no more steps than pattern times text.
fn covers<I>(mut pattern: &[u8], mut text: I, mut case: LetterCase) -> bool
where
    I: Iterator<Item = u8> + Clone,
{
    let mut star: Option<(&[u8], I, LetterCase)> = None;
    loop {
        let mut behind = text.clone();
        match (pattern, behind.next()) {
            ([b'(', b'?', b'i', b')', rest @ ..], _) => {
                (pattern, case) = (rest, LetterCase::Ignored);
            }
            ([b'(', b'?', b'-', b'i', b')', rest @ ..], _) => {
                (pattern, case) = (rest, LetterCase::Counts);
            }
            ([b'*', rest @ ..], _) => {
                star = Some((rest, text.clone(), case));
                pattern = rest;
            }
            ([own, rest @ ..], Some(byte)) if *own == b'?' || case.is_same(*own, byte) => {
                (pattern, text) = (rest, behind);
            }
            ([], None) => return true,
            _ => {
                let Some((rest, wider, there)) = &mut star else { return false };
                if wider.next().is_none() {
                    return false;
                }
                (pattern, text, case) = (rest, wider.clone(), *there);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns() {
        for (pattern, text, expected) in [
            ("", "", true),
            ("", "a", false),
            ("*", "", true),
            ("a", "a", true),
            ("a", "A", false),
            ("(?i)a", "A", true),
            ("/a/*(?i).css", "/a/x.CsS", true),
            ("/a/*(?i).css", "/A/x.css", false),
            ("(?i)*.css(?-i)/X", "/x.CSS/X", true),
            ("(?i)*.css(?-i)/X", "/x.CSS/x", false),
            ("?", "", false),
            ("?", "a", true),
            ("?*", "", false),
            ("/assets/*", "/assets/", true),
            ("/assets/*", "/asset", false),
            ("*.css", "/a/b.css", true),
            ("*.css", "/a/b.css.map", false),
            ("*a*b*", "xxaxxbxx", true),
            ("*a*b*", "xxbxxaxx", false),
            ("*aab", "aaaab", true),
            ("a*b*c", "abbbc", true),
            ("a*b*c", "abbb", false),
            ("wordpress_logged_in*", "wordpress_logged_in_1f", true),
            ("/v<0-9>+/*", "/v12/x", true),
            ("/v<0-9>+/*", "/v/x", false),
            ("/v<0-9>/*", "/v12/x", false),
            ("*<0-9>+b*c", "a1b22bc", true),
            ("*<a-f0-9>+", "xyz-1f", true),
            ("*<a-f0-9>+", "xyz", false),
            ("/<^/>+/x", "/a-b/x", true),
            ("/<^/>+/x", "/a/b/x", false),
            ("(?i)<a-c>", "B", true),
            ("<a-c>", "B", false),
            ("/A<0-9>(?i).css(?-i)/X", "/A1.CSS/X", true),
            ("/A<0-9>(?i).css(?-i)/X", "/A1.CSS/x", false),
            ("a<---_>b", "a-b", true),
            ("a<b", "a<b", true),
            ("<>", "<>", true),
        ] {
            assert_eq!(matches(pattern.as_bytes(), text.as_bytes()), expected, "{pattern} {text}");
        }
    }
}
