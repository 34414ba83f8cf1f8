//! What a cache of a given profile may do in an experiment, by the library's own verdicts.

use std::time::{Duration, SystemTime};

use storable::life::{
    Condition, Reply, Reuse, ToStore, instead_of, invalidated_by, look_up, method_to_forward,
    on_error, reply,
};
use storable::policy::RequestPolicy;
use storable::profile::{Fact, Marker, StaleWindow};
use storable::{
    Answer, AsRequest, Axis, Exchange, FreshFor, HeaderLines, Profile, RequestHead, ResponseHead,
    Storage, Verdict, Waiting,
};

use super::experiment::{Ask, CHANGING, CROWD, Experiment, Later, Trial};
use super::place::Place;
use super::seen::{Possible, Seen};

type Lines = Vec<(String, String)>;

/// An experiment with its messages written out, to be judged under many profiles.
#[derive(Debug)]
pub(crate) struct Staged<'a> {
    experiment: &'a Experiment,
    before: Option<Message>,
    first: Message,
    second: Message,
    /// What the origin says when the cache asks again with a condition.
    update: Lines,
}

/// A request, and what the origin answers to it.
#[derive(Debug)]
struct Message {
    url: String,
    request: Lines,
    answer: Lines,
}

impl<'a> Staged<'a> {
    pub(crate) fn new(experiment: &'a Experiment, place: &Place) -> Self {
        let message = |ask: &Ask, number, user| Message {
            url: format!("{}/p{}{}", place.site, place.suffix_of(experiment), ask.query),
            request: place.request_lines(experiment, ask, user),
            answer: place.response_lines(
                experiment,
                experiment.answer_to(number),
                received_at(),
                1,
            ),
        };
        let before = experiment.before.as_ref();
        Self {
            experiment,
            before: before.map(|before| message(&before.ask, 0, 0)),
            first: message(&experiment.first, 1, 0),
            second: message(&experiment.second, 1, 1),
            update: place.response_lines(experiment, &experiment.answer, received_at(), 2),
        }
    }

    /// What may be seen of the profile's cache, `waited` after the first answer.
    pub(crate) fn possible(&self, profile: &Profile, waited: Duration) -> Possible {
        let experiment = self.experiment;
        let (first_lines, second_lines) = (pairs(&self.first.request), pairs(&self.second.request));
        let (answer_lines, update_lines) = (pairs(&self.first.answer), pairs(&self.update));
        // What is judged is the exchange with the origin: some caches fetch HEAD as GET.
        let fetched = method_to_forward(experiment.first.method, profile);
        let first =
            RequestHead::new(fetched, &self.first.url, HeaderLines::from_pairs(&first_lines));
        let second_lines = HeaderLines::from_pairs(&second_lines);
        let answer =
            ResponseHead::new(experiment.answer.status, HeaderLines::from_pairs(&answer_lines));
        let case = Case {
            experiment,
            profile,
            second: RequestHead::new(experiment.second.method, &self.second.url, second_lines),
            update: ResponseHead::new(304, HeaderLines::from_pairs(&update_lines)),
            waited,
        };
        let verdict = Exchange::new(&first, &answer).received_at(received_at()).judge(profile);
        let (Some(before), Some(asked)) = (&experiment.before, &self.before) else {
            return case.followed(&verdict);
        };
        let (asked_lines, before_lines) = (pairs(&asked.request), pairs(&asked.answer));
        let asked =
            RequestHead::new(before.ask.method, &asked.url, HeaderLines::from_pairs(&asked_lines));
        let answered =
            ResponseHead::new(before.answer.status, HeaderLines::from_pairs(&before_lines));
        let earlier = Exchange::new(&asked, &answered).received_at(received_at()).judge(profile);
        case.preceded(&earlier, (&first, &answer), &verdict)
    }
}

/// The request that tells, under a profile.
struct Case<'a> {
    experiment: &'a Experiment,
    profile: &'a Profile,
    second: RequestHead<'a>,
    update: ResponseHead<'a>,
    waited: Duration,
}

impl Case<'_> {
    /// Whether nobody knows how the cache answers a question that it asks.
    fn is_open(&self, axis: Axis) -> bool {
        self.profile.reads().contains(axis) && !self.profile.facts().says(axis)
    }

    /// What follows on the first exchange.
    fn followed(&self, verdict: &Verdict<'_>) -> Possible {
        match self.experiment.trial {
            Trial::Crowd => match verdict.for_waiting(&self.second, CROWD.saturating_sub(1)) {
                Waiting::Shared => Possible::only(Seen::Shared),
                Waiting::Validated => Possible::only(Seen::WaitedThenValidated),
                Waiting::OwnFetch => Possible::only(Seen::OwnFetch),
                Waiting::Unknown => Possible::ANYTHING,
            },
            Trial::Again => self.at_once(verdict),
            Trial::After(_) => self.later(verdict),
        }
    }

    /// The same, where there was an exchange before the first one.
    fn preceded(
        &self,
        earlier: &Verdict<'_>,
        (first, answer): (&RequestHead<'_>, &ResponseHead<'_>),
        verdict: &Verdict<'_>,
    ) -> Possible {
        if earlier.for_other(first) != Answer::Miss {
            // The first request never comes to the origin, or nobody knows whether it does.
            return Possible::ANYTHING;
        }
        if earlier.storage() == Storage::Stored {
            return self.after_unsafe(earlier, first, answer);
        }
        match (earlier.marker(), self.experiment.trial) {
            (None, _) => Possible::ANYTHING,
            (Some(Marker::HitForMiss(_) | Marker::HitForPass(_)), Trial::Crowd) => {
                Possible::only(Seen::OwnFetch)
            }
            (Some(Marker::HitForPass(_)), _) => Possible::only(Seen::Miss),
            (Some(_), _) => self.followed(verdict),
        }
    }

    /// The first request was for a method that may invalidate what is stored.
    fn after_unsafe(
        &self,
        earlier: &Verdict<'_>,
        first: &RequestHead<'_>,
        answer: &ResponseHead<'_>,
    ) -> Possible {
        if self.is_open(Axis::Invalidation) || earlier.for_other(&self.second) == Answer::Unknown {
            return Possible::ANYTHING;
        }
        if invalidated_by(first, answer, self.profile).is_empty() {
            return self.at_once(earlier);
        }
        Possible::only(Seen::Miss)
    }

    /// The second request comes right after the first was answered.
    fn at_once(&self, verdict: &Verdict<'_>) -> Possible {
        let fails = self.experiment.answer.later != Later::Same;
        match verdict.for_other(&self.second) {
            // The request sets a bound that a second may reach before it comes.
            Answer::Hit if self.experiment.second.says("Cache-Control: max-age=0") => {
                self.hit(verdict).or_any_of(self.stale(verdict, A_SECOND))
            }
            Answer::Hit => match ends_meanwhile(verdict, self.waited) {
                Some(end) => self.hit(verdict).or_any_of(self.stale(verdict, end)),
                None => self.hit(verdict),
            },
            Answer::Validated if fails => self.stale(verdict, self.waited),
            Answer::Validated => match verdict.to_store() {
                Some(entry) => self.validated(&entry, received_at()),
                None => Possible::ANYTHING,
            },
            Answer::Miss => Possible::only(if fails { Seen::Failed } else { Seen::Miss }),
            Answer::GatewayTimeout => Possible::NOTHING,
            Answer::Unknown => Possible::ANYTHING,
        }
    }

    /// What a hit looks like: with the stored Set-Cookie, or without it, or as the 304 that the
    /// client's condition asks for.
    fn hit(&self, verdict: &Verdict<'_>) -> Possible {
        let replayed =
            verdict.lines_to_store().any(|(name, _)| name.eq_ignore_ascii_case("set-cookie"));
        let hit = if self.experiment.answer.line("Set-Cookie").is_some() && !replayed {
            Seen::HitWithoutCookie
        } else {
            Seen::Hit
        };
        if !self.experiment.second.is_conditional() {
            return Possible::only(hit);
        }
        let Some(entry) = verdict.to_store() else { return Possible::ANYTHING };
        let request = RequestPolicy::read(self.second.as_request());
        match reply(&request, entry.stored(), self.profile) {
            _ if self.is_open(Axis::ClientConditions) => {
                Possible::only(hit).or(Seen::NotModified).or(Seen::Miss)
            }
            Reply::NotModified => Possible::only(Seen::NotModified),
            Reply::Whole => Possible::only(hit),
            _ => Possible::ANYTHING,
        }
    }

    /// The origin was asked with a condition made of this, and has confirmed it.
    fn validated(&self, entry: &ToStore, now: SystemTime) -> Possible {
        if self.experiment.second.is_conditional() {
            // In the origin's log it looks like one that has passed by.
            return Possible::only(Seen::Miss);
        }
        if !self.experiment.answer.changes_a_field() {
            return Possible::only(Seen::Validated);
        }
        if self.is_open(Axis::NotModified) {
            return Possible::only(Seen::Validated).or(Seen::ValidatedUnchanged);
        }
        let exchange = Exchange::new(&self.second, &self.update).requested_at(now).received_at(now);
        let head = entry.freshened(&exchange, self.profile).head;
        let is_old = head.headers().get(CHANGING) == entry.head.headers().get(CHANGING);
        Possible::only(if is_old { Seen::ValidatedUnchanged } else { Seen::Validated })
    }

    /// The second request comes so long after the first was answered.
    fn later(&self, verdict: &Verdict<'_>) -> Possible {
        let waited_for = self.waited.as_secs();
        let (least, most) = match verdict.fresh_for() {
            FreshFor::NotStored => return self.at_once(verdict),
            FreshFor::Seconds(seconds) => (seconds, seconds),
            FreshFor::Between(least, most) => (least, most),
            FreshFor::Unknown => return Possible::ANYTHING,
        };
        if least >= waited_for.saturating_add(MARGIN) {
            return self.at_once(verdict);
        }
        if most.saturating_add(MARGIN) > waited_for || verdict.storage() != Storage::Stored {
            return Possible::ANYTHING;
        }
        self.stale(verdict, self.waited)
    }

    /// What is stored is no longer fresh.
    fn stale(&self, verdict: &Verdict<'_>, waited: Duration) -> Possible {
        let facts = self.profile.facts();
        let Some(entry) = verdict.to_store() else { return Possible::ANYTHING };
        let Some(now) = received_at().checked_add(waited) else { return Possible::ANYTHING };
        let request = RequestPolicy::read(self.second.as_request());
        let stored = [entry.stored()];
        let window_is_open = match facts.stale_while_revalidate {
            Fact::Unknown
            | Fact::Known(
                StaleWindow::UnknownWhereBarred | StaleWindow::DefaultUnknownWhereBarred(_),
            ) => true,
            Fact::Known(_) => false,
        };
        let served = self.hit(verdict);
        let asked = match look_up(&request, stored, self.profile, now).reuse {
            Reuse::Serve(_) | Reuse::ServeAndRevalidate(_) => return served,
            Reuse::GatewayTimeout => return Possible::NOTHING,
            Reuse::Forward(_) => Possible::only(Seen::Miss),
            Reuse::Validate(_) => {
                let fields = Condition::new(&stored, 0, self.profile).request_fields(&self.second);
                let conditional = fields.contains_key("if-none-match")
                    || fields.contains_key("if-modified-since");
                let made = if conditional {
                    self.validated(&entry, now)
                } else {
                    Possible::only(Seen::Miss)
                };
                if facts.validation == Fact::Unknown {
                    made.or(Seen::Miss).or(Seen::Validated)
                } else {
                    made
                }
            }
        };
        let unavailable = ResponseHead::new(503, HeaderLines::from_pairs(&[]));
        let instead = match self.experiment.answer.later {
            Later::Same if window_is_open => return asked.or(Seen::Hit),
            Later::Same => return asked,
            Later::Unavailable => {
                instead_of(&unavailable, &request, entry.stored(), self.profile, now)
            }
            Later::HangsUp => on_error(&request, entry.stored(), self.profile, now),
        };
        match instead {
            _ if window_is_open || facts.stale_if_error == Fact::Unknown => {
                Possible::only(Seen::Failed).or(Seen::Hit)
            }
            Some(_) => served,
            None => Possible::only(Seen::Failed),
        }
    }
}

/// When what is stored is no longer fresh, where that may be before a request comes that has
/// waited so long.
fn ends_meanwhile(verdict: &Verdict<'_>, waited: Duration) -> Option<Duration> {
    let ends = match verdict.fresh_for() {
        FreshFor::Seconds(seconds) => seconds,
        FreshFor::Between(least, _) => least,
        FreshFor::NotStored | FreshFor::Unknown => return None,
    };
    // By the plan nothing has waited.
    let soon = !waited.is_zero() && ends < waited.as_secs().saturating_add(MARGIN);
    soon.then(|| Duration::from_secs(ends).saturating_add(A_SECOND))
}

/// A fixed time: a verdict depends on differences alone.
fn received_at() -> SystemTime {
    const SECONDS: Duration = Duration::from_secs(1_795_478_400);
    SystemTime::UNIX_EPOCH.checked_add(SECONDS).unwrap_or(SystemTime::UNIX_EPOCH)
}

fn pairs(lines: &[(String, String)]) -> Vec<(&str, &[u8])> {
    lines.iter().map(|(name, value)| (name.as_str(), value.as_bytes())).collect()
}

const A_SECOND: Duration = Duration::from_secs(1);
/// How far apart two clocks and a lifetime have to be to say which ended first.
const MARGIN: u64 = 2;
