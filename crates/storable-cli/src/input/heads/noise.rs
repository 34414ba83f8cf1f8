//! What a terminal, curl's progress meter and places to paste into put into a text, taken out. The
//! number of lines stays.

/// The text without colours and links of a terminal, without what the progress meter wrote in front
/// of a line, without the frame that `bat` draws and the fence of Markdown, and not indented as a
/// whole.
pub(super) fn cleared(text: &[u8]) -> Vec<u8> {
    let mut text = without_escapes(text);
    if !text.contains(&b'\n') {
        // The line ends of old programs, not those of a progress meter.
        text.iter_mut().filter(|byte| **byte == b'\r').for_each(|byte| *byte = b'\n');
    }
    let lines = text.split(|&byte| byte == b'\n');
    let lines: Vec<_> = lines.map(after_meter).map(without_frame).collect();
    let is_empty = |line: &&&[u8]| line.trim_ascii().is_empty();
    let indent = |line: &&[u8]| line.iter().take_while(|&&byte| byte == b' ').count();
    let least = lines.iter().filter(|line| !is_empty(line)).map(indent).min().unwrap_or(0);
    let lines: Vec<_> = lines.iter().map(|line| line.get(least..).unwrap_or_default()).collect();
    lines.join(&b'\n')
}

/// A line without the number and the bar that `bat` puts before it; nothing of a line that is drawn,
/// and of the fence of Markdown.
fn without_frame(line: &[u8]) -> &[u8] {
    let text = line.trim_ascii();
    if text.starts_with(b"```") || text.starts_with("───".as_bytes()) {
        return &[];
    }
    let bar = "│ ".as_bytes();
    let at = line.windows(bar.len()).position(|part| part == bar);
    let (number, rest) = at.and_then(|at| line.split_at_checked(at)).unwrap_or_default();
    let is_number = number.iter().all(|byte| byte.is_ascii_digit() || *byte == b' ');
    match rest.strip_prefix(bar) {
        Some(rest) if is_number => rest,
        _ => line,
    }
}

/// ECMA-48: `ESC [ ... letter` sets colours, `ESC ] ... ESC \` or BEL makes links.
fn without_escapes(text: &[u8]) -> Vec<u8> {
    let mut clear = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.iter().position(|&byte| byte == 0x1B) {
        let (before, escape) = rest.split_at_checked(at).unwrap_or((rest, &[]));
        clear.extend_from_slice(before);
        rest = match escape {
            [_, b'[', code @ ..] => behind(code, |code| {
                code.iter().position(|byte| (0x40..=0x7E).contains(byte)).map(|at| (at, 1))
            }),
            [_, b']', link @ ..] => behind(link, |link| {
                let bell = link.iter().position(|&byte| byte == 0x07).map(|at| (at, 1));
                let string = link.windows(2).position(|pair| pair == b"\x1B\\").map(|at| (at, 2));
                bell.into_iter().chain(string).min()
            }),
            // No sequence of a terminal: a byte of a value.
            [byte, rest @ ..] => {
                clear.push(*byte);
                rest
            }
            [] => &[],
        };
    }
    clear.extend_from_slice(rest);
    clear
}

/// What stands behind the end that is found, and its length; nothing where there is no end.
fn behind(text: &[u8], end: impl Fn(&[u8]) -> Option<(usize, usize)>) -> &[u8] {
    end(text).and_then(|(at, length)| text.get(at.saturating_add(length)..)).unwrap_or_default()
}

/// A line behind the progress meter, which writes `\r` and figures until another line comes.
fn after_meter(line: &[u8]) -> &[u8] {
    let whole = line.strip_suffix(b"\r").unwrap_or(line);
    let last = whole.iter().rposition(|&byte| byte == b'\r').map_or(0, |at| at.saturating_add(1));
    let ends = line.get(last..).unwrap_or(line);
    let figure = |byte: &u8| byte.is_ascii_digit() || b" .:-kMGTPdh".contains(byte);
    let meter = ends.iter().position(|byte| !figure(byte)).unwrap_or(ends.len());
    let (figures, behind) = ends.split_at_checked(meter).unwrap_or((ends, &[]));
    // Twelve columns, of which late versions leave times empty where they are not known. The first is
    // per cent.
    let mut columns = figures.split(u8::is_ascii_whitespace).filter(|column| !column.is_empty());
    let is_meter = columns.next().is_some_and(|first| first.iter().all(u8::is_ascii_digit));
    if is_meter && columns.count() >= 8 { behind } else { line }
}
