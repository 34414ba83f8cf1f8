//! The standard cases by which caches are compared, and the inputs on which they differ most.

use std::time::{Duration, SystemTime};

use storable::profile::Eligibility;
use storable::{Exchange, HeaderLines, Profile, RequestHead, ResponseHead, Verdict};

/// One exchange, with a title for a column.
pub(crate) struct Case {
    pub(crate) title: &'static str,
    method: &'static str,
    request: &'static [(&'static str, &'static [u8])],
    status: u16,
    response: &'static [(&'static str, &'static [u8])],
}

/// Mon, 19 Oct 2026 12:00:00 GMT
const RECEIVED_AT: Duration = Duration::from_secs(1_792_411_200);
const DATE: (&str, &[u8]) = ("Date", b"Mon, 19 Oct 2026 12:00:00 GMT");
const PAST: (&str, &[u8]) = ("Expires", b"Mon, 19 Oct 2026 11:59:59 GMT");
const FUTURE: (&str, &[u8]) = ("Expires", b"Mon, 19 Oct 2026 12:01:00 GMT");
const MAX_AGE: (&str, &[u8]) = ("Cache-Control", b"max-age=60");

const fn case(title: &'static str, response: &'static [(&'static str, &'static [u8])]) -> Case {
    Case { title, method: "GET", request: &[], status: 200, response }
}

/// Cases 1 to 17 as vendors are compared by, then the sharp ones.
pub(crate) const CASES: &[Case] = &[
    case("nothing", &[DATE]),
    case("no-cache", &[DATE, ("Cache-Control", b"no-cache")]),
    case("no-store", &[DATE, ("Cache-Control", b"no-store")]),
    case("private", &[DATE, ("Cache-Control", b"private")]),
    case("max-age=0", &[DATE, ("Cache-Control", b"max-age=0")]),
    case("max-age=60", &[DATE, MAX_AGE]),
    case("s-maxage=60, max-age=0", &[DATE, ("Cache-Control", b"s-maxage=60, max-age=0")]),
    case("public", &[DATE, ("Cache-Control", b"public")]),
    case("past Expires", &[DATE, PAST]),
    case("future Expires", &[DATE, FUTURE]),
    case("Set-Cookie, max-age=60", &[DATE, MAX_AGE, ("Set-Cookie", b"sid=1")]),
    case("Vary: *, max-age=60", &[DATE, MAX_AGE, ("Vary", b"*")]),
    Case {
        request: &[("Cookie", b"sid=1")],
        ..case("Vary: Cookie, max-age=60", &[DATE, MAX_AGE, ("Vary", b"Cookie")])
    },
    Case {
        request: &[("Authorization", b"Bearer 1")],
        ..case("Authorization, max-age=60", &[DATE, MAX_AGE])
    },
    case("Pragma: no-cache", &[DATE, ("Pragma", b"no-cache")]),
    Case { status: 404, ..case("404, nothing", &[DATE]) },
    Case { method: "POST", ..case("POST, max-age=60", &[DATE, MAX_AGE]) },
    Case {
        request: &[("Cookie", b"sid=1")],
        ..case(
            "THE LEAK: Cookie, no-cache, past Expires",
            &[DATE, ("Cache-Control", b"no-cache"), PAST],
        )
    },
    case("Expires: 0", &[DATE, ("Expires", b"0")]),
    case("no-store, max-age=60", &[DATE, ("Cache-Control", b"no-store, max-age=60")]),
    case("private, max-age=60", &[DATE, ("Cache-Control", b"private, max-age=60")]),
    case("Private, max-age=60", &[DATE, ("Cache-Control", b"Private, max-age=60")]),
    case("private, public, max-age=60", &[DATE, ("Cache-Control", b"private, public, max-age=60")]),
    case("max-age=\"60\"", &[DATE, ("Cache-Control", b"max-age=\"60\"")]),
    case("max-age=-1", &[DATE, ("Cache-Control", b"max-age=-1")]),
    case(
        "Surrogate-Control, private, max-age=60",
        &[
            DATE,
            ("Surrogate-Control", b"content=\"ESI/1.0\""),
            ("Cache-Control", b"private, max-age=60"),
        ],
    ),
    case(
        "CDN-Cache-Control: max-age=60, private",
        &[DATE, ("CDN-Cache-Control", b"max-age=60"), ("Cache-Control", b"private")],
    ),
    case("Last-Modified only", &[DATE, ("Last-Modified", b"Fri, 09 Oct 2026 12:00:00 GMT")]),
];

impl Case {
    /// Judges the case, received at the moment of its Date.
    pub(crate) fn judge<T>(&self, profile: &Profile, then: impl FnOnce(&Verdict<'_>) -> T) -> T {
        let request = RequestHead::new(
            self.method,
            if goes_by_path(profile) {
                "http://shop.example/page.css"
            } else {
                "http://shop.example/page"
            },
            HeaderLines::from_pairs(self.request),
        );
        let response = ResponseHead::new(self.status, HeaderLines::from_pairs(self.response));
        let mut exchange = Exchange::new(&request, &response);
        if let Some(at) = SystemTime::UNIX_EPOCH.checked_add(RECEIVED_AT) {
            exchange = exchange.received_at(at);
        }
        then(&exchange.judge(profile))
    }
}

/// Whether a cache stores only what has certain paths.
pub(crate) fn goes_by_path(profile: &Profile) -> bool {
    matches!(profile.facts().eligibility.known(), Some(Eligibility::Paths { .. }))
}
