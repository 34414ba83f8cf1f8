//! Heads for tables of the later life: header lines as text, and one clock.

use std::time::{Duration, SystemTime};

use http::{HeaderMap, HeaderName, HeaderValue, Request, Response};
use storable::life::{Reuse, ToStore, reuse};
use storable::policy::RequestPolicy;
use storable::{AsRequest, Exchange, Profile};

const URI: &str = "http://shop.example/a";
pub(crate) const DATE: &str = "Thu, 22 Jun 2017 00:41:00 GMT";
pub(crate) const EARLIER: &str = "Thu, 22 Jun 2017 00:40:00 GMT";

/// The moment of `DATE`, and so many seconds.
pub(crate) fn at(seconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_498_092_060 + seconds)
}

/// Lines as in a message: `Name: value`, one a line.
fn fields(lines: &str) -> HeaderMap {
    let mut map = HeaderMap::new();
    for line in lines.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (name, value) = line.split_once(':').unwrap();
        let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
        map.append(name, HeaderValue::from_str(value.trim()).unwrap());
    }
    map
}

pub(crate) fn request(method: &str, lines: &str) -> Request<()> {
    let mut request = Request::builder().method(method).uri(URI).body(()).unwrap();
    *request.headers_mut() = fields(lines);
    request
}

pub(crate) fn response(status: u16, lines: &str) -> Response<()> {
    let mut response = Response::builder().status(status).body(()).unwrap();
    *response.headers_mut() = fields(lines);
    response
}

/// What GET has stored, at `DATE`.
pub(crate) fn stored(profile: &Profile, request_lines: &str, status: u16, lines: &str) -> ToStore {
    stored_by("GET", profile, request_lines, status, lines)
}

pub(crate) fn stored_by(
    method: &str,
    profile: &Profile,
    request_lines: &str,
    status: u16,
    lines: &str,
) -> ToStore {
    let (request, response) = (request(method, request_lines), response(status, lines));
    let verdict = Exchange::new(&request, &response).received_at(at(0)).judge(profile);
    verdict.to_store().unwrap_or_else(|| panic!("not stored: {lines}\n{verdict}"))
}

pub(crate) fn reuse_after(
    entry: &ToStore,
    profile: &Profile,
    request: &Request<()>,
    seconds: u64,
) -> Reuse {
    let policy = RequestPolicy::read(request.as_request());
    reuse(&policy, entry.stored(), profile, at(seconds))
}

/// How it is answered, in a word.
pub(crate) fn word(reuse: Reuse) -> &'static str {
    match reuse {
        Reuse::Serve(served) if served.remaining > 0 => "serve",
        Reuse::Serve(_) => "serve stale",
        Reuse::ServeAndRevalidate(_) => "serve and revalidate",
        Reuse::Validate(_) => "validate",
        Reuse::Forward(why) => why.name(),
        Reuse::GatewayTimeout => "504",
    }
}
