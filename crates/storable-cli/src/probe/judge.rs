//! What a cache of a given profile may do in an experiment, by the library's own verdicts.

use std::time::{Duration, SystemTime};

use storable::life::{Condition, Reuse, instead_of, look_up, on_error};
use storable::policy::RequestPolicy;
use storable::profile::{Fact, StaleWindow};
use storable::{
    Answer, AsRequest, Exchange, FreshFor, HeaderLines, Profile, RequestHead, ResponseHead,
    Storage, Verdict, Waiting,
};

use super::experiment::{Ask, CROWD, Experiment, Later, Trial};

/// What became of the request that tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Seen {
    /// It got what was stored; the origin was not asked before.
    Hit,
    /// The same, without the Set-Cookie that the origin had sent.
    HitWithoutCookie,
    /// The origin was asked with a condition made of what was stored.
    Validated,
    /// It got what the origin answered.
    Miss,
    /// It got the origin's error.
    Failed,
    /// Of those who waited, one got what another one's request had fetched.
    Shared,
    /// Those who waited had the origin asked with a condition.
    WaitedThenValidated,
    /// Each of those who came at once had a fetch of its own.
    OwnFetch,
}

impl Seen {
    const ALL: [Self; 8] = [
        Self::Hit,
        Self::HitWithoutCookie,
        Self::Validated,
        Self::Miss,
        Self::Failed,
        Self::Shared,
        Self::WaitedThenValidated,
        Self::OwnFetch,
    ];

    const fn bit(self) -> u8 {
        match self {
            Self::Hit => 1,
            Self::HitWithoutCookie => 2,
            Self::Validated => 4,
            Self::Miss => 8,
            Self::Failed => 16,
            Self::Shared => 32,
            Self::WaitedThenValidated => 64,
            Self::OwnFetch => 128,
        }
    }

    /// In a few words.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Hit => "hit",
            Self::HitWithoutCookie => "hit without the cookie",
            Self::Validated => "validated",
            Self::Miss => "miss",
            Self::Failed => "the origin's error",
            Self::Shared => "shared with those who waited",
            Self::WaitedThenValidated => "validated for those who waited",
            Self::OwnFetch => "a fetch for each",
        }
    }
}

/// What may be seen of a cache, as far as its profile tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Possible(u8);

impl Possible {
    const NOTHING: Self = Self(0);
    pub(crate) const ANYTHING: Self = Self(u8::MAX);

    const fn only(seen: Seen) -> Self {
        Self(seen.bit())
    }

    const fn or(self, seen: Seen) -> Self {
        Self(self.0 | seen.bit())
    }

    const fn or_any_of(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether this may be seen.
    pub(crate) const fn allows(self, seen: Seen) -> bool {
        self.0 & seen.bit() != 0
    }

    /// The one thing that can be seen, where there is only one.
    pub(crate) fn certain(self) -> Option<Seen> {
        let mut seen = Seen::ALL.into_iter().filter(|seen| self.allows(*seen));
        seen.next().filter(|_| seen.next().is_none())
    }
}

/// Where and when experiments take place, as far as a verdict depends on it.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    /// Scheme and authority.
    pub(crate) site: String,
    /// What paths end in where an experiment does not say.
    pub(crate) suffix: String,
    /// Whether each of several users who ask at once has a cookie of its own.
    pub(crate) cookies: bool,
}

impl Place {
    /// What the path of an experiment ends in.
    pub(crate) fn suffix_of<'a>(&'a self, experiment: &Experiment) -> &'a str {
        experiment.answer.suffix.unwrap_or(&self.suffix)
    }

    /// The Content-Type of what the origin answers there.
    pub(crate) fn content_type(&self, experiment: &Experiment) -> &'static str {
        match self.suffix_of(experiment) {
            ".css" => "text/css",
            ".js" => "text/javascript",
            ".png" => "image/png",
            ".txt" => "text/plain",
            _ => "text/html",
        }
    }

    /// The lines of the request of one of several users.
    pub(crate) fn request_lines(
        &self,
        experiment: &Experiment,
        ask: &Ask,
        user: usize,
    ) -> Vec<(String, String)> {
        let mut lines = ask.headers.clone();
        if self.cookies && experiment.trial == Trial::Crowd {
            lines.push(("Cookie".to_owned(), format!("u={user}")));
        }
        let agent = (USER_AGENT.0.to_owned(), USER_AGENT.1.to_owned());
        if !lines.iter().any(|(name, _)| name.eq_ignore_ascii_case(USER_AGENT.0)) {
            lines.push(agent);
        }
        lines
    }

    /// The lines of the origin's answer at a time.
    pub(crate) fn response_lines(
        &self,
        experiment: &Experiment,
        now: SystemTime,
        serial: u64,
    ) -> Vec<(String, String)> {
        let mut lines = experiment.answer.lines_at(now, serial);
        lines.push(("Content-Type".to_owned(), self.content_type(experiment).to_owned()));
        lines
    }
}

/// Names the tool to whoever reads a log.
pub(crate) const USER_AGENT: (&str, &str) =
    ("User-Agent", concat!("storable-probe/", env!("CARGO_PKG_VERSION")));

/// An experiment with its messages written out, to be judged under many profiles.
#[derive(Debug)]
pub(crate) struct Staged<'a> {
    experiment: &'a Experiment,
    first: (String, Vec<(String, String)>),
    second: (String, Vec<(String, String)>),
    answer: Vec<(String, String)>,
}

impl<'a> Staged<'a> {
    pub(crate) fn new(experiment: &'a Experiment, place: &Place) -> Self {
        let request = |ask: &Ask, user| {
            let url = format!("{}/p{}{}", place.site, place.suffix_of(experiment), ask.query);
            (url, place.request_lines(experiment, ask, user))
        };
        Self {
            experiment,
            first: request(&experiment.first, 0),
            second: request(&experiment.second, 1),
            answer: place.response_lines(experiment, received_at(), 1),
        }
    }

    /// What may be seen of the profile's cache, `waited` after the first answer.
    pub(crate) fn possible(&self, profile: &Profile, waited: Duration) -> Possible {
        let experiment = self.experiment;
        let (first_lines, second_lines) = (pairs(&self.first.1), pairs(&self.second.1));
        let answer_lines = pairs(&self.answer);
        let request = |ask: &'a Ask, url, lines| {
            RequestHead::new(ask.method, url, HeaderLines::from_pairs(lines))
        };
        let first = request(&experiment.first, &self.first.0, &first_lines);
        let second = request(&experiment.second, &self.second.0, &second_lines);
        let answer =
            ResponseHead::new(experiment.answer.status, HeaderLines::from_pairs(&answer_lines));
        let verdict = Exchange::new(&first, &answer).received_at(received_at()).judge(profile);
        match experiment.trial {
            Trial::Crowd => match verdict.for_waiting(&second, CROWD.saturating_sub(1)) {
                Waiting::Shared => Possible::only(Seen::Shared),
                Waiting::Validated => Possible::only(Seen::WaitedThenValidated),
                Waiting::OwnFetch => Possible::only(Seen::OwnFetch),
                Waiting::Unknown => Possible::ANYTHING,
            },
            Trial::Again => at_once(experiment, &verdict, &second),
            Trial::After(_) => later(experiment, &verdict, &second, waited),
        }
    }
}

/// A fixed time: a verdict depends on differences alone.
fn received_at() -> SystemTime {
    const SECONDS: Duration = Duration::from_secs(1_795_478_400);
    SystemTime::UNIX_EPOCH.checked_add(SECONDS).unwrap_or(SystemTime::UNIX_EPOCH)
}

fn pairs(lines: &[(String, String)]) -> Vec<(&str, &[u8])> {
    lines.iter().map(|(name, value)| (name.as_str(), value.as_bytes())).collect()
}

/// The second request comes right after the first was answered.
fn at_once(experiment: &Experiment, verdict: &Verdict<'_>, second: &RequestHead<'_>) -> Possible {
    match verdict.for_other(second) {
        // The request sets a bound that a second may reach before it comes.
        Answer::Hit if experiment.second.says("Cache-Control: max-age=0") => {
            hit(experiment, verdict).or_any_of(stale(experiment, verdict, second, A_SECOND))
        }
        Answer::Hit => hit(experiment, verdict),
        Answer::Validated => Possible::only(Seen::Validated),
        Answer::Miss => Possible::only(Seen::Miss),
        Answer::GatewayTimeout => Possible::NOTHING,
        Answer::Unknown => Possible::ANYTHING,
    }
}

/// What a hit looks like: with the stored Set-Cookie, or without it.
fn hit(experiment: &Experiment, verdict: &Verdict<'_>) -> Possible {
    let replayed =
        verdict.lines_to_store().any(|(name, _)| name.eq_ignore_ascii_case("set-cookie"));
    if experiment.answer.line("Set-Cookie").is_some() && !replayed {
        Possible::only(Seen::HitWithoutCookie)
    } else {
        Possible::only(Seen::Hit)
    }
}

const A_SECOND: Duration = Duration::from_secs(1);
/// How far apart two clocks and a lifetime have to be to say which ended first.
const MARGIN: u64 = 2;

/// The second request comes so long after the first was answered.
fn later(
    experiment: &Experiment,
    verdict: &Verdict<'_>,
    second: &RequestHead<'_>,
    waited: Duration,
) -> Possible {
    let waited_for = waited.as_secs();
    let (least, most) = match verdict.fresh_for() {
        FreshFor::NotStored => return at_once(experiment, verdict, second),
        FreshFor::Seconds(seconds) => (seconds, seconds),
        FreshFor::Between(least, most) => (least, most),
        FreshFor::Unknown => return Possible::ANYTHING,
    };
    if least >= waited_for.saturating_add(MARGIN) {
        return at_once(experiment, verdict, second);
    }
    if most.saturating_add(MARGIN) > waited_for || verdict.storage() != Storage::Stored {
        return Possible::ANYTHING;
    }
    stale(experiment, verdict, second, waited)
}

/// What is stored is no longer fresh.
fn stale(
    experiment: &Experiment,
    verdict: &Verdict<'_>,
    second: &RequestHead<'_>,
    waited: Duration,
) -> Possible {
    let (profile, facts) = (verdict.profile(), verdict.profile().facts());
    let Some(entry) = verdict.to_store() else { return Possible::ANYTHING };
    let Some(now) = received_at().checked_add(waited) else { return Possible::ANYTHING };
    let request = RequestPolicy::read(second.as_request());
    let stored = [entry.stored()];
    let window_is_open = match facts.stale_while_revalidate {
        Fact::Unknown
        | Fact::Known(
            StaleWindow::UnknownWhereBarred | StaleWindow::DefaultUnknownWhereBarred(_),
        ) => true,
        Fact::Known(_) => false,
    };
    let served = hit(experiment, verdict);
    let asked = match look_up(&request, stored, profile, now).reuse {
        Reuse::Serve(_) | Reuse::ServeAndRevalidate(_) => return served,
        Reuse::GatewayTimeout => return Possible::NOTHING,
        Reuse::Forward(_) => Possible::only(Seen::Miss),
        Reuse::Validate(_) if facts.validation == Fact::Unknown => {
            Possible::only(Seen::Miss).or(Seen::Validated)
        }
        Reuse::Validate(_) => {
            let fields = Condition::new(&stored, 0, profile).request_fields(second);
            let conditional =
                fields.contains_key("if-none-match") || fields.contains_key("if-modified-since");
            Possible::only(if conditional { Seen::Validated } else { Seen::Miss })
        }
    };
    let unavailable = ResponseHead::new(503, HeaderLines::from_pairs(&[]));
    let instead = match experiment.answer.later {
        Later::Same if window_is_open => return asked.or(Seen::Hit),
        Later::Same => return asked,
        Later::Unavailable => instead_of(&unavailable, &request, entry.stored(), profile, now),
        Later::HangsUp => on_error(&request, entry.stored(), profile, now),
    };
    match instead {
        _ if window_is_open || facts.stale_if_error == Fact::Unknown => {
            Possible::only(Seen::Failed).or(Seen::Hit)
        }
        Some(_) => served,
        None => Possible::only(Seen::Failed),
    }
}
