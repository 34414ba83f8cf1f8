//! The inputs, and what is done with them: `storable` and its peers side by side.
//!
//! A candidate is `fn(&Inputs, usize) -> u64`; the number is a digest, so that nothing is optimised
//! away. The inputs are the contract: where one changes, older numbers stop comparing.

#[path = "../../support/messages.rs"]
mod messages;

use std::hint::black_box;
use std::time::{Duration, SystemTime};

use headers::Header as _;
use http::header::{ACCEPT_ENCODING, ACCEPT_LANGUAGE, AGE, CACHE_CONTROL, DATE, EXPIRES};
use http::header::{AUTHORIZATION, LAST_MODIFIED, PRAGMA, SET_COOKIE, VARY};
use http::request::Parts as RequestParts;
use http::response::Parts as ResponseParts;
use http::{HeaderMap, StatusCode};
use http_cache_semantics::{BeforeRequest, CacheOptions, CachePolicy};
use messages::{PAGES, REQUEST, RESPONSE, page, received_at, request, response};
use pingora_cache::cache_control::CacheControl as PingoraControl;
use pingora_cache::filters::resp_cacheable;
use pingora_cache::{CacheMeta, CacheMetaDefaults, RespCacheable, VarianceBuilder};
use storable::field::FieldLines;
use storable::life::{Reuse, ToStore, reuse};
use storable::policy::{RequestPolicy, ResponseControl, DeltaSeconds};
use storable::profile::Dialect;
use storable::{AsRequest as _, Exchange, Fact, FreshFor, Profile, Storage, Verdict};

/// Eight values of Cache-Control, of 7 to 184 bytes.
pub const CONTROL: [&str; 8] = [
    "max-age=3600",
    "no-store",
    "private",
    "public, max-age=31536000, immutable",
    "no-cache, no-store, must-revalidate, max-age=0",
    "max-age=60, s-maxage=600, stale-while-revalidate=30, stale-if-error=86400",
    r#"private, no-cache="Set-Cookie", max-age=0, must-revalidate"#,
    r#"public, max-age=600, s-maxage=3600, no-cache="Set-Cookie, X-User", stale-while-revalidate=120, stale-if-error=86400, must-revalidate, proxy-revalidate, no-transform, x-cdn-junk="a=b;c""#,
];

/// How many fields of no meaning for caches, and how many directives, the inputs of growth have.
const FIELDS: [usize; 5] = [0, 10, 20, 40, 80];
const DIRECTIVES: [usize; 5] = [1, 2, 4, 16, 64];

/// Everything that is made before a measurement.
pub struct Inputs {
    request: RequestParts,
    bare_request: RequestParts,
    responses: Vec<ResponseParts>,
    crowded: Vec<ResponseParts>,
    lists: Vec<String>,
    controls: Vec<HeaderMap>,
    pingora: Vec<pingora_http::ResponseHeader>,
    pingora_metas: Vec<Option<CacheMeta>>,
    policies: Vec<CachePolicy>,
    entries: Vec<Option<ToStore>>,
    /// The cacheable page with two fields in its Vary, and without a Vary; and the request, read.
    varying: [Option<ToStore>; 2],
    read: RequestPolicy<'static>,
    control_only: Vec<ResponseParts>,
    now: SystemTime,
}

/// The cacheable page with so many more fields.
fn crowded(more: usize) -> ResponseParts {
    let names: Vec<_> = (0..more).map(|number| format!("x-field-{number}")).collect();
    let more: Vec<_> = names.iter().map(|name| (name.as_str(), "value")).collect();
    response(RESPONSE.iter().chain(&PAGES[0].1).chain(&more))
}

fn list(directives: usize) -> String {
    vec!["max-age=600"; directives].join(", ")
}

impl Inputs {
    pub fn new() -> Self {
        let now = received_at();
        let request = request(&REQUEST);
        let responses: Vec<_> = (0..PAGES.len()).map(page).collect();
        let read: &'static RequestParts = Box::leak(Box::new(request.clone()));
        let to_store = |response: &ResponseParts| {
            let exchange = Exchange::new(&request, response).received_at(now);
            exchange.judge(&Profile::RFC9111_SHARED).to_store()
        };
        let mut without_vary = page(0);
        without_vary.headers.remove(VARY);
        let pingora: Vec<_> = (0..PAGES.len()).map(|number| page(number).into()).collect();
        let control_only: Vec<_> =
            CONTROL.iter().map(|value| response(&[("cache-control", *value)])).collect();
        Self {
            bare_request: self::request(&[]),
            crowded: FIELDS.map(crowded).into(),
            lists: DIRECTIVES.map(list).into(),
            controls: control_only.iter().map(|parts| parts.headers.clone()).collect(),
            pingora_metas: pingora.iter().map(by_pingora).collect(),
            policies: responses
                .iter()
                .map(|response| CachePolicy::new_options(&request, response, now, OPTIONS))
                .collect(),
            entries: responses.iter().map(to_store).collect(),
            varying: [to_store(&responses[0]), to_store(&without_vary)],
            read: RequestPolicy::read(read.as_request()),
            request,
            responses,
            control_only,
            pingora,
            now,
        }
    }

    fn reuse(&self, entry: &Option<ToStore>, request: &RequestPolicy<'_>) -> u64 {
        let Some(entry) = black_box(entry) else { return 0 };
        let later = self.now + Duration::from_secs(30);
        match reuse(request, entry.stored(), &Profile::RFC9111_SHARED, later) {
            Reuse::Serve(served) => served.age,
            _ => 1000,
        }
    }

    // A part of its callers: what is measured is the verdict, not the way back from here.
    #[inline(always)]
    fn judge<'a>(&'a self, page: usize, profile: &'a Profile) -> Verdict<'a> {
        let (request, response) = (black_box(&self.request), black_box(&self.responses[page]));
        Exchange::new(request, response).received_at(self.now).judge(profile)
    }
}

impl Default for Inputs {
    fn default() -> Self {
        Self::new()
    }
}

const OPTIONS: CacheOptions = CacheOptions {
    shared: true,
    cache_heuristic: 0.1,
    immutable_min_time_to_live: Duration::from_secs(86_400),
    ignore_cargo_cult: false,
};

const PINGORA: CacheMetaDefaults = CacheMetaDefaults::new(
    |status| (status == StatusCode::OK).then_some(Duration::from_secs(10)),
    0,
    0,
);

/// It takes the response head by value, so that a clone is part of its price.
fn by_pingora(head: &pingora_http::ResponseHeader) -> Option<CacheMeta> {
    let control = PingoraControl::from_headers_named("cache-control", &head.headers);
    match resp_cacheable(control.as_ref(), head.clone(), false, &PINGORA) {
        RespCacheable::Cacheable(meta) => Some(meta),
        RespCacheable::Uncacheable(_) => None,
    }
}

fn digest(verdict: &Verdict<'_>) -> u64 {
    let seconds = match verdict.fresh_for() {
        FreshFor::Seconds(seconds) => seconds,
        _ => 7,
    };
    seconds * 2 + u64::from(verdict.storage() == Storage::Stored)
}

fn read_control(line: &str) -> u64 {
    let lines = FieldLines::one(black_box(line).as_bytes());
    let control = ResponseControl::read(lines, Fact::Known(Dialect::Rfc9111));
    u64::from(control.no_store.is_present())
        + u64::from(matches!(control.max_age, DeltaSeconds::Seconds(..)))
}

/// What is measured, and on which input.
pub type Candidate = (&'static str, fn(&Inputs, usize) -> u64);

/// Candidates that do the same work on the same inputs.
pub struct Group {
    pub name: &'static str,
    pub says: &'static str,
    pub inputs: fn() -> Vec<String>,
    pub candidates: &'static [Candidate],
}

fn pages() -> Vec<String> {
    PAGES.iter().map(|(name, _)| (*name).to_owned()).collect()
}

fn counted(counts: &[usize], of: &str) -> Vec<String> {
    counts.iter().map(|count| format!("{count} {of}")).collect()
}

pub const GROUPS: &[Group] = &[
    Group {
        name: "parse",
        says: "one Cache-Control value to its typed form",
        inputs: || CONTROL.iter().map(|value| format!("{} bytes", value.len())).collect(),
        candidates: &[
            ("storable", |_, number| read_control(CONTROL[number])),
            ("parse-net 0.8.0", |_, number| {
                parse_net::response_cache_control(black_box(CONTROL[number]).as_bytes())
                    .map_or(u64::MAX, |control| {
                        u64::from(control.max_age.unwrap_or(1)) + u64::from(control.no_store)
                    })
            }),
            ("cache_control 0.2.0", |_, number| {
                cache_control::CacheControl::from_value(black_box(CONTROL[number])).map_or(
                    u64::MAX,
                    |control| {
                        control.max_age.map_or(1, |age| age.as_secs()) + u64::from(control.no_store)
                    },
                )
            }),
            ("headers 0.4.2", |inputs, number| {
                let value = black_box(&inputs.controls[number]).get(CACHE_CONTROL);
                headers::CacheControl::decode(&mut value.into_iter()).map_or(u64::MAX, |control| {
                    control.max_age().map_or(1, |age| age.as_secs()) + u64::from(control.no_store())
                })
            }),
            ("pingora-cache 0.9.1", |inputs, number| {
                let headers = black_box(&inputs.controls[number]);
                PingoraControl::from_headers_named("cache-control", headers).map_or(
                    u64::MAX,
                    |control| {
                        u64::from(control.max_age().ok().flatten().unwrap_or(1))
                            + u64::from(control.no_store())
                    },
                )
            }),
            ("sfv 0.16.0, a dictionary", |_, number| {
                sfv::Parser::new(black_box(CONTROL[number]))
                    .parse::<sfv::Dictionary>()
                    .map_or(u64::MAX, |dictionary| dictionary.len() as u64)
            }),
            ("http-cache-semantics 3.0.0, the whole policy", |inputs, number| {
                let response = black_box(&inputs.control_only[number]);
                let policy =
                    CachePolicy::new_options(&inputs.bare_request, response, inputs.now, OPTIONS);
                u64::from(black_box(&policy).is_storable())
            }),
        ],
    },
    Group {
        name: "decide",
        says: "storing and lifetime, from a request of 10 fields and a response of 12",
        inputs: pages,
        candidates: &[
            ("storable, with reasons", |inputs, number| {
                digest(&inputs.judge(number, &Profile::RFC9111_SHARED))
            }),
            ("storable, and the reasons read", |inputs, number| {
                let verdict = inputs.judge(number, &Profile::RFC9111_SHARED);
                let read = verdict.reasons().map(|reason| reason.evidence.text.len() as u64);
                digest(&verdict) + read.sum::<u64>()
            }),
            ("http-cache-semantics 3.0.0", |inputs, number| {
                let (request, response) =
                    (black_box(&inputs.request), black_box(&inputs.responses[number]));
                let policy = CachePolicy::new_options(request, response, inputs.now, OPTIONS);
                policy.time_to_live(inputs.now).as_secs() * 2 + u64::from(policy.is_storable())
            }),
            ("pingora-cache 0.9.1", |inputs, number| {
                by_pingora(black_box(&inputs.pingora[number]))
                    .map_or(0, |meta| meta.fresh_sec() * 2 + 1)
            }),
            ("(ten look-ups in the maps, nothing else)", |inputs, number| {
                let (request, response) =
                    (black_box(&inputs.request), black_box(&inputs.responses[number]));
                let of_request = [AUTHORIZATION, CACHE_CONTROL];
                let of_response =
                    [CACHE_CONTROL, EXPIRES, PRAGMA, VARY, DATE, AGE, SET_COOKIE, LAST_MODIFIED];
                let request = of_request.iter().filter_map(|name| request.headers.get(name));
                let response = of_response.iter().filter_map(|name| response.headers.get(name));
                request.chain(response).map(|value| value.len() as u64).sum()
            }),
        ],
    },
    Group {
        name: "share",
        says: "the same, and whether another user may get the response, waiting or later",
        inputs: pages,
        candidates: &[("storable", |inputs, number| {
            u64::from(inputs.judge(number, &Profile::RFC9111_SHARED).may_share())
        })],
    },
    Group {
        name: "request",
        says: "a request of 10 fields to what caches look at in it",
        inputs: || vec!["the request".to_owned()],
        candidates: &[("storable", |inputs, _| {
            let policy = RequestPolicy::read(black_box(&inputs.request).as_request());
            u64::from(policy.cookie().is_some())
        })],
    },
    Group {
        name: "hit",
        says: "the stored exchange asked for again 30 seconds later; the logged-in page is not stored",
        inputs: pages,
        candidates: &[
            ("storable, reading the request too", |inputs, number| {
                let policy = RequestPolicy::read(black_box(&inputs.request).as_request());
                inputs.reuse(&inputs.entries[number], &policy)
            }),
            ("http-cache-semantics 3.0.0", |inputs, number| {
                let later = inputs.now + Duration::from_secs(30);
                let policy = black_box(&inputs.policies[number]);
                match policy.before_request(black_box(&inputs.request), later) {
                    BeforeRequest::Fresh(parts) => parts.headers.len() as u64,
                    BeforeRequest::Stale { request, .. } => 1000 + request.headers.len() as u64,
                }
            }),
            ("pingora-cache 0.9.1, freshness and two Vary fields", |inputs, number| {
                let Some(meta) = black_box(&inputs.pingora_metas[number]) else { return 0 };
                let mut variance = VarianceBuilder::new();
                let request = black_box(&inputs.request);
                for (key, name) in
                    [("accept-encoding", ACCEPT_ENCODING), ("accept-language", ACCEPT_LANGUAGE)]
                {
                    if let Some(value) = request.headers.get(name) {
                        variance.add_value(key, value);
                    }
                }
                let hash = variance.finalize().map_or(0, |hash| hash[0]);
                let later = inputs.now + Duration::from_secs(30);
                u64::from(hash) + u64::from(meta.is_fresh(later))
            }),
        ],
    },
    Group {
        name: "reuse",
        says: "the same, where the request is read already",
        inputs: || vec!["two fields in Vary".to_owned(), "no Vary".to_owned()],
        candidates: &[("storable", |inputs, number| {
            inputs.reuse(&inputs.varying[number], black_box(&inputs.read))
        })],
    },
    Group {
        name: "fields",
        says: "deciding on the cacheable page with more fields that mean nothing to a cache",
        inputs: || counted(&FIELDS, "more"),
        candidates: &[("storable", |inputs, number| {
            let (request, response) =
                (black_box(&inputs.request), black_box(&inputs.crowded[number]));
            let exchange = Exchange::new(request, response).received_at(inputs.now);
            digest(&exchange.judge(&Profile::RFC9111_SHARED))
        })],
    },
    Group {
        name: "directives",
        says: "one Cache-Control value of more and more directives",
        inputs: || counted(&DIRECTIVES, "directives"),
        candidates: &[
            ("storable", |inputs, number| read_control(&inputs.lists[number])),
            ("parse-net 0.8.0", |inputs, number| {
                parse_net::response_cache_control(black_box(&inputs.lists[number]).as_bytes())
                    .map_or(u64::MAX, |control| u64::from(control.max_age.unwrap_or(1)))
            }),
        ],
    },
    Group {
        name: "profiles",
        says: "deciding on the four pages under each profile",
        inputs: || Profile::ALL.iter().map(|profile| profile.id().to_owned()).collect(),
        candidates: &[
            ("cacheable page", |inputs, number| digest(&inputs.judge(0, &Profile::ALL[number]))),
            ("logged-in page", |inputs, number| digest(&inputs.judge(1, &Profile::ALL[number]))),
            ("Expires only", |inputs, number| digest(&inputs.judge(2, &Profile::ALL[number]))),
            ("heuristic only", |inputs, number| digest(&inputs.judge(3, &Profile::ALL[number]))),
        ],
    },
];
