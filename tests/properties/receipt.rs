//! What the verdict says of a later request is what the stored response answers, at the instant of
//! receipt; what it says is stripped is not in what is stored. Under every profile.

use http::{HeaderMap, HeaderName, HeaderValue, Request, Response};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use storable::life::{CacheKey, Reuse, ToStore, look_up};
use storable::policy::RequestPolicy;
use storable::{Answer, AsRequest, Exchange, Profile, Rule, RuleEffect, Verdict};

use crate::case::{NOW, system};
use crate::law::*;

const CASES: u32 = 192;

type Lines = Vec<(&'static str, &'static str)>;

const REQUEST: &[(&str, &str)] = &[
    ("authorization", "Basic a"),
    ("authorization", "Basic b"),
    ("cookie", "sid=a"),
    ("cookie", "sid=b; theme=dark"),
    ("accept", "text/html"),
    ("accept-encoding", "gzip"),
    ("accept-encoding", "gzip;q=0, br"),
    ("accept-language", "en, de;q=0.5"),
    ("user-agent", "it/1"),
    ("x-user", "a"),
    ("x-user", "a,"),
    ("cache-control", "no-cache"),
    ("cache-control", "No-Cache, max-stale"),
    ("cache-control", "no-store"),
    ("cache-control", "max-age=0"),
    ("cache-control", "max-age=x"),
    ("cache-control", "min-fresh=30"),
    ("cache-control", "max-stale=90"),
    ("cache-control", "only-if-cached"),
    ("pragma", "no-cache"),
    ("if-none-match", "\"a\""),
    ("if-modified-since", "Fri, 15 Jan 2027 07:00:00 GMT"),
    ("if-match", "\"a\""),
    ("if-unmodified-since", "Fri, 15 Jan 2027 07:00:00 GMT"),
    ("range", "bytes=0-4"),
    ("if-range", "\"a\""),
];

const RESPONSE: &[(&str, &str)] = &[
    ("cache-control", "max-age=60"),
    ("cache-control", "public"),
    ("cache-control", "s-maxage=30"),
    ("cache-control", "max-age=0"),
    ("cache-control", "no-cache"),
    ("cache-control", "must-revalidate"),
    ("cache-control", "private"),
    ("cache-control", "private=\"set-cookie\""),
    ("cache-control", "no-cache=\"set-cookie, x-own\", max-age=60"),
    ("cache-control", "stale-while-revalidate=60"),
    ("age", "40"),
    ("content-encoding", "gzip"),
    ("content-length", "9"),
    ("content-type", "text/css"),
    ("etag", "\"a\""),
    ("etag", "W/\"a\""),
    ("expires", "Fri, 15 Jan 2027 09:00:00 GMT"),
    ("last-modified", "Fri, 15 Jan 2027 07:00:00 GMT"),
    ("set-cookie", "sid=a"),
    ("vary", "Accept-Encoding"),
    ("vary", "Cookie, X-User"),
    ("vary", "Accept, Accept-Language"),
    ("vary", "Authorization"),
    ("vary", "*"),
    ("x-own", "1"),
];

/// A few lines; as many again of what nearly every exchange has.
fn lines(of: &'static [(&'static str, &'static str)], most: usize) -> BoxedStrategy<Lines> {
    subsequence(of.to_vec(), 0..=most).prop_shuffle().boxed()
}

fn request() -> BoxedStrategy<Request<()>> {
    let method = prop_oneof![6 => Just("GET"), 1 => Just("HEAD"), 1 => Just("POST")];
    let uri = prop_oneof![
        8 => Just("https://a.example/x.css"),
        1 => Just("http://a.example/x.css"),
        1 => Just("https://b.example/x.css"),
        1 => Just("https://a.example/x.css?b=1&a=2"),
    ];
    (method, uri, lines(REQUEST, 5))
        .prop_map(|(method, uri, lines)| {
            let mut request = Request::builder().method(method).uri(uri).body(()).unwrap();
            *request.headers_mut() = map(&lines);
            request
        })
        .boxed()
}

fn response() -> BoxedStrategy<Response<()>> {
    let status = prop_oneof![8 => Just(200), 1 => select(vec![203, 206, 301, 404, 503])];
    (status, any::<bool>(), lines(RESPONSE, 7))
        .prop_map(|(status, lives, mut lines)| {
            if lives {
                lines.push(("cache-control", "max-age=600"));
            }
            if status == 206 {
                lines.push(("content-range", "bytes 0-4/9"));
            }
            let mut response = Response::builder().status(status).body(()).unwrap();
            *response.headers_mut() = map(&lines);
            response.headers_mut().insert("date", "Fri, 15 Jan 2027 08:00:00 GMT".parse().unwrap());
            response
        })
        .boxed()
}

fn map(lines: &Lines) -> HeaderMap {
    let mut map = HeaderMap::new();
    for &(name, value) in lines {
        map.append(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    map
}

/// What is answered out of the store, in the words of a verdict.
fn answered(entry: &ToStore, first: &Request<()>, later: &Request<()>, by: &Profile) -> Answer {
    let policy = RequestPolicy::read(later.as_request());
    let same_key = CacheKey::new(first, by) == CacheKey::new(later, by);
    let stored = same_key.then(|| entry.stored());
    match look_up(&policy, stored, by, system(NOW)).reuse {
        Reuse::Serve(_) | Reuse::ServeAndRevalidate(_) => Answer::Hit,
        Reuse::Validate(_) => Answer::Validated,
        Reuse::Forward(_) => Answer::Miss,
        Reuse::GatewayTimeout => Answer::GatewayTimeout,
    }
}

#[test]
fn at_receipt_the_store_answers_what_the_verdict_says() {
    law(CASES, (request(), response(), request()), |(first, response, later)| {
        let mut speaks = Fails;
        for profile in Profile::ALL {
            let verdict = Exchange::new(&first, &response).received_at(system(NOW)).judge(profile);
            let Some(entry) = verdict.to_store() else { continue };
            speaks = Holds;
            let id = profile.id();
            let later = [&first, &later];
            for later in later {
                let found = answered(&entry, &first, later, profile);
                match verdict.for_other(later) {
                    // What nobody knows is not served.
                    Answer::Unknown => prop_assert_ne!(found, Answer::Hit, "{}: {:?}", id, later),
                    said => prop_assert_eq!(found, said, "{}: {:?}", id, later),
                }
            }
        }
        Ok(speaks)
    });
}

/// The names in the argument of a directive.
fn named(text: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(text);
    let names = text.split_once('=').map_or("", |(_, names)| names);
    let names = names.split(['"', ',', ' ']).filter(|name| !name.is_empty());
    names.map(str::to_owned).collect()
}

fn stripped(verdict: &Verdict<'_>) -> Vec<String> {
    let strips = verdict.reasons().filter(|reason| reason.effect == RuleEffect::Strips);
    strips
        .flat_map(|reason| match reason.rule {
            Rule::SetCookie => vec!["set-cookie".to_owned()],
            _ => named(reason.evidence.text),
        })
        .collect()
}

#[test]
fn what_is_stripped_is_not_stored() {
    law(CASES, (request(), response()), |(request, response)| {
        let mut speaks = Fails;
        for profile in Profile::ALL {
            let verdict =
                Exchange::new(&request, &response).received_at(system(NOW)).judge(profile);
            let Some(entry) = verdict.to_store() else { continue };
            for name in stripped(&verdict) {
                speaks = Holds;
                let kept = entry.head.headers().contains_key(&name);
                prop_assert!(!kept, "{} keeps {}", profile.id(), name);
            }
        }
        Ok(speaks)
    });
}
