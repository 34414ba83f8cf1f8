//! Message heads as tools print them: curl's `-i`, `-v`, `-sD -` and `--trace-ascii`, `wget -S`,
//! HTTPie, PowerShell, what browsers copy, and the command line that was typed above the output.
//!
//! A text has one or several heads. The last request and the last response count: those before are
//! redirects, interim responses and a proxy's answers. What the text does not tell - often the URL
//! and the request - stays open: whoever judges has to say what he assumes.

mod command;
mod json;
mod list;
mod marked;
mod noise;
mod powershell;
mod trace;
mod wget;

use storable::field::Field;
use storable_wire::Line;

use super::{LeftOut, add};

/// What a text tells of a request and its response.
#[derive(Debug, Default)]
pub struct Heads {
    /// What is known of the request.
    pub request: Request,
    /// The response, where the text has one.
    pub response: Option<Response>,
    /// Header lines that HTTP cannot carry and that steer no cache.
    pub left_out: Vec<LeftOut>,
}

/// What is known of a request.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// The method, where it is told.
    pub method: Option<String>,
    /// The URL or the request's target, where it is told.
    pub url: Option<String>,
    /// The header lines, where they are told.
    pub headers: Option<Vec<Line>>,
}

/// A response's head.
#[derive(Clone, Debug)]
pub struct Response {
    /// The status code, where it is told.
    pub status: Option<u16>,
    /// The version of HTTP as `"1.0"`, where it is told.
    pub version: Option<String>,
    /// The header lines.
    pub headers: Vec<Line>,
}

/// What is wrong with which line, counted from 1.
#[derive(Debug)]
pub struct BadLine {
    /// The line's number.
    pub line: usize,
    /// What is wrong with it.
    pub reason: String,
}

const EMPTY: &str = "nothing but empty lines: `curl -sS` says why a request failed";

/// A line with its number, without its line break.
type Numbered<'a> = (usize, &'a [u8]);

/// A head's first line.
#[derive(Debug, PartialEq, Eq)]
enum Start<'a> {
    Request {
        method: &'a str,
        target: &'a str,
    },
    Response {
        version: &'a str,
        status: u16,
    },
    /// A response that announces the final one, or a proxy's that it has made a connection.
    Interim,
}

/// Reads the heads of a text in UTF-8 or any other superset of ASCII; what follows the last head is
/// its content and is not looked at.
pub fn read(text: &[u8]) -> Result<Heads, BadLine> {
    if let Some(document) = json::document(text) {
        return json::read(document);
    }
    let text = noise::cleared(text);
    let lines: Vec<Numbered<'_>> = (1..)
        .zip(text.split(|&byte| byte == b'\n'))
        .map(|(number, line)| (number, without_line_end(line)))
        .collect();
    let (typed, behind) = command::typed(&lines).unzip();
    let mut heads = if trace::is_trace(&lines) {
        let heads = trace::heads(&lines);
        let lines = heads.iter().map(|(number, line)| (*number, line.as_slice()));
        read_heads(lines, Between::Content)?
    } else if marked::is_marked(&lines) {
        read_heads(marked::lines(&lines), Between::Content)?
    } else if lines.iter().any(|(_, line)| is_start(line)) {
        read_heads(lines.into_iter(), Between::Nothing)?
    } else if lines.iter().any(|(_, line)| wget::is_start(line)) {
        wget::read(lines)?
    } else if let Some(head) = powershell::head(&lines)? {
        let lines: Vec<Numbered<'_>> =
            head.iter().map(|(number, line)| (*number, line.as_ref())).collect();
        if lines.first().is_some_and(|(_, line)| is_start(line)) {
            read_heads(lines.into_iter(), Between::Nothing)?
        } else {
            list::read(&lines)?
        }
    } else if let Some(failed) = failure(&lines) {
        return Err(failed);
    } else {
        list::read(lines.get(behind.unwrap_or(0)..).unwrap_or_default())?
    };
    if let Some(typed) = typed {
        heads.request.learn(typed);
    }
    if heads.is_empty() {
        return Err(BadLine { line: 1, reason: EMPTY.to_owned() });
    }
    Ok(heads)
}

/// A line without `\r`, of which `script` and some terminals write two.
fn without_line_end(line: &[u8]) -> &[u8] {
    let returns = line.iter().rev().take_while(|&&byte| byte == b'\r').count();
    line.get(..line.len().saturating_sub(returns)).unwrap_or(line)
}

/// What shows that there was no response: what curl and wget say, and what browsers copy of a
/// request for PowerShell and for JavaScript.
fn failure(lines: &[Numbered<'_>]) -> Option<BadLine> {
    lines.iter().find_map(|(number, line)| {
        let text = std::str::from_utf8(line).ok()?.trim();
        if ["$session = New-Object ", "fetch(", "await fetch("].iter().any(|copied| text.starts_with(copied))
        {
            let reason = "a request, but no response: copy the response headers too, or run it with `curl -i`";
            return Some(BadLine { line: *number, reason: reason.to_owned() });
        }
        let says = text.strip_prefix("curl: (").and_then(|rest| rest.split_once(") "));
        let says = says.map(|(_, says)| says).or_else(|| text.strip_prefix("wget: "))?;
        let reason = format!("there was no response, as is said here: {says}");
        Some(BadLine { line: *number, reason })
    })
}

impl Heads {
    /// Why there is no response to judge.
    pub(crate) fn lacks_response(&self) -> Option<&'static str> {
        match &self.response {
            None => Some("a request, but no response: run it with `curl -i` and give the output"),
            Some(response) if response.status == Some(304) => Some(
                "304 Not Modified is no response of its own, it confirms a copy that the client \
                 has: ask again without If-None-Match and If-Modified-Since, in a browser with \
                 its cache switched off",
            ),
            Some(_) => None,
        }
    }

    const fn is_empty(&self) -> bool {
        self.response.is_none() && self.request.headers.is_none() && self.request.url.is_none()
    }
}

impl Request {
    /// Takes what another source tells and this one does not.
    fn learn(&mut self, other: Self) {
        self.method = self.method.take().or(other.method);
        self.url = self.url.take().or(other.url);
        self.headers = self.headers.take().or(other.headers);
    }

    /// What becomes of the request where it is redirected: the URL is the one that `Location` names,
    /// if it is a whole one.
    fn redirected(&mut self, response: &Response) {
        if !response.status.is_some_and(|status| (301..=308).contains(&status)) {
            return;
        }
        let location = response.headers.iter().find(|line| line.is("location"));
        self.url = location
            .and_then(|line| std::str::from_utf8(line.parts().1).ok())
            .filter(|location| location.contains("://"))
            .map(str::to_owned);
    }
}

fn is_start(line: &[u8]) -> bool {
    start(line).is_some()
}

fn start(line: &[u8]) -> Option<Start<'_>> {
    // The reason phrase may hold any bytes, and nobody reads it.
    let text = match std::str::from_utf8(line) {
        Ok(text) => text,
        Err(error) => std::str::from_utf8(line.get(..error.valid_up_to())?).ok()?,
    };
    if text.contains('\r') {
        return None;
    }
    let mut parts = text.split_ascii_whitespace();
    let (first, second, third) = (parts.next()?, parts.next()?, parts.next());
    if first.starts_with("HTTP/") && !text.starts_with(' ') {
        let status = second.parse().ok().filter(|status| (100..=999).contains(status))?;
        let tunnel = text.to_ascii_lowercase().ends_with(" connection established");
        let interim = tunnel || ((100..200).contains(&status) && status != 101);
        return Some(if interim {
            Start::Interim
        } else {
            Start::Response { version: first, status }
        });
    }
    let method = first.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'-');
    let target = second.contains(['/', '*', ':']);
    let whole = third.is_some_and(|version| version.starts_with("HTTP/")) && parts.next().is_none();
    (method && target && whole && !text.starts_with(' '))
        .then_some(Start::Request { method: first, target: second })
}

/// What may stand between a response head and the next head.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Between {
    /// The next head follows at once, or there is none.
    Nothing,
    /// Other lines.
    Content,
}

fn read_heads<'a>(
    mut lines: impl Iterator<Item = Numbered<'a>>,
    between: Between,
) -> Result<Heads, BadLine> {
    let mut heads = Heads::default();
    let (mut interim, mut behind) = (None, None);
    while let Some((number, line)) = lines.next() {
        match start(line) {
            Some(Start::Interim) => {
                interim = Some(number);
                read_fields(&mut lines, &mut heads.left_out)?;
            }
            Some(Start::Request { method, target }) => {
                let headers = read_fields(&mut lines, &mut heads.left_out)?;
                heads.request = Request {
                    method: Some(method.to_owned()),
                    url: Some(target.to_owned()),
                    headers: Some(headers),
                };
            }
            Some(Start::Response { version, status }) => {
                if let Some(before) = &heads.response {
                    heads.request.redirected(before);
                }
                heads.response = Some(Response {
                    status: Some(status),
                    version: version.strip_prefix("HTTP/").map(str::to_owned),
                    headers: read_fields(&mut lines, &mut heads.left_out)?,
                });
            }
            None if line.is_empty() || between == Between::Content => {}
            // The prompt and what else stands before the first head.
            None if heads.response.is_none() => {}
            None => {
                behind = Some((number, line));
                break;
            }
        }
    }
    if let Some(line) = another(behind.into_iter().chain(lines)) {
        let reason = "another command and its output begin here: give one at a time".to_owned();
        return Err(BadLine { line, reason });
    }
    match interim.filter(|_| heads.response.is_none()) {
        Some(line) => {
            let reason = "an interim response, or a proxy's to CONNECT: the final one is missing";
            Err(BadLine { line, reason: reason.to_owned() })
        }
        None => Ok(heads),
    }
}

/// The line on which another command stands with the head that answers it below.
fn another<'a>(mut lines: impl Iterator<Item = Numbered<'a>>) -> Option<usize> {
    let mut typed = None;
    lines.find_map(|(number, line)| {
        let above = typed.take();
        typed = command::is_typed(line).then_some(number);
        above.filter(|_| is_start(line))
    })
}

/// Whether a line has a name that tells that this is a head, and not some other text with colons.
fn is_familiar(line: &Line) -> bool {
    let name = line.parts().0.to_ascii_lowercase();
    let of_every_head = ["accept-ranges", "content-", "location", "server", "via", "x-"];
    Field::of(&name).is_some() || of_every_head.iter().any(|known| name.starts_with(known))
}

/// The header lines up to the empty line, or to the end.
fn read_fields<'a>(
    lines: &mut impl Iterator<Item = Numbered<'a>>,
    left_out: &mut Vec<LeftOut>,
) -> Result<Vec<Line>, BadLine> {
    let mut fields: Vec<Line> = Vec::new();
    for (number, line) in lines.take_while(|(_, line)| !line.is_empty()) {
        let bad = |reason: String| BadLine { line: number, reason };
        match fields.last_mut() {
            Some(last) if line.starts_with(b" ") || line.starts_with(b"\t") => {
                last.unfold(line).map_err(|error| bad(error.to_string()))?;
            }
            _ => {
                let name = String::from_utf8_lossy(line);
                let name = name.split_once(':').map_or("", |(name, _)| name);
                left_out.extend(add(&mut fields, Line::parse(line), name).map_err(bad)?);
            }
        }
    }
    Ok(fields)
}
