//! The scripted origin of the recordings.

use http::{HeaderMap, Response};
use serde::Deserialize;

/// What the origin does from a step on.
#[derive(Clone, Deserialize)]
pub(crate) struct Plan {
    status: u16,
    headers: Vec<(String, String)>,
    body: String,
    /// The fields of its 304; without them it never answers a condition.
    renew: Option<Vec<(String, String)>>,
    /// It hangs up.
    #[serde(default)]
    close: bool,
}

#[derive(Default)]
pub(crate) struct Origin {
    pub(crate) plan: Option<Plan>,
    /// The fields of what it was asked.
    pub(crate) asked: Vec<HeaderMap>,
}

impl Origin {
    /// Its answer; `None`: it hangs up.
    pub(crate) fn answer(
        &mut self,
        method: &str,
        fields: HeaderMap,
        date: &str,
    ) -> Option<Response<String>> {
        let text =
            |name: &str| fields.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let (none_match, since) = (text("if-none-match"), text("if-modified-since"));
        self.asked.push(fields);
        let plan = self.plan.as_ref().unwrap();
        if plan.close {
            return None;
        }
        let stated = |name: &str| {
            let is_it = |line: &&(String, String)| line.0.eq_ignore_ascii_case(name);
            plan.headers.iter().find(is_it).map(|(_, value)| value.clone())
        };
        let (tag, modified) = (stated("etag"), stated("last-modified"));
        let holds = match (&none_match, &tag) {
            (Some(listed), Some(tag)) => {
                listed.split(',').any(|one| weak(one.trim()) == weak(tag.as_str()))
            }
            (Some(_), None) => false,
            (None, _) => since.is_some() && since == modified,
        };
        let renewal = plan.renew.as_ref().filter(|_| holds && matches!(method, "GET" | "HEAD"));
        let status = if renewal.is_some() { 304 } else { plan.status };
        let lines = renewal.unwrap_or(&plan.headers);
        let mut response = Response::builder().status(status);
        for (name, value) in lines {
            response = response.header(name, value);
        }
        if let (Some(tag), true) = (tag, renewal.is_some()) {
            response = response.header("ETag", tag);
        }
        if !lines.iter().any(|(name, _)| name.eq_ignore_ascii_case("date")) {
            response = response.header("Date", date);
        }
        if !matches!(status, 204 | 304) {
            response = response.header("Content-Length", plan.body.len());
        }
        let silent = method == "HEAD" || matches!(status, 204 | 304);
        let body = if silent { String::new() } else { plan.body.clone() };
        response.body(body).ok()
    }
}

fn weak(tag: &str) -> &str {
    tag.strip_prefix("W/").unwrap_or(tag)
}
