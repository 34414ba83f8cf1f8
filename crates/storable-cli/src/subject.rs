//! What is judged: an exchange, with what of it is not known and had to be assumed.
//!
//! Whether an answer hangs on an assumption is found by judging again with other values, never by
//! hand: an answer that changes hangs on it.

use std::cmp::Reverse;
use std::time::{Duration, SystemTime};

use storable::profile::Eligibility;
use storable::{Answers, Exposure, Finds, FreshFor, Profile, Question, Remedy, Routes, Verdict};
use storable_wire::{Line, LineError, Times, WireRequest, WireResponse, lend};

use crate::marker::{self, Did, Seen};
use crate::named_site::Cache;

/// An exchange, and what of it is assumed.
#[derive(Debug)]
pub(crate) struct Subject {
    pub(crate) request: WireRequest,
    pub(crate) response: WireResponse,
    pub(crate) times: Times,
    pub(crate) assumed: Vec<Assumption>,
    /// What the response tells of a cache that sent it.
    pub(crate) seen: Option<Seen>,
}

/// What the input does not tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Assumption {
    /// The URL.
    Url,
    /// The request's fields.
    Request,
    /// When the response was received.
    Clock,
    /// What the origin sent: the head is one that a cache has sent.
    Origin,
}

/// An answer that hangs on an assumption: with another value it is another one.
#[derive(Clone, Debug)]
pub(crate) struct Hanging {
    pub(crate) on: Assumption,
    /// The other value: `with the URL /x.pdf`.
    pub(crate) with: String,
    pub(crate) answers: Answers,
}

/// The answers under a profile, and on what they hang.
#[derive(Debug)]
pub(crate) struct Judgement {
    pub(crate) answers: Answers,
    /// For each assumption on which an answer hangs, the value under which most is shared.
    pub(crate) hanging: Vec<Hanging>,
    /// Whether the head came out of a cache, so that what the origin sent is not known at all.
    pub(crate) origin_unseen: bool,
    /// Whether it came out of the very cache that is asked about: then it was stored there, and
    /// others get it, whatever the head says.
    pub(crate) was_stored: bool,
}

impl Judgement {
    /// Whether other users get the response. What hangs on an assumption is known only as far as
    /// all values agree.
    pub(crate) fn exposure(&self) -> Exposure {
        let worse = self.hanging.iter().any(|other| other.answers.exposure > self.answers.exposure);
        match self.answers.exposure {
            _ if self.was_stored => Exposure::Known,
            Exposure::None if worse || self.origin_unseen => Exposure::Unknown,
            exposure => exposure,
        }
    }
}

impl Subject {
    /// Marks the head as one that a cache has sent, where its fields show that.
    pub(crate) fn with_markers_read(mut self) -> Self {
        self.seen = marker::seen(&self.response);
        if self.seen.is_some() {
            self.assumed.push(Assumption::Origin);
        }
        self
    }

    /// The profile of a cache that decides on the request.
    pub(crate) fn profile(&self, cache: Cache) -> &'static Profile {
        lend(&self.request, &self.response, self.times, |exchange| {
            cache.profile(&exchange.request())
        })
    }

    /// The number of the cache's route that decides on the request.
    pub(crate) fn route(&self, cache: Cache) -> usize {
        lend(&self.request, &self.response, self.times, |exchange| cache.route(&exchange.request()))
    }

    /// The number of the route that another user's request takes, where it is not the same, and
    /// whether it finds there what was stored.
    pub(crate) fn other_users_route(&self, cache: Cache) -> Option<(usize, Finds)> {
        lend(&self.request, &self.response, self.times, |exchange| {
            let request = exchange.request();
            let other = request.another_user();
            let number = cache.route(&other);
            let finds = cache.site().finds(&other, &request);
            (number != cache.route(&request)).then_some((number, finds))
        })
    }

    /// Judges the exchange as it is, by a profile or by a site's routes.
    pub(crate) fn judge<T>(&self, by: &dyn Routes, then: impl FnOnce(&Verdict<'_>) -> T) -> T {
        lend(&self.request, &self.response, self.times, |exchange| then(&exchange.judge_by(by)))
    }

    /// Judges the exchange under all values of what is assumed.
    pub(crate) fn judgement(&self, cache: Cache) -> Judgement {
        let profile = self.profile(cache);
        let answers = self.judge(cache.site(), |verdict| verdict.answers());
        let mut hanging: Vec<Hanging> = Vec::new();
        for &on in &self.assumed {
            let others = self.others(on, cache).into_iter().map(|other| {
                let answers = lend(&other.request, &other.response, other.times, |exchange| {
                    // With another URL another route of a site may decide.
                    exchange.judge_by(cache.site()).answers()
                });
                Hanging { on, with: other.with, answers }
            });
            let differing = others.filter(|other| on.matters(&answers, &other.answers));
            // Of several as exposed the first one is told.
            hanging.extend(differing.min_by_key(|other| Reverse(other.answers.exposure)));
        }
        let answered = self.seen.as_ref().is_some_and(|seen| seen.did == Did::Answered);
        let origin_unseen = answered && self.assumed.contains(&Assumption::Origin);
        let own = self.seen.as_ref().is_some_and(|seen| seen.cache.is_of(profile.id()));
        Judgement { answers, hanging, origin_unseen, was_stored: own && origin_unseen }
    }

    /// The paths that it may be about besides the one that was assumed; none where it is told.
    pub(crate) fn other_paths(&self, cache: Cache) -> Vec<String> {
        if self.assumed.contains(&Assumption::Url) { urls(cache) } else { Vec::new() }
    }

    /// What keeps the response from later users, where no header is known to keep it from those who
    /// ask during the fetch, too.
    pub(crate) fn best_known(&self, cache: Cache) -> Option<Remedy> {
        self.judge(cache.site(), |verdict| {
            verdict.remedies_for(Question::OtherUser).first().copied()
        })
    }

    /// The exchange with other values of what is assumed.
    fn others(&self, on: Assumption, cache: Cache) -> Vec<Other> {
        match on {
            Assumption::Url => urls(cache).into_iter().map(|path| self.with_path(path)).collect(),
            Assumption::Request => REQUEST_LINES
                .iter()
                .filter_map(|&(name, value)| self.with_request_line(name, value).ok())
                .collect(),
            Assumption::Clock => self.at_other_times(),
            Assumption::Origin => self
                .seen
                .iter()
                .flat_map(|seen| seen.cache.takes)
                .filter_map(|&(name, value)| self.with_origin_line(name, value).ok())
                .collect(),
        }
    }

    fn other(&self, with: String) -> Other {
        let (request, response) = (self.request.clone(), self.response.clone());
        Other { with, request, response, times: self.times }
    }

    fn with_path(&self, path: String) -> Other {
        let mut other = self.other(format!("with the URL {path}"));
        other.request.url = path;
        other
    }

    fn with_request_line(&self, name: &str, value: &str) -> Result<Other, LineError> {
        let mut other = self.other(format!("with {name} in the request"));
        other.request.headers.push(Line::new(name, value.as_bytes().to_vec())?);
        Ok(other)
    }

    /// With a Date, and at the first and the last moment that one can tell (RFC 9110 §5.6.7).
    fn at_other_times(&self) -> Vec<Other> {
        const YEAR_9999: Duration = Duration::from_secs(253_370_764_800);
        let last = SystemTime::UNIX_EPOCH.checked_add(YEAR_9999);
        let times = [("earlier", Some(SystemTime::UNIX_EPOCH)), ("later", last)];
        let dated = self.times.received_at.and_then(|at| {
            let mut other = self.other("with a Date".to_owned());
            let date = httpdate::fmt_http_date(at).into_bytes();
            other.response.headers.push(Line::new("Date", date).ok()?);
            Some(other)
        });
        let at_other_times = times.into_iter().filter_map(|(when, at)| {
            let mut other = self.other(format!("if it was received {when}"));
            other.times = Times { requested_at: None, received_at: Some(at?) };
            Some(other)
        });
        dated.into_iter().chain(at_other_times).collect()
    }

    /// The head with a line that the cache may have taken away; what it tells of the cache itself
    /// the origin did not send.
    fn with_origin_line(&self, name: &str, value: &str) -> Result<Other, LineError> {
        let mut other = self.other(format!("if the origin sent `{name}: {value}`"));
        other.response.headers.retain(|line| !line.is("age"));
        other.response.headers.push(Line::new(name, value.as_bytes().to_vec())?);
        Ok(other)
    }
}

/// The exchange with another value of something.
struct Other {
    with: String,
    request: WireRequest,
    response: WireResponse,
    times: Times,
}

impl Assumption {
    /// Whether another value's answers are news: other ones, or, where a value is likely to be the
    /// right one, more exposed ones.
    fn matters(self, own: &Answers, other: &Answers) -> bool {
        match self {
            Self::Url => own != other,
            Self::Clock => {
                own.exposure != other.exposure || without_lifetime(own) != without_lifetime(other)
            }
            Self::Request => other.exposure > own.exposure,
            // That the origin sent another CDN's field, and that this cache reads it, which no
            // public source says: two guesses are too many.
            Self::Origin => other.exposure == Exposure::Known && own.exposure < Exposure::Known,
        }
    }
}

/// Answers without the lifetime, which the clock may change by the second.
fn without_lifetime(answers: &Answers) -> Answers {
    Answers { fresh_for: FreshFor::Unknown, ..*answers }
}

/// Fields that a request may have had.
const REQUEST_LINES: [(&str, &str); 2] = [("Cookie", "session=1"), ("Authorization", "Bearer 1")];

/// Paths on which caches look: kinds of files, and those that the cache's profiles and routes name.
fn urls(cache: Cache) -> Vec<String> {
    let mut paths: Vec<String> =
        ["/page", "/page?a=b", "/x.pdf", "/x.css", "/x.jpg", "/x.html", "/x.php"]
            .map(str::to_owned)
            .to_vec();
    for profile in cache.routes() {
        match profile.facts().eligibility.known() {
            Some(Eligibility::Paths { extensions, names }) => {
                paths.extend(extensions.first().map(|extension| format!("/x.{extension}")));
                paths.extend(names.first().map(|name| format!("/{name}")));
            }
            Some(Eligibility::AllButPaths(extensions)) => {
                paths.extend(extensions.first().map(|extension| format!("/x.{extension}")));
            }
            _ => {}
        }
    }
    let routes = cache.site().file().route.iter();
    paths.extend(routes.flat_map(|route| &route.path.0).map(|glob| glob.replace('*', "x")));
    paths
}

impl Assumption {
    /// In a word, for a table.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Url => "URL",
            Self::Request => "request",
            Self::Clock => "time",
            Self::Origin => "origin's head",
        }
    }

    /// What was assumed, and how to do better.
    pub(crate) fn says(self, subject: &Subject) -> String {
        match self {
            Self::Url => format!(
                "The input shows no URL: `{}` was assumed. Give --url.",
                subject.request.url
            ),
            Self::Request => {
                "The input shows no request: one without Cookie and Authorization was \
                              assumed. Give --request."
                    .to_owned()
            }
            Self::Clock => "The response has no Date: it was taken as received now. Give \
                            --response 'Date: ...'."
                .to_owned(),
            Self::Origin => "A cache sent this head, and caches take fields away: ask the origin \
                             itself."
                .to_owned(),
        }
    }
}
