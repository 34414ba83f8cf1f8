//! What a verdict costs: parsing, deciding, answering, explaining.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]
#![allow(clippy::indexing_slicing, clippy::arithmetic_side_effects)]

#[path = "support/messages.rs"]
mod messages;

use divan::{Bencher, black_box};
use messages::{PAGES, REQUEST, page, received_at, request};
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

/// The request, and the response of this name.
fn exchange(name: &str) -> (http::request::Parts, http::response::Parts) {
    let number = PAGES.iter().position(|(own, _)| *own == name).unwrap();
    (request(&REQUEST), page(number))
}

#[divan::bench(args = CACHE_CONTROL)]
fn parse(bencher: Bencher, text: &str) {
    bencher.bench(|| {
        let lines = FieldLines::one(black_box(text).as_bytes());
        ResponseControl::read(lines, Fact::Known(Dialect::Rfc9111)).max_age
    });
}

#[divan::bench(args = PAGES.map(|(name, _)| name))]
fn decide(bencher: Bencher, page: &str) {
    let (request, response) = exchange(page);
    bencher.bench(|| {
        Exchange::new(black_box(&request), black_box(&response))
            .received_at(received_at())
            .judge(&Profile::RFC9111_SHARED)
            .fresh_for()
    });
}

#[divan::bench(args = PAGES.map(|(name, _)| name))]
fn decide_under_every_profile(bencher: Bencher, page: &str) {
    let (request, response) = exchange(page);
    let exchange = Exchange::new(&request, &response).received_at(received_at());
    bencher.bench(|| {
        Profile::ALL.iter().filter(|profile| black_box(exchange).judge(profile).may_share()).count()
    });
}

#[divan::bench(args = PAGES.map(|(name, _)| name))]
fn explain(bencher: Bencher, page: &str) {
    let (request, response) = exchange(page);
    let exchange = Exchange::new(&request, &response).received_at(received_at());
    bencher.bench(|| black_box(exchange).judge(&Profile::FASTLY).to_string());
}
