//! Patterns as people write them in configurations: `*` stands for any text, `?` for one byte.

/// Whether a text matches a pattern, byte by byte.
///
/// A pattern that begins with `(?i)` looks at no letter case (ASCII). There is no escape: a text
/// with a `*` in it is matched by `?` in that place.
pub(crate) fn matches(pattern: &[u8], text: &[u8]) -> bool {
    matches_bytes(pattern, text.iter().copied())
}

/// The same for a text in several pieces.
pub(crate) fn matches_bytes(pattern: &[u8], text: impl Iterator<Item = u8> + Clone) -> bool {
    match pattern.strip_prefix(b"(?i)") {
        Some(pattern) => covers(pattern, text, |one, other| one.eq_ignore_ascii_case(&other)),
        None => covers(pattern, text, |one, other| one == other),
    }
}

/// The same without letter case (ASCII).
#[cfg(feature = "serde")]
pub(crate) fn matches_in_any_case(pattern: &[u8], text: &[u8]) -> bool {
    covers(pattern, text.iter().copied(), |one, other| one.eq_ignore_ascii_case(&other))
}

/// Greedy: where what stands behind a `*` does not fit, the star takes one byte more. Only the last
/// star is ever widened, so this takes no more steps than pattern times text.
fn covers<I>(mut pattern: &[u8], mut text: I, same: impl Fn(u8, u8) -> bool) -> bool
where
    I: Iterator<Item = u8> + Clone,
{
    let mut star: Option<(&[u8], I)> = None;
    loop {
        let mut behind = text.clone();
        match (pattern, behind.next()) {
            ([b'*', rest @ ..], _) => {
                star = Some((rest, text.clone()));
                pattern = rest;
            }
            ([own, rest @ ..], Some(byte)) if *own == b'?' || same(*own, byte) => {
                (pattern, text) = (rest, behind);
            }
            ([], None) => return true,
            _ => {
                let Some((rest, wider)) = &mut star else { return false };
                if wider.next().is_none() {
                    return false;
                }
                (pattern, text) = (rest, wider.clone());
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
