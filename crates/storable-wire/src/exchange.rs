//! One exchange as JSON: a request, its response, and when it took place.

use std::time::SystemTime;

use serde::Deserialize;
use storable::{
    Answer, Exchange, Reason, RequestHead, ResponseHead, Routes, Verdict, Version, Waiting,
};

use crate::line::{Line, Pairs};

/// One exchange, owned. Other members of its JSON are ignored.
#[derive(Debug, Deserialize)]
pub struct WireExchange {
    /// Whatever the line's writer calls it.
    #[serde(default)]
    pub id: serde_json::Value,
    /// The request.
    pub request: WireRequest,
    /// Its response.
    pub response: WireResponse,
    /// When the response was received, as an HTTP date.
    pub received_at: Option<String>,
    /// A later request, whose answer is asked for.
    pub other_request: Option<WireRequest>,
    /// How many requests like `other_request` wait during the fetch.
    pub waiting: Option<usize>,
}

/// A request's head, owned.
#[derive(Clone, Debug, Deserialize)]
pub struct WireRequest {
    /// The method.
    pub method: String,
    /// The URL, or the target of an HTTP/1 request line.
    pub url: String,
    /// The header lines, in the order in which they were sent.
    pub headers: Vec<Line>,
}

/// A response's head, owned.
#[derive(Clone, Debug, Deserialize)]
pub struct WireResponse {
    /// The status code.
    pub status: u16,
    /// The header lines, in the order in which they arrived.
    pub headers: Vec<Line>,
    /// The version of HTTP as `"1.0"`, where it is told.
    pub version: Option<String>,
}

impl WireRequest {
    fn head<'a>(&'a self, pairs: &'a Pairs<'_>) -> RequestHead<'a> {
        RequestHead::new(&self.method, &self.url, pairs.lines())
    }
}

impl WireResponse {
    fn head<'a>(&self, pairs: &'a Pairs<'_>) -> ResponseHead<'a> {
        let version = match self.version.as_deref() {
            Some("1.0" | "0.9") => Version::Http10,
            _ => Version::Http11,
        };
        ResponseHead::new(self.status, pairs.lines()).with_version(version)
    }
}

/// A verdict with the answers for the other request that the exchange names.
#[derive(Debug)]
pub struct Judged<'a> {
    /// The request that the response answers.
    pub request: RequestHead<'a>,
    /// The verdict.
    pub verdict: Verdict<'a>,
    /// `other_request`, or what another user sends.
    pub other: RequestHead<'a>,
    /// What `other_request` gets afterwards.
    pub other_user: Answer,
    /// The worst that requests like it get that wait during the fetch.
    pub waiting_user: Waiting,
    /// Why they get that.
    pub why_waiting: Reason<'a>,
}

impl WireExchange {
    /// The time of receipt, where the line gives one; an error where it is no HTTP date.
    pub fn received_at(&self) -> Result<Option<SystemTime>, String> {
        self.received_at
            .as_deref()
            .map(|text| {
                httpdate::parse_http_date(text)
                    .map_err(|_| format!("received_at: `{text}` is no HTTP date"))
            })
            .transpose()
    }

    /// Judges the exchange, and what others get of it, by a profile or by a site's routes, and hands
    /// the result on.
    pub fn judge<T>(
        &self,
        by: &dyn Routes,
        then: impl FnOnce(Judged<'_>) -> T,
    ) -> Result<T, String> {
        let times = Times { requested_at: None, received_at: self.received_at()? };
        Ok(lend(&self.request, &self.response, times, |exchange| {
            let request = exchange.request();
            let verdict = exchange.judge_by(by);
            let count = self.waiting.unwrap_or(4);
            let lines = self.other_request.as_ref().map(|other| Pairs::of(&other.headers));
            then(match (&self.other_request, &lines) {
                (Some(other), Some(lines)) => {
                    let other = other.head(lines);
                    Judged {
                        request,
                        other,
                        other_user: verdict.for_other(&other),
                        waiting_user: verdict.for_waiting(&other, count),
                        why_waiting: verdict.why_waiting(&other, count),
                        verdict,
                    }
                }
                _ => Judged {
                    request,
                    other: request.another_user(),
                    other_user: verdict.other_user(),
                    waiting_user: verdict.waiting_users(count),
                    why_waiting: verdict.why_waiting_users(count),
                    verdict,
                },
            })
        }))
    }
}

/// When an exchange took place, as far as that is known.
#[derive(Clone, Copy, Debug, Default)]
pub struct Times {
    /// When the request was sent.
    pub requested_at: Option<SystemTime>,
    /// When the response was received.
    pub received_at: Option<SystemTime>,
}

/// Lends a request and its response in the form in which the library takes them.
pub fn lend<T>(
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
