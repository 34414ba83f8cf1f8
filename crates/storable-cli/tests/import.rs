//! `storable import`: what a configuration says, its site says too; what cannot be said is listed.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod importing;

use std::path::Path;

use storable::site::SiteFile;
use storable::{Answer, Exchange, FreshFor, HeaderLines, RequestHead, ResponseHead, Site, Storage};

/// The site, the exit status and what is said.
fn import(kind: &str, files: &[&str]) -> (Site, i32, String) {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/import"));
    let (site, status, says) = importing::import(kind, folder, files);
    let file: SiteFile = toml::from_str(&site).unwrap();
    (Site::new(file).unwrap(), status, says)
}

type Lines<'a> = &'a [(&'a str, &'a str)];

/// Storage, lifetime, and what a later request with this cookie gets.
fn answers(
    site: &Site,
    path: &str,
    cookie: &str,
    status: u16,
    lines: Lines<'_>,
    later: &str,
) -> (Storage, FreshFor, Answer) {
    let url = format!("http://shop.example{path}");
    let of = |cookie: &'static str| [("Cookie", cookie.as_bytes())];
    let (own, other) = (of(cookie.to_owned().leak()), of(later.to_owned().leak()));
    let bytes: Vec<_> = lines.iter().map(|(name, value)| (*name, value.as_bytes())).collect();
    let request = RequestHead::new("GET", &url, HeaderLines::from_pairs(&own));
    let later = RequestHead::new("GET", &url, HeaderLines::from_pairs(&other));
    let response = ResponseHead::new(status, HeaderLines::from_pairs(&bytes));
    let verdict = Exchange::new(&request, &response).judge(site.profile(&request));
    (verdict.storage(), verdict.fresh_for(), verdict.for_other(&later))
}

const DATE: (&str, &str) = ("Date", "Mon, 19 Oct 2026 12:00:00 GMT");

#[test]
fn nginx() {
    let (site, status, says) = import("nginx", &["shop.conf"]);
    assert_eq!(status, 4, "{says}");
    assert_eq!(says.lines().count(), 1, "{says}");
    assert!(says.contains("shop.conf:37: proxy_cache_min_uses 3"), "{says}");
    let private = ("Cache-Control", "private");
    let cookie = ("Set-Cookie", "a=b");
    for (path, own, status, lines, later, storage, other) in [
        ("/", "a=1", 200, &[DATE][..], "a=2", Storage::Stored, Answer::Hit),
        ("/", "a=1", 500, &[DATE], "a=2", Storage::NotStored, Answer::Miss),
        ("/", "a=1", 200, &[DATE, private], "a=2", Storage::NotStored, Answer::Miss),
        ("/", "wordpress_logged_in_1=x", 200, &[DATE], "a=2", Storage::Bypass, Answer::Miss),
        ("/", "a=1", 200, &[DATE], "WordPress_Logged_In=1", Storage::Stored, Answer::Miss),
        ("/", "nocache=1", 200, &[DATE], "a=2", Storage::NotStored, Answer::Miss),
        ("/", "nocache=0", 200, &[DATE], "nocache=1", Storage::Stored, Answer::Hit),
        ("/private/x.css", "a=1", 200, &[DATE], "a=1", Storage::Bypass, Answer::Miss),
        (
            "/account",
            "session=1",
            200,
            &[DATE, private, cookie],
            "session=1",
            Storage::Stored,
            Answer::Hit,
        ),
        (
            "/account",
            "session=1",
            200,
            &[DATE, private, cookie],
            "session=2",
            Storage::Stored,
            Answer::Miss,
        ),
        ("/account/a.CSS", "session=1", 403, &[DATE], "session=2", Storage::Stored, Answer::Hit),
        ("/rare", "a=1", 200, &[DATE], "a=1", Storage::Unknown, Answer::Unknown),
    ] {
        let told = answers(&site, path, own, status, lines, later);
        assert_eq!((told.0, told.2), (storage, other), "{path} {own} {status} {lines:?} {later}");
    }
}

#[test]
fn maps_and_conditions_of_nginx() {
    let (site, status, says) = import("nginx", &["maps.conf"]);
    assert_eq!(status, 4, "{says}");
    let left: Vec<_> = says.lines().collect();
    assert_eq!(left.len(), 2, "{says}");
    assert!(left[0].contains("maps.conf:16: rewrite ^/old/(.*)$ /new/$1 last"), "{says}");
    assert!(left[1].contains("location ~ ^/priv(?!ate): no pattern says"), "{says}");
    let agent = |name: &'static str| ("User-Agent", name);
    let asks = |host: &str, path: &str, lines: Lines<'_>, later: Lines<'_>| {
        let urls = [host, "api.example"].map(|host| format!("http://{host}{path}"));
        let bytes = |lines: Lines<'_>| -> Vec<(String, Vec<u8>)> {
            lines
                .iter()
                .map(|(name, value)| ((*name).to_owned(), value.as_bytes().to_vec()))
                .collect()
        };
        let (own, other) = (bytes(lines), bytes(later));
        let pairs = |lines: &'static [(String, Vec<u8>)]| -> Vec<(&'static str, &'static [u8])> {
            lines.iter().map(|(name, value)| (name.as_str(), value.as_slice())).collect()
        };
        let (own, other) = (pairs(own.leak()), pairs(other.leak()));
        let request = RequestHead::new("GET", &urls[0], HeaderLines::from_pairs(&own));
        let same = RequestHead::new("GET", &urls[0], HeaderLines::from_pairs(&other));
        let api = RequestHead::new("GET", &urls[1], HeaderLines::from_pairs(&other));
        let date = [("Date", DATE.1.as_bytes())];
        let response = ResponseHead::new(200, HeaderLines::from_pairs(&date));
        let verdict = Exchange::new(&request, &response).judge_by(&site);
        (verdict.storage(), verdict.for_other(&same), verdict.for_other(&api))
    };
    let (mobile, tablet, desktop) = (agent("Mobile/1"), agent("mobile/2"), agent("x"));
    let authorized = ("Authorization", "Basic x");
    let mode = ("X-Mode", "public");
    for (path, own, later, expected) in [
        ("/", &[mobile][..], &[tablet][..], (Storage::Stored, Answer::Hit, Answer::Hit)),
        ("/", &[mobile], &[desktop], (Storage::Stored, Answer::Miss, Answer::Miss)),
        ("/", &[authorized], &[], (Storage::NotStored, Answer::Miss, Answer::Miss)),
        ("/", &[authorized, mode], &[], (Storage::Stored, Answer::Hit, Answer::Hit)),
        ("/", &[("Cookie", "plan=gold")], &[], (Storage::NotStored, Answer::Miss, Answer::Miss)),
        // Another key: the upstream and the target.
        ("/v2/x", &[], &[], (Storage::Stored, Answer::Hit, Answer::Miss)),
        ("/v2/x", &[("Cookie", "a=0; b=0")], &[], (Storage::NotStored, Answer::Miss, Answer::Miss)),
        ("/v2/x", &[("Cookie", "b=0")], &[], (Storage::Stored, Answer::Hit, Answer::Miss)),
        ("/private", &[], &[], (Storage::Unknown, Answer::Unknown, Answer::Unknown)),
        ("/old/x", &[], &[], (Storage::Unknown, Answer::Unknown, Answer::Unknown)),
    ] {
        assert_eq!(asks("shop.example", path, own, later), expected, "{path} {own:?} {later:?}");
    }
}

#[test]
fn cloudfront() {
    let (site, status, says) = import("cloudfront", &["distribution.json", "policy.json"]);
    assert_eq!(status, 4, "{says}");
    assert!(says.contains("CacheBehaviors.Items[2]: functions at the edge"), "{says}");
    let lines: Lines<'_> = &[DATE, ("Cache-Control", "max-age=60"), ("Set-Cookie", "session=1")];
    let told = answers(&site, "/", "session=1", 200, lines, "session=2");
    assert_eq!(told, (Storage::Stored, FreshFor::Seconds(60), Answer::Hit));
    let told = answers(&site, "/", "session=1", 404, &[DATE], "session=2");
    assert_eq!(told, (Storage::Stored, FreshFor::Seconds(300), Answer::Hit));
    let private: Lines<'_> = &[DATE, ("Cache-Control", "private")];
    let told = answers(&site, "/assets/x", "session=1", 200, private, "session=2");
    assert_eq!(told, (Storage::Stored, FreshFor::Seconds(1), Answer::Hit));
    let told = answers(&site, "/api/x", "session=1", 200, lines, "session=2");
    assert_eq!(told.2, Answer::Miss);
    let (_, status, says) = import("cloudfront", &["distribution.json"]);
    assert_eq!(status, 4);
    assert!(says.contains("cache policy own-policy is in none of the files"), "{says}");
}
