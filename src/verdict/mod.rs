//! Effect to answer: the verdict, its reasons, and what can be made of them.

mod deviation;
mod difference;
mod explain;
mod remedy;
mod warnings;

pub use deviation::{Deviation, Direction, Question};
pub use difference::{Difference, Exposure};
pub use remedy::{Change, Remedy};

use crate::exchange::Exchange;
use crate::message::AsRequest;
use crate::policy::{RequestPolicy, ResponsePolicy};
use crate::profile::{Axis, AxisSet, Basis, Claim, Marker, Profile};
use crate::rule::s4_reuse::{self, Answer};
use crate::rule::s4_waiting::Waiting;
use crate::rule::{Draft, Reason, Reasons, Rule, RuleEffect, Tri};
use crate::server::Case;

/// What a cache does with a response, with the reasons.
///
/// A verdict borrows the messages and the profile; making one allocates nothing.
#[derive(Clone, Debug)]
pub struct Verdict<'a> {
    case: Case<'a>,
    draft: Draft<'a>,
}

// It is filled where it stays, and moved by callers: what a verdict holds is worth its place.
const _: () = assert!(size_of::<Draft<'_>>() <= 992 && size_of::<Verdict<'_>>() <= 2_376);

/// Whether a response is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Storage {
    /// The request bypasses the cache: nothing is looked up, nothing is stored.
    Bypass,
    /// It is not stored.
    NotStored,
    /// It is stored; that says nothing on whether it is fresh.
    Stored,
    /// No public source decides it.
    Unknown,
}

impl Storage {
    /// The answer in a word or two, as the examples print it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Bypass => "bypass",
            Self::NotStored => "not-stored",
            Self::Stored => "stored",
            Self::Unknown => "unknown",
        }
    }
}

/// For how long an identical request is answered without asking the origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FreshFor {
    /// So many seconds from receipt; 0: stored, and the origin is asked for every use.
    Seconds(u64),
    /// Some time between the two numbers of seconds: the cache picks it, counts in fractions of a
    /// second that an exchange does not tell, or a fact is missing that would settle it.
    Between(u64, u64),
    /// It is not stored.
    NotStored,
    /// No public source decides it, or nothing tells what time it is.
    Unknown,
}

/// The answers of a verdict without its reasons.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Answers {
    /// Whether the response is stored.
    pub storage: Storage,
    /// For how long it is fresh.
    pub fresh_for: FreshFor,
    /// How an identical request right afterwards is answered.
    pub same_request: Answer,
    /// How another user's request right afterwards is answered.
    pub other_user: Answer,
    /// What other users' requests get that wait during the fetch.
    pub waiting_user: Waiting,
    /// Whether any of those other users gets the response.
    pub exposure: Exposure,
}

/// On whose word a reason stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// A standard: its section.
    Standard(&'static str),
    /// A statement about this cache.
    Claim(&'static Claim),
    /// A setting of the operator on this axis.
    Operator(Axis),
    /// Nobody: what this cache does here is not known.
    Nobody(Option<Axis>),
}

impl std::fmt::Display for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Standard(section) => f.write_str(section),
            Self::Claim(claim) => {
                write!(f, "{} ({}, seen {})", claim.source, claim.basis, claim.seen)
            }
            Self::Operator(axis) => write!(f, "operator setting: {axis}"),
            Self::Nobody(Some(axis)) => write!(f, "not known: {}", axis.asks()),
            Self::Nobody(None) => f.write_str("not known"),
        }
    }
}

/// How many requests wait, where nobody says: enough for the second stage of a collapse to show.
const WAITING: usize = 4;

impl<'a> Verdict<'a> {
    #[inline(always)]
    pub(crate) fn new(exchange: Exchange<'a>, profile: &'a Profile) -> Self {
        let mut verdict = Self { case: Case::unread(exchange, profile), draft: Draft::new() };
        verdict.case.read();
        verdict.case.judge(&mut verdict.draft);
        verdict
    }

    pub(crate) const fn draft(&self) -> &Draft<'a> {
        &self.draft
    }

    pub(crate) const fn exchange(&self) -> Exchange<'a> {
        self.case.exchange()
    }

    /// The profile that was asked.
    #[must_use]
    pub const fn profile(&self) -> &'a Profile {
        self.case.profile
    }

    /// The request as the cache reads it.
    #[must_use]
    pub const fn request_policy(&self) -> &RequestPolicy<'a> {
        &self.case.request
    }

    /// The response as the cache reads it.
    #[must_use]
    pub const fn response_policy(&self) -> &ResponsePolicy<'a> {
        &self.case.response
    }

    /// Whether the response is stored.
    #[must_use]
    pub fn storage(&self) -> Storage {
        match (self.draft.bypassed, self.draft.not_stored) {
            (Tri::Yes, _) => Storage::Bypass,
            (Tri::No, Tri::Yes) => Storage::NotStored,
            (Tri::No, Tri::No) => Storage::Stored,
            _ => Storage::Unknown,
        }
    }

    /// What stays behind of a response that is not stored; `None` where that is not known.
    #[must_use]
    pub fn marker(&self) -> Option<Marker> {
        match self.storage() {
            Storage::NotStored => self.profile().facts().marker.known(),
            Storage::Bypass | Storage::Stored => Some(Marker::None),
            Storage::Unknown => None,
        }
    }

    /// For how many seconds from receipt an identical request is a hit.
    #[must_use]
    pub fn fresh_for(&self) -> FreshFor {
        match self.draft.stored() {
            // Bypassed or not stored: where it is not known which, it is not stored all the same.
            Tri::No => FreshFor::NotStored,
            Tri::Maybe => FreshFor::Unknown,
            Tri::Yes => self.left_when_stored(),
        }
    }

    fn left_when_stored(&self) -> FreshFor {
        let draft = &self.draft;
        let left = draft.remaining();
        let never = draft.validated == Tri::Yes
            || draft.matches_nothing == Tri::Yes
            || draft.repeatable == Tri::No;
        // What may have to be validated each time may not be fresh for a second.
        let least = if draft.validated == Tri::No { left.least } else { 0 };
        match (least, left.most) {
            _ if never => FreshFor::Seconds(0),
            (least, most) if least == most => match least.checked_sub(1) {
                Some(less) if draft.up_to_a_second_less => FreshFor::Between(less, most),
                _ => FreshFor::Seconds(least),
            },
            (_, u64::MAX) => FreshFor::Unknown,
            (least, most) => FreshFor::Between(least, most),
        }
    }

    /// How an identical request right afterwards is answered.
    #[must_use]
    pub fn same_request(&self) -> Answer {
        self.case.answer(&self.draft, &self.case.request)
    }

    /// How another user's request right afterwards is answered: the same request with another
    /// Cookie and no Authorization, or, where it has neither, with another User-Agent.
    #[must_use]
    pub fn other_user(&self) -> Answer {
        self.for_other(&self.another_user())
    }

    /// How a later request is answered, at the instant of receipt, when only this one went before.
    #[must_use]
    pub fn for_other(&self, later: &(impl AsRequest + ?Sized)) -> Answer {
        self.case.answer(&self.draft, &RequestPolicy::read(later.as_request()))
    }

    /// The worst that can happen to four requests of other users that wait during the fetch.
    #[must_use]
    pub fn waiting_user(&self) -> Waiting {
        self.for_waiting(&self.another_user(), WAITING)
    }

    /// The worst that can happen to `count` requests like `follower` that wait during the fetch.
    #[must_use]
    pub fn for_waiting(&self, follower: &(impl AsRequest + ?Sized), count: usize) -> Waiting {
        self.case.waiting(&self.draft, &RequestPolicy::read(follower.as_request()), count).0
    }

    /// The rule that decides [`for_waiting`](Self::for_waiting).
    #[must_use]
    pub fn why_waiting(&self, follower: &(impl AsRequest + ?Sized), count: usize) -> Reason<'a> {
        self.case.waiting(&self.draft, &RequestPolicy::read(follower.as_request()), count).1
    }

    /// The rule that decides [`waiting_user`](Self::waiting_user).
    #[must_use]
    pub fn why_waiting_user(&self) -> Reason<'a> {
        self.why_waiting(&self.another_user(), WAITING)
    }

    /// Whether another user may get this response, at once or a moment later. `false` only where
    /// it is known that none does; what is unknown counts as shared.
    ///
    /// ```
    /// use storable::{Profile, storable};
    ///
    /// let request = http::Request::get("https://shop.example/mypage").body(())?;
    /// let page = |control: &str| http::Response::builder().header("Cache-Control", control).body(());
    /// let (open, closed) = (page("max-age=60")?, page("private")?);
    /// assert!(storable(&request, &open, &Profile::FASTLY).may_share());
    /// assert!(!storable(&request, &closed, &Profile::FASTLY).may_share());
    /// # Ok::<(), http::Error>(())
    /// ```
    #[must_use]
    pub fn may_share(&self) -> bool {
        self.exposure() != Exposure::None
    }

    /// The answers without the reasons.
    #[must_use]
    pub fn answers(&self) -> Answers {
        let another = RequestPolicy::read(self.another_user());
        let later = self.case.answers(&self.draft, &another);
        let (waiting_user, why) = self.case.waiting(&self.draft, &another, WAITING);
        Answers {
            storage: self.storage(),
            fresh_for: self.fresh_for(),
            same_request: self.same_request(),
            other_user: later.settle(),
            waiting_user,
            exposure: difference::exposed(later, why.effect),
        }
    }

    /// The rules that fired, in order. What decides on waiting requests is told by
    /// [`why_waiting`](Self::why_waiting).
    #[must_use]
    pub fn reasons(&self) -> Reasons<'_, 'a> {
        self.draft.trace.reasons()
    }

    /// The one reason to read when there is time for one.
    #[must_use]
    pub fn headline(&self) -> Reason<'a> {
        let waiting = self.why_waiting_user();
        if waiting.effect == RuleEffect::Shares && waiting.rule != Rule::WaitingFresh {
            return waiting;
        }
        let rank = |reason: &&Reason<'a>| self.rank(reason);
        self.reasons().min_by_key(rank).copied().unwrap_or(waiting)
    }

    /// How much a reason decides, the lower the more; of equal ones the first is taken.
    fn rank(&self, reason: &Reason<'_>) -> u8 {
        match (self.storage(), reason.effect) {
            (Storage::Bypass, RuleEffect::Bypasses)
            | (Storage::NotStored, RuleEffect::ForbidsStoring)
            | (Storage::Unknown, RuleEffect::Unknown | RuleEffect::NeverReused)
            | (Storage::Stored, RuleEffect::Validates | RuleEffect::NeverMatches) => 0,
            (Storage::Stored, RuleEffect::LimitsLifetime(_)) => 1,
            (Storage::Stored, RuleEffect::SetsLifetime(_) | RuleEffect::Configured) => 2,
            (_, RuleEffect::Unknown) => 3,
            _ => 4,
        }
    }

    /// The facts that are missing, where an answer that a user can see is unknown
    /// ([`Answers::leaves_open`]): what to ask the vendor.
    ///
    /// ```
    /// use storable::{Axis, Profile, storable};
    ///
    /// let request = http::Request::get("https://shop.example/").body(())?;
    /// let response = http::Response::builder()
    ///     .header("Cache-Control", "max-age=60")
    ///     .header("Set-Cookie", "theme=dark")
    ///     .body(())?;
    /// let verdict = storable(&request, &response, &Profile::MERCARI_2017);
    /// assert!(verdict.open_questions().contains(Axis::SetCookie));
    /// # Ok::<(), http::Error>(())
    /// ```
    #[must_use]
    pub fn open_questions(&self) -> AxisSet {
        let mut open = AxisSet::EMPTY;
        if !self.answers().leaves_open() {
            return open;
        }
        let waiting = self.why_waiting_user();
        for reason in self.reasons().chain(std::iter::once(&waiting)) {
            let is_open = matches!(reason.effect, RuleEffect::Unknown | RuleEffect::NeverReused);
            if let Some(axis) = reason.rule.axis().filter(|_| is_open) {
                open = open.with(axis);
            }
        }
        let facts = self.profile().facts();
        if self.waiting_user() == Waiting::Unknown && !facts.says(Axis::Collapsing) {
            open = open.with(Axis::Collapsing);
        }
        let stored = self.case.stored(&self.draft);
        for (answer, later) in [
            (self.same_request(), self.case.request.head()),
            (self.other_user(), self.another_user()),
        ] {
            if answer == Answer::Unknown {
                open = open.and(s4_reuse::open_questions(stored, &RequestPolicy::read(later)));
            }
        }
        open
    }

    /// On whose word a reason of this verdict stands.
    #[must_use]
    pub fn source(&self, reason: &Reason<'_>) -> Source {
        let axis = reason.rule.axis();
        let profile = self.profile();
        if reason.effect == RuleEffect::Unknown {
            return Source::Nobody(axis);
        }
        let Some(axis) = axis else { return Source::Standard(reason.rule.section()) };
        if profile.operator().contains(axis) {
            return Source::Operator(axis);
        }
        match profile.claim(axis) {
            Some(claim) if claim.basis != Basis::Specified => Source::Claim(claim),
            _ => Source::Standard(reason.rule.section()),
        }
    }

    /// What has been said or seen against a reason that rests on a claim.
    pub fn disputes(&self, reason: &Reason<'_>) -> impl Iterator<Item = &'static Claim> + use<'a> {
        let profile = self.profile();
        let rests_on_claim = matches!(self.source(reason), Source::Claim(_));
        let axis = reason.rule.axis().filter(|_| rests_on_claim);
        axis.into_iter().flat_map(|axis| profile.disputes(axis))
    }

    fn another_user(&self) -> crate::message::RequestHead<'a> {
        self.case.request.head().another_user()
    }
}

/// Two verdicts are equal where their answers are.
impl PartialEq for Verdict<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.answers() == other.answers()
    }
}
