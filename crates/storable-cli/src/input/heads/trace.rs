//! curl's `--trace-ascii` and `--trace`: `=> Send header` and `<= Recv header`, each with what was
//! sent or received, by its place in hexadecimal.

use super::Numbered;
use super::marked::after_time;

/// Where the lines of a trace go to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Piece {
    Header,
    Other,
}

/// Whether a text is a trace.
pub(super) fn is_trace(lines: &[Numbered<'_>]) -> bool {
    lines.iter().any(|(_, line)| begins(line) == Some(Piece::Header))
}

/// What a line begins that stands between what was sent and received.
fn begins(line: &[u8]) -> Option<Piece> {
    let line = after_time(line);
    let arrow = [b"=> ".as_slice(), b"<= "].iter().find_map(|arrow| line.strip_prefix(*arrow));
    match arrow {
        Some(rest) if rest.starts_with(b"Send header") || rest.starts_with(b"Recv header") => {
            Some(Piece::Header)
        }
        Some(_) => Some(Piece::Other),
        None => line.starts_with(b"== Info").then_some(Piece::Other),
    }
}

/// The heads that were sent and received, each line with its number in the trace.
pub(super) fn heads(lines: &[Numbered<'_>]) -> Vec<(usize, Vec<u8>)> {
    let mut heads: Vec<(usize, Vec<u8>)> = Vec::new();
    let mut piece = Piece::Other;
    // Where a line that goes on would begin.
    let mut end = None;
    for &(number, line) in lines {
        if let Some(begun) = begins(line) {
            (piece, end) = (begun, None);
            continue;
        }
        let Some((place, text)) = placed(line).filter(|_| piece == Piece::Header) else { continue };
        let bytes = in_hexadecimal(text).unwrap_or_else(|| text.to_vec());
        let next = place.checked_add(bytes.len());
        match heads.last_mut() {
            Some((_, begun)) if end == Some(place) => begun.extend(bytes),
            _ => heads.push((number, bytes)),
        }
        end = next;
    }
    heads.into_iter().flat_map(|(number, bytes)| split(number, &bytes)).collect()
}

/// The lines in what is one line of a trace, or several that `--trace` tells byte by byte.
fn split(number: usize, bytes: &[u8]) -> Vec<(usize, Vec<u8>)> {
    let bytes = bytes.strip_suffix(b"\r\n").unwrap_or(bytes);
    let lines = bytes.split(|&byte| byte == b'\n');
    lines.map(|line| (number, line.strip_suffix(b"\r").unwrap_or(line).to_vec())).collect()
}

/// `0040: text`: the place and the text.
fn placed(line: &[u8]) -> Option<(usize, &[u8])> {
    let colon = line.iter().position(|&byte| byte == b':')?;
    let (place, rest) = line.split_at_checked(colon)?;
    let place = std::str::from_utf8(place).ok().filter(|place| place.len() >= 4)?;
    let text = rest.strip_prefix(b": ").unwrap_or_default();
    Some((usize::from_str_radix(place, 16).ok()?, text))
}

/// The bytes that `--trace` shows: at most sixteen, each in two digits and a space, and then as text.
fn in_hexadecimal(text: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    for place in text.get(..48).unwrap_or(text).chunks(3) {
        match std::str::from_utf8(place).ok()? {
            digits if digits.trim().is_empty() => break,
            digits => bytes.push(u8::from_str_radix(digits.strip_suffix(' ')?, 16).ok()?),
        }
    }
    (!bytes.is_empty()).then_some(bytes)
}
