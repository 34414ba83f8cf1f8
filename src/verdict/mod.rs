//! Effect to answer: the verdict, its reasons, and what can be made of them.

mod deviation;
mod difference;
mod explain;
mod remedy;
mod route;
mod warnings;

pub use deviation::{Deviation, Direction, Question};
pub use difference::Difference;
pub use remedy::{Change, Remedy};
pub use route::{Elsewhere, Finds, Routes};

use crate::answer::{Answer, Answers, Exposure, FreshFor, Storage, Waiting};
use crate::kept::StoredPolicy;
use crate::message::{AsRequest, Exchange, RequestHead};
use crate::policy::{Method, RequestPolicy, ResponsePolicy};
use crate::profile::{Axis, AxisSet, Basis, Claim, Fact, ForWaiting, Marker, Profile};
use crate::rule::{Draft, Reason, Reasons, Rule, RuleEffect, Tri};
use crate::server::Case;

/// What a cache does with a response, with the reasons.
///
/// A verdict borrows the messages and the profile; making one allocates nothing.
#[derive(Clone, Debug)]
pub struct Verdict<'a> {
    case: Case<'a>,
    draft: Draft<'a>,
    /// What decides on other requests; without it the profile of this one.
    routes: Option<&'a dyn Routes>,
}

// A verdict is large because it is built in place; callers move it once.
const _: () = assert!(size_of::<Draft<'_>>() <= 992 && size_of::<Verdict<'_>>() <= 2_400);

/// The evidence for a reason: a standard, a claim about this cache, an operator's setting, or none.
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
            Self::Nobody(Some(axis)) => write!(f, "no public source answers: {}", axis.question()),
            Self::Nobody(None) => f.write_str("no public source"),
        }
    }
}

/// How many requests wait, where nobody says: enough for the second stage of a collapse to show.
const WAITING: usize = 4;

impl<'a> Verdict<'a> {
    #[inline(always)]
    pub(crate) fn new(exchange: Exchange<'a>, profile: &'a Profile) -> Self {
        let mut verdict =
            Self { case: Case::unread(exchange, profile), draft: Draft::new(), routes: None };
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

    /// The marker that is left in the place of a response that is not stored (hit-for-miss,
    /// hit-for-pass); `None` where that is not known.
    #[must_use]
    pub fn marker(&self) -> Option<Marker> {
        match self.storage() {
            Storage::NotStored => self.profile().facts().marker.known(),
            Storage::Bypass | Storage::Stored => Some(Marker::None),
            Storage::Unknown => None,
        }
    }

    /// For how many seconds from receipt the stored response may be used without asking the origin:
    /// its lifetime less its age, and 0 where every use is validated.
    ///
    /// It is a property of the response, whatever requests wish. A request that says `no-cache` or
    /// `min-fresh` may go to the origin all the same, and one with `max-stale` may be answered after
    /// that time; what one request gets is told by [`same_request`](Self::same_request) and
    /// [`for_other`](Self::for_other).
    #[must_use]
    pub fn fresh_for(&self) -> FreshFor {
        match self.draft.stored() {
            // Bypassed or not stored: where it is not known which, it is not stored all the same.
            Tri::No => FreshFor::NotStored,
            Tri::Maybe => FreshFor::Unknown,
            Tri::Yes => self.left_when_stored(),
        }
    }

    /// The least and the greatest number of seconds for which an identical request is a hit; 0 where
    /// it is not stored, and `u64::MAX` where nothing bounds them. Also where it is not known whether
    /// the response is stored this may be.
    ///
    /// ```
    /// use storable::{FreshFor, Profile, storable};
    ///
    /// let request = http::Request::get("https://shop.example/").body(())?;
    /// let response = http::Response::builder().header("Cache-Control", "max-age=0").body(())?;
    /// let verdict = storable(&request, &response, &Profile::KEYCDN);
    /// assert_eq!(verdict.fresh_for(), FreshFor::Unknown);
    /// assert_eq!(verdict.fresh_between(), (0, 0));
    /// # Ok::<(), http::Error>(())
    /// ```
    #[must_use]
    pub fn fresh_between(&self) -> (u64, u64) {
        let stored = self.left_when_stored().range().unwrap_or((0, u64::MAX));
        match self.draft.stored() {
            Tri::No => (0, 0),
            Tri::Maybe => (0, stored.1),
            Tri::Yes => stored,
        }
    }

    /// Whether no later request is answered before the origin was asked, however young it is.
    fn never_unasked(&self) -> bool {
        let draft = &self.draft;
        draft.validated == Tri::Yes
            || draft.matches_nothing == Tri::Yes
            || draft.repeatable == Tri::No
    }

    fn left_when_stored(&self) -> FreshFor {
        let draft = &self.draft;
        let left = draft.remaining();
        // What may have to be validated each time may not be fresh for a second.
        let least = if draft.validated == Tri::No { left.least } else { 0 };
        match (least, left.most) {
            _ if self.never_unasked() => FreshFor::Seconds(0),
            (least, most) if least == most => match least.checked_sub(1) {
                Some(less) if draft.up_to_a_second_less => FreshFor::Between(less, most),
                _ => FreshFor::Seconds(least),
            },
            (_, u64::MAX) => FreshFor::Unknown,
            (least, most) => FreshFor::Between(least, most),
        }
    }

    /// For how many seconds after that a stale answer is given while the origin is asked
    /// (RFC 5861 §3).
    ///
    /// ```
    /// use storable::{FreshFor, Profile, storable};
    ///
    /// let request = http::Request::get("https://shop.example/").body(())?;
    /// let response = http::Response::builder()
    ///     .header("Cache-Control", "max-age=60, stale-while-revalidate=600")
    ///     .body(())?;
    /// let verdict = storable(&request, &response, &Profile::RFC9111_SHARED);
    /// assert_eq!(verdict.stale_for(), FreshFor::Seconds(600));
    /// # Ok::<(), http::Error>(())
    /// ```
    #[must_use]
    pub fn stale_for(&self) -> FreshFor {
        let window = self.draft.stale_window;
        match self.draft.stored() {
            Tri::No => FreshFor::NotStored,
            _ if self.never_unasked() => FreshFor::Seconds(0),
            _ if window.least == window.most => FreshFor::Seconds(window.least),
            _ if window.most == u64::MAX => FreshFor::Unknown,
            _ => FreshFor::Between(window.least, window.most),
        }
    }

    /// How an identical request right afterwards is answered.
    #[must_use]
    pub fn same_request(&self) -> Answer {
        self.later(&self.keep(), &self.case.request).answer
    }

    /// How another user's request right afterwards is answered: the same request with another
    /// Cookie and no Authorization, or, where it has neither, with another User-Agent. Where that
    /// takes another route of a site, those count who take that one and those who take this.
    #[must_use]
    pub fn other_user(&self) -> Answer {
        self.another_later(&self.keep(), &RequestPolicy::read(self.another_user())).answer
    }

    /// How a later request is answered, at the instant of receipt, when only this one went before.
    #[must_use]
    pub fn for_other(&self, later: &(impl AsRequest + ?Sized)) -> Answer {
        self.later(&self.keep(), &RequestPolicy::read(later.as_request())).answer
    }

    /// What is kept of this judgement, from which every later request is answered.
    pub(crate) fn keep(&self) -> StoredPolicy {
        self.case.keep(&self.draft)
    }

    pub(crate) const fn case(&self) -> &Case<'a> {
        &self.case
    }

    /// The worst that can happen to four requests of other users that wait during the fetch.
    #[must_use]
    pub fn waiting_user(&self) -> Waiting {
        self.waiting_users(WAITING)
    }

    /// The same of `count` requests.
    #[must_use]
    pub fn waiting_users(&self, count: usize) -> Waiting {
        self.another_waiting(&self.keep(), &RequestPolicy::read(self.another_user()), count).0
    }

    /// The worst that can happen to `count` requests like `follower` that wait during the fetch.
    #[must_use]
    pub fn for_waiting(&self, follower: &(impl AsRequest + ?Sized), count: usize) -> Waiting {
        self.waiting(&self.keep(), &RequestPolicy::read(follower.as_request()), count).0
    }

    /// The rule that decides [`for_waiting`](Self::for_waiting).
    #[must_use]
    pub fn why_waiting(&self, follower: &(impl AsRequest + ?Sized), count: usize) -> Reason<'a> {
        self.waiting(&self.keep(), &RequestPolicy::read(follower.as_request()), count).1
    }

    /// The rule that decides [`waiting_user`](Self::waiting_user).
    #[must_use]
    pub fn why_waiting_user(&self) -> Reason<'a> {
        self.why_waiting_users(WAITING)
    }

    /// The rule that decides [`waiting_users`](Self::waiting_users).
    #[must_use]
    pub fn why_waiting_users(&self, count: usize) -> Reason<'a> {
        self.another_waiting(&self.keep(), &RequestPolicy::read(self.another_user()), count).1
    }

    /// Whether another user may get this response, at once or a moment later, without the origin
    /// being asked. `false` only where it is known that none does; what is unknown counts as shared.
    /// Where an answer is `validated`, others get it after the origin has confirmed it (304): that
    /// is for the origin to decide, who is asked with their request.
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
        let kept = self.keep();
        let later = self.another_later(&kept, &another);
        let (waiting_user, why) = self.another_waiting(&kept, &another, WAITING);
        Answers {
            storage: self.storage(),
            fresh_for: self.fresh_for(),
            same_request: self.later(&kept, &self.case.request).answer,
            other_user: later.answer,
            waiting_user,
            exposure: later.exposure(why.effect),
        }
    }

    /// The rules that fired, in order. What decides on waiting requests is told by
    /// [`why_waiting`](Self::why_waiting).
    #[must_use]
    pub fn reasons(&self) -> Reasons<'_, 'a> {
        self.draft.trace.reasons()
    }

    /// The reasons that keep the response out of the cache.
    pub(crate) fn bars(&self) -> impl Iterator<Item = &Reason<'a>> {
        self.reasons().filter(|reason| reason.effect == RuleEffect::ForbidsStoring)
    }

    /// The reason that decided: an unsafe sharing first, then what refused storing, then what set the
    /// lifetime.
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
        let facts = self.profile().facts();
        let mut open = AxisSet::EMPTY;
        if !self.answers().leaves_open() {
            return open;
        }
        let is_open = |reason: &Reason<'_>| {
            matches!(reason.effect, RuleEffect::Unknown | RuleEffect::NeverReused)
        };
        for reason in self.reasons().filter(|reason| is_open(reason)) {
            open = reason.rule.axis().map_or(open, |axis| open.with(axis));
        }
        let waiting = self.why_waiting_user();
        // A fact that is there leaves a question open where it hangs on what fired.
        let conditional = Fact::Known(ForWaiting::OwnFetchWhereSaid);
        let told = match waiting.rule {
            Rule::WaitingNoCache => facts.waiting_no_cache,
            Rule::WaitingNotStored => facts.waiting_not_stored,
            Rule::WaitingPastExpires => facts.waiting_past_expires,
            Rule::WaitingZero => facts.waiting_zero,
            _ => Fact::Unknown,
        };
        if is_open(&waiting) && (told == Fact::Unknown || told == conditional) {
            open = waiting.rule.axis().map_or(open, |axis| open.with(axis));
        }
        if self.waiting_user() == Waiting::Unknown && !facts.says(Axis::Collapsing) {
            open = open.with(Axis::Collapsing);
        }
        for (answer, later) in [
            (self.same_request(), self.case.request.head()),
            (self.other_user(), self.another_user()),
        ] {
            if answer == Answer::Unknown {
                open = open.union(self.lookup_questions(&RequestPolicy::read(later)));
            }
        }
        open
    }

    /// The missing facts that matter to a later request.
    fn lookup_questions(&self, later: &RequestPolicy<'_>) -> AxisSet {
        let (facts, kept) = (self.profile().facts(), self.keep());
        let lookup = self.case.reach(&kept, later);
        let wishes = [later.max_age, later.min_fresh, later.max_stale];
        [
            (Axis::Methods, later.method != Method::Get),
            (Axis::Authorization, later.has_authorization()),
            (Axis::RequestCookie, later.has_cookie()),
            (
                Axis::RequestNoCache,
                !later.no_cache.is_absent() || wishes.iter().any(|wish| !wish.is_absent()),
            ),
            (Axis::VaryFields, self.case.selects(&kept, later) == Tri::Maybe),
            (Axis::Validation, kept.has_validator() && lookup.reusable != Tri::Yes),
        ]
        .into_iter()
        .filter(|(axis, matters)| *matters && !facts.says(*axis))
        .fold(AxisSet::EMPTY, |open, (axis, _)| open.with(axis))
    }

    /// The evidence for a reason of this verdict: who says that the cache does this.
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

    fn another_user(&self) -> RequestHead<'a> {
        self.case.request.of_another_user()
    }
}

impl<'a> Exchange<'a> {
    /// What the profile's cache does with it.
    #[must_use]
    #[inline]
    pub fn judge(self, profile: &'a Profile) -> Verdict<'a> {
        Verdict::new(self, profile)
    }
}
