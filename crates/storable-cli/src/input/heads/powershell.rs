//! What PowerShell shows of a response: the object of `Invoke-WebRequest`, which `curl` is another
//! name of there, and a table or a list of its `Headers`.

use std::borrow::Cow;

use super::{BadLine, Numbered};

/// The lines of a head.
type Head<'a> = Vec<(usize, Cow<'a, [u8]>)>;

/// The head that PowerShell shows; `None` for a text of another kind.
pub(super) fn head<'a>(lines: &[Numbered<'a>]) -> Result<Option<Head<'a>>, BadLine> {
    if let Some(content) = raw_content(lines) {
        let head: Vec<_> = content.into_iter().take_while(|(_, line)| !line.is_empty()).collect();
        return match head.iter().find(|(_, line)| line.as_ref() == b"...") {
            Some((line, _)) => Err(BadLine {
                line: *line,
                reason: format!("PowerShell has cut off the head: {WHOLE}"),
            }),
            None => Ok(Some(head)),
        };
    }
    let pairs = table(lines).or_else(|| list(lines)).unwrap_or_default();
    let head = pairs.into_iter().map(|(number, name, value)| of_pair(number, name, value));
    let head = head.collect::<Result<Vec<_>, _>>()?;
    Ok((!head.is_empty()).then_some(head))
}

const WHOLE: &str = "`(Invoke-WebRequest URL).RawContent` shows it whole";

type Pair<'a> = (usize, &'a [u8], &'a [u8]);

/// `RawContent        : HTTP/1.1 200 OK`, with the other lines below its value.
fn raw_content<'a>(lines: &[Numbered<'a>]) -> Option<Head<'a>> {
    let is_first = |line: &[u8]| property(line).is_some_and(|(name, _)| name == b"RawContent");
    let mut lines = lines.iter().skip_while(|(_, line)| !is_first(line));
    let (number, first) = lines.next()?;
    let (_, start) = property(first)?;
    let indented = lines.map_while(|(number, line)| {
        let goes_on = line.is_empty() || line.starts_with(b" ");
        goes_on.then(|| (*number, Cow::Borrowed(line.trim_ascii())))
    });
    Some(std::iter::once((*number, Cow::Borrowed(start))).chain(indented).collect())
}

/// `Name : value`.
fn property(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let at = line.windows(3).position(|part| part == b" : ")?;
    let name = line.get(..at)?.trim_ascii();
    let value = line.get(at.saturating_add(3)..)?.trim_ascii();
    (!name.is_empty() && !line.starts_with(b" ")).then_some((name, value))
}

/// Two columns below `Key` and `Value`.
fn table<'a>(lines: &[Numbered<'a>]) -> Option<Vec<Pair<'a>>> {
    let at = lines.windows(2).position(|pair| {
        let words = |index: usize| {
            let line = pair.get(index).map_or(&[][..], |(_, line)| line);
            line.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty()).collect::<Vec<_>>()
        };
        let ruled = words(1);
        let dashes = |word: &&[u8]| word.iter().all(|&byte| byte == b'-');
        matches!(words(0).as_slice(), [b"Key" | b"Name", b"Value"])
            && ruled.len() == 2
            && ruled.iter().all(dashes)
    })?;
    let rows = lines.get(at.saturating_add(2)..)?.iter().filter(|(_, line)| !line.is_empty());
    let row = |(number, line): &Numbered<'a>| {
        let end = line.iter().position(u8::is_ascii_whitespace).unwrap_or(line.len());
        let (name, value) = line.split_at_checked(end)?;
        Some((*number, name, value.trim_ascii()))
    };
    rows.map(row).collect()
}

/// `Key   : name` and `Value : value`, one below the other.
fn list<'a>(lines: &[Numbered<'a>]) -> Option<Vec<Pair<'a>>> {
    let properties = lines.iter().filter_map(|(number, line)| {
        let (name, value) = property(line)?;
        Some((*number, name, value))
    });
    let properties: Vec<Pair<'a>> = properties.collect();
    let pair = |pair: &[Pair<'a>]| match pair {
        [(number, b"Key" | b"Name", name), (_, b"Value", value)] => Some((*number, *name, *value)),
        _ => None,
    };
    properties.chunks(2).map(pair).collect()
}

/// A pair as a header line; several values stand in braces.
fn of_pair<'a>(
    number: usize,
    name: &[u8],
    value: &[u8],
) -> Result<(usize, Cow<'a, [u8]>), BadLine> {
    let whole = value.strip_prefix(b"{").and_then(|value| value.strip_suffix(b"}"));
    let value = whole.unwrap_or(value);
    if value.ends_with(b"...") || value.ends_with("…".as_bytes()) {
        let reason =
            format!("PowerShell has cut off the value of {}", String::from_utf8_lossy(name));
        return Err(BadLine { line: number, reason: format!("{reason}: {WHOLE}") });
    }
    Ok((number, Cow::Owned([name, b": ", value].concat())))
}
