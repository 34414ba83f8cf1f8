//! Message heads as `curl -i`, `curl -v` and others print them.

use storable_wire::{Line, WireRequest, WireResponse};

/// The last request head and the last response head of a text: those before the last response are
/// redirects, interim responses and a proxy's answers.
#[derive(Debug, Default)]
pub struct Heads {
    /// The request.
    pub request: Option<WireRequest>,
    /// The response.
    pub response: Option<WireResponse>,
}

/// What is wrong with which line, counted from 1.
#[derive(Debug)]
pub struct BadLine {
    /// The line's number.
    pub line: usize,
    /// What is wrong with it.
    pub reason: String,
}

type Numbered<'a> = (usize, &'a [u8]);

/// A head's first line.
enum Start<'a> {
    Request { method: &'a str, target: &'a str },
    Response { version: &'a str, status: u16 },
}

/// Reads the heads of a text; what follows the last head is its content and is not looked at.
pub fn read(text: &[u8]) -> Result<Heads, BadLine> {
    let lines = || {
        (1..)
            .zip(text.split(|&byte| byte == b'\n'))
            .map(|(number, line): Numbered<'_>| (number, line.strip_suffix(b"\r").unwrap_or(line)))
    };
    let first = lines()
        .map(|(_, line)| line)
        .find(|line| is_start(line) || unmarked(line).is_some_and(is_start));
    if first.is_some_and(|line| !is_start(line)) {
        // What is not marked, `curl -v` prints about the connection.
        let marked = lines().filter_map(|(number, line)| Some((number, unmarked(line)?)));
        read_heads(marked, Between::Content)
    } else {
        read_heads(lines(), Between::Nothing)
    }
}

/// What may stand between a response head and the next head.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Between {
    /// The next head follows at once, or there is none.
    Nothing,
    /// Lines of a content that look as if they were marked.
    Content,
}

/// A line without the mark by which `curl -v` tells requests (`>`) and responses (`<`).
fn unmarked(line: &[u8]) -> Option<&[u8]> {
    let (b'>' | b'<', rest) = line.split_first()? else { return None };
    if rest.is_empty() { Some(rest) } else { rest.strip_prefix(b" ") }
}

fn is_start(line: &[u8]) -> bool {
    start(line).is_ok()
}

fn start(line: &[u8]) -> Result<Start<'_>, String> {
    let wrong = || {
        let line = line.get(..80).unwrap_or(line).escape_ascii();
        format!("`{line}` is neither a status line (`HTTP/1.1 200 OK`) nor a request line")
    };
    let text = std::str::from_utf8(line).or_else(|error| {
        // The reason phrase may hold any bytes, and nobody reads it.
        std::str::from_utf8(line.get(..error.valid_up_to()).unwrap_or_default())
    });
    let text = text.map_err(|_| wrong())?;
    let mut parts = text.split_ascii_whitespace();
    let (first, second) = (parts.next(), parts.next());
    match (first, second, parts.next()) {
        (Some(version), Some(status), _) if version.starts_with("HTTP/") => {
            let status = status.parse().ok().filter(|status| (100..=999).contains(status));
            status.map(|status| Start::Response { version, status }).ok_or_else(wrong)
        }
        (Some(method), Some(target), Some(version)) if version.starts_with("HTTP/") => {
            Ok(Start::Request { method, target })
        }
        _ => Err(wrong()),
    }
}

fn read_heads<'a>(
    mut lines: impl Iterator<Item = Numbered<'a>>,
    between: Between,
) -> Result<Heads, BadLine> {
    let mut heads = Heads::default();
    while let Some((number, line)) = lines.next() {
        match start(line) {
            Ok(Start::Request { method, target }) => {
                let (method, url) = (method.to_owned(), target.to_owned());
                heads.request =
                    Some(WireRequest { method, url, headers: read_fields(&mut lines)? });
            }
            Ok(Start::Response { version, status }) => {
                let version = version.strip_prefix("HTTP/").map(str::to_owned);
                let headers = read_fields(&mut lines)?;
                heads.response = Some(WireResponse { status, headers, version });
            }
            Err(_) if line.is_empty() => {}
            Err(reason) if heads.request.is_none() && heads.response.is_none() => {
                return Err(BadLine { line: number, reason });
            }
            Err(_) if between == Between::Nothing && heads.response.is_some() => break,
            Err(_) => {}
        }
    }
    if heads.request.is_none() && heads.response.is_none() {
        return Err(BadLine { line: 1, reason: "nothing but empty lines".to_owned() });
    }
    Ok(heads)
}

/// The header lines up to the empty line, or to the end.
fn read_fields<'a>(lines: &mut impl Iterator<Item = Numbered<'a>>) -> Result<Vec<Line>, BadLine> {
    let mut fields: Vec<Line> = Vec::new();
    for (number, line) in lines.take_while(|(_, line)| !line.is_empty()) {
        let read = match fields.last_mut() {
            Some(last) if line.starts_with(b" ") || line.starts_with(b"\t") => last.unfold(line),
            _ => Line::parse(line).map(|line| fields.push(line)),
        };
        read.map_err(|error| BadLine { line: number, reason: error.to_string() })?;
    }
    Ok(fields)
}
