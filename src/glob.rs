//! Patterns as people write them in configurations: `*` stands for any text, `?` for one byte.

/// Whether a text matches a pattern, byte by byte.
///
/// From `(?i)` on a pattern looks at no letter case (ASCII), from `(?-i)` on it does again. There is
/// no escape: a text with a `*` in it is matched by `?` in that place.
pub(crate) fn matches(pattern: &[u8], text: &[u8]) -> bool {
    matches_bytes(pattern, text.iter().copied())
}

/// The same for a text in several pieces.
pub(crate) fn matches_bytes(pattern: &[u8], text: impl Iterator<Item = u8> + Clone) -> bool {
    covers(pattern, text, LetterCase::Counts)
}

/// The same without letter case (ASCII).
#[cfg(feature = "serde")]
pub(crate) fn matches_in_any_case(pattern: &[u8], text: &[u8]) -> bool {
    covers(pattern, text.iter().copied(), LetterCase::Ignored)
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
        ] {
            assert_eq!(matches(pattern.as_bytes(), text.as_bytes()), expected, "{pattern} {text}");
        }
    }
}
