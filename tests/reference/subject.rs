//! A typed exchange as header text, and what the crate makes of it, in the model's words.

use std::time::{Duration, SystemTime};

use storable::{
    Answer, Exchange as Judged, FreshFor, HeaderLines, Profile, RequestHead, ResponseHead, Storage,
    Verdict, Waiting,
};

use crate::model::exchange::{
    Authorization, Cache, Dates, Directive, Directives, Etag, Exchange, Location, Method, Moment,
    Number, Vary, Wish,
};
use crate::model::{Answers, Reuse};

/// A header line.
pub(crate) type Line = (&'static str, String);

/// A header line, lent.
pub(crate) type Lent<'a> = (&'a str, &'a [u8]);

const URL: &str = "https://reference.test/page";
const RANGE: Lent<'static> = ("Range", b"bytes=0-99");

/// When the response is received, in seconds since 1970.
const RECEIVED: i64 = 1_790_000_000;

fn token(directive: Directive) -> &'static str {
    match directive {
        Directive::MustRevalidate => "must-revalidate",
        Directive::MustUnderstand => "must-understand",
        Directive::NoCache => "no-cache",
        Directive::NoCacheFields => "no-cache=\"set-cookie\"",
        Directive::NoStore => "no-store",
        Directive::Private => "private",
        Directive::PrivateFields => "private=\"set-cookie\"",
        Directive::ProxyRevalidate => "proxy-revalidate",
        Directive::Public => "public",
    }
}

fn numbered(name: &str, number: Number) -> Option<String> {
    match number {
        Number::Absent => None,
        Number::Seconds(seconds) => Some(format!("{name}={seconds}")),
        Number::Invalid => Some(format!("{name}=soon")),
    }
}

/// The Cache-Control of the response, where it has one.
pub(crate) fn control(
    directives: Directives,
    max_age: Number,
    s_maxage: Number,
    stale_while_revalidate: Number,
) -> Option<Line> {
    let bare = Directive::ALL.into_iter().filter(|&directive| directives.has(directive));
    let numbers = [
        numbered("max-age", max_age),
        numbered("s-maxage", s_maxage),
        numbered("stale-while-revalidate", stale_while_revalidate),
    ];
    let members: Vec<_> = bare
        .map(|directive| token(directive).to_owned())
        .chain(numbers.into_iter().flatten())
        .collect();
    (!members.is_empty()).then(|| ("Cache-Control", members.join(", ")))
}

fn moment(name: &'static str, moment: Moment) -> Option<Line> {
    match moment {
        Moment::Absent => None,
        Moment::Invalid => Some((name, "0".to_owned())),
        Moment::At(at) => Some((name, httpdate::fmt_http_date(time(at)))),
    }
}

/// So many seconds after receipt.
fn time(at: i64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs((RECEIVED + at).unsigned_abs())
}

/// The lines that say something on time.
pub(crate) fn dates(dates: &Dates) -> Vec<Line> {
    let age = match dates.age {
        Number::Absent => None,
        Number::Seconds(seconds) => Some(("Age", seconds.to_string())),
        Number::Invalid => Some(("Age", "old".to_owned())),
    };
    [
        moment("Date", dates.date),
        moment("Expires", dates.expires),
        moment("Last-Modified", dates.last_modified),
        age,
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn location(location: Location) -> Option<Lent<'static>> {
    match location {
        Location::Absent => None,
        Location::Own => Some(("Content-Location", b"/page")),
        Location::Other => Some(("Content-Location", b"/another")),
    }
}

fn vary(vary: Vary) -> Option<Lent<'static>> {
    match vary {
        Vary::Absent => None,
        Vary::Accept => Some(("Vary", b"Accept")),
        Vary::Cookie => Some(("Vary", b"Cookie")),
        Vary::Authorization => Some(("Vary", b"Authorization")),
        Vary::Star => Some(("Vary", b"*")),
    }
}

/// The Cache-Control of the request, where it has one.
pub(crate) fn wish(wish: Wish) -> Option<Line> {
    let text = match wish {
        Wish::None => return None,
        Wish::NoStore => "no-store".to_owned(),
        Wish::NoCache => "no-cache".to_owned(),
        Wish::MaxAge(seconds) => format!("max-age={seconds}"),
        Wish::MinFresh(seconds) => format!("min-fresh={seconds}"),
        Wish::MaxStale(None) => "max-stale".to_owned(),
        Wish::MaxStale(Some(seconds)) => format!("max-stale={seconds}"),
    };
    Some(("Cache-Control", text))
}

fn method(method: Method) -> &'static str {
    match method {
        Method::Get => "GET",
        Method::Head => "HEAD",
        Method::Post => "POST",
        Method::Patch => "PATCH",
        Method::Query => "QUERY",
        Method::Put => "PUT",
    }
}

pub(crate) fn lend(line: &Line) -> Lent<'_> {
    (line.0, line.1.as_bytes())
}

/// The text that is made of numbers, so that many exchanges can share it.
#[derive(Clone, Copy)]
pub(crate) struct Texts<'a> {
    pub(crate) control: Option<&'a Line>,
    pub(crate) dates: &'a [Line],
    pub(crate) wish: Option<&'a Line>,
}

/// What the crate says of an exchange.
pub(crate) fn judge(exchange: &Exchange) -> Answers {
    let control = control(
        exchange.directives,
        exchange.max_age,
        exchange.s_maxage,
        exchange.stale_while_revalidate,
    );
    let (dates, wish) = (dates(&exchange.dates), wish(exchange.wish));
    let texts = Texts { control: control.as_ref(), dates: &dates, wish: wish.as_ref() };
    judge_texts(exchange, texts)
}

/// The same, from text that is there already: nothing is allocated.
pub(crate) fn judge_texts(exchange: &Exchange, texts: Texts<'_>) -> Answers {
    let part = exchange.status == 206;
    let (mut request_lines, mut response_lines) = (Lines::new(), Lines::new());
    request_lines.extend([Some(("Cookie", &b"sid=alice"[..])), part.then_some(RANGE)]);
    request_lines.extend([texts.wish.map(lend)]);
    if exchange.authorization == Authorization::Present {
        request_lines.extend([Some(("Authorization", &b"Basic QWxpY2U="[..]))]);
    }
    response_lines.extend([
        texts.control.map(lend),
        vary(exchange.vary),
        location(exchange.location),
        part.then_some(("Content-Range", b"bytes 0-99/200")),
        (exchange.etag == Etag::Present).then_some(("ETag", b"\"1\"")),
    ]);
    response_lines.extend(texts.dates.iter().map(|line| Some(lend(line))));

    let request = RequestHead::new(
        method(exchange.method),
        URL,
        HeaderLines::from_pairs(request_lines.as_slice()),
    );
    let response =
        ResponseHead::new(exchange.status, HeaderLines::from_pairs(response_lines.as_slice()));
    let profile = match exchange.cache {
        Cache::Shared => &Profile::RFC9111_SHARED,
        Cache::Private => &Profile::RFC9111_PRIVATE,
    };
    let delay = i64::try_from(exchange.dates.delay).unwrap_or(RECEIVED);
    let verdict = Judged::new(&request, &response)
        .requested_at(time(-delay))
        .received_at(time(0))
        .judge(profile);
    answers(&verdict)
}

/// Room for the lines of a head.
struct Lines<'a> {
    lines: [Lent<'a>; 9],
    length: usize,
}

impl<'a> Lines<'a> {
    fn new() -> Self {
        Self { lines: [("", b""); 9], length: 0 }
    }

    fn extend(&mut self, lines: impl IntoIterator<Item = Option<Lent<'a>>>) {
        for line in lines.into_iter().flatten() {
            self.lines[self.length] = line;
            self.length += 1;
        }
    }

    fn as_slice(&self) -> &[Lent<'a>] {
        &self.lines[..self.length]
    }
}

fn answers(verdict: &Verdict<'_>) -> Answers {
    let stored_and_fresh_for = match (verdict.storage(), verdict.fresh_for()) {
        (Storage::Stored, FreshFor::Seconds(seconds)) => Some(seconds),
        (Storage::NotStored, FreshFor::NotStored) => None,
        other => panic!("RFC 9111 leaves nothing open, and so no {other:?}"),
    };
    Answers {
        stored_and_fresh_for,
        same_request: reuse(verdict.same_request()),
        other_user: reuse(verdict.other_user()),
        waiting_user: match verdict.waiting_user() {
            Waiting::Shared => Reuse::Hit,
            Waiting::Validated => Reuse::Validated,
            Waiting::OwnFetch => Reuse::Miss,
            Waiting::Unknown => Reuse::DependsOnContent,
        },
    }
}

fn reuse(answer: Answer) -> Reuse {
    match answer {
        Answer::Hit => Reuse::Hit,
        Answer::Validated => Reuse::Validated,
        Answer::Miss | Answer::GatewayTimeout => Reuse::Miss,
        Answer::Unknown => Reuse::DependsOnContent,
    }
}
