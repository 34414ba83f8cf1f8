//! Heads without a first line: what is copied out of a browser's developer tools.

use storable_wire::Line;

use super::{BadLine, Heads, Numbered, Response, is_familiar};

/// Which list a line belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Request,
    Response,
}

/// Reads header lines that stand for themselves: `name: value`, or a name and its value on two
/// lines, as Chrome copies them. Lines like `:status: 200`, `Status Code: 200 OK` and
/// `Request URL: https://...` tell what a first line would.
pub(super) fn read(lines: &[Numbered<'_>]) -> Result<Heads, BadLine> {
    let mut heads = Heads::default();
    let (mut request, mut response): (Vec<Line>, Vec<Line>) = (Vec::new(), Vec::new());
    let (mut status, mut part) = (None, Part::Response);
    for (number, name, value) in pairs(lines) {
        let bad = |reason: String| BadLine { line: number, reason };
        let value_text = String::from_utf8_lossy(value.unwrap_or_default()).into_owned();
        if let (Some(begun), None) = (heading(name), value) {
            part = begun;
            continue;
        }
        match name.to_ascii_lowercase().as_str() {
            // What stands on the first line may be told again below.
            ":status" | "status code" | "status" if status.is_some() => {}
            ":status" | "status code" | "status" => {
                let code = value_text.split_whitespace().next().and_then(|code| code.parse().ok());
                let valid = code.filter(|code| (100..=999).contains(code));
                status =
                    Some(valid.ok_or_else(|| bad(format!("`{value_text}` is no status code")))?);
            }
            ":method" | "request method" => {
                heads.request.method = Some(value_text);
                part = if name.starts_with(':') { Part::Request } else { part };
            }
            "request url" | "url" => heads.request.url = Some(value_text),
            ":path" => {
                heads.request.url.get_or_insert(value_text);
                part = Part::Request;
            }
            ":scheme" | ":authority" => part = Part::Request,
            "remote address" | "referrer policy" | "source" | "address" | "initiator" => {}
            _ => {
                let fields = if part == Part::Request { &mut request } else { &mut response };
                let Some(value) = value else {
                    return Err(bad(not_a_head(name)));
                };
                // Without a first line nothing but its form shows that this is a head at all.
                let line = Line::new(name, value.to_vec()).map_err(|_| bad(not_a_head(name)))?;
                fields.push(line);
            }
        }
    }
    let is_head = status.is_some() || request.iter().chain(&response).any(is_familiar);
    let first = lines.iter().find(|(_, line)| !line.is_empty()).filter(|_| !is_head);
    if let Some((number, line)) = first {
        return Err(BadLine { line: *number, reason: not_a_head(&String::from_utf8_lossy(line)) });
    }
    if !request.is_empty() {
        heads.request.headers = Some(request);
    }
    if !response.is_empty() || status.is_some() {
        heads.response = Some(Response { status, version: None, headers: response });
    }
    Ok(heads)
}

fn not_a_head(line: &str) -> String {
    let line = line.chars().take(80).collect::<String>().replace(char::is_control, " ");
    format!(
        "`{}` is neither a status line (`HTTP/1.1 200 OK`) nor a header line (`name: value`): give \
         the output of `curl -i` or `curl -v`",
        line.trim()
    )
}

/// Names and values with the number of the line on which the name stands; a line without a colon
/// has no value, unless names and values stand on lines of their own throughout.
fn pairs<'a>(lines: &[Numbered<'a>]) -> Vec<(usize, &'a str, Option<&'a [u8]>)> {
    let mut pairs = Vec::new();
    let lines = lines.iter().map(|(number, line)| (*number, line.trim_ascii()));
    let lines: Vec<_> = lines.filter(|(_, line)| !line.is_empty()).collect();
    let apart = !lines.iter().any(|(_, line)| is_field(line));
    let mut lines = lines.into_iter().peekable();
    while let Some((number, line)) = lines.next() {
        // A pseudo-header's name starts with a colon.
        let colon =
            line.iter().skip(1).position(|&byte| byte == b':').map(|at| at.saturating_add(1));
        let (name, value) = match colon.and_then(|at| line.split_at_checked(at)) {
            Some((name, value)) => (name, value.get(1..).map(<[u8]>::trim_ascii)),
            None => (line, None),
        };
        let name = std::str::from_utf8(name).unwrap_or("\u{FFFD}");
        let value = match value {
            // `name:` alone has its value on the next line.
            Some(b"") => Some(
                lines.next_if(|(_, next)| !is_field(next)).map_or(b"".as_slice(), |(_, next)| next),
            ),
            None if apart && heading(name).is_none() => lines.next().map(|(_, next)| next),
            value => value,
        };
        pairs.push((number, name, value));
    }
    pairs
}

/// What a line begins that stands above others.
fn heading(line: &str) -> Option<Part> {
    match line.to_ascii_lowercase().as_str() {
        "general" | "summary" | "response headers" | "response" => Some(Part::Response),
        "request headers" | "request" => Some(Part::Request),
        _ => None,
    }
}

/// Whether a line is a field of its own: `name: value`, or `name:` with the value below.
fn is_field(line: &[u8]) -> bool {
    let name = line.iter().position(|&byte| byte == b':').and_then(|at| line.split_at_checked(at));
    name.is_some_and(|(name, rest)| {
        let token = name.iter().all(|&byte| byte.is_ascii_alphanumeric() || byte == b'-');
        token && !name.is_empty() && (rest == b":" || rest.starts_with(b": "))
    })
}
