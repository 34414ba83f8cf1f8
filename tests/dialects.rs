//! One Cache-Control, many readers: what each dialect makes of the same bytes.

#![allow(missing_docs)]

use storable::field::{Field, FieldLines};
use storable::policy::{DeltaSeconds, Presence, RequestPolicy, ResponseControl};
use storable::profile::{Dialect, Overflow};
use storable::{Fact, HeaderLines, RequestHead};

/// What is there, in the order of the fields: `name` and `name=60`; `name?` where it is doubtful
/// and `name!` where the number is no use.
fn described(control: &ResponseControl<'_>) -> String {
    let presences = [
        ("no-store", control.no_store),
        ("private", control.private),
        ("private=f", control.private_fields),
        ("no-cache", control.no_cache),
        ("no-cache=f", control.no_cache_fields),
        ("must-revalidate", control.must_revalidate),
        ("proxy-revalidate", control.proxy_revalidate),
        ("must-understand", control.must_understand),
        ("public", control.public),
        ("malformed", control.malformed),
    ];
    let numbers = [
        ("s-maxage", control.s_maxage),
        ("max-age", control.max_age),
        ("stale-while-revalidate", control.stale_while_revalidate),
        ("stale-if-error", control.stale_if_error),
    ];
    listed(&presences, &numbers)
}

fn listed(presences: &[(&str, Presence<'_>)], numbers: &[(&str, DeltaSeconds<'_>)]) -> String {
    let presences = presences.iter().filter_map(|(name, presence)| match presence {
        Presence::Absent => None,
        Presence::Present(_) => Some((*name).to_owned()),
        Presence::Doubtful(_) => Some(format!("{name}?")),
    });
    let numbers = numbers.iter().filter_map(|(name, stated)| match stated {
        DeltaSeconds::Absent => None,
        DeltaSeconds::Seconds(seconds, _) => Some(format!("{name}={seconds}")),
        DeltaSeconds::Invalid(_) => Some(format!("{name}!")),
        DeltaSeconds::Doubtful(_) => Some(format!("{name}?")),
    });
    presences.chain(numbers).collect::<Vec<_>>().join(" ")
}

/// Reads field lines, which `|` divides, in a dialect.
#[track_caller]
fn check(dialect: Fact<Dialect>, readings: &[(&str, &str)]) {
    for (text, expected) in readings {
        let pairs: Vec<_> =
            text.split('|').map(|line| ("cache-control", line.as_bytes())).collect();
        let lines = FieldLines::of(Field::CacheControl, HeaderLines::from_pairs(&pairs));
        let read = ResponseControl::read(lines, dialect);
        assert_eq!(described(&read), *expected, "{dialect:?}: {text}");
    }
}

/// RFC 9111 §5.2, with the choices C1, C3, C6 and C7.
#[test]
fn by_the_book() {
    check(
        Fact::Known(Dialect::Rfc9111),
        &[
            ("No-Store, Private, No-Cache", "no-store private no-cache"),
            ("must-revalidate, proxy-revalidate", "must-revalidate proxy-revalidate"),
            ("public, must-understand", "must-understand public"),
            ("public=x, must-understand=x", "must-understand?"),
            ("public=\"\"", ""),
            ("private=\"x\", no-cache=\"x\"", "private=f no-cache=f"),
            ("private=x, no-cache=x", "private=f no-cache=f"),
            ("private=\" ,\t\", no-cache=\"\"", "private no-cache"),
            ("private=\"x, no-cache=\"x", "private"),
            ("no-store=x", "no-store"),
            ("max-age=60, s-maxage=30", "s-maxage=30 max-age=60"),
            ("max-age=\"60\"", "max-age=60"),
            ("max-age=60, max-age=30, max-age=90", "max-age=30"),
            ("max-age=60, max-age=x", "max-age!"),
            ("max-age=x, max-age=60", "max-age!"),
            ("max-age", "max-age!"),
            (
                "stale-while-revalidate=5, stale-if-error=6",
                "stale-while-revalidate=5 stale-if-error=6",
            ),
            ("x y public", ""),
            ("x y max-age=60", "max-age!"),
            ("x y no-store", "no-store"),
            ("max-age=60|private", "private max-age=60"),
            ("x y|max-age=60", "max-age=60"),
            ("max-age=\"6\\0\"", "max-age=60"),
            ("max-age=\"6\\x\"", "max-age!"),
            ("max-age=\"\"", "max-age!"),
            ("x y \"a, no-store\", public", "no-store public"),
            ("x y \"a\\\", b\", public", "public"),
        ],
    );
}

/// Of repeats that say the same, the first is named.
#[test]
fn the_first_of_equals() {
    let line = FieldLines::one(b"max-age=60, max-age=\"60\"");
    let read = ResponseControl::read(line, Fact::Known(Dialect::Rfc9111));
    assert_eq!(read.max_age, DeltaSeconds::Seconds(60, b"max-age=60"));
    let read = request(&[("cache-control", b"min-fresh=60, min-fresh=\"60\"")]);
    assert_eq!(read.min_fresh, DeltaSeconds::Seconds(60, b"min-fresh=60"));
}

fn request<'a>(lines: &'a [(&'a str, &'a [u8])]) -> RequestPolicy<'a> {
    RequestPolicy::read(RequestHead::new("GET", "/", HeaderLines::from_pairs(lines)))
}

/// RFC 9111 §5.2.1: what asks for less reuse counts in any form, what allows more has to be
/// well-formed.
#[test]
fn of_a_request() {
    for (line, expected) in [
        ("no-store, No-Cache, only-if-cached", "no-store no-cache only-if-cached"),
        ("x y no-store", "no-store"),
        ("x y no-cache", "no-cache"),
        ("x y only-if-cached", ""),
        ("max-age=9, max-age=5", "max-age=5"),
        ("x y max-age=5", "max-age!"),
        ("min-fresh=5, min-fresh=9", "min-fresh=9"),
        ("min-fresh=9, min-fresh=5", "min-fresh=9"),
        ("min-fresh=9, min-fresh=x", "min-fresh!"),
        ("max-stale", "max-stale!"),
        ("max-stale=9, max-stale=5", "max-stale=5"),
        ("max-stale=9, max-stale", "max-stale=9"),
        ("max-stale, max-stale=9", "max-stale=9"),
        ("max-stale=x, max-stale", "max-stale!"),
        ("x y max-stale=5", ""),
        ("stale-if-error=9, stale-if-error=5", "stale-if-error=5"),
        ("x y stale-if-error=5", ""),
        ("private, s-maxage=5", ""),
    ] {
        let lines = [("cache-control", line.as_bytes())];
        let read = request(&lines);
        let presences = [
            ("no-store", read.no_store),
            ("no-cache", read.no_cache),
            ("only-if-cached", read.only_if_cached),
        ];
        let numbers = [
            ("max-age", read.max_age),
            ("min-fresh", read.min_fresh),
            ("max-stale", read.max_stale),
            ("stale-if-error", read.stale_if_error),
        ];
        assert_eq!(listed(&presences, &numbers), expected, "{line}");
    }
}

/// RFC 9111 §5.4, C15: Pragma has a say where there is no Cache-Control.
#[test]
fn of_a_request_with_pragma() {
    let pragma = ("pragma", &b"x, No-Cache"[..]);
    assert!(request(&[pragma]).no_cache.is_present());
    assert!(request(&[pragma, ("cache-control", b"x")]).no_cache.is_absent());
    assert!(request(&[("pragma", b"x-no-cache")]).no_cache.is_absent());
}

/// What all readers take alike is certain, and nothing else.
#[test]
fn by_nobody_knows_whom() {
    check(
        Fact::Unknown,
        &[
            ("no-store, private, no-cache", "no-store private no-cache"),
            ("No-Store, PRIVATE, no-cache=x", "no-store? private? no-cache?"),
            ("must-revalidate, proxy-revalidate", "must-revalidate proxy-revalidate"),
            ("private=\"x\", no-cache=\"x\"", "private=f no-cache=f"),
            ("Private=\"x\", No-Cache=\"x\"", "private? no-cache?"),
            ("public, must-understand", "must-understand public"),
            ("public=x, must-understand=x", "must-understand? public?"),
            ("max-age=60, s-maxage=30", "s-maxage=30 max-age=60"),
            ("max-age=60, max-age=60", "max-age=60"),
            ("max-age=60, max-age=30", "max-age?"),
            ("max-age=x", "max-age?"),
            ("Max-Age=60", "max-age?"),
            ("max-age=\"60\"", "max-age?"),
            ("x y max-age=60", "max-age?"),
            ("x-no-store, unprivate, no-caches", "no-store? private? no-cache?"),
            ("no-stor", ""),
            (
                "stale-if-error=5, stale-while-revalidate=6",
                "stale-while-revalidate=6 stale-if-error=5",
            ),
        ],
    );
}

/// `ngx_http_upstream_process_cache_control`: a search in the raw line.
#[test]
fn nginx() {
    let common = [
        ("NO-CACHE, x-private-y, no-stores", "no-store private no-cache"),
        ("private=\"x\"", "private"),
        ("public, must-revalidate", ""),
        ("max-age=60, max-age=30", "max-age=60"),
        ("max-age=60|max-age=30", "max-age=30"),
        ("max-age=6x", "max-age!"),
        ("max-age=\"60\"", "max-age!"),
        ("max-age=", "max-age=0"),
        ("x=\"S-MAXAGE=5 \"", "s-maxage=5"),
        ("stale-while-revalidate=5, stale-if-error=6", "stale-while-revalidate=5 stale-if-error=6"),
    ];
    for overflow in [Overflow::Wraps, Overflow::Saturates] {
        check(Fact::Known(Dialect::RawLine(overflow)), &common);
    }
    // 2^63: below zero where it wraps around.
    let line = "max-age=9223372036854775808";
    check(Fact::Known(Dialect::RawLine(Overflow::Wraps)), &[(line, "max-age!")]);
    let saturated = "max-age=9223372036854775807";
    check(Fact::Known(Dialect::RawLine(Overflow::Saturates)), &[(line, saturated)]);
}

/// Generated VCL: searches that see the letter case.
#[test]
fn fastly() {
    check(
        Fact::Known(Dialect::FastlyVcl),
        &[
            ("private, no-store", "no-store private"),
            ("Private, NO-STORE", ""),
            ("x=\"private\"", "private"),
            ("public, max-age=60, max-age=30", "public max-age=60"),
            ("max-age=6.5", ""),
            ("max-age=\"60\"", ""),
            ("max-age = 60x", "max-age=60"),
            ("Max-Age=60", ""),
            ("s-maxage=30", "s-maxage=30"),
            ("max-age=60|max-age=30, private", "private max-age=60"),
        ],
    );
}

/// `ap_cache_control`: pieces, and numbers that are the whole argument.
#[test]
fn httpd() {
    check(
        Fact::Known(Dialect::Httpd),
        &[
            ("NO-STORE Private\tno-cache", "no-store private no-cache"),
            ("private=\"x\", no-cache=x", "private=f no-cache=f"),
            ("public, public=x", "public"),
            ("public=x", ""),
            ("no-store=x, must-revalidate=x", ""),
            ("must-revalidate, proxy-revalidate", "must-revalidate proxy-revalidate"),
            ("max-age=60, max-age=30", "max-age=30"),
            ("max-age=60, max-age=3x", "max-age=60"),
            ("max-age=-1", "max-age!"),
            ("max-age, s-maxage", ""),
            ("s-maxage=5, stale-if-error=6", "s-maxage=5"),
            ("x=\"no-store, private\"", ""),
        ],
    );
}

/// `http_check_response_for_cacheability` and `http_calc_maxage`, of both generations.
#[test]
fn haproxy() {
    let (until, since) = (Dialect::Haproxy, Dialect::HaproxyWithArguments);
    for dialect in [until, since] {
        check(
            Fact::Known(dialect),
            &[
                ("NO-STORE, Private, no-cache, PUBLIC", "no-store private no-cache public"),
                ("no-storex, privatex, no-cachex, publicx", ""),
                ("public=x", ""),
                ("private=x", "private=f"),
                ("no-cache=\"Set-Cookie\"", "no-cache=f"),
                ("max-age=60, s-maxage=\"30\"", "s-maxage=30 max-age=60"),
                ("max-age=60, max-age=30", "max-age=30"),
                ("max-age=x, max-age=30", "max-age!"),
                ("max-age=60, max-age=x", "max-age!"),
                ("max-age=, s-maxage", ""),
                ("x=\"no-store, private\"", ""),
            ],
        );
    }
    let argued = "no-store=x, no-cache=x";
    check(Fact::Known(until), &[(argued, "")]);
    check(Fact::Known(since), &[(argued, "no-store no-cache=f")]);
}

/// `HttpHdrCc::parse`: of repeats the first that is of use.
#[test]
fn squid() {
    for dialect in [Dialect::Squid5, Dialect::Squid] {
        check(
            Fact::Known(dialect),
            &[
                ("no-store, private, no-cache, public", "no-store private no-cache public"),
                ("must-revalidate, proxy-revalidate", "must-revalidate proxy-revalidate"),
                ("private=\"x\", no-cache=\"x\"", "private=f no-cache=f"),
                ("private=\"x\", private", "private=f"),
                ("private, private=\"x\"", "private"),
                ("no-cache=\"x\", no-cache", "no-cache=f"),
                ("no-cache, no-cache=\"x\"", "no-cache"),
                ("private=x, no-cache=x", "private"),
                ("max-age=60, max-age=30", "max-age=60"),
                ("max-age=x, max-age=30", "max-age=30"),
                (
                    "max-age=60x, s-maxage=5, stale-if-error=6",
                    "s-maxage=5 max-age=60 stale-if-error=6",
                ),
                ("stale-while-revalidate=5, must-understand", ""),
            ],
        );
    }
    let shouted = "NO-STORE, Max-Age=60";
    check(Fact::Known(Dialect::Squid5), &[(shouted, "")]);
    check(Fact::Known(Dialect::Squid), &[(shouted, "no-store max-age=60")]);
}

/// The builtin VCL and `RFC2616_Ttl`.
#[test]
fn varnish() {
    check(
        Fact::Known(Dialect::Varnish),
        &[
            ("NO-STORE, x-private, no-caches", "no-store private no-cache"),
            ("public, must-revalidate", ""),
            ("max-age=60, max-age=30", "max-age=60"),
            ("max-age=x", "max-age=0"),
            ("max-age", ""),
            ("s-maxage, max-age=60", ""),
            ("s-maxage=5, max-age=60", "s-maxage=5"),
            ("MAX-AGE = 60.9", "max-age=60"),
            ("xmax-age=60", ""),
            ("x|max-age=60|stale-while-revalidate=7", "max-age=60 stale-while-revalidate=7"),
            ("x=\"max-age=9, max-age=5\"", "max-age=0"),
            ("|private", "private"),
        ],
    );
}

/// `CacheControl` of pingora-cache: a map of names.
#[test]
fn pingora() {
    check(
        Fact::Known(Dialect::Pingora),
        &[
            ("No-Store; private, no-cache, public", "no-store private no-cache public"),
            ("private=x, no-cache=\"x\"", "private=f no-cache=f"),
            ("private=x, private", "private"),
            ("no-cache, no-cache=x", "no-cache=f"),
            ("must-revalidate, proxy-revalidate", "must-revalidate proxy-revalidate"),
            ("max-age=60, max-age=30", "max-age=30"),
            ("max-age=60, max-age=x", ""),
            ("max-age=60, s-maxage=x", ""),
            ("max-age=60, s-maxage=x, s-maxage=5", "s-maxage=5 max-age=60"),
            ("max-age=60, s-maxage", "max-age=60"),
            ("max-age=\"60\"", "max-age=60"),
        ],
    );
}

/// `ResponseCacheControl`: every comma cuts.
#[test]
fn envoy() {
    check(
        Fact::Known(Dialect::Envoy),
        &[
            ("no-store, private, no-cache, public", "no-store private no-cache public"),
            ("NO-STORE, Private, Max-Age=60", "no-store private max-age=60"),
            ("private=x, no-cache=\"x\"", "private no-cache"),
            ("x=\"a, no-store\"", ""),
            ("x=\"a, no-store, b\"", "no-store"),
            ("must-revalidate, proxy-revalidate", "must-revalidate proxy-revalidate"),
            ("max-age=60, max-age=30", "max-age=60"),
            ("s-maxage=60, s-maxage=30", "s-maxage=30"),
            ("max-age=x, s-maxage", ""),
            ("max-age=60, s-maxage=x", ""),
            ("max-age=\"60\"", "max-age=60"),
        ],
    );
    check(Fact::Known(Dialect::Envoy139), &[("NO-STORE, Private, Max-Age=60", "")]);
}

/// `parse` of pquerna/cachecontrol: one malformed directive refuses the field.
#[test]
fn souin() {
    check(
        Fact::Known(Dialect::Souin),
        &[
            ("NO-STORE private,no-cache\tpublic", "no-store private no-cache public"),
            ("private=x, no-cache=\"x\"", "private=f no-cache=f"),
            ("must-revalidate, proxy-revalidate", "must-revalidate proxy-revalidate"),
            ("max-age=60, max-age=\"30\"", "max-age=30"),
            ("max-age=9999999999", "max-age=2147483647"),
            ("max-age", "malformed"),
            ("max-age=x", "malformed"),
            ("public=x", "malformed"),
            ("no-store=x", "no-store malformed"),
            ("private, max-age=\"60", "private malformed"),
            ("x=\"a\\\"b, no-store\", private", "private"),
            ("x=\"a\\\\\", private", "private"),
            ("x=\"\", private", "private"),
            ("private=, no-cache", "private=f no-cache"),
            ("private=a,b, no-cache", "private=f no-cache"),
            ("no-cache=x,max-age=60 public", "no-cache=f public"),
            ("private=", "private"),
            ("x=\"", "malformed"),
            ("max-age=60/x", "malformed"),
            ("x=60/x,max-age=60", "max-age=60"),
            ("x=\"\"y, private", "private"),
            ("immutable, no-transform, private", "private"),
            ("immutable=x", "malformed"),
            ("no-transform=x", "malformed"),
            ("stale-while-revalidate=5, stale-if-error", "stale-while-revalidate=5"),
            ("stale-if-error=x", "malformed"),
            ("must-understand=x", ""),
            ("no-cache=, private=\"\"", "private=f no-cache=f"),
            ("private|max-age|no-store", "private malformed"),
        ],
    );
}

/// `MIMEHdrImpl::recompute_cooked_stuff`: a name at the start of an element, and what follows it.
#[test]
fn traffic_server() {
    check(
        Fact::Known(Dialect::TrafficServer),
        &[
            ("NO-STORE, private x, no-cache=y, public", "no-store private no-cache public"),
            ("private=\"x\", no-cache=\"x\"", "private no-cache"),
            ("must-revalidate, proxy-revalidate", "must-revalidate proxy-revalidate"),
            ("x no-store", ""),
            ("max-age=60, max-age=30", "max-age=30"),
            ("max-age: 60 x", "max-age=60"),
            ("max-age=-60", "max-age!"),
            ("max-age=x", "max-age!"),
            ("max-age=60, max-age=x", "max-age=60"),
            ("s-maxage=5, stale-if-error=6", "s-maxage=5"),
            ("x=\"a, no-store\"", ""),
        ],
    );
}

/// RFC 9213 §2.1 and RFC 9651: a dictionary with typed values.
#[test]
fn targeted() {
    for (text, expected) in [
        ("no-store, private, no-cache", Some("no-store private no-cache")),
        ("private=\"x\", no-cache=\"x\"", Some("private=f no-cache=f")),
        ("private=\"x\", private", Some("private")),
        ("no-cache, no-cache=\"x\"", Some("no-cache=f")),
        ("public, must-understand", Some("must-understand public")),
        ("must-revalidate, proxy-revalidate", Some("must-revalidate proxy-revalidate")),
        ("max-age=60;x, s-maxage=5", Some("s-maxage=5 max-age=60")),
        ("max-age=60, max-age=5", Some("max-age=5")),
        ("max-age=99999999999", Some("max-age=2147483648")),
        (
            "stale-while-revalidate=5, stale-if-error=6",
            Some("stale-while-revalidate=5 stale-if-error=6"),
        ),
        ("x=1, immutable, y=\"z\"", Some("")),
        ("max-age=x, max-age=5", Some("max-age=5")),
        ("max-age=5, max-age=x", None),
        ("max-age=-1", None),
        ("max-age=1.5", None),
        ("max-age", None),
        ("private=x", None),
        ("private=?0", None),
        ("no-cache=5", None),
        ("no-store=\"x\"", None),
        ("no-store=?0", None),
        ("public=\"x\"", None),
        ("must-understand=1", None),
        ("Private", None),
        ("private,", None),
        ("", None),
    ] {
        let read = ResponseControl::read_targeted(std::iter::once(text.as_bytes()));
        assert_eq!(read.as_ref().map(described).as_deref(), expected, "{text}");
    }
}
