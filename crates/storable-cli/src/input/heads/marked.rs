//! The output of `curl -v`: `>` marks what is sent, `<` what is received, and `*`, `{` and `}` mark
//! what curl says about the connection.

use super::{Numbered, Start, start};

/// Whether a text is marked: there is a marked response or request, and no unmarked one before it,
/// unless lines about the connection show that both come from one `curl -iv`.
pub(super) fn is_marked(lines: &[Numbered<'_>]) -> bool {
    let first = lines.iter().find_map(|(_, line)| {
        let marked = unmarked(line).and_then(start).is_some();
        (marked || start(line).is_some()).then_some(marked)
    });
    let any = || {
        lines
            .iter()
            .any(|(_, line)| matches!(unmarked(line).and_then(start), Some(Start::Response { .. })))
    };
    let about = || lines.iter().any(|(_, line)| line.starts_with(b"* "));
    first == Some(true) || (about() && any())
}

/// The marked lines without their marks. Programs that leave the marking to libcurl have a mark on a
/// request's first line only.
pub(super) fn lines<'a>(lines: &'a [Numbered<'a>]) -> impl Iterator<Item = Numbered<'a>> {
    let mut in_request = false;
    lines.iter().filter_map(move |&(number, line)| {
        if let Some(marked) = unmarked(line) {
            in_request = matches!(start(marked), Some(Start::Request { .. }));
            return Some((number, marked));
        }
        let goes_on = in_request && !line.starts_with(b"* ");
        in_request = in_request && !line.is_empty();
        goes_on.then_some((number, line))
    })
}

/// A line without its mark.
fn unmarked(line: &[u8]) -> Option<&[u8]> {
    let (b'>' | b'<', rest) = after_time(line).split_first()? else { return None };
    if rest.is_empty() { Some(rest) } else { rest.strip_prefix(b" ") }
}

/// A line without the time that `--trace-time` puts before it: `12:00:00.123456 `.
pub(super) fn after_time(line: &[u8]) -> &[u8] {
    let is_time = |text: &[u8]| {
        text.len() >= 8
            && text.iter().all(|byte| byte.is_ascii_digit() || matches!(byte, b':' | b'.'))
            && text.iter().filter(|byte| **byte == b':').count() == 2
    };
    match line.iter().position(|&byte| byte == b' ').and_then(|at| line.split_at_checked(at)) {
        Some((time, rest)) if is_time(time) => rest.trim_ascii_start(),
        _ => line,
    }
}
