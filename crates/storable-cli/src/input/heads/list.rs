//! Heads without a first line: what is copied out of a browser's developer tools.

use storable_wire::Line;

use super::{BadLine, Heads, Numbered, Response};

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
        match name.to_ascii_lowercase().as_str() {
            "general" | "response headers" => part = Part::Response,
            "request headers" => part = Part::Request,
            ":status" | "status code" | "status" if status.is_none() => {
                let code = value_text.split_whitespace().next().and_then(|code| code.parse().ok());
                let valid = code.filter(|code| (100..=999).contains(code));
                status =
                    Some(valid.ok_or_else(|| bad(format!("`{value_text}` is no status code")))?);
            }
            ":method" | "request method" => {
                heads.request.method = Some(value_text);
                part = if name.starts_with(':') { Part::Request } else { part };
            }
            "request url" => heads.request.url = Some(value_text),
            ":path" => {
                heads.request.url.get_or_insert(value_text);
                part = Part::Request;
            }
            ":scheme" | ":authority" => part = Part::Request,
            "remote address" | "referrer policy" => {}
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
/// has no value.
fn pairs<'a>(lines: &[Numbered<'a>]) -> Vec<(usize, &'a str, Option<&'a [u8]>)> {
    let mut pairs = Vec::new();
    let mut lines = lines
        .iter()
        .map(|(number, line)| (*number, line.trim_ascii()))
        .filter(|(_, line)| !line.is_empty())
        .peekable();
    while let Some((number, line)) = lines.next() {
        // A pseudo-header's name starts with a colon.
        let colon =
            line.iter().skip(1).position(|&byte| byte == b':').map(|at| at.saturating_add(1));
        let (name, value) = match colon.and_then(|at| line.split_at_checked(at)) {
            Some((name, value)) => (name, value.get(1..).map(<[u8]>::trim_ascii)),
            None => (line, None),
        };
        let name = std::str::from_utf8(name).unwrap_or("\u{FFFD}");
        // `name:` alone has its value on the next line.
        let value = match value {
            Some(b"") => Some(
                lines.next_if(|(_, next)| !is_field(next)).map_or(b"".as_slice(), |(_, next)| next),
            ),
            value => value,
        };
        pairs.push((number, name, value));
    }
    pairs
}

/// Whether a line is a field of its own: `name: value`, or `name:` with the value below.
fn is_field(line: &[u8]) -> bool {
    let name = line.iter().position(|&byte| byte == b':').and_then(|at| line.split_at_checked(at));
    name.is_some_and(|(name, rest)| {
        let token = name.iter().all(|&byte| byte.is_ascii_alphanumeric() || byte == b'-');
        token && !name.is_empty() && (rest == b":" || rest.starts_with(b": "))
    })
}
