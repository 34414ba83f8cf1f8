//! What a cache does with the response under given header lines, measured against what is wanted.
//!
//! Every answer here is a verdict's. A response is tried on every occasion that the intent is about:
//! asked for by a user with a cookie, with Authorization or with neither, where it is one user's; and
//! with validators and without. The worst of them counts.

use std::cell::Cell;
use std::iter::once;
use std::time::{Duration, SystemTime};

use super::cache::{Cache, Changed};
use super::fit::{self, Finding, Fit, Outcome, Wish};
use super::intent::{Audience, Intent, SetCookie, WaitingUsers};
use super::reading::{READINGS, leaves_reading_open};
use crate::answer::FreshFor;
use crate::life::{Stored, on_error};
use crate::message::Exchange;
use crate::message::{HeaderLines, RequestHead, ResponseHead};
use crate::profile::{Axis, CacheType, StaleIfError};
use crate::rule::Rule;
use crate::verdict::Verdict;

/// A header line, borrowed.
pub(super) type Pair<'l> = (&'l str, &'l [u8]);

/// What is wanted, with the occasions on which it is tried.
pub(super) struct Trial<'i> {
    intent: &'i Intent,
    occasions: Vec<Occasion<'i>>,
    verdicts: Cell<u64>,
}

/// On how many occasions lines are tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Occasions {
    /// On all there are: this proves.
    All,
    /// Without validators alone: this is enough to search by.
    Bare,
}

/// A request, whoever must not get what it gets, and what the response carries anyway.
struct Occasion<'i> {
    validators: bool,
    request: Vec<Pair<'i>>,
    strangers: Vec<(Wish, Vec<Pair<'i>>)>,
    response: Vec<Pair<'i>>,
}

const DATE: Pair<'static> = ("date", b"Fri, 15 Jan 2027 08:00:00 GMT");
/// The moment of [`DATE`].
const RECEIVED_AT: Duration = Duration::from_secs(1_800_000_000);
const COOKIE: Pair<'static> = ("cookie", b"sid=alice");
const AUTHORIZATION: Pair<'static> = ("authorization", b"Bearer alice");
const SET_COOKIE: Pair<'static> = ("set-cookie", b"sid=alice; Path=/");
const CONTENT_TYPE: Pair<'static> = ("content-type", b"text/html");
/// A Last-Modified invites caches to make a lifetime of it.
const VALIDATORS: [Pair<'static>; 2] =
    [("last-modified", b"Tue, 05 Jan 2027 08:00:00 GMT"), ("etag", b"\"v1\"")];

impl<'i> Trial<'i> {
    pub(super) fn new(intent: &'i Intent) -> Self {
        let users: &[&[Pair<'static>]] = match intent.audience {
            Audience::Everyone => &[&[]],
            Audience::OneUser | Audience::Nobody => &[&[COOKIE], &[AUTHORIZATION], &[]],
        };
        let mut occasions = Vec::new();
        for user in users {
            for validators in [true, false] {
                occasions.push(Occasion::new(intent, user, validators));
            }
        }
        Self { intent, occasions, verdicts: Cell::new(0) }
    }

    /// How many verdicts were made.
    pub(super) fn verdicts(&self) -> u64 {
        self.verdicts.get()
    }

    pub(super) const fn intent(&self) -> &'i Intent {
        self.intent
    }

    /// What the cache makes of these lines.
    ///
    /// Where no source says which fields a cache reads, a line in such a field leaves its verdict
    /// open. Then it is tried in each way that it may read them. A line gets no credit for what it
    /// may do: the cache does no better than if it did not read it.
    pub(super) fn judge<'l>(
        &'l self,
        cache: Cache<'_>,
        lines: &[Pair<'l>],
        on: Occasions,
    ) -> Outcome {
        let plain = self.judge_as(cache, lines, on);
        if plain.fit <= Fit::Within || !leaves_reading_open(cache.profile, lines) {
            return plain;
        }
        let (unread, worst) = self.either_way(cache, lines, on);
        if worst.fit <= Fit::Within {
            return Outcome { fit: Fit::Within, distance: worst.distance.max(Fit::Within.rank()) };
        }
        plain.max(unread)
    }

    /// Whether the cache keeps to what is wanted, whichever of the fields it reads.
    pub(super) fn is_within_either_way<'l>(&'l self, cache: Cache<'_>, lines: &[Pair<'l>]) -> bool {
        leaves_reading_open(cache.profile, lines)
            && self.either_way(cache, lines, Occasions::All).1.fit <= Fit::Within
    }

    /// What the cache makes of the lines if it reads none of the fields that steer some caches, and
    /// the worst of the ways in which it may read them.
    fn either_way<'l>(
        &'l self,
        cache: Cache<'_>,
        lines: &[Pair<'l>],
        on: Occasions,
    ) -> (Outcome, Outcome) {
        let reading = |fields| {
            let changed = Changed::new(cache, cache.profile.with_control_fields(fields));
            self.judge_as(changed.cache(), lines, on)
        };
        let unread = reading(&[]);
        let worst = READINGS
            .iter()
            .filter(|(field, _)| lines.iter().any(|line| line.0 == *field))
            .map(|(_, fields)| reading(fields))
            .fold(unread, Outcome::max);
        (unread, worst)
    }

    fn judge_as<'l>(&'l self, cache: Cache<'_>, lines: &[Pair<'l>], on: Occasions) -> Outcome {
        let mut outcome = Outcome::BEST;
        self.each_verdict(cache, lines, on, |occasion, verdict| {
            for finding in self.findings(occasion, verdict) {
                outcome.fit = outcome.fit.max(finding.fit);
                outcome.distance = outcome.distance.saturating_add(finding.fit.rank());
            }
            // The operator's default may be another one tomorrow.
            let is_timed = self.intent.audience == Audience::Everyone
                || cache.profile.cache_type() == CacheType::Private;
            if is_timed && verdict.reasons().any(|reason| reason.rule == Rule::DefaultTtl) {
                outcome.distance = outcome.distance.saturating_add(1);
            }
        });
        outcome
    }

    /// Calls `see` with the verdict of every occasion.
    fn each_verdict<'l>(
        &'l self,
        cache: Cache<'_>,
        lines: &[Pair<'l>],
        on: Occasions,
        mut see: impl FnMut(&Occasion<'i>, &Verdict<'_>),
    ) {
        let mut response: Vec<Pair<'l>> = Vec::new();
        let occasions = self.occasions.iter();
        for occasion in occasions.filter(|one| !one.validators || on == Occasions::All) {
            response.clear();
            response.extend(&occasion.response);
            response.extend(lines);
            let response = ResponseHead::new(200, HeaderLines::from_pairs(&response));
            let request = self.request(&occasion.request);
            let exchange = Exchange::new(&request, &response).received_at(received_at());
            self.verdicts.set(self.verdicts.get().saturating_add(1));
            see(occasion, &exchange.judge_by(cache.routes));
        }
    }

    /// What is told of the wish that is met worst among those that are met so, by the verdict in
    /// which it is.
    pub(super) fn of_the_worst<'l, T>(
        &'l self,
        cache: Cache<'_>,
        lines: &[Pair<'l>],
        met: impl Fn(Fit) -> bool,
        tell: impl Fn(Finding, &Verdict<'_>) -> T,
    ) -> Option<T> {
        let mut told: Option<(Fit, T)> = None;
        self.each_verdict(cache, lines, Occasions::All, |occasion, verdict| {
            let worst = self
                .findings(occasion, verdict)
                .filter(|finding| met(finding.fit))
                .reduce(|worst, finding| if finding.fit > worst.fit { finding } else { worst });
            let Some(worst) = worst else { return };
            if told.as_ref().is_none_or(|(fit, _)| worst.fit > *fit) {
                told = Some((worst.fit, tell(worst, verdict)));
            }
        });
        told.map(|(_, told)| told)
    }

    fn request<'l>(&'l self, lines: &'l [Pair<'l>]) -> RequestHead<'l> {
        RequestHead::new("GET", &self.intent.target, HeaderLines::from_pairs(lines))
    }

    fn findings<'s>(
        &'s self,
        occasion: &'s Occasion<'i>,
        verdict: &'s Verdict<'_>,
    ) -> impl Iterator<Item = Finding> + 's {
        let private = verdict.profile().cache_type() == CacheType::Private;
        let lived = match (self.intent.audience, private) {
            (Audience::Nobody, _) => [Some(fit::not_stored(verdict)), None, None, None],
            (Audience::OneUser, false) => [None; 4],
            (Audience::Everyone | Audience::OneUser, true) => [
                Some(fit::lifetime(verdict, self.intent.browser)),
                Some(self.stale(verdict)),
                None,
                None,
            ],
            (Audience::Everyone, false) => {
                let lifetime = fit::lifetime(verdict, self.intent.shared);
                let lives = lifetime.fit < Fit::Missed;
                [
                    Some(lifetime),
                    Some(self.stale(verdict)),
                    lives.then(|| self.stale_if_error(occasion, verdict)).flatten(),
                    Some(fit::for_others(verdict)),
                ]
            }
        };
        let one_users = self.intent.audience != Audience::Everyone;
        let kept_apart = [
            (!private && one_users).then(|| fit::exposed(Wish::OneUser, verdict.exposure())),
            (!private && !one_users && self.intent.set_cookie == SetCookie::OneUsers)
                .then(|| fit::exposed(Wish::Cookie, fit::exposure_of_cookie(verdict))),
            (!private && self.intent.waiting == WaitingUsers::Apart).then(|| fit::apart(verdict)),
        ];
        let strangers = occasion.strangers.iter().filter_map(move |(wish, lines)| {
            let theirs = *wish == Wish::Variant || !private;
            theirs.then(|| fit::exposed(*wish, verdict.exposure_to(&self.request(lines))))
        });
        lived.into_iter().chain(kept_apart).flatten().chain(strangers)
    }

    /// The window after the lifetime. A browser need not use one, and has none where it keeps
    /// nothing.
    fn stale(&self, verdict: &Verdict<'_>) -> Finding {
        let (least, most) = match verdict.stale_for() {
            FreshFor::NotStored => (0, 0),
            window => window.range().unwrap_or((0, u64::MAX)),
        };
        let private = verdict.profile().cache_type() == CacheType::Private;
        let allowed = match private {
            true if self.intent.browser.is_zero() => 0,
            _ => self.intent.stale.as_secs(),
        };
        let (_, fresh) = verdict.fresh_between();
        let fit = match () {
            () if least > allowed => Fit::Longer,
            () if most > allowed => Fit::Open,
            () if private || least == allowed || fresh == 0 => Fit::Yes,
            () if most > least => Fit::Within,
            () => Fit::Stricter,
        };
        Finding { fit, wish: Wish::Stale }
    }

    /// Tried just before the end of the window and just after it; a cache of which it is not known is
    /// tried as the loosest there is.
    fn stale_if_error(&self, occasion: &Occasion<'i>, verdict: &Verdict<'_>) -> Option<Finding> {
        let window = self.intent.stale_if_error?;
        let policy = verdict.stored_policy()?;
        let (head, vary) = (verdict.response_policy().head(), verdict.vary_key());
        let known = verdict.profile().facts().says(Axis::StaleIfError);
        let profile = match known {
            true => *verdict.profile(),
            false => verdict.profile().with_stale_if_error(StaleIfError::UnlessStaleIsBarred),
        };
        let request = crate::policy::RequestPolicy::read(self.request(&occasion.request));
        let end = self.intent.shared.saturating_add(window);
        let answers = |after: Duration| {
            let now = received_at().checked_add(after)?;
            on_error(&request, Stored::new(&policy, &vary, &head), &profile, now)
        };
        let beyond = answers(end.saturating_add(Duration::from_secs(2))).is_some();
        let within = answers(end.saturating_sub(Duration::from_secs(1))).is_some();
        let fit = match (beyond, within || window.is_zero(), known) {
            (true, _, true) => Fit::Longer,
            (true, _, false) => Fit::Open,
            (false, true, true) => Fit::Yes,
            (false, true, false) if window.is_zero() => Fit::Yes,
            (false, true, false) => Fit::Within,
            (false, false, _) => Fit::Stricter,
        };
        Some(Finding { fit, wish: Wish::StaleIfError })
    }
}

impl<'i> Occasion<'i> {
    fn new(intent: &'i Intent, user: &[Pair<'i>], validators: bool) -> Self {
        let given = intent.request_pairs();
        let varied = |differing: Option<&str>| {
            let value = |name: &'i str| match name {
                _ if differing == Some(name) => &b"b"[..],
                _ => b"a",
            };
            let names = intent.vary.iter().map(http::HeaderName::as_str);
            names.map(move |name| (name, value(name))).collect::<Vec<_>>()
        };
        let request = |user: &[Pair<'i>], differing: Option<&str>| {
            let lines = given.clone().chain(user.iter().copied()).chain(varied(differing));
            lines.collect::<Vec<_>>()
        };
        let variants =
            intent.vary.iter().map(|name| (Wish::Variant, request(user, Some(name.as_str()))));
        let unknown_user = (!user.is_empty()).then(|| (Wish::OneUser, request(&[], None)));
        let carried =
            intent.response_lines.iter().map(|(name, value)| (name.as_str(), value.as_bytes()));
        let mut response: Vec<Pair<'i>> = once(DATE).chain(carried).collect();
        if intent.set_cookie != SetCookie::Absent {
            response.push(SET_COOKIE);
        }
        let validating = if validators { &VALIDATORS[..] } else { &[] };
        for line in once(CONTENT_TYPE).chain(validating.iter().copied()) {
            if !response.iter().any(|(name, _)| *name == line.0) {
                response.push(line);
            }
        }
        Self {
            validators,
            request: request(user, None),
            strangers: variants.chain(unknown_user).collect(),
            response,
        }
    }
}

fn received_at() -> SystemTime {
    SystemTime::UNIX_EPOCH.checked_add(RECEIVED_AT).unwrap_or(SystemTime::UNIX_EPOCH)
}
