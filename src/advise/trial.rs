//! What a cache does with the response under given header lines, measured against what is wanted.
//!
//! Every answer here is a verdict's. A response is tried on every occasion that the intent is about:
//! asked for by a user with a cookie, with Authorization or with neither, where it is one user's; and
//! with validators and without. The worst of them counts.

use std::cell::Cell;
use std::iter::once;
use std::time::{Duration, SystemTime};

use super::candidates::knows_all_fields;
use super::intent::{Audience, Intent, SetCookie, WaitingUsers};
use crate::answer::{Exposure, FreshFor, Storage};
use crate::field::Field;
use crate::life::{Stored, on_error};
use crate::message::Exchange;
use crate::message::{HeaderLines, RequestHead, ResponseHead};
use crate::profile::{Axis, CacheType, ControlField, Profile, StaleIfError};
use crate::rule::{Rule, RuleEffect};
use crate::verdict::Verdict;

/// A header line, borrowed.
pub(super) type Pair<'l> = (&'l str, &'l [u8]);

/// How far what a cache does is from what is wanted, the best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fit {
    /// It is what is wanted.
    Yes,
    /// It is kept for less long, or given to fewer.
    Stricter,
    /// Not known, but nothing beyond what is wanted can happen.
    Within,
    /// Not known; it may be kept for longer than is wanted.
    Open,
    /// Every request goes to the origin, though that was not wanted.
    Missed,
    /// It is kept for longer, or stored though nobody may.
    Longer,
    /// Not known; somebody may get what is not for them.
    MayExpose,
    /// Somebody gets what is not for them.
    Exposed,
}

impl Fit {
    pub(super) const COUNT: usize = 8;

    /// How bad it is when plans are compared: what is not known to be as wanted, and never beyond it,
    /// is as good as what is known to be stricter.
    pub(super) const fn level(self) -> usize {
        match self {
            Self::Within => Self::Stricter.rank(),
            fit => fit.rank(),
        }
    }

    /// Its place among all, the best being 0.
    pub(super) const fn rank(self) -> usize {
        match self {
            Self::Yes => 0,
            Self::Stricter => 1,
            Self::Within => 2,
            Self::Open => 3,
            Self::Missed => 4,
            Self::Longer => 5,
            Self::MayExpose => 6,
            Self::Exposed => 7,
        }
    }
}

/// How well a wish is met, and which one it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Finding {
    pub(super) fit: Fit,
    pub(super) wish: Wish,
}

/// How well everything is met that is wanted of one cache, the best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Outcome {
    /// The worst of all findings.
    pub(super) fit: Fit,
    /// How far all of them are from what is wanted, added up.
    pub(super) distance: usize,
}

impl Outcome {
    pub(super) const BEST: Self = Self { fit: Fit::Yes, distance: 0 };
    pub(super) const WORST: Self = Self { fit: Fit::Exposed, distance: usize::MAX };
}

/// One thing that is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wish {
    /// It is fresh for so long.
    Lifetime,
    /// It answers stale for so long while the origin is asked.
    Stale,
    /// It answers stale for so long where the origin fails.
    StaleIfError,
    /// Others get it later, too.
    ForOthers,
    /// No store has it.
    NotStored,
    /// Nobody but the user gets it.
    OneUser,
    /// Whoever asks for another variant does not get this one.
    Variant,
    /// Nobody but the user gets the cookie.
    Cookie,
    /// Who waits for the same fetch does not get it.
    Apart,
}

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
        profile: &Profile,
        lines: &[Pair<'l>],
        on: Occasions,
    ) -> Outcome {
        let plain = self.judge_as(profile, lines, on);
        if plain.fit <= Fit::Within || !leaves_reading_open(profile, lines) {
            return plain;
        }
        let (unread, worst) = self.either_way(profile, lines, on);
        if worst.fit <= Fit::Within {
            return Outcome { fit: Fit::Within, distance: worst.distance.max(Fit::Within.rank()) };
        }
        plain.max(unread)
    }

    /// Whether the cache keeps to what is wanted, whichever of the fields it reads.
    pub(super) fn is_within_either_way<'l>(
        &'l self,
        profile: &Profile,
        lines: &[Pair<'l>],
    ) -> bool {
        leaves_reading_open(profile, lines)
            && self.either_way(profile, lines, Occasions::All).1.fit <= Fit::Within
    }

    /// What the cache makes of the lines if it reads none of the fields that steer some caches, and
    /// the worst of the ways in which it may read them.
    fn either_way<'l>(
        &'l self,
        profile: &Profile,
        lines: &[Pair<'l>],
        on: Occasions,
    ) -> (Outcome, Outcome) {
        let unread = self.judge_as(&profile.with_control_fields(&[]), lines, on);
        let worst = READINGS
            .iter()
            .filter(|(field, _)| lines.iter().any(|line| line.0 == *field))
            .map(|(_, reading)| self.judge_as(&profile.with_control_fields(reading), lines, on))
            .fold(unread, Outcome::max);
        (unread, worst)
    }

    fn judge_as<'l>(&'l self, profile: &Profile, lines: &[Pair<'l>], on: Occasions) -> Outcome {
        let mut outcome = Outcome::BEST;
        self.each_verdict(profile, lines, on, |occasion, verdict| {
            for finding in self.findings(occasion, verdict) {
                outcome.fit = outcome.fit.max(finding.fit);
                outcome.distance = outcome.distance.saturating_add(finding.fit.rank());
            }
            // The operator's default may be another one tomorrow.
            if verdict.reasons().any(|reason| reason.rule == Rule::DefaultTtl) {
                outcome.distance = outcome.distance.saturating_add(1);
            }
        });
        outcome
    }

    /// Calls `see` with the verdict of every occasion.
    fn each_verdict<'l>(
        &'l self,
        profile: &Profile,
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
            see(occasion, &exchange.judge(profile));
        }
    }

    /// What is told of the wish that is met worst, by the verdict in which it is.
    pub(super) fn of_the_worst<'l, T>(
        &'l self,
        profile: &Profile,
        lines: &[Pair<'l>],
        tell: impl Fn(Finding, &Verdict<'_>) -> T,
    ) -> Option<T> {
        let mut told: Option<(Fit, T)> = None;
        self.each_verdict(profile, lines, Occasions::All, |occasion, verdict| {
            let worst = self
                .findings(occasion, verdict)
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
            (Audience::Nobody, _) => [Some(not_stored(verdict)), None, None, None],
            (Audience::OneUser, false) => [None; 4],
            (Audience::Everyone | Audience::OneUser, true) => [
                Some(lifetime(verdict, self.intent.browser)),
                Some(self.stale(verdict)),
                None,
                None,
            ],
            (Audience::Everyone, false) => {
                let lifetime = lifetime(verdict, self.intent.shared);
                let lives = lifetime.fit < Fit::Missed;
                [
                    Some(lifetime),
                    Some(self.stale(verdict)),
                    lives.then(|| self.stale_if_error(occasion, verdict)).flatten(),
                    Some(for_others(verdict)),
                ]
            }
        };
        let one_users = self.intent.audience != Audience::Everyone;
        let kept_apart = [
            (!private && one_users).then(|| exposed(Wish::OneUser, verdict.exposure())),
            (!private && !one_users && self.intent.set_cookie == SetCookie::OneUsers)
                .then(|| exposed(Wish::Cookie, exposure_of_cookie(verdict))),
            (!private && self.intent.waiting == WaitingUsers::Apart).then(|| apart(verdict)),
        ];
        let strangers = occasion.strangers.iter().filter_map(move |(wish, lines)| {
            let theirs = *wish == Wish::Variant || !private;
            theirs.then(|| exposed(*wish, verdict.exposure_to(&self.request(lines))))
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
            false => verdict.profile().with_stale_if_error(StaleIfError::UnlessBarred),
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
        let given =
            intent.request_lines.iter().map(|(name, value)| (name.as_str(), value.as_bytes()));
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

/// Whether a line stands in a field of which it is not known that the cache reads it, nor that it
/// does not.
fn leaves_reading_open(profile: &Profile, lines: &[Pair<'_>]) -> bool {
    let steers = |line: &Pair<'_>| !matches!(line.0, "cache-control" | "vary");
    !knows_all_fields(profile) && lines.iter().any(steers)
}

/// How caches read the fields that steer some of them. A field that has a vendor in its name is read
/// by no other.
pub(super) const READINGS: &[(&str, &[ControlField])] = &[
    ("cdn-cache-control", &[ControlField::Targeted("cdn-cache-control")]),
    ("cdn-cache-control", &[ControlField::InsteadOfCacheControl(Field::CdnCacheControl)]),
    ("surrogate-control", &[ControlField::InsteadOfCacheControl(Field::SurrogateControl)]),
    ("surrogate-control", &[ControlField::FirstLifetime("surrogate-control")]),
    ("surrogate-control", &[ControlField::HidesCacheControl("surrogate-control")]),
    ("surrogate-control", &[ControlField::HidesRestrictions("surrogate-control")]),
    ("surrogate-control", &[ControlField::LiftsRestrictions("surrogate-control")]),
    ("x-accel-expires", &[ControlField::BareSeconds("x-accel-expires")]),
];

fn received_at() -> SystemTime {
    SystemTime::UNIX_EPOCH.checked_add(RECEIVED_AT).unwrap_or(SystemTime::UNIX_EPOCH)
}

fn lifetime(verdict: &Verdict<'_>, wanted: Duration) -> Finding {
    let wanted = wanted.as_secs();
    let (least, most) = verdict.fresh_between();
    let second = u64::from(wanted > 0);
    let fit = match () {
        () if least > wanted => Fit::Longer,
        // Some caches count in fractions of a second, which an exchange does not tell: a lifetime
        // that may be a second shorter or longer is the one that is wanted.
        () if least == wanted && most <= wanted.saturating_add(second) => Fit::Yes,
        () if least.saturating_add(second) == wanted && least < most && most <= wanted => Fit::Yes,
        () if most > wanted => Fit::Open,
        () if most == 0 => Fit::Missed,
        () if least == most => Fit::Stricter,
        () => Fit::Within,
    };
    Finding { fit, wish: Wish::Lifetime }
}

/// Whether others get what is fresh, as is wanted of what is for everyone.
fn for_others(verdict: &Verdict<'_>) -> Finding {
    let (_, most) = verdict.fresh_between();
    let fit = match verdict.exposure() {
        Exposure::Known => Fit::Yes,
        _ if most == 0 => Fit::Yes,
        Exposure::Unknown => Fit::Within,
        Exposure::None => Fit::Stricter,
    };
    Finding { fit, wish: Wish::ForOthers }
}

fn not_stored(verdict: &Verdict<'_>) -> Finding {
    let fit = match verdict.storage() {
        Storage::NotStored | Storage::Bypass => Fit::Yes,
        Storage::Unknown => Fit::Open,
        Storage::Stored => Fit::Longer,
    };
    Finding { fit, wish: Wish::NotStored }
}

fn exposed(wish: Wish, exposure: Exposure) -> Finding {
    let fit = match exposure {
        Exposure::None => Fit::Yes,
        Exposure::Unknown => Fit::MayExpose,
        Exposure::Known => Fit::Exposed,
    };
    Finding { fit, wish }
}

fn exposure_of_cookie(verdict: &Verdict<'_>) -> Exposure {
    let kept = verdict.lines_to_store().any(|(name, _)| name.eq_ignore_ascii_case(SET_COOKIE.0));
    if kept { verdict.exposure() } else { Exposure::None }
}

fn apart(verdict: &Verdict<'_>) -> Finding {
    let exposure = match verdict.why_waiting_user().effect {
        RuleEffect::Shares => Exposure::Known,
        RuleEffect::Unknown => Exposure::Unknown,
        _ => Exposure::None,
    };
    exposed(Wish::Apart, exposure)
}
