//! The finite domain of the exhaustive comparison: one list per dimension.

use crate::model::exchange::{
    Authorization, Cache, Dates, Directives, Etag, Exchange, Location, Method, Moment, Number,
    Vary, Wish,
};
use crate::subject::{self, Line, Texts};

const MAX_AGES: &[Number] =
    &[Number::Absent, Number::Seconds(0), Number::Seconds(60), Number::Invalid];

const S_MAXAGES: &[Number] =
    &[Number::Absent, Number::Seconds(0), Number::Seconds(30), Number::Invalid];

const STALE_WINDOWS: &[Number] = &[Number::Absent, Number::Seconds(20)];

const CACHES: &[Cache] = &[Cache::Shared, Cache::Private];

const METHODS: &[(Method, Location)] = &[
    (Method::Get, Location::Absent),
    (Method::Head, Location::Absent),
    (Method::Post, Location::Absent),
    (Method::Post, Location::Own),
    (Method::Query, Location::Absent),
    (Method::Put, Location::Own),
];

/// Interim; heuristically cacheable, whole and in part; final, not heuristic; an update; a client
/// error; banned; a server error; unknown.
const STATUSES: &[u16] = &[103, 200, 206, 302, 304, 404, 429, 503, 599];

const REQUESTS: &[(Authorization, Wish)] = &[
    (Authorization::Absent, Wish::None),
    (Authorization::Present, Wish::None),
    (Authorization::Absent, Wish::NoStore),
    (Authorization::Absent, Wish::NoCache),
    (Authorization::Absent, Wish::MinFresh(45)),
    (Authorization::Absent, Wish::MaxStale(Some(10))),
];

const VARIES: &[Vary] = &[Vary::Absent, Vary::Accept, Vary::Cookie, Vary::Star];

const ETAGS: &[Etag] = &[Etag::Absent, Etag::Present];

const SILENT: Dates = Dates {
    date: Moment::Absent,
    expires: Moment::Absent,
    last_modified: Moment::Absent,
    age: Number::Absent,
    delay: 0,
};

const DATED: Dates = Dates { date: Moment::At(0), ..SILENT };

const DATES: &[Dates] = &[
    SILENT,
    Dates { age: Number::Seconds(65), ..DATED },
    Dates { expires: Moment::At(60), ..DATED },
    Dates { expires: Moment::At(0), ..DATED },
    Dates { expires: Moment::Invalid, ..DATED },
    Dates { date: Moment::At(-40), expires: Moment::At(5), ..SILENT },
    Dates { last_modified: Moment::At(-1000), ..DATED },
];

/// A set of response directives with their numbers.
#[derive(Clone, Copy)]
pub(crate) struct Control {
    directives: Directives,
    max_age: Number,
    s_maxage: Number,
    stale_while_revalidate: Number,
}

/// Takes a number apart into places in lists, the first list's the fastest.
struct Digits(u64);

impl Digits {
    fn pick<T: Copy>(&mut self, list: &[T]) -> (usize, T) {
        let length = list.len() as u64;
        let place = (self.0 % length) as usize;
        self.0 /= length;
        (place, list[place])
    }
}

/// The domain, with every text in it.
pub(crate) struct Domain {
    controls: Vec<(Control, Option<Line>)>,
    dates: Vec<Vec<Line>>,
    wishes: Vec<Option<Line>>,
}

impl Domain {
    pub(crate) fn new() -> Self {
        let mut controls = Vec::new();
        for bits in 0..Directives::COUNT {
            for &max_age in MAX_AGES {
                for &s_maxage in S_MAXAGES {
                    for &stale_while_revalidate in STALE_WINDOWS {
                        let directives = Directives(bits);
                        let line =
                            subject::control(directives, max_age, s_maxage, stale_while_revalidate);
                        controls.push((
                            Control { directives, max_age, s_maxage, stale_while_revalidate },
                            line,
                        ));
                    }
                }
            }
        }
        Self {
            controls,
            dates: DATES.iter().map(subject::dates).collect(),
            wishes: REQUESTS.iter().map(|&(_, wish)| subject::wish(wish)).collect(),
        }
    }

    /// The dimensions with their lengths.
    pub(crate) fn dimensions(&self) -> [(&'static str, usize); 8] {
        [
            ("response directives", self.controls.len()),
            ("cache types", CACHES.len()),
            ("methods", METHODS.len()),
            ("statuses", STATUSES.len()),
            ("requests", REQUESTS.len()),
            ("dates", DATES.len()),
            ("entity tags", ETAGS.len()),
            ("vary", VARIES.len()),
        ]
    }

    /// How many exchanges there are.
    pub(crate) fn size(&self) -> u64 {
        self.dimensions().iter().map(|(_, length)| *length as u64).product()
    }

    /// The exchange of this number, with its text.
    pub(crate) fn get(&self, number: u64) -> (Exchange, Texts<'_>) {
        let mut digits = Digits(number);
        let (_, cache) = digits.pick(CACHES);
        let (_, (method, location)) = digits.pick(METHODS);
        let (_, status) = digits.pick(STATUSES);
        let (request, (authorization, wish)) = digits.pick(REQUESTS);
        let (dating, dates) = digits.pick(DATES);
        let (_, etag) = digits.pick(ETAGS);
        let (_, vary) = digits.pick(VARIES);
        let (control, line) = &self.controls[digits.0 as usize];
        let exchange = Exchange {
            cache,
            method,
            location,
            authorization,
            wish,
            status,
            directives: control.directives,
            max_age: control.max_age,
            s_maxage: control.s_maxage,
            stale_while_revalidate: control.stale_while_revalidate,
            dates,
            etag,
            vary,
        };
        let texts = Texts {
            control: line.as_ref(),
            dates: &self.dates[dating],
            wish: self.wishes[request].as_ref(),
        };
        (exchange, texts)
    }
}
