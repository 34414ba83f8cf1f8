//! The output of `wget -S`: heads stand two spaces in, and each request is announced by a line with
//! the time and the URL.

use super::{BadLine, Between, Heads, Numbered, read_heads};

/// Whether a line is the first one of a head.
pub(super) fn is_start(line: &[u8]) -> bool {
    line.strip_prefix(b"  ").is_some_and(super::is_start)
}

/// Reads the last head, and the URL that was announced last.
pub(super) fn read(lines: Vec<Numbered<'_>>) -> Result<Heads, BadLine> {
    let url = lines.iter().rev().find_map(|(_, line)| announced(line));
    // A head ends where something else begins that does not stand two spaces in.
    let heads = lines
        .into_iter()
        .map(|(number, line)| (number, line.strip_prefix(b"  ").unwrap_or_default()));
    let mut heads = read_heads(heads, Between::Content)?;
    heads.request.url = url;
    Ok(heads)
}

/// The URL in `--2026-11-30 12:00:00--  https://shop.example/`.
fn announced(line: &[u8]) -> Option<String> {
    let line = std::str::from_utf8(line).ok()?;
    let (_, url) = line.strip_prefix("--")?.split_once("--  ")?;
    url.contains("://").then(|| url.trim().to_owned())
}
