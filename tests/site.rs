//! A site decides by its routes and settings, and says what is wrong with it.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

#[path = "support/expected.rs"]
mod expected;

use std::time::{Duration, SystemTime};

use expected::Expected;
use serde::Deserialize;
use storable::life::on_error;
use storable::policy::RequestPolicy;
use storable::site::{RouteFile, SiteFile};
use storable::{AsRequest, Exchange, RuleEffect, Site, storable};
use storable_wire::WireExchange;

/// A case of a hosted cache: an exchange under a route.
#[derive(Deserialize)]
struct Case {
    id: String,
    why: String,
    route: RouteFile,
    /// The routes behind it.
    #[serde(default)]
    behind: Vec<RouteFile>,
    /// Set-Cookie is kept with the response.
    #[serde(default)]
    replays: bool,
    #[serde(flatten)]
    exchange: WireExchange,
    expect: Expected,
}

fn site(routes: Vec<RouteFile>) -> Site {
    Site::new(SiteFile { name: String::new(), route: routes }).unwrap()
}

#[test]
fn settings_do_what_the_vendors_do() {
    let mut failed = Vec::new();
    let mut count = 0;
    let folder = format!("{}/tests/cases/sites", env!("CARGO_MANIFEST_DIR"));
    for file in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        for line in std::fs::read_to_string(&file).unwrap().lines() {
            let case: Case = serde_json::from_str(line).unwrap();
            let site = site(std::iter::once(case.route).chain(case.behind).collect());
            count += 1;
            let failures = case.exchange.judge(&site, |judged| {
                let mut failures = case.expect.failures(&judged);
                let stripped = judged.verdict.reasons().any(|reason| {
                    reason.rule.code() == "set-cookie" && reason.effect == RuleEffect::Strips
                });
                if case.replays && stripped {
                    failures.push("Set-Cookie is stripped".to_owned());
                }
                failures
            });
            let failures = failures.unwrap().join("\n    ");
            if !failures.is_empty() {
                let file = file.file_stem().unwrap().display();
                failed.push(format!("{file}: {} ({})\n    {failures}", case.id, case.why));
            }
        }
    }
    assert!(failed.is_empty(), "{} of {count} fail\n{}", failed.len(), failed.join("\n"));
    assert!(count > 120, "only {count} cases were found");
}

/// A setting of a server is refused where it is another's, unknown, or stands for nothing.
#[test]
fn settings_of_servers_are_refused_with_their_place() {
    for (profile, settings, expected) in [
        (
            "httpd-2.4",
            r#"{"httpd": {"CacheStorePrivat": "on"}}"#,
            "unknown field `CacheStorePrivat`",
        ),
        (
            "varnish-8",
            r#"{"httpd": {"CacheStorePrivate": "on"}}"#,
            "settings.httpd: this is a setting of httpd, and `varnish-8` is another cache",
        ),
        (
            "ats-10",
            r#"{"traffic-server": {"cache.required_headers": 3}}"#,
            "settings.traffic-server.cache.required_headers: this is a number from 0 to 2",
        ),
        (
            "ats-10",
            r#"{"traffic-server": {"cache.ignore_client_no_cache": 0}}"#,
            "set `cache.ignore_client_cc_max_age` to the same value",
        ),
        (
            "httpd-2.4",
            r#"{"httpd": {"CacheIgnoreHeaders": ["X-Debug"]}}"#,
            "settings.httpd.CacheIgnoreHeaders: `httpd-2.4` has no use for this setting",
        ),
        (
            "httpd-2.4",
            r#"{"httpd": {"CacheLastModifiedFactor": 0.123}}"#,
            "0.123 is no factor of whole hundredths",
        ),
        ("nginx", r#"{"nginx": {"buffering": "maybe"}}"#, "unknown variant `maybe`"),
        (
            "squid",
            r#"{"squid": {"refresh_pattern": {"percent": 20, "max": 9, "override-expire": true}}}"#,
            "settings.squid.refresh_pattern.override-expire: this does nothing without `min`",
        ),
        (
            "ats-10",
            r#"{"traffic-server": {"negative_caching_lifetime": 5}}"#,
            "negative_caching_lifetime: this does nothing without `negative_caching_enabled`",
        ),
        (
            "ats-10",
            r#"{"traffic-server": {"cache.when_to_revalidate": 4}}"#,
            "settings.traffic-server.cache.when_to_revalidate: this is a number from 0 to 3",
        ),
        (
            "envoy",
            r#"{"envoy": {"allowed_vary_headers": [{"exact": "accept"}]}}"#,
            "what this setting does is not judged here",
        ),
        ("squid", r#"{"squid": {"max_stale": 60}}"#, "this setting does is not judged here"),
        (
            "httpd-2.4",
            r#"{"httpd": {"CacheLock": "on"}}"#,
            "while one renews it is not judged here",
        ),
        ("ats-10", r#"{"traffic-server": {"pin-in-cache": 9}}"#, "makes room for other responses"),
        (
            "ats-10",
            r#"{"traffic-server": {"negative_revalidating_enabled": 1}}"#,
            "where the origin fails",
        ),
        (
            "haproxy-3",
            r#"{"haproxy": {"max-secondary-entries": 9}}"#,
            "fewer get it than is said and never more",
        ),
        ("varnish-8", r#"{"varnish": {"shortlived": 9}}"#, "in which storage a response is"),
        ("haproxy-3", r#"{"haproxy": {"max-object-size": 9}}"#, "setting does is not judged here"),
        (
            "varnish-8",
            r#"{"varnish": {"default_keep": 9}}"#,
            "the origin is asked either way; leave it out",
        ),
    ] {
        let text = format!(r#"{{"route": [{{"profile": "{profile}", "settings": {settings}}}]}}"#);
        let error = serde_json::from_str::<Site>(&text).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
        let empty = format!(r#"{{"route": [{{"profile": "{profile}"}}]}}"#);
        let site: Site = serde_json::from_str(&empty).unwrap();
        assert_eq!(serde_json::to_value(&site).unwrap()["route"][0]["profile"], profile);
    }
}

/// What was stored under other settings of a server is not reused.
#[test]
fn settings_of_a_server_are_told_apart() {
    let site = |text: &str| serde_json::from_str::<Site>(text).unwrap();
    let [on, off] = ["on", "off"].map(|buffering| {
        site(&format!(
            r#"{{"route": [{{"profile": "nginx", "settings": {{"nginx": {{"buffering": "{buffering}"}}}}}}]}}"#
        ))
    });
    let fingerprint = |site: &Site| site.profiles()[0].settings_fingerprint();
    assert_ne!(fingerprint(&on), fingerprint(&off));
    assert_ne!(fingerprint(&on), 0);
}

/// Nothing is offered as a remedy that an Edge TTL beats.
#[test]
fn no_header_closes_what_an_edge_ttl_opens() {
    let route: RouteFile = serde_json::from_str(
        r#"{"profile": "cloudflare-cache-everything", "settings": {"edge-ttl": 7200}}"#,
    )
    .unwrap();
    let site = site(vec![route]);
    let request = http::Request::get("https://shop.example/").body(()).unwrap();
    let response =
        http::Response::builder().header("Cache-Control", "max-age=60").body(()).unwrap();
    let verdict = storable(&request, &response, site.profile(&request));
    assert!(verdict.may_share());
    for remedy in verdict.remedies() {
        let text = remedy.to_string();
        let beaten = ["private", "no-store", "no-cache", "max-age"];
        assert!(!beaten.iter().any(|directive| text.contains(directive)), "{text}");
    }
}

/// Fastly's stale_if_error_ttl takes the place of what the response says.
#[test]
fn stale_answers_where_the_origin_fails() {
    let route: RouteFile = serde_json::from_str(
        r#"{"profile": "fastly", "settings": {"stale-if-error": {"within-seconds": 30}}}"#,
    )
    .unwrap();
    let site = site(vec![route]);
    let request = http::Request::get("https://shop.example/").body(()).unwrap();
    let at = SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000);
    for (control, seconds, answers) in [
        ("max-age=60", 90, true),
        ("max-age=60", 91, false),
        ("max-age=60, stale-if-error=600", 91, false),
        ("max-age=60, stale-if-error=0", 90, true),
        ("max-age=60, must-revalidate", 61, false),
    ] {
        let response = http::Response::builder().header("Cache-Control", control).body(()).unwrap();
        let profile = site.profile(&request);
        let judged = Exchange::new(&request, &response).received_at(at).judge(profile);
        let entry = judged.to_store().unwrap();
        let later = RequestPolicy::read(request.as_request());
        let now = at + Duration::from_secs(seconds);
        let answered = on_error(&later, entry.stored(), profile, now).is_some();
        assert_eq!(answered, answers, "{control} after {seconds} s");
    }
}

const SHOP: &str = r#"{
    "name": "shop.example",
    "route": [
        {"path": ["/assets/*", "*.css"], "profile": "cloudfront-caching-optimized"},
        {"name": "api", "host": "api.*", "method": ["GET", "HEAD"], "profile": "caching-off"},
        {"when": {"cookies": "beta=1"}, "cache": "small", "profile": "cloudfront"},
        {
            "profile": "cloudfront",
            "settings": {
                "default-ttl": 0,
                "minimum-ttl": 0,
                "key": {"query": "all", "headers": "accept-language", "cookies": ["session"]},
                "bypass": [{"cookies": "wordpress_logged_in*", "headers": "authorization"}]
            },
            "unknown": ["key-query"]
        }
    ]
}"#;

#[test]
fn the_first_route_that_matches_decides() {
    let site: Site = serde_json::from_str(SHOP).unwrap();
    for (method, uri, route) in [
        ("GET", "https://shop.example/assets/a.js", 0),
        ("GET", "https://api.shop.example/x.css", 0),
        ("GET", "https://API.shop.example:8443/x", 1),
        ("HEAD", "https://api.shop.example/x", 1),
        ("POST", "https://api.shop.example/x", 3),
        ("GET", "https://shop.example/asset", 3),
        ("GET", "/assets/", 0),
    ] {
        let request = http::Request::builder().method(method).uri(uri).body(()).unwrap();
        assert_eq!(site.route(&request), route, "{method} {uri}");
        assert_eq!(site.profile(&request), &site.profiles()[route]);
    }
    let names: Vec<_> = site.profiles().iter().map(storable::Profile::name).collect();
    assert!(names[0].ends_with("(route 1 of shop.example)"), "{names:?}");
    assert!(names[1].ends_with("(route api of shop.example)"), "{names:?}");
    let request = http::Request::get("/x").header("Cookie", "a=b; beta=1").body(()).unwrap();
    assert_eq!(site.route(&request), 2);
    // The host is in Host where the target has none.
    let request =
        http::Request::get("/x").header("Host", "api.shop.example:8080").body(()).unwrap();
    assert_eq!(site.route(&request), 1);
}

#[test]
fn a_site_prints_what_it_read() {
    let site: Site = serde_json::from_str(SHOP).unwrap();
    let text = serde_json::to_string(&site).unwrap();
    assert_eq!(serde_json::from_str::<Site>(&text).unwrap(), site);
    let read = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
    assert_eq!(read(&text), read(SHOP));
}

#[test]
fn what_is_wrong_is_told_with_its_place() {
    let routes = |text: &str| format!(r#"{{"route": [{text}]}}"#);
    for (text, error) in [
        ("", "site: a site has one route at least"),
        (r#"{"profile": "quickly"}"#, "route 1, profile: no profile has the id `quickly`"),
        (r#"{"path": "/a/*", "profile": "fastly"}"#, "route 1: the last route has a condition"),
        (
            r#"{"when": {"cookies": "a"}, "profile": "fastly"}"#,
            "route 1: the last route has a condition",
        ),
        (
            r#"{"when": {}, "profile": "fastly"}, {"profile": "fastly"}"#,
            "route 1, when: what names nothing applies to no request",
        ),
        (
            r#"{"when": {"of": "storing", "paths": "/a"}, "profile": "fastly"}, {"profile": "fastly"}"#,
            "route 1, when.of: `of` stands in a bypass itself",
        ),
        (
            r#"{"when": {"cookies": "a"}, "profile": "fastly"}, {"path": "/b", "when": {"cookies": "a"}, "profile": "fastly"}, {"profile": "fastly"}"#,
            "route 2: no request ever gets here, for route 1 takes them all",
        ),
        (
            r#"{"path": "/a/*", "profile": "fastly"}, {"path": "/a/b.css", "profile": "fastly"},
               {"profile": "fastly"}"#,
            "route 2: no request ever gets here, for route 1 takes them all",
        ),
        (
            r#"{"profile": "fastly"}, {"profile": "fastly"}"#,
            "route 2: no request ever gets here, for route 1 takes them all",
        ),
        (
            r#"{"profile": "fastly", "settings": {"key": {"headers": ["a b"]}}}"#,
            "route 1, settings.key.headers: `a b` is no name of a header field",
        ),
        (
            r#"{"profile": "fastly", "settings": {"default-ttl-by-status": {"99": 1}}}"#,
            "route 1, settings.default-ttl-by-status: `99` is no status",
        ),
        (
            r#"{"profile": "fastly", "settings": {"edge-ttl": 60}}"#,
            "route 1, settings.edge-ttl: this is a setting of Cloudflare, and `fastly` is another",
        ),
        (
            r#"{"profile": "fastly", "settings": {"bypass": {"of": "look-up"}}}"#,
            "route 1, settings.bypass: what names nothing",
        ),
        (r#"{"profile": "fastly", "unknown": ["colour"]}"#, "route 1, unknown: `colour` is no"),
        (
            r#"{"profile": "httpd-2.4", "unknown": ["stale-while-revalidate"]}"#,
            "route 1, unknown: `httpd-2.4` does not go by `stale-while-revalidate`",
        ),
        (
            r#"{"profile": "haproxy-3", "settings": {"zero-lifetime": "not-stored"}}"#,
            "route 1, settings.zero-lifetime: `haproxy-3` has no use for this setting",
        ),
        (r#"{"profile": "fastly", "settings": {"defualt-ttl": 1}}"#, "unknown field `defualt-ttl`"),
        (r#"{"profile": "fastly", "settings": {"default-ttl": "1"}}"#, "expected u64"),
    ] {
        let told = serde_json::from_str::<Site>(&routes(text)).unwrap_err().to_string();
        assert!(told.starts_with(error) || told.contains(error), "{text}: {told}");
    }
}
