//! Exchanges as JSON: what `decide` reads and the test cases are written in.

use serde::Deserialize;
use std::time::SystemTime;
use storable::{Exchange, FreshFor, HeaderLines, Profile, RequestHead, ResponseHead, Version};

/// One exchange, owned.
#[derive(Debug, Deserialize)]
pub(crate) struct WireExchange {
    #[serde(default)]
    pub(crate) id: serde_json::Value,
    pub(crate) request: WireRequest,
    pub(crate) response: WireResponse,
    pub(crate) received_at: Option<String>,
    pub(crate) other_request: Option<WireRequest>,
    pub(crate) waiting: Option<usize>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct WireRequest {
    pub(crate) method: String,
    pub(crate) url: String,
    pub(crate) headers: Vec<Line>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct WireResponse {
    pub(crate) status: u16,
    pub(crate) headers: Vec<Line>,
    pub(crate) version: Option<String>,
}

/// A header line whose value holds bytes.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "(String, String)")]
pub(crate) struct Line {
    name: String,
    value: Vec<u8>,
}

impl Line {
    /// A token, and any bytes but CR, LF and NUL: what a recipient may take (RFC 9110 §5.5).
    pub(crate) fn new(name: &str, value: Vec<u8>) -> Result<Self, String> {
        if http::HeaderName::from_bytes(name.as_bytes()).is_err() {
            return Err(format!("`{}` is no header name", name.escape_debug()));
        }
        let line = Self { name: name.to_owned(), value };
        line.is_carried().map(|()| line)
    }

    fn is_carried(&self) -> Result<(), String> {
        match self.value.iter().find(|byte| matches!(byte, b'\r' | b'\n' | b'\0')) {
            Some(byte) => {
                Err(format!("{}: HTTP cannot carry the byte 0x{byte:02X} in a value", self.name))
            }
            None => Ok(()),
        }
    }

    /// A line as it is written: `Name: value`.
    pub(crate) fn parse(text: &[u8]) -> Result<Self, String> {
        let mut parts = text.splitn(2, |&byte| byte == b':');
        let (Some(name), Some(value)) = (parts.next(), parts.next()) else {
            return Err(format!("`{}` is no header line: it has no colon", text.escape_ascii()));
        };
        let name = std::str::from_utf8(name)
            .map_err(|_| format!("`{}` is no header name", name.escape_ascii()))?;
        Self::new(name, value.trim_ascii().to_vec())
    }

    /// Goes on with what stands on the next line (RFC 9112 §5.2): the break counts as a space.
    pub(crate) fn unfold(&mut self, next: &[u8]) -> Result<(), String> {
        self.value.push(b' ');
        self.value.extend_from_slice(next.trim_ascii());
        self.is_carried()
    }

    /// Name and value, as they came.
    pub(crate) fn parts(&self) -> (&str, &[u8]) {
        (&self.name, &self.value)
    }

    pub(crate) fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }

    pub(crate) fn name_in_lower_case(&self) -> String {
        self.name.to_ascii_lowercase()
    }

    /// The value as a date, if it is one.
    pub(crate) fn date(&self) -> Option<SystemTime> {
        httpdate::parse_http_date(std::str::from_utf8(&self.value).ok()?).ok()
    }
}

impl TryFrom<(String, String)> for Line {
    type Error = String;

    /// U+0000 to U+00FF stand for the byte of that number; only what HTTP can carry is a line.
    fn try_from((name, value): (String, String)) -> Result<Self, String> {
        let value = value
            .chars()
            .map(|char| {
                u8::try_from(char).map_err(|_| {
                    format!("{}: U+{:04X} is no byte", name.escape_debug(), u32::from(char))
                })
            })
            .collect::<Result<Vec<u8>, String>>()?;
        Self::new(&name, value)
    }
}

impl Line {
    /// The line with another text, where it is a Cache-Control line.
    pub(crate) fn respelled(&self, respell: impl Fn(&str) -> String) -> Self {
        let own = self.name.eq_ignore_ascii_case("cache-control");
        let value = match std::str::from_utf8(&self.value) {
            Ok(text) if own => respell(text).into_bytes(),
            _ => self.value.clone(),
        };
        Self { name: self.name.clone(), value }
    }
}

/// Header lines borrowed as the library takes them.
pub(crate) struct Pairs<'a>(Vec<(&'a str, &'a [u8])>);

impl<'a> Pairs<'a> {
    pub(crate) fn of(lines: &'a [Line]) -> Self {
        Self(lines.iter().map(Line::parts).collect())
    }

    pub(crate) fn lines(&self) -> HeaderLines<'_> {
        HeaderLines::from_pairs(&self.0)
    }
}

impl WireRequest {
    pub(crate) fn head<'a>(&'a self, pairs: &'a Pairs<'_>) -> RequestHead<'a> {
        RequestHead::new(&self.method, &self.url, pairs.lines())
    }
}

impl WireResponse {
    pub(crate) fn head<'a>(&self, pairs: &'a Pairs<'_>) -> ResponseHead<'a> {
        let version = match self.version.as_deref() {
            Some("1.0" | "0.9") => Version::Http10,
            _ => Version::Http11,
        };
        ResponseHead::new(self.status, pairs.lines()).with_version(version)
    }
}

/// A verdict with the answers for the other request that the exchange names.
pub(crate) struct Judged<'a> {
    pub(crate) verdict: storable::Verdict<'a>,
    pub(crate) other_user: storable::Answer,
    pub(crate) waiting_user: storable::Waiting,
    pub(crate) why_waiting: storable::Reason<'a>,
}

impl WireExchange {
    /// The time of receipt, where the line gives one.
    pub(crate) fn received_at(&self) -> Result<Option<SystemTime>, String> {
        self.received_at
            .as_deref()
            .map(|text| {
                httpdate::parse_http_date(text)
                    .map_err(|_| format!("received_at: `{text}` is no HTTP date"))
            })
            .transpose()
    }

    /// Judges the exchange under a profile and hands the result on.
    pub(crate) fn judge<T>(
        &self,
        profile: &Profile,
        then: impl FnOnce(Judged<'_>) -> T,
    ) -> Result<T, String> {
        let times = Times { requested_at: None, received_at: self.received_at()? };
        Ok(lend(&self.request, &self.response, times, |exchange| {
            let verdict = exchange.judge(profile);
            let other_lines = self.other_request.as_ref().map(|other| Pairs::of(&other.headers));
            let other = match (&self.other_request, &other_lines) {
                (Some(other), Some(lines)) => other.head(lines),
                _ => exchange.request().another_user(),
            };
            let waiting = self.waiting.unwrap_or(4);
            then(Judged {
                other_user: verdict.for_other(&other),
                waiting_user: verdict.for_waiting(&other, waiting),
                why_waiting: verdict.why_waiting(&other, waiting),
                verdict,
            })
        }))
    }
}

/// When an exchange took place, as far as that is known.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Times {
    pub(crate) requested_at: Option<SystemTime>,
    pub(crate) received_at: Option<SystemTime>,
}

/// Lends a request and its response in the form in which the library takes them.
pub(crate) fn lend<T>(
    request: &WireRequest,
    response: &WireResponse,
    times: Times,
    then: impl FnOnce(Exchange<'_>) -> T,
) -> T {
    let (request_lines, response_lines) =
        (Pairs::of(&request.headers), Pairs::of(&response.headers));
    let (request, response) = (request.head(&request_lines), response.head(&response_lines));
    let mut exchange = Exchange::new(&request, &response);
    if let Some(at) = times.requested_at {
        exchange = exchange.requested_at(at);
    }
    if let Some(at) = times.received_at {
        exchange = exchange.received_at(at);
    }
    then(exchange)
}

/// `fresh_for` as JSON: seconds, `null` where nothing is stored, or `"unknown"`. Where a cache's clock
/// leaves one second open, it is the middle of that second.
pub(crate) fn fresh_for(verdict: &storable::Verdict<'_>) -> serde_json::Value {
    match verdict.fresh_for() {
        FreshFor::Seconds(seconds) => seconds.into(),
        FreshFor::NotStored => serde_json::Value::Null,
        FreshFor::Between(least, most) => {
            match (u32::try_from(least), most.saturating_sub(least)) {
                (Ok(least), 1) => (f64::from(least) + 0.5).into(),
                // After more than a century half a second is no matter.
                (Err(_), 1) => least.into(),
                _ => "unknown".into(),
            }
        }
        FreshFor::Unknown => "unknown".into(),
    }
}
