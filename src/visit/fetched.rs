//! What a client gets of an answer that the origin has just sent.

use http::header::{AGE, IF_MATCH, IF_MODIFIED_SINCE, IF_NONE_MATCH, IF_UNMODIFIED_SINCE, RANGE};
use http::{HeaderName, Method, Response, StatusCode};

use super::answer::From;
use super::{Answer, Ask, Content, Held, Kept, Visit};
use crate::field::Field;
use crate::header::CacheStatus;
use crate::kept::RangeRequest;
use crate::life::{Forwarded, Reply, forwarded_map, reply};
use crate::profile::{AnsweredFor, ClientConditions, Fact, Profile, Ranges, SentValidators};
use crate::rule::Evidence;
use crate::verdict::Verdict;

/// What a client sets for the whole.
const CONDITIONS: [HeaderName; 4] =
    [IF_NONE_MATCH, IF_MODIFIED_SINCE, IF_MATCH, IF_UNMODIFIED_SINCE];

impl Visit {
    /// What the client gets of an answer: the profile says of which ones the cache itself answers
    /// conditions and ranges ([`AnsweredFor`], [`Ranges::OfEveryOk`]).
    pub(super) fn fetched_answer(
        &self,
        ask: &Ask,
        verdict: &Verdict<'_>,
        kept: Option<&Kept>,
        answer: &Response<()>,
        status: CacheStatus<'_>,
    ) -> Answer {
        let worked_on = match answered_for(self.profile()) {
            AnsweredFor::Every => true,
            AnsweredFor::Stored => kept.is_some(),
            AnsweredFor::HitsAndLookedUp => self.is_plain_ok(ask, answer, kept),
            AnsweredFor::UnlessForbidden => may_be_stored(verdict),
            AnsweredFor::Hits => false,
        };
        let as_kept = || Kept::of(verdict.as_if_stored());
        if worked_on {
            self.first_answer(&kept.cloned().unwrap_or_else(as_kept), answer, status)
        } else if kept.is_none() && self.cuts_every_ok(answer) {
            self.without_conditions().first_answer(&as_kept(), answer, status)
        } else {
            self.as_it_came(answer, status)
        }
    }

    /// A response that is being stored, as its own request gets it: with its conditions and ranges
    /// answered, with the fields too that are not stored, and with the origin's Age.
    pub(super) fn first_answer(
        &self,
        kept: &Kept,
        answer: &Response<()>,
        status: CacheStatus<'_>,
    ) -> Answer {
        let mut first = kept.clone();
        let length = content_length(answer);
        // A 304 has no more fields than what is stored.
        let held = Held { kept: &first, length };
        if reply(&self.policy(), held.stored(), self.profile()) == Reply::NotModified {
            return self.answer(&held, From::Coming, None, status);
        }
        first.set_fields(forwarded_map(answer.headers()));
        let held = Held { kept: &first, length };
        let whole = self.ignores_range_of(&held).then(|| self.without(&[RANGE]));
        let mut sent = whole.as_ref().unwrap_or(self).answer(&held, From::Coming, None, status);
        let fields = sent.head.headers_mut();
        if let (Some(age), false) = (answer.headers().get(AGE), fields.contains_key(AGE)) {
            fields.insert(AGE, age.clone());
        }
        sent
    }

    /// A response that is not sent out of the store.
    pub(super) fn as_it_came(&self, answer: &Response<()>, status: CacheStatus<'_>) -> Answer {
        let mut head = Response::new(());
        (*head.status_mut(), *head.headers_mut()) =
            (answer.status(), forwarded_map(answer.headers()));
        status.append_to(head.headers_mut());
        let none = self.request.method() == Method::HEAD;
        let content = if none { Content::None } else { Content::Whole };
        Answer { head, content, of: None }
    }

    /// Whether this is a 200 to a GET that has been looked up, for the whole or in the place of what
    /// was found; or to a HEAD that has found what its Authorization keeps from it.
    fn is_plain_ok(&self, ask: &Ask, answer: &Response<()>, kept: Option<&Kept>) -> bool {
        let replaces = ask.chosen.is_some() && kept.is_some();
        let worked_on = match *self.request.method() {
            Method::GET => replaces || !self.request.headers().contains_key(RANGE),
            Method::HEAD => ask.why == Forwarded::Miss,
            _ => false,
        };
        worked_on && ask.why != Forwarded::Bypass && answer.status() == StatusCode::OK
    }

    /// Whether the parts that are asked for are cut out of an answer that is not stored
    /// ([`Ranges::OfEveryOk`]).
    fn cuts_every_ok(&self, answer: &Response<()>) -> bool {
        self.profile().facts().ranges == Fact::Known(Ranges::OfEveryOk)
            && answer.status() == StatusCode::OK
    }

    /// The same visit as if the client had set no condition for the whole.
    pub(super) fn without_conditions(&self) -> Self {
        self.without(&CONDITIONS)
    }

    /// Whether the client's preconditions are held against hits alone.
    pub(super) fn asks_hits_alone(&self) -> bool {
        let conditions = self.profile().facts().client_conditions.known();
        conditions.is_some_and(|known| known.preconditions.is_of_hits())
    }

    /// The visit as the cache answers it where a response was validated just now, if that is another
    /// one: without what is held against hits alone, several ranges among that, without tags that have
    /// gone to the origin, and without conditions of what is no success.
    pub(super) fn after_validation(&self, validated: &Held<'_>) -> Option<Self> {
        let mut names = Vec::new();
        if self.asks_hits_alone() {
            names.extend([IF_MATCH, IF_UNMODIFIED_SINCE]);
            if self.profile().facts().sent_validators == Fact::Known(SentValidators::ChosenStrong) {
                names.push(IF_NONE_MATCH);
            }
            if !validated.kept.head().status().is_success() {
                names.extend([IF_NONE_MATCH, IF_MODIFIED_SINCE]);
            }
            if self.asks_for_parts() {
                names.push(RANGE);
            }
        }
        if self.ignores_range_of(validated) {
            names.push(RANGE);
        }
        (!names.is_empty()).then(|| self.without(&names))
    }

    /// Whether the client asks for several ranges.
    fn asks_for_parts(&self) -> bool {
        RangeRequest::of(&self.policy()).is_some_and(|ranges| ranges.count() > 1)
    }

    /// The visit as the cache answers it with a stored response where the origin has failed, if that is
    /// another one: caches that answer preconditions of hits alone take all conditions for the origin's
    /// here, and a range that was taken out of what was asked is forgotten, but by
    /// [`Ranges::WholeIfNone`].
    pub(super) fn after_failure(&self, ask: &Ask) -> Option<Self> {
        if !self.asks_hits_alone() {
            return None;
        }
        let remembered = ask.fields.contains_key(RANGE)
            || self.profile().facts().ranges.known().is_some_and(Ranges::is_whole_if_none);
        let cut = remembered && !self.asks_for_parts();
        let range = (!cut).then_some(RANGE);
        Some(self.without(&CONDITIONS.into_iter().chain(range).collect::<Vec<_>>()))
    }

    /// Whether a range that the content does not have counts as none ([`Ranges::One`]).
    fn ignores_range_of(&self, fetched: &Held<'_>) -> bool {
        self.profile().facts().ranges == Fact::Known(Ranges::One)
            && matches!(
                reply(&self.policy(), fetched.stored(), self.profile()),
                Reply::Unsatisfiable { .. }
            )
    }

    pub(super) fn without(&self, names: &[HeaderName]) -> Self {
        let mut plain = self.clone();
        for name in names {
            plain.request.headers_mut().remove(name);
        }
        plain
    }
}

/// The responses for which the cache answers the client's conditions.
pub(super) fn answered_for(profile: &Profile) -> AnsweredFor {
    let conditions = profile.facts().client_conditions.known();
    conditions.unwrap_or(ClientConditions::RFC9110).answered
}

/// Whether no field of a response keeps it out of the cache: it wants a lifetime at most, or a
/// precondition of the client does not hold.
fn may_be_stored(verdict: &Verdict<'_>) -> bool {
    let preconditions = [Field::IfMatch.name(), Field::IfUnmodifiedSince.name()];
    verdict.bars().all(|reason| {
        reason.evidence == Evidence::NONE || preconditions.contains(&reason.evidence.field)
    })
}

pub(super) fn content_length(head: &Response<()>) -> Option<u64> {
    head.headers().get("content-length")?.to_str().ok()?.parse().ok()
}
