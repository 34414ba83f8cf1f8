//! HAR files, as browsers, proxies and test tools write them: only what a judgement needs.
//!
//! The `har` crate is not used: its types ask for some twenty members that say nothing about
//! caching, so that an entry without `timings` or `cookies` is lost, and they drop members such as
//! `_fromCache`, which tell what did not come over the network.

use std::time::{Duration, SystemTime};

use serde::Deserialize;
use serde_json::value::{RawValue, Value};
use storable_wire::{Line, Times, WireRequest, WireResponse};

use super::recorded::Recorded;
use super::{LeftOut, add};

/// A file's entries, not yet read: one that is bad does not take the others with it.
#[derive(Debug, Deserialize)]
pub struct File<'a> {
    #[serde(borrow)]
    log: Log<'a>,
}

#[derive(Debug, Deserialize)]
struct Log<'a> {
    #[serde(borrow)]
    entries: Vec<&'a RawValue>,
}

impl<'a> File<'a> {
    /// Reads a file as far as its list of entries.
    pub fn read(bytes: &'a [u8]) -> Result<Self, String> {
        // Some proxies' recordings start with a byte order mark.
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        serde_json::from_slice(bytes)
            .map_err(|error| format!("no HAR file: {}", why(bytes, &error)))
    }

    /// The entries, each to be read by [`Entry::read`].
    #[must_use]
    pub fn entries(&self) -> &[&'a RawValue] {
        &self.log.entries
    }
}

/// What is wrong with a file as a whole.
fn why(bytes: &[u8], error: &serde_json::Error) -> String {
    let first = bytes.split(|&byte| byte == b'\n').next().unwrap_or_default();
    let first = String::from_utf8_lossy(first);
    match bytes.trim_ascii_start().first() {
        Some(b'<') => format!("{error}: this is HTML or XML, not JSON"),
        Some(_) if first.starts_with("HTTP/") => {
            "this is the head of one response, which `storable explain` reads".to_owned()
        }
        Some(b'0'..=b'9') if first.contains(" HTTP/") => {
            "this is an access log, which does not tell the fields of a response: have it log them \
             as docs/inputs.md shows"
                .to_owned()
        }
        Some(b'{') if error.is_eof() => format!("{error}: the file is cut off"),
        Some(b'{') if error.is_data() => {
            "it is JSON, but `log.entries` is missing or no list".to_owned()
        }
        Some(b'{') | None => error.to_string(),
        Some(_) => "a HAR file is JSON and begins with `{`".to_owned(),
    }
}

/// What an entry tells.
#[derive(Debug)]
pub enum Entry {
    /// A request and its response.
    Exchange(Box<Exchange>),
    /// Nothing about a cache on the way.
    Skipped(Skipped),
}

/// Why an entry is not judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Skipped {
    /// A `data:` URL, a WebSocket and the like.
    NotHttp,
    /// The request failed, or was blocked or aborted.
    NoResponse,
    /// The browser's own copy was confirmed: not the response that a cache would have to judge.
    NotModified,
}

/// An exchange of a HAR file.
#[derive(Debug)]
pub struct Exchange {
    /// The request.
    pub request: WireRequest,
    /// The response.
    pub response: WireResponse,
    /// When it took place.
    pub times: Times,
    /// What answered in the browser, where the response did not come over the network.
    pub answered_by: AnsweredBy,
    /// Header lines that HTTP cannot carry and that steer no cache.
    pub left_out: Vec<LeftOut>,
}

/// Where the browser took a response from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnsweredBy {
    /// The network.
    Network,
    /// The browser's own cache.
    BrowserCache,
    /// A service worker, which may have made it up.
    ServiceWorker,
}

impl From<Recorded> for Entry {
    fn from(recorded: Recorded) -> Self {
        let Recorded { request, response, times } = recorded;
        match response.status {
            304 => Self::Skipped(Skipped::NotModified),
            _ => Self::Exchange(Box::new(Exchange {
                request,
                response,
                times,
                answered_by: AnsweredBy::Network,
                left_out: Vec::new(),
            })),
        }
    }
}

impl Entry {
    /// Reads an entry; the error names the member that cannot be read.
    pub fn read(raw: &RawValue) -> Result<Self, String> {
        let entry: Value = serde_json::from_str(raw.get()).map_err(|error| error.to_string())?;
        let entry = object(&entry, "the entry")?;
        let request = object(member(entry, "request")?, "request")?;
        let url = text(member(request, "url").map_err(within("request"))?, "request.url")?;
        let scheme = url.split_once(':').map_or("", |(scheme, _)| scheme);
        if !["http", "https"].iter().any(|http| scheme.eq_ignore_ascii_case(http)) {
            return Ok(Self::Skipped(Skipped::NotHttp));
        }
        let response = object(member(entry, "response")?, "response")?;
        let status = status(response.get("status"))?;
        if has_failed(entry, response) {
            return Ok(Self::Skipped(Skipped::NoResponse));
        }
        match status {
            None => Ok(Self::Skipped(Skipped::NoResponse)),
            Some(101) => Ok(Self::Skipped(Skipped::NotHttp)),
            Some(304) => Ok(Self::Skipped(Skipped::NotModified)),
            Some(status) => {
                exchange(entry, url, status).map(|exchange| Self::Exchange(Box::new(exchange)))
            }
        }
    }
}

type Object = serde_json::Map<String, Value>;

fn object<'a>(value: &'a Value, name: &str) -> Result<&'a Object, String> {
    value.as_object().ok_or_else(|| format!("{name} is {}, not an object", kind(value)))
}

fn text<'a>(value: &'a Value, name: &str) -> Result<&'a str, String> {
    value.as_str().ok_or_else(|| format!("{name} is {}, not a text", kind(value)))
}

fn member<'a>(object: &'a Object, name: &str) -> Result<&'a Value, String> {
    object.get(name).ok_or_else(|| format!("missing member `{name}`"))
}

fn within(place: &'static str) -> impl Fn(String) -> String {
    move |problem| format!("{place}: {problem}")
}

const fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a truth value",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// The status code, which some tools write as text; none where there was no response, for which
/// tools write 0, -1 or nothing.
fn status(value: Option<&Value>) -> Result<Option<u16>, String> {
    let wrong = |value: &Value| format!("response.status: {value} is no status code");
    let number = match value {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::String(text)) if text.trim().is_empty() => return Ok(None),
        Some(value @ Value::String(text)) => text.trim().parse().map_err(|_| wrong(value))?,
        Some(value) => value.as_f64().ok_or_else(|| wrong(value))?,
    };
    if number <= 0.0 {
        return Ok(None);
    }
    let code = (100..=999).find(|&code: &u16| f64::from(code) == number);
    code.map(Some).ok_or_else(|| value.map_or_else(String::new, wrong))
}

/// Whether the request failed though a status stands there: Playwright and Chrome say so in a
/// member of their own, or leave a response without any header and size.
fn has_failed(entry: &Object, response: &Object) -> bool {
    let says = |object: &Object, name: &str| {
        object.get(name).is_some_and(|value| !value.is_null() && value != "" && *value != false)
    };
    let named = says(entry, "_failureText")
        || says(response, "_failureText")
        || says(response, "_error")
        || says(entry, "_error");
    let number = |object: &Object, name: &str| object.get(name).and_then(Value::as_f64);
    let empty = response.get("headers").and_then(Value::as_array).is_some_and(Vec::is_empty);
    let unsized_head = number(response, "headersSize").is_some_and(|size| size < 0.0)
        && number(response, "bodySize").is_some_and(|size| size < 0.0);
    let untimed = number(entry, "time").is_some_and(|time| time < 0.0);
    named || (empty && unsized_head && untimed)
}

/// A method as it goes over the wire: clients write these in capital letters (Fetch §2.2.1), some
/// recorders do not, and to a cache `get` would be a method that it does not know.
fn spelled(method: &str) -> String {
    let known = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"];
    let known = known.iter().find(|known| known.eq_ignore_ascii_case(method));
    known.map_or(method, |known| known).to_owned()
}

fn exchange(entry: &Object, url: &str, status: u16) -> Result<Exchange, String> {
    let request = object(member(entry, "request")?, "request")?;
    let response = object(member(entry, "response")?, "response")?;
    let method = text(member(request, "method").map_err(within("request"))?, "request.method")?;
    let mut left_out = Vec::new();
    let mut request_lines = lines(request, &mut left_out).map_err(within("request"))?;
    let mut response_lines = lines(response, &mut left_out).map_err(within("response"))?;
    // Some tools list cookies, and not the lines that they came from.
    request_lines.extend(cookies(request, "Cookie", &request_lines));
    response_lines.extend(cookies(response, "Set-Cookie", &response_lines));
    let version = response.get("httpVersion").and_then(Value::as_str);
    let answered_by = answered_by(entry, response);
    Ok(Exchange {
        request: WireRequest {
            method: spelled(method),
            url: url.split('#').next().unwrap_or(url).to_owned(),
            headers: request_lines,
        },
        response: WireResponse {
            status,
            headers: response_lines,
            version: version
                .and_then(|version| version.split_once('/'))
                .map(|(_, number)| number.to_owned()),
        },
        // What the browser had kept was received at some other time; its Date stands in.
        times: match answered_by {
            AnsweredBy::Network => times(entry),
            AnsweredBy::BrowserCache | AnsweredBy::ServiceWorker => Times::default(),
        },
        answered_by,
        left_out,
    })
}

/// Chrome writes `_fromCache`, Safari `_fetchType`, Chrome and Playwright tell of service workers.
fn answered_by(entry: &Object, response: &Object) -> AnsweredBy {
    let is = |name: &str| {
        [entry, response].into_iter().filter_map(|object| object.get(name)).any(|value| {
            !value.is_null()
                && *value != false
                && value.as_str().is_none_or(|text| !text.is_empty())
        })
    };
    let fetched = [entry, response]
        .into_iter()
        .filter_map(|object| object.get("_fetchType").and_then(Value::as_str))
        .any(|kind| kind.to_ascii_lowercase().contains("cache"));
    if is("_fromCache") || fetched {
        AnsweredBy::BrowserCache
    } else if is("_fetchedViaServiceWorker") || is("_wasFetchedViaServiceWorker") {
        AnsweredBy::ServiceWorker
    } else {
        AnsweredBy::Network
    }
}

/// When the exchange began and ended, where the entry tells it in a form that can be read.
fn times(entry: &Object) -> Times {
    let started: Option<jiff::Timestamp> =
        entry.get("startedDateTime").and_then(Value::as_str).and_then(|text| text.parse().ok());
    let requested_at = started.and_then(|at| SystemTime::try_from(at).ok());
    let milliseconds = entry.get("time").and_then(Value::as_f64);
    let took = milliseconds.and_then(|time| Duration::try_from_secs_f64(time / 1000.0).ok());
    let received_at = requested_at.zip(took).and_then(|(at, took)| at.checked_add(took));
    Times { requested_at, received_at }
}

/// The header lines, without the pseudo-headers of HTTP/2 (`:method`): a list of objects with a
/// name and a value, or an object whose members are the fields.
fn lines(message: &Object, left_out: &mut Vec<LeftOut>) -> Result<Vec<Line>, String> {
    let mut lines = Vec::new();
    let mut push = |name: &str, value: Option<&str>, place: &str| -> Result<(), String> {
        if name.starts_with(':') {
            return Ok(());
        }
        // Chrome writes lines of the same name as one, with line breaks.
        for value in value.unwrap_or_default().split('\n') {
            let line = Line::new(name, bytes(value.trim_end_matches('\r')));
            let named = add(&mut lines, line, name).map_err(|bad| format!("{place}: {bad}"))?;
            left_out.extend(named);
        }
        Ok(())
    };
    match message.get("headers") {
        Some(Value::Array(headers)) => {
            for (number, header) in headers.iter().enumerate() {
                let place = format!("headers[{number}]");
                let header = object(header, &place)?;
                let name = member(header, "name").map_err(|bad| format!("{place}: {bad}"))?;
                let value = value(header.get("value"), &place)?;
                push(text(name, &format!("{place}.name"))?, value.as_deref(), &place)?;
            }
        }
        Some(Value::Object(headers)) => {
            for (name, values) in headers {
                let place = format!("headers.{name}");
                let values = values.as_array().map_or(std::slice::from_ref(values), Vec::as_slice);
                for one in values {
                    push(name, value(Some(one), &place)?.as_deref(), &place)?;
                }
            }
        }
        Some(other) => return Err(format!("headers is {}, not a list", kind(other))),
        None => return Err("missing member `headers`".to_owned()),
    }
    Ok(lines)
}

/// A header's value; a number counts as its digits, and nothing as an empty value.
fn value(value: Option<&Value>, place: &str) -> Result<Option<String>, String> {
    match value {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(Value::Number(number)) => Ok(Some(number.to_string())),
        Some(other) => Err(format!("{place}.value is {}, not a text", kind(other))),
    }
}

/// The lines that a list of cookies stands for, where there is no such line.
fn cookies(message: &Object, name: &str, lines: &[Line]) -> Vec<Line> {
    if lines.iter().any(|line| line.is(name)) {
        return Vec::new();
    }
    let cookies = message.get("cookies").and_then(Value::as_array).into_iter().flatten();
    cookies
        .filter_map(|cookie| {
            let part = |name: &str| cookie.get(name).and_then(Value::as_str).unwrap_or_default();
            Line::new(name, bytes(&format!("{}={}", part("name"), part("value")))).ok()
        })
        .collect()
}

/// Browsers read header bytes as ISO 8859-1; what does not fit there was read as UTF-8.
fn bytes(value: &str) -> Vec<u8> {
    let latin1: Option<Vec<u8>> = value.chars().map(|char| u8::try_from(char).ok()).collect();
    latin1.unwrap_or_else(|| value.as_bytes().to_vec())
}
