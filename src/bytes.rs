//! Searching and cutting bytes; nothing here knows HTTP beyond what a token and white space are.

/// `bytes` without the spaces and tabs around it (RFC 9110 §5.5, OWS of §5.6.3).
#[must_use]
#[inline]
pub(crate) fn trim(mut bytes: &[u8]) -> &[u8] {
    // Nearly always there is nothing to trim.
    if matches!(bytes, [b'!'..=b'\xff', .., b'!'..=b'\xff']) {
        return bytes;
    }
    while let [b' ' | b'\t', rest @ ..] = bytes {
        bytes = rest;
    }
    while let [rest @ .., b' ' | b'\t'] = bytes {
        bytes = rest;
    }
    bytes
}

/// The same items, to be had by `next` alone: whoever goes through them in another way, of which there
/// are many, gets a loop over one function, and not a copy of each adaptor below.
pub(crate) fn one_by_one<T, I>(mut items: I) -> impl Iterator<Item = T> + Clone + use<T, I>
where
    I: Iterator<Item = T> + Clone,
{
    std::iter::from_fn(move || items.next())
}

/// Whether a byte may stand in a token (RFC 9110 §5.6.2).
pub(crate) fn is_token_byte(byte: u8) -> bool {
    const TOKEN_BYTES: [bool; 256] = token_bytes();
    TOKEN_BYTES.get(usize::from(byte)).is_some_and(|is| *is)
}

/// How many token bytes a text begins with.
///
/// Four bytes to a turn, and a function of its own with registers to itself: this is where the time
/// of reading directives and lists goes.
#[inline(never)]
pub(crate) fn token_length(text: &[u8]) -> usize {
    let mut rest = text;
    let mut length: usize = 0;
    while let [a, b, c, d, after @ ..] = rest {
        for byte in [a, b, c, d] {
            if !is_token_byte(*byte) {
                return length;
            }
            length = length.wrapping_add(1);
        }
        rest = after;
    }
    length.wrapping_add(rest.iter().take_while(|&&byte| is_token_byte(byte)).count())
}

/// The position of the first of these bytes.
#[inline]
pub(crate) fn position_of<const STOPS: usize>(text: &[u8], stops: [u8; STOPS]) -> Option<usize> {
    position_with(text, stops, 0)
}

/// The position of the first of these letters, which are in lower case, in any letter case.
#[inline]
pub(crate) fn position_of_letter<const STOPS: usize>(
    text: &[u8],
    letters: [u8; STOPS],
) -> Option<usize> {
    // Only a letter becomes a lower-case letter by this bit.
    position_with(text, letters, 0x20)
}

/// The position of the first byte that is one of these once it has these bits too, eight bytes of
/// the text to a turn.
#[inline(always)]
fn position_with<const STOPS: usize>(text: &[u8], stops: [u8; STOPS], bits: u8) -> Option<usize> {
    let (mut rest, mut before) = (text, 0_usize);
    while let Some((eight, after)) = rest.split_first_chunk() {
        let eight = u64::from_le_bytes(*eight) | u64::from_le_bytes([bits; 8]);
        let found = stops.iter().fold(0, |found, &stop| {
            // Of the bytes that are 0 now the first gets its high bit, and none before it.
            let differing = eight ^ u64::from_le_bytes([stop; 8]);
            let zero = differing.wrapping_sub(u64::from_le_bytes([1; 8])) & !differing;
            found | (zero & u64::from_le_bytes([0x80; 8]))
        });
        if found != 0 {
            return before.checked_add(usize::try_from(found.trailing_zeros() / 8).ok()?);
        }
        (rest, before) = (after, before.wrapping_add(8));
    }
    before.checked_add(rest.iter().position(|byte| stops.contains(&(byte | bits)))?)
}

const fn token_bytes() -> [bool; 256] {
    let mut table = [false; 256];
    let mut bytes: &[u8] =
        b"!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    while let [byte, rest @ ..] = bytes {
        #[expect(clippy::as_conversions, clippy::indexing_slicing, reason = "a byte is below 256")]
        {
            table[*byte as usize] = true;
        }
        bytes = rest;
    }
    table
}

/// The position of `needle` in `haystack`, ASCII letters compared without case.
///
/// Some caches search the raw line like this instead of cutting it into directives.
pub(crate) fn find_ignore_case(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    let (first, rest) = needle.split_first()?;
    // The bit in which the two cases of a letter differ.
    let case = if first.is_ascii_alphabetic() { 0x20 } else { 0 };
    haystack.windows(needle.len()).position(|window| match window {
        [byte, tail @ ..] => byte | case == first | case && tail.eq_ignore_ascii_case(rest),
        [] => false,
    })
}

/// The text in `haystack` that is `needle` in any letter case.
pub(crate) fn find_in_any_case<'a>(haystack: &'a [u8], needle: &str) -> Option<&'a [u8]> {
    let at = find_ignore_case(haystack, needle.as_bytes())?;
    haystack.get(at..at.saturating_add(needle.len()))
}

/// What follows a prefix, in any letter case.
pub(crate) fn strip_prefix_ignore_case<'a>(text: &'a [u8], prefix: &[u8]) -> Option<&'a [u8]> {
    // The first byte rules most texts out.
    let alike = text.first()?.eq_ignore_ascii_case(prefix.first()?);
    let (start, rest) = text.split_at_checked(prefix.len()).filter(|_| alike)?;
    // Mostly it is there to the letter.
    (start == prefix || start.eq_ignore_ascii_case(prefix)).then_some(rest)
}

/// The position of `needle` in `haystack`, byte for byte.
pub(crate) fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    let (first, rest) = needle.split_first()?;
    haystack.windows(needle.len()).position(|window| match window {
        [byte, tail @ ..] => byte == first && tail == rest,
        [] => false,
    })
}

/// The value of an ASCII digit.
pub(crate) const fn digit(byte: u8) -> Option<u64> {
    match byte {
        // A widening conversion: `u64::from` is not const.
        #[expect(clippy::as_conversions, clippy::arithmetic_side_effects, reason = "a digit")]
        b'0'..=b'9' => Some((byte - b'0') as u64),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_stop_is_found_wherever_it_stands() {
        for length in 0..20 {
            assert_eq!(position_of(&vec![b'-'; length], *b",\""), None);
            for at in 0..length {
                let text: Vec<_> =
                    (0..length).map(|place| if place < at { b'-' } else { b'"' }).collect();
                assert_eq!(position_of(&text, *b",\""), Some(at), "{length} {at}");
                assert_eq!(position_of(&text, *b"\","), Some(at), "{length} {at}");
            }
        }
        // Bytes that differ from a stop in one bit, with the stop before and behind them.
        for stop in [0, 1, b',', 0x7f, 0x80, 0xff] {
            for byte in (0..=u8::MAX).filter(|&byte| byte != stop) {
                assert_eq!(position_of(&[byte; 9], [stop]), None, "{stop} {byte}");
                let text = [byte, byte, stop, byte, byte, stop, byte, byte];
                assert_eq!(position_of(&text, [stop]), Some(2), "{stop} {byte}");
            }
        }
    }

    #[test]
    fn surrounding_spaces_and_tabs_go_and_nothing_else() {
        assert_eq!(trim(b"\t a b \t"), b"a b");
        assert_eq!(trim(b" \t "), b"");
        assert_eq!(trim("no-store\u{a0}".as_bytes()), "no-store\u{a0}".as_bytes());
    }
}
