//! What a verdict costs: parsing, deciding, answering, explaining.

#![allow(missing_docs, clippy::unwrap_used, clippy::arithmetic_side_effects)]

use std::time::{Duration, SystemTime};

use divan::{Bencher, black_box};
use storable::field::FieldLines;
use storable::policy::ResponseControl;
use storable::profile::Dialect;
use storable::{Exchange, Fact, Profile};

fn main() {
    divan::main();
}

const CACHE_CONTROL: [&str; 4] = [
    "max-age=3600",
    "no-cache, no-store, must-revalidate, max-age=0",
    "max-age=60, s-maxage=600, stale-while-revalidate=30, stale-if-error=86400",
    r#"private, no-cache="Set-Cookie", max-age=0, must-revalidate"#,
];

const REQUEST: [(&str, &str); 10] = [
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

const RESPONSE: [(&str, &str); 10] = [
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
const PAGES: [(&str, &[(&str, &str)]); 4] = [
    ("cacheable", &[("cache-control", "public, max-age=600, s-maxage=3600"), ("age", "12")]),
    (
        "logged-in",
        &[("cache-control", "private, no-cache, max-age=0"), ("set-cookie", "sid=3f2a9c")],
    ),
    ("expires", &[("expires", "Tue, 04 Aug 2026 10:00:00 GMT"), ("age", "12")]),
    ("heuristic", &[("content-language", "ja"), ("age", "12")]),
];

fn exchange(page: &str) -> (http::request::Parts, http::response::Parts) {
    let own = PAGES.iter().find(|(name, _)| *name == page).unwrap().1;
    let mut request = http::Request::get("https://shop.example/item/42?ref=top");
    for (name, value) in REQUEST {
        request = request.header(name, value);
    }
    let mut response = http::Response::builder();
    for (name, value) in RESPONSE.iter().chain(own) {
        response = response.header(*name, *value);
    }
    (request.body(()).unwrap().into_parts().0, response.body(()).unwrap().into_parts().0)
}

fn received_at() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_785_834_000)
}

const NAMES: [&str; 4] = ["cacheable", "logged-in", "expires", "heuristic"];

#[divan::bench(args = CACHE_CONTROL)]
fn parse(bencher: Bencher, text: &str) {
    bencher.bench(|| {
        let lines = FieldLines::one(black_box(text).as_bytes());
        ResponseControl::read(lines, Fact::Known(Dialect::Rfc9111)).max_age
    });
}

#[divan::bench(args = NAMES)]
fn decide(bencher: Bencher, page: &str) {
    let (request, response) = exchange(page);
    bencher.bench(|| {
        Exchange::new(black_box(&request), black_box(&response))
            .received_at(received_at())
            .judge(&Profile::RFC9111_SHARED)
            .fresh_for()
    });
}

#[divan::bench(args = NAMES)]
fn decide_under_every_profile(bencher: Bencher, page: &str) {
    let (request, response) = exchange(page);
    let exchange = Exchange::new(&request, &response).received_at(received_at());
    bencher.bench(|| {
        Profile::ALL.iter().filter(|profile| black_box(exchange).judge(profile).may_share()).count()
    });
}

#[divan::bench(args = NAMES)]
fn explain(bencher: Bencher, page: &str) {
    let (request, response) = exchange(page);
    let exchange = Exchange::new(&request, &response).received_at(received_at());
    bencher.bench(|| black_box(exchange).judge(&Profile::FASTLY).to_string());
}
