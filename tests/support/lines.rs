//! Header lines given as text.

/// The lines as a message head takes them.
pub(crate) fn bytes<'a>(lines: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a [u8])> {
    lines.iter().map(|(name, value)| (*name, value.as_bytes())).collect()
}
