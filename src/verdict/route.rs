//! Who else gets a response, and by whose word: under the profile that decides on their request,
//! which on a site of several routes may be another one than the first request's.

use std::fmt;

use super::Verdict;
use crate::answer::{Answer, Exposure, Waiting};
use crate::kept::{Flags, Forwarded, Lookup, StoredPolicy};
use crate::message::{Exchange, RequestHead};
use crate::policy::RequestPolicy;
use crate::profile::Profile;
use crate::rule::{Evidence, Reason, Rule, RuleEffect, Tri, vendor};
use crate::server::{self, Case};

/// Which profile decides on which request: a [`Site`](crate::Site) says it by its routes.
pub trait Routes: fmt::Debug + Sync {
    /// The profile that decides on a request.
    fn decides(&self, request: RequestHead<'_>) -> &Profile;

    /// What decides on a later request where it is not what decided on the first one; `None` where
    /// both are under one route.
    fn elsewhere(&self, later: RequestHead<'_>, first: RequestHead<'_>) -> Option<Elsewhere<'_>>;
}

/// A profile alone decides on every request.
impl Routes for Profile {
    fn decides(&self, _: RequestHead<'_>) -> &Profile {
        self
    }

    fn elsewhere(&self, _: RequestHead<'_>, _: RequestHead<'_>) -> Option<Elsewhere<'_>> {
        None
    }
}

/// Another route of a site, seen from the one under which a response was stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Elsewhere<'a> {
    /// The profile that decides there.
    pub profile: &'a Profile,
    /// Whether requests there find what was stored.
    pub finds: Finds,
}

/// Whether a later request finds what another one had stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Finds {
    /// It does: both have one key.
    Yes,
    /// It does not.
    No,
    /// It does where it has the key of the first one, by the profile that decided on that.
    ByKey,
    /// Nobody says.
    Untold,
}

impl<'a> Exchange<'a> {
    /// What the cache does with it that decides on its request, and on what others send.
    ///
    /// ```
    /// use storable::{Answer, Exchange, Site};
    ///
    /// let site: Site = serde_json::from_str(r#"{"route": [
    ///     {"when": {"cookies": ["session"]}, "cache": "pages", "profile": "caching-off"},
    ///     {"cache": "pages", "profile": "fastly"}
    /// ]}"#)?;
    /// let visitor = http::Request::get("https://shop.example/").body(())?;
    /// let member = http::Request::get("https://shop.example/").header("Cookie", "session=a").body(())?;
    /// let response = http::Response::builder().header("Cache-Control", "max-age=60").body(())?;
    /// let verdict = Exchange::new(&visitor, &response).judge_by(&site);
    /// assert_eq!(verdict.for_other(&visitor), Answer::Hit);
    /// assert_eq!(verdict.for_other(&member), Answer::Miss);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn judge_by(self, routes: &'a dyn Routes) -> Verdict<'a> {
        let mut verdict = self.judge(routes.decides(self.request()));
        verdict.routes = Some(routes);
        verdict
    }
}

/// What somebody gets who asks later.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Later {
    pub(super) answer: Answer,
    /// Whether it may be this response, with nobody asked.
    pub(super) may_hit: bool,
}

impl Later {
    /// Two users, as one: the one who gets more of it.
    fn or(self, other: Self) -> Self {
        let rank = |answer| match answer {
            Answer::Hit => 3,
            Answer::Unknown => 2,
            Answer::Validated => 1,
            Answer::Miss | Answer::GatewayTimeout => 0,
        };
        let more = if rank(other.answer) > rank(self.answer) { other } else { self };
        Self { may_hit: self.may_hit || other.may_hit, ..more }
    }

    /// Whether others get it who ask later, or who wait.
    pub(super) const fn exposure(self, waiting: RuleEffect) -> Exposure {
        match (self.answer, waiting) {
            (Answer::Hit, _) | (_, RuleEffect::Shares) => Exposure::Known,
            (_, RuleEffect::Unknown) => Exposure::Unknown,
            _ if self.may_hit => Exposure::Unknown,
            _ => Exposure::None,
        }
    }
}

impl<'a> Verdict<'a> {
    /// The other route, where one decides on a later request.
    fn elsewhere(&self, later: &RequestPolicy<'_>) -> Option<Elsewhere<'a>> {
        self.routes?.elsewhere(later.head(), self.case.request.head())
    }

    /// What a later request gets.
    pub(super) fn later(&self, kept: &StoredPolicy, later: &RequestPolicy<'_>) -> Later {
        match self.elsewhere(later) {
            None => self.later_here(kept, later),
            Some(route) => self.later_under(route, kept, later),
        }
    }

    /// What another user gets who asks later. Whether he takes this route or another may hang on the
    /// very cookie that tells users apart, so where his own is another one, both count.
    pub(super) fn another_later(&self, kept: &StoredPolicy, another: &RequestPolicy<'_>) -> Later {
        let here = self.later_here(kept, another);
        match self.elsewhere(another) {
            None => here,
            Some(route) => here.or(self.later_under(route, kept, another)),
        }
    }

    /// Whether what is kept under this verdict's profile says the same under another one: two
    /// algorithms do not keep the same.
    fn keeps_like(&self, profile: &Profile) -> bool {
        profile.reads() == self.profile().reads()
    }

    fn later_here(&self, kept: &StoredPolicy, later: &RequestPolicy<'_>) -> Later {
        settle(self.case.look_up(kept, later), later, self.profile())
    }

    fn later_under(
        &self,
        Elsewhere { profile, finds }: Elsewhere<'a>,
        kept: &StoredPolicy,
        later: &RequestPolicy<'_>,
    ) -> Later {
        let found = match finds {
            Finds::Yes => Tri::Yes,
            Finds::No => Tri::No,
            Finds::ByKey => self.case.in_key(later),
            Finds::Untold => Tri::Maybe,
        };
        let why = server::not_looked_up(profile, later).unwrap_or(Forwarded::UriMiss);
        let lookup = server::look_up(profile, &self.case.stored(kept), later, None)
            .if_found(is_looked_up(profile, later), why)
            .if_found(if self.keeps_like(profile) { Tri::Yes } else { Tri::Maybe }, why)
            .if_found(found, why)
            .if_found(kept.decided(Flags::STORED), why);
        settle(lookup, later, profile)
    }

    /// The worst that `count` requests like `follower` get that wait during the fetch, and why.
    pub(super) fn waiting(
        &self,
        kept: &StoredPolicy,
        follower: &RequestPolicy<'_>,
        count: usize,
    ) -> (Waiting, Reason<'a>) {
        match self.elsewhere(follower) {
            None => self.case.waiting(&self.draft, kept, follower, count),
            Some(route) => self.waiting_under(route, kept, follower, count),
        }
    }

    /// The worst that other users get who wait, with both routes counted as in
    /// [`another_later`](Self::another_later).
    pub(super) fn another_waiting(
        &self,
        kept: &StoredPolicy,
        another: &RequestPolicy<'_>,
        count: usize,
    ) -> (Waiting, Reason<'a>) {
        let here = self.case.waiting(&self.draft, kept, another, count);
        let Some(route) = self.elsewhere(another) else { return here };
        let there = self.waiting_under(route, kept, another, count);
        let rank = |(waiting, reason): &(Waiting, Reason<'a>)| match (reason.effect, waiting) {
            (RuleEffect::Shares, _) => 4,
            (RuleEffect::Unknown, _) => 3,
            (_, Waiting::Unknown) => 2,
            (_, Waiting::Validated) => 1,
            _ => 0,
        };
        if rank(&there) > rank(&here) { there } else { here }
    }

    fn waiting_under(
        &self,
        Elsewhere { profile, finds }: Elsewhere<'a>,
        kept: &StoredPolicy,
        follower: &RequestPolicy<'_>,
        count: usize,
    ) -> (Waiting, Reason<'a>) {
        let told = |waiting, effect| {
            (waiting, Reason { rule: Rule::OtherRoute, effect, evidence: Evidence::NONE })
        };
        let is_looked_up = is_looked_up(profile, follower);
        if is_looked_up == Tri::No || finds == Finds::No {
            return told(Waiting::OwnFetch, RuleEffect::KeepsApart);
        }
        let case = Case { profile, ..self.case };
        // Keys that are equal as texts need not be so by their parts.
        if !self.keeps_like(profile) || (finds == Finds::Yes && case.in_key(follower) != Tri::Yes) {
            return told(Waiting::Unknown, RuleEffect::Unknown);
        }
        let waits_for_it = case.waiting(&self.draft, kept, follower, count);
        if is_looked_up == Tri::Yes && finds != Finds::Untold {
            return waits_for_it;
        }
        match (waits_for_it.0, waits_for_it.1.effect) {
            (Waiting::OwnFetch, _) => waits_for_it,
            (_, RuleEffect::Shares) => told(Waiting::Unknown, RuleEffect::Unknown),
            (_, effect) => told(Waiting::Unknown, effect),
        }
    }
}

/// Whether a profile that has stored nothing itself looks a request up: not one for a path that it does
/// not consider.
fn is_looked_up(profile: &Profile, later: &RequestPolicy<'_>) -> Tri {
    let path = later.head().target().path;
    server::is_looked_up(profile, later).and(vendor::is_eligible(path, profile.facts()))
}

/// The answer to a later request; one that wants nothing of the origin gets 504 in its stead.
fn settle(lookup: Lookup, later: &RequestPolicy<'_>, profile: &Profile) -> Later {
    let answer = match lookup.settle() {
        Answer::Validated | Answer::Miss
            if server::gateway(profile, later, lookup.why) == server::Gateway::Closed =>
        {
            Answer::GatewayTimeout
        }
        answer => answer,
    };
    Later { answer, may_hit: lookup.may_hit() }
}
