//! Generators G1 to G7: exchanges as hosts really see them, and worse.

use proptest::prelude::*;
use proptest::sample::select;
use storable::Profile;
use storable::field::{Field, Known, Timestamp};

pub use crate::case::*;

/// Any profile.
pub fn profile() -> BoxedStrategy<&'static Profile> {
    select(Profile::ALL.iter().collect::<Vec<_>>()).boxed()
}

// G3.
pub fn layout() -> BoxedStrategy<Layout> {
    let gap = prop_oneof![
        4 => select(vec![", ", ",", " ,\t", "\t, ", ",,", ", , ,", ",\t,  "]).prop_map(Gap::Text),
        1 => Just(Gap::NewLine),
    ];
    proptest::collection::vec(gap, 0..6).prop_map(Layout).boxed()
}

/// Letter case noise.
pub fn in_any_case(text: &'static str) -> BoxedStrategy<String> {
    prop_oneof![
        2 => Just(text.to_owned()),
        1 => Just(text.to_ascii_uppercase()),
        1 => any::<u32>().prop_map(move |bits| {
            let flip = |(at, letter): (usize, char)| {
                if bits >> (at % 32) & 1 == 1 { letter.to_ascii_uppercase() } else { letter }
            };
            text.chars().enumerate().map(flip).collect()
        }),
    ]
    .boxed()
}

/// Names that no registry knows.
pub fn unknown_name() -> BoxedStrategy<String> {
    let near = vec![
        "maxage",
        "max_age",
        "s-max-age",
        "no-stor",
        "x-private",
        "no-store-foo",
        "privat",
        "x-no-cache",
        "nocache",
        "publics",
        "s-maxage2",
        "must-revalidat",
        "only-if-cache",
    ];
    prop_oneof![
        select(near).prop_map(str::to_owned),
        "[a-zA-Z][a-zA-Z0-9_.!#$%&'*+^`|~-]{0,9}"
            .prop_filter("a registered name", |name| { Known::of(name.as_bytes()).is_none() }),
    ]
    .boxed()
}

// G2: numbers around every edge, and what is none.
pub fn number() -> BoxedStrategy<String> {
    prop_oneof![
        8 => (0_u64..200_000).prop_map(|number| number.to_string()),
        2 => select(vec![
            "0", "1", "2147483647", "2147483648", "2147483649", "4294967296",
            "9223372036854775808", "18446744073709551615", "18446744073709551616",
            "99999999999999999999999", "0060",
        ]).prop_map(str::to_owned),
    ]
    .boxed()
}

pub fn no_number() -> BoxedStrategy<String> {
    select(vec!["-1", "+5", "60.5", "0x3C", "1e3", "1_000", "60s", "'60'", "abc", "5-"])
        .prop_map(str::to_owned)
        .boxed()
}

/// A quoted string with what others take for directives in it.
pub fn quoted() -> BoxedStrategy<String> {
    prop_oneof![
        select(vec![
            "\"\"",
            "\"a\"",
            "\"a, no-store, b\"",
            "\"private\"",
            "\"\\\"no-cache\"",
            "\"max-age=5\"",
            "\"set-cookie\"",
            "\"A, B\"",
        ])
        .prop_map(str::to_owned),
        "\"([ a-zA-Z0-9,;=/.-]|\\\\[a-z\"\\\\]){0,12}\"",
    ]
    .boxed()
}

fn argument() -> BoxedStrategy<String> {
    prop_oneof![
        2 => Just(String::new()),
        1 => "=[a-zA-Z0-9*][a-zA-Z0-9_.*-]{0,6}",
        1 => quoted().prop_map(|text| format!("={text}")),
    ]
    .boxed()
}

/// A directive that no registry knows, well-formed.
pub fn unknown_member() -> BoxedStrategy<String> {
    (unknown_name(), argument()).prop_map(|(name, argument)| name + &argument).boxed()
}

// G1: a well-formed member; its number may still be none, and its argument not its own.
pub fn member() -> BoxedStrategy<String> {
    let flags = vec![
        "public",
        "no-cache",
        "must-revalidate",
        "proxy-revalidate",
        "immutable",
        "no-transform",
        "must-understand",
        "no-store",
        "private",
    ];
    let flag = select(flags).prop_flat_map(in_any_case);
    let times = vec!["max-age", "max-age", "s-maxage", "stale-while-revalidate", "stale-if-error"];
    let time = (
        select(times).prop_flat_map(in_any_case),
        prop_oneof![
            8 => number(),
            1 => number().prop_map(|number| format!("\"{number}\"")),
            1 => no_number(),
        ],
    )
        .prop_map(|(name, number)| format!("{name}={number}"));
    let scoped = (select(&["private", "no-cache"][..]).prop_flat_map(in_any_case), quoted())
        .prop_map(|(name, fields)| format!("{name}={fields}"));
    let wrong = (select(Known::ALL), argument())
        .prop_map(|(known, argument)| format!("{}{argument}", known.name()));
    prop_oneof![10 => time, 6 => flag, 1 => scoped, 1 => wrong, 4 => unknown_member()].boxed()
}

/// Something that is no member, and has no quote in it.
pub fn broken_member() -> BoxedStrategy<String> {
    prop_oneof![
        (member(), select(vec![";", " ", "; ", " x", "=", "\t/", "@"]), member())
            .prop_map(|(one, junk, other)| format!("{one}{junk}{other}").replace('"', "")),
        select(vec![
            "max-age= 60",
            "max-age =60",
            "=60",
            "max-age=",
            ";;",
            "[x]",
            "max-age=60;public",
            "é",
            "max-age=60 public",
            "?",
            "s-maxage=1/2",
        ])
        .prop_map(str::to_owned),
    ]
    .boxed()
}

// G4: a date in one of the three forms, or something near it; most lie around NOW.
pub fn moment() -> BoxedStrategy<i64> {
    prop_oneof![
        6 => -200_000_i64..200_000,
        2 => -4_000_i64..4_000,
        1 => -3_200_000_000_i64..3_200_000_000,
        1 => Just(0),
    ]
    .prop_map(|offset| NOW + offset)
    .boxed()
}

pub fn imf(at: i64) -> String {
    Timestamp::from_unix(at).to_string()
}

pub fn rfc850(at: i64) -> String {
    let text = imf(at);
    let (day, month, year, time) = (&text[5..7], &text[8..11], &text[14..16], &text[17..25]);
    let name = match &text[..3] {
        "Mon" => "Monday",
        "Tue" => "Tuesday",
        "Wed" => "Wednesday",
        "Thu" => "Thursday",
        "Fri" => "Friday",
        "Sat" => "Saturday",
        _ => "Sunday",
    };
    format!("{name}, {day}-{month}-{year} {time} GMT")
}

pub fn asctime(at: i64) -> String {
    let text = imf(at);
    let (name, day, month, year, time) =
        (&text[..3], &text[5..7], &text[8..11], &text[12..16], &text[17..25]);
    let day: u8 = day.parse().unwrap();
    format!("{name} {month} {day:>2} {time} {year}")
}

pub fn broken_date() -> BoxedStrategy<String> {
    let mutations = vec![
        ("GMT", "UTC"),
        ("GMT", "+0000"),
        (" GMT", ""),
        (", ", ","),
        (":", "."),
        (" GMT", " GMT x"),
        ("20", "2 0"),
        (" ", "  "),
        ("GMT", "PST"),
    ];
    prop_oneof![
        2 => (moment(), select(mutations)).prop_map(|(at, (old, new))| imf(at).replace(old, new)),
        1 => select(vec!["0", "-1", "", "now", "Thu, 31 Feb 2027 00:00:00 GMT", "1800000000"])
            .prop_map(str::to_owned),
    ]
    .boxed()
}

pub fn date() -> BoxedStrategy<String> {
    prop_oneof![
        6 => moment().prop_map(imf),
        1 => moment().prop_map(asctime),
        1 => moment().prop_map(rfc850),
        1 => moment().prop_map(|at| imf(at).to_ascii_lowercase()),
        1 => broken_date(),
    ]
    .boxed()
}

// G6.
pub const HEURISTIC: [u16; 13] = [200, 203, 204, 206, 300, 301, 308, 404, 405, 410, 414, 451, 501];

pub fn status() -> BoxedStrategy<u16> {
    prop_oneof![
        8 => Just(200),
        3 => select(&HEURISTIC[..]),
        2 => select(vec![201, 302, 303, 307, 400, 401, 403, 418, 425, 500, 502, 503, 504, 505, 207]),
        1 => select(vec![100, 103, 199, 299, 304, 428, 429, 431, 499, 511, 599, 600, 999, 0]),
    ].boxed()
}

pub fn method() -> BoxedStrategy<String> {
    prop_oneof![
        16 => Just("GET".to_owned()),
        2 => Just("HEAD".to_owned()),
        2 => select(vec!["POST", "PATCH", "QUERY"]).prop_map(str::to_owned),
        1 => other_method(),
    ]
    .boxed()
}

pub fn other_method() -> BoxedStrategy<String> {
    select(vec![
        "PUT", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "M-SEARCH", "get", "Get",
        "head", "post", "GETS", "", "X",
    ])
    .prop_map(str::to_owned)
    .boxed()
}

/// Other fields of a response; none that steers some vendor.
fn response_field() -> BoxedStrategy<Line> {
    let line = |name: &'static str| move |value: String| (name.to_owned(), value.into_bytes());
    prop_oneof![
        3 => date().prop_map(line("Expires")),
        3 => date().prop_map(line("Last-Modified")),
        2 => number().prop_map(line("Age")),
        1 => no_number().prop_map(line("Age")),
        2 => select(vec!["Accept-Encoding", "Cookie", "User-Agent", "authorization", "accept, , X-A"])
            .prop_map(|names| header("Vary", names)),
        1 => select(vec!["*", "Accept, *", "a b"]).prop_map(|names| header("Vary", names)),
        2 => Just(header("ETag", "\"v1\"")),
        1 => Just(header("Set-Cookie", "sid=alice")),
        1 => Just(header("Pragma", "no-cache")),
        1 => Just(header("Content-Location", "/x")),
        1 => Just(header("Content-Range", "bytes 0-1/9")),
        1 => Just(header("Content-Type", "text/html")),
    ].boxed()
}

pub fn request_directive() -> BoxedStrategy<String> {
    prop_oneof![
        (select(vec!["max-age", "min-fresh", "max-stale"]), number())
            .prop_map(|(name, number)| format!("{name}={number}")),
        select(vec!["no-cache", "max-stale", "only-if-cached", "no-transform", "no-store"])
            .prop_map(str::to_owned),
        unknown_member(),
    ]
    .boxed()
}

pub fn request_field() -> BoxedStrategy<Line> {
    prop_oneof![
        3 => select(vec!["a=1", "sid=alice"]).prop_map(|value| header("Cookie", value)),
        2 => Just(header("User-Agent", "first")),
        1 => Just(header("Authorization", "Basic YTpi")),
        1 => request_directive().prop_map(|value| header("Cache-Control", &value)),
        1 => Just(header("Range", "bytes=0-1")),
        2 => select(vec!["gzip", "gzip,br", ""]).prop_map(|value| header("Accept-Encoding", value)),
    ]
    .boxed()
}

/// An exchange whose Cache-Control is well-formed.
pub fn case() -> BoxedStrategy<Case> {
    composed().boxed()
}

prop_compose! {
    fn composed()(
        method in method(),
        request in proptest::collection::vec(request_field(), 0..3),
        status in status(),
        control in proptest::collection::vec(member(), 0..5),
        layout in layout(),
        mut response in proptest::collection::vec(response_field(), 0..4),
        // G5: mostly near each other.
        date in proptest::option::weighted(0.8, prop_oneof![
            4 => (0_i64..60).prop_map(|before| imf(NOW - before)),
            1 => date(),
        ]),
        received_at in proptest::option::weighted(0.9, prop_oneof![
            6 => Just(NOW),
            1 => moment(),
        ]),
        delay in proptest::option::of(prop_oneof![4 => 0_u32..30, 1 => any::<u32>()]),
    ) -> Case {
        // Most senders send a field with one value once.
        let mut seen = Vec::new();
        response.retain(|(name, _)| {
            let first = !seen.contains(name);
            seen.push(name.clone());
            first
        });
        response.extend(date.map(|date| header("Date", &date)));
        Case { method, request, status, control, layout, response, received_at, delay }
    }
}

/// A GET that was answered 200 with nothing odd around it; Cache-Control as it comes.
pub fn plain_case() -> BoxedStrategy<Case> {
    case()
        .prop_map(|case| Case {
            method: "GET".to_owned(),
            status: 200,
            received_at: Some(NOW),
            delay: None,
            ..case
        })
        .boxed()
}

/// A lifetime beside something that bars or bounds reuse: what caches that share too much share.
pub fn tempting_case() -> BoxedStrategy<Case> {
    let bars = vec![
        "no-store",
        "no-cache",
        "private",
        "max-age=0",
        "s-maxage=0",
        "must-revalidate",
        "request",
        "authorization",
        "expires",
        "age",
    ];
    let lifetime = (select(vec!["max-age", "s-maxage"]), 0_u64..5_000);
    (plain_case(), select(bars), lifetime, layout())
        .prop_map(|(case, bar, (name, seconds), layout)| {
            let mut case = case;
            case.request.retain(|(name, _)| name == "User-Agent");
            case.response.retain(|(name, _)| matches!(name.as_str(), "Date" | "ETag" | "Expires"));
            case.control.truncate(1);
            let case = Case { layout, ..case }.saying(&format!("{name}={seconds}"));
            match bar {
                "request" => case.with_request("Cache-Control", "no-store"),
                "authorization" => case.with_request("Authorization", "Basic YTpi"),
                "expires" => {
                    let case = case.without_members(&["max-age", "s-maxage"]);
                    case.without_response("expires").with_response("Expires", "0")
                }
                "age" => case.with_response("Age", &(seconds + 1).to_string()),
                member => case.saying(member),
            }
        })
        .boxed()
}

/// A later request for the same target.
pub fn follower() -> BoxedStrategy<(String, Vec<Line>)> {
    (method(), proptest::collection::vec(request_field(), 0..4)).boxed()
}

// G7: every field that is read, filled with anything.
pub fn raw_lines() -> BoxedStrategy<Vec<Line>> {
    let bytes = prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..40),
        "[-a-z=\",;\\\\ \t0-9*:?]{0,40}".prop_map(String::into_bytes),
        proptest::collection::vec(prop_oneof![member(), broken_member()], 0..4)
            .prop_map(|members| members.join(",").into_bytes()),
        date().prop_map(String::into_bytes),
    ];
    let name = select(Field::ALL).prop_map(|field| field.name().to_owned());
    proptest::collection::vec((name, bytes), 0..12).boxed()
}
