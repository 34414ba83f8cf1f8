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

impl TryFrom<(String, String)> for Line {
    type Error = String;

    /// U+0000 to U+00FF stand for the byte of that number; only what HTTP can carry is a line.
    fn try_from((name, value): (String, String)) -> Result<Self, String> {
        http::HeaderName::from_bytes(name.as_bytes())
            .map_err(|_| format!("`{name}` is no header name"))?;
        let value = value
            .chars()
            .map(|char| {
                u8::try_from(char)
                    .map_err(|_| format!("{name}: U+{:04X} is no byte", u32::from(char)))
            })
            .collect::<Result<Vec<u8>, String>>()?;
        http::HeaderValue::from_bytes(&value)
            .map_err(|_| format!("{name}: HTTP cannot carry this value"))?;
        Ok(Self { name, value })
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
        Self(lines.iter().map(|line| (line.name.as_str(), line.value.as_slice())).collect())
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
        let request_lines = Pairs::of(&self.request.headers);
        let response_lines = Pairs::of(&self.response.headers);
        let request = self.request.head(&request_lines);
        let response = self.response.head(&response_lines);
        let mut exchange = Exchange::new(&request, &response);
        if let Some(at) = self.received_at()? {
            exchange = exchange.received_at(at);
        }
        let verdict = exchange.judge(profile);
        let other_lines = self.other_request.as_ref().map(|other| Pairs::of(&other.headers));
        let other = match (&self.other_request, &other_lines) {
            (Some(other), Some(lines)) => other.head(lines),
            _ => request.another_user(),
        };
        let waiting = self.waiting.unwrap_or(4);
        Ok(then(Judged {
            other_user: verdict.for_other(&other),
            waiting_user: verdict.for_waiting(&other, waiting),
            why_waiting: verdict.why_waiting(&other, waiting),
            verdict,
        }))
    }
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
