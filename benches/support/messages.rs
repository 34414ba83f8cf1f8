//! The messages that the benches judge: a request of 10 fields, and four responses of 12.
//!
//! They are a contract: where one changes, older numbers stop comparing.

use std::time::{Duration, SystemTime};

use http::{request, response};

pub(crate) const REQUEST: [(&str, &str); 10] = [
    ("host", "shop.example"),
    ("user-agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"),
    ("accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"),
    ("accept-language", "ja,en-US;q=0.7,en;q=0.3"),
    ("accept-encoding", "gzip, deflate, br, zstd"),
    ("cookie", "sid=3f2a9c; theme=dark; ab=17"),
    ("referer", "https://shop.example/"),
    ("sec-fetch-mode", "navigate"),
    ("upgrade-insecure-requests", "1"),
    ("x-forwarded-for", "203.0.113.7"),
];

pub(crate) const RESPONSE: [(&str, &str); 10] = [
    ("date", "Tue, 04 Aug 2026 09:00:00 GMT"),
    ("content-type", "text/html; charset=utf-8"),
    ("content-length", "18324"),
    ("server", "nginx"),
    ("etag", "\"65f1-18324\""),
    ("last-modified", "Mon, 03 Aug 2026 09:00:00 GMT"),
    ("vary", "Accept-Encoding, Accept-Language"),
    ("x-request-id", "7b1c9be2-5c1e-4f3e-9d53-1c9f0d6a8d11"),
    ("strict-transport-security", "max-age=63072000"),
    ("x-content-type-options", "nosniff"),
];

/// What sets the four responses apart.
pub(crate) const PAGES: [(&str, [(&str, &str); 2]); 4] = [
    (
        "cacheable page",
        [
            ("cache-control", "public, max-age=600, s-maxage=3600, stale-while-revalidate=60"),
            ("age", "12"),
        ],
    ),
    (
        "logged-in page",
        [
            ("cache-control", "private, no-cache, max-age=0"),
            ("set-cookie", "sid=3f2a9c; Path=/; HttpOnly"),
        ],
    ),
    ("Expires only", [("expires", "Tue, 04 Aug 2026 10:00:00 GMT"), ("age", "12")]),
    ("heuristic only", [("content-language", "ja"), ("age", "12")]),
];

/// The Date of the responses, 2026-08-04T09:00:00Z.
pub(crate) fn received_at() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_785_834_000)
}

pub(crate) fn request(fields: &[(&str, &str)]) -> request::Parts {
    let request = http::Request::get("https://shop.example/item/42?ref=top");
    let request =
        fields.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    request.body(()).expect("the inputs are well-formed").into_parts().0
}

pub(crate) fn response<'a>(
    fields: impl IntoIterator<Item = &'a (&'a str, &'a str)>,
) -> response::Parts {
    let response = fields
        .into_iter()
        .fold(http::Response::builder(), |response, (name, value)| response.header(*name, *value));
    response.body(()).expect("the inputs are well-formed").into_parts().0
}

pub(crate) fn page(number: usize) -> response::Parts {
    response(RESPONSE.iter().chain(&PAGES[number].1))
}
