//! HAR files, as browsers write them: only what a judgement needs.
//!
//! The `har` crate is not used: its types ask for some twenty members that say nothing about
//! caching, so that an entry without `timings` or `cookies` is lost, and they drop `_fromCache`,
//! which tells what the browser took from its own cache.

use std::time::{Duration, SystemTime};

use serde::Deserialize;
use serde_json::value::{RawValue, Value};

use storable_wire::{Line, LineError, Times, WireRequest, WireResponse};

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
        serde_json::from_slice(bytes).map_err(|error| format!("no HAR file: {error}"))
    }

    /// The entries, each to be read by [`Entry::read`].
    pub fn entries(&self) -> &[&'a RawValue] {
        &self.log.entries
    }
}

/// What an entry tells.
#[derive(Debug)]
pub enum Entry {
    /// A request and its response.
    Exchange(Exchange),
    /// Nothing about a cache on the way.
    Skipped(Skipped),
}

/// Why an entry is not judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Skipped {
    /// A `data:` URL, a WebSocket and the like.
    NotHttp,
    /// The request failed or was blocked.
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
    /// Whether the browser took the response from its own cache.
    pub from_browser_cache: bool,
}

impl Entry {
    /// Reads an entry; the error names what is wrong with it.
    pub fn read(raw: &RawValue) -> Result<Self, String> {
        let entry: RawEntry = serde_json::from_str(raw.get()).map_err(|error| {
            // The position counts from the start of the entry, where nobody looks for it.
            let text = error.to_string();
            text.rsplit_once(" at line ").map_or(text.clone(), |(what, _)| what.to_owned())
        })?;
        let scheme = entry.request.url.split_once(':').map_or("", |(scheme, _)| scheme);
        if !["http", "https"].iter().any(|http| scheme.eq_ignore_ascii_case(http)) {
            return Ok(Self::Skipped(Skipped::NotHttp));
        }
        match entry.response.status {
            None | Some(0) => Ok(Self::Skipped(Skipped::NoResponse)),
            Some(101) => Ok(Self::Skipped(Skipped::NotHttp)),
            Some(304) => Ok(Self::Skipped(Skipped::NotModified)),
            Some(status) => entry.exchange(status).map(Self::Exchange),
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawEntry {
    started_date_time: Option<String>,
    /// Milliseconds.
    time: Option<f64>,
    request: RawRequest,
    response: RawResponse,
    /// `disk` or `memory`, in Chrome's files.
    #[serde(rename = "_fromCache")]
    from_cache: Option<Value>,
}

#[derive(Deserialize)]
struct RawRequest {
    method: String,
    url: String,
    headers: Vec<RawLine>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawResponse {
    status: Option<u16>,
    http_version: Option<String>,
    #[serde(default)]
    headers: Option<Vec<RawLine>>,
}

#[derive(Deserialize)]
struct RawLine {
    name: String,
    value: String,
}

impl RawEntry {
    fn exchange(self, status: u16) -> Result<Exchange, String> {
        let from_browser_cache = self.from_cache.as_ref().is_some_and(|value| *value != false);
        // What the browser had kept was received at some other time; its Date stands in.
        let times = if from_browser_cache { Times::default() } else { self.times() };
        let headers = self.response.headers.ok_or("response: missing field `headers`")?;
        let version = self.response.http_version.as_deref();
        Ok(Exchange {
            request: WireRequest {
                method: self.request.method,
                url: self.request.url,
                headers: lines(&self.request.headers).map_err(|bad| format!("request: {bad}"))?,
            },
            response: WireResponse {
                status,
                headers: lines(&headers).map_err(|bad| format!("response: {bad}"))?,
                version: version
                    .and_then(|version| version.split_once('/'))
                    .map(|(_, number)| number.to_owned()),
            },
            times,
            from_browser_cache,
        })
    }

    fn times(&self) -> Times {
        let started: Option<jiff::Timestamp> =
            self.started_date_time.as_deref().and_then(|text| text.parse().ok());
        let requested_at = started.and_then(|at| SystemTime::try_from(at).ok());
        let took = self.time.and_then(|time| Duration::try_from_secs_f64(time / 1000.0).ok());
        let received_at = requested_at.zip(took).and_then(|(at, took)| at.checked_add(took));
        Times { requested_at, received_at }
    }
}

/// The header lines, without the pseudo-headers of HTTP/2 (`:method`).
fn lines(raw: &[RawLine]) -> Result<Vec<Line>, LineError> {
    raw.iter()
        .filter(|line| !line.name.starts_with(':'))
        // Chrome writes lines of the same name as one, with line breaks.
        .flat_map(|line| line.value.split('\n').map(|value| Line::new(&line.name, bytes(value))))
        .collect()
}

/// Browsers read header bytes as ISO 8859-1; what does not fit there was read as UTF-8.
fn bytes(value: &str) -> Vec<u8> {
    let latin1: Option<Vec<u8>> = value.chars().map(|char| u8::try_from(char).ok()).collect();
    latin1.unwrap_or_else(|| value.as_bytes().to_vec())
}
