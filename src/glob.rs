//! Patterns as people write them in configurations: `*` stands for any text, `?` for one byte.

/// Whether a text matches a pattern, byte by byte.
///
/// A pattern that begins with `(?i)` looks at no letter case (ASCII). There is no escape: a text
/// with a `*` in it is matched by `?` in that place.
pub(crate) fn matches(pattern: &[u8], text: &[u8]) -> bool {
    match pattern.strip_prefix(b"(?i)") {
        Some(pattern) => covers(pattern, text, |one, other| one.eq_ignore_ascii_case(other)),
        None => covers(pattern, text, |one, other| one == other),
    }
}

/// The same without letter case (ASCII).
#[cfg(feature = "serde")]
pub(crate) fn matches_in_any_case(pattern: &[u8], text: &[u8]) -> bool {
    covers(pattern, text, |one, other| one.eq_ignore_ascii_case(other))
}

/// Greedy: where what stands behind a `*` does not fit, the star takes one byte more. Only the last
/// star is ever widened, so this takes no more steps than pattern times text.
fn covers(pattern: &[u8], text: &[u8], same: impl Fn(&u8, &u8) -> bool) -> bool {
    let (mut pattern, mut text) = (pattern, text);
    let mut star: Option<(&[u8], &[u8])> = None;
    loop {
        match (pattern, text) {
            ([b'*', rest @ ..], _) => {
                star = Some((rest, text));
                pattern = rest;
            }
            ([b'?', rest @ ..], [_, others @ ..]) => (pattern, text) = (rest, others),
            ([own, rest @ ..], [byte, others @ ..]) if same(own, byte) => {
                (pattern, text) = (rest, others);
            }
            ([], []) => return true,
            _ => match star {
                Some((rest, [_, wider @ ..])) => {
                    star = Some((rest, wider));
                    (pattern, text) = (rest, wider);
                }
                _ => return false,
            },
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
