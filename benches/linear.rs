//! Work for a counter of instructions: long header values of every bad shape, one call a line.
//!
//! `.ci/linear` runs it under callgrind and holds the counts per byte against each other. Run as it
//! is, it only shows that all of it ends.

#![allow(missing_docs, clippy::arithmetic_side_effects)]

use std::hint::black_box;
use std::time::{Duration, SystemTime};

use storable::field::Field;
use storable::policy::ResponseControl;
use storable::profile::Dialect;
use storable::{Exchange, Fact, HeaderLines, Profile, RequestHead, ResponseHead};

type Lines<'a> = Vec<(&'a str, &'a [u8])>;

/// A shape of header values: what stands first, what comes again and again, how long a line is.
struct Shape {
    name: &'static str,
    first: &'static str,
    again: &'static str,
    line: usize,
}

const ONE_LINE: usize = usize::MAX;

const SHAPES: [Shape; 10] = [
    Shape { name: "one directive", first: "max-age=", again: "0", line: ONE_LINE },
    Shape { name: "one long name", first: "", again: "private-", line: ONE_LINE },
    Shape { name: "directives", first: "", again: "max-age=60, x=y, ", line: ONE_LINE },
    Shape { name: "quote never closed", first: "x=\"", again: "private, ", line: ONE_LINE },
    Shape { name: "quotes", first: "", again: "no-cache=\"", line: ONE_LINE },
    Shape { name: "commas", first: "", again: ",", line: ONE_LINE },
    Shape { name: "semicolons", first: "", again: ";", line: ONE_LINE },
    Shape { name: "backslashes", first: "x=\"", again: "\\", line: ONE_LINE },
    Shape { name: "lines", first: "", again: "x-a=1, public, max-age=5 ", line: 100 },
    Shape {
        name: "quote over lines",
        first: "x=\"",
        again: "private, x=1, no-store, y",
        line: 100,
    },
];

/// Where the text stands. Only one of the messages is long: what Vary names is looked up in the
/// requests, so the work for two long ones is their product.
const PLACES: [(&str, Message, Fields); 3] = [
    ("cache-control", Message::Response, || vec![Field::CacheControl]),
    ("other fields", Message::Response, others),
    ("request", Message::Request, || Field::ALL.to_vec()),
];

type Fields = fn() -> Vec<Field>;

#[derive(Clone, Copy)]
enum Message {
    Request,
    Response,
}

const REQUEST: &[(&str, &[u8])] = &[
    ("Host", b"shop.example"),
    ("User-Agent", b"Mozilla/5.0"),
    ("Accept", b"*/*"),
    ("Accept-Encoding", b"gzip, br"),
    ("Accept-Language", b"ja, en;q=0.7"),
    ("Cookie", b"sid=3f2a9c"),
];

const RESPONSE: &[(&str, &[u8])] = &[
    ("Date", b"Mon, 21 Sep 2026 14:13:20 GMT"),
    ("Cache-Control", b"max-age=60, stale-while-revalidate=10"),
    ("Vary", b"Accept-Encoding, Accept-Language"),
    ("ETag", b"\"1\""),
];

impl Shape {
    /// The text, cut into lines of a field.
    fn text(&self, size: usize) -> Vec<Vec<u8>> {
        let bytes = self.first.bytes().chain(self.again.bytes().cycle()).take(size);
        let text: Vec<u8> = bytes.collect();
        text.chunks(self.line.min(size)).map(<[u8]>::to_vec).collect()
    }
}

/// What is counted: everything that this calls.
#[inline(never)]
fn measured(work: &mut dyn FnMut()) {
    work();
}

fn parse(lines: &[(&str, &[u8])]) {
    let response = ResponseHead::new(200, HeaderLines::from_pairs(lines));
    let policy = storable::policy::ResponsePolicy::read(response, Profile::RFC9111_SHARED.facts());
    black_box(policy.control.no_store.is_present());
    for dialect in [Fact::Known(Dialect::Rfc9111), Fact::Unknown] {
        let Some((_, line)) = lines.first() else { return };
        let lines = storable::field::FieldLines::one(line);
        black_box(ResponseControl::read(lines, dialect));
    }
}

fn judge(request_lines: &[(&str, &[u8])], response_lines: &[(&str, &[u8])], profile: &Profile) {
    let url = "https://shop.example/mypage";
    let request = RequestHead::new("GET", url, HeaderLines::from_pairs(request_lines));
    let response = ResponseHead::new(200, HeaderLines::from_pairs(response_lines));
    let verdict = Exchange::new(&request, &response)
        .received_at(SystemTime::UNIX_EPOCH + Duration::from_secs(1_790_000_000))
        .judge(profile);
    black_box((verdict.answers(), verdict.warning_count()));
}

fn in_fields<'a>(fields: &[Field], text: &'a [Vec<u8>]) -> Lines<'a> {
    let of = |field: &Field| {
        let name = field.name();
        text.iter().map(move |line| (name, line.as_slice()))
    };
    fields.iter().flat_map(of).collect()
}

fn others() -> Vec<Field> {
    Field::ALL.iter().copied().filter(|field| *field != Field::CacheControl).collect()
}

fn run(size: usize, shape: &Shape, profiles: &[Profile]) {
    let text = shape.text(size);
    let lines = in_fields(&[Field::CacheControl], &text);
    measured(&mut || parse(&lines));
    println!("{size}\t{}\tparse", shape.name);
    for (place, message, fields) in PLACES {
        let fields = fields();
        let text = shape.text(size / fields.len());
        let long = in_fields(&fields, &text);
        let (request, response) = match message {
            Message::Request => (&long[..], RESPONSE),
            Message::Response => (REQUEST, &long[..]),
        };
        for profile in profiles {
            measured(&mut || judge(request, response, profile));
            println!("{size}\t{}\t{place}, {}", shape.name, profile.id());
        }
    }
}

fn main() {
    let sizes: Vec<usize> = std::env::args().filter_map(|argument| argument.parse().ok()).collect();
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    let profiles: Vec<Profile> = Profile::ALL
        .iter()
        .filter(|profile| {
            let named = wanted.iter().any(|id| Profile::find(id).is_some());
            !named || wanted.iter().any(|id| id == profile.id())
        })
        .copied()
        .collect();
    for &size in if sizes.is_empty() { &[1000][..] } else { &sizes[..] } {
        for shape in &SHAPES {
            run(size, shape, &profiles);
        }
    }
}
