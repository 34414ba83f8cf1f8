//! What changes in a store because of an exchange.

use http::{Method, Response};

use super::{Ask, Held, Kept, Times, Visit};
use crate::life::{
    AfterHead, ToStore, Updated, after_head, groups_invalidated_by, invalidated_by,
    is_origin_failure,
};
use crate::profile::{Fact, Invalidation, Marker, Superseded, Variants};
use crate::verdict::Verdict;

/// What changes in a store because of an exchange.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Changes {
    /// The numbers of the stored responses that go.
    pub remove: Vec<usize>,
    /// What is stored under the key, in the place of what it [replaces](Kept::replaces).
    pub keep: Vec<Keep>,
    /// URIs of which everything goes, whatever else is in the keys: they are compared with
    /// [`CacheKey::uri`](crate::life::CacheKey::uri).
    pub remove_uris: Vec<Vec<u8>>,
    /// Groups of the origin ([`CacheKey::origin`](crate::life::CacheKey::origin)) of which
    /// everything goes (RFC 9875 §3).
    pub remove_groups: Vec<String>,
    /// What is left behind under the key: [`Visit::set_marker`] is told of it, for the seconds that
    /// it says. It belongs to one process and needs no store.
    pub marker: Marker,
}

/// A response to be stored.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Keep {
    /// What is kept beside the content.
    pub kept: Kept,
    /// Which content.
    pub content: ContentOf,
}

/// Which content a response has that is to be stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContentOf {
    /// That of the origin's answer, once all of it has come.
    Answer,
    /// That of a stored response, which stays as it is.
    Held(usize),
}

impl Changes {
    pub(super) const fn none() -> Self {
        Self {
            remove: Vec::new(),
            keep: Vec::new(),
            remove_uris: Vec::new(),
            remove_groups: Vec::new(),
            marker: Marker::None,
        }
    }

    /// What is stored is fetched anew from now on, and answers only where that fails
    /// ([`Invalidation::TargetAfterSuccess`]).
    fn mark_stale(&mut self, held: &[Held<'_>]) {
        for (number, one) in held.iter().enumerate() {
            let old = &one.kept.0;
            let new = ToStore { policy: old.policy.to_be_fetched(), ..old.clone() };
            self.remove.push(number);
            self.keep_content_of(number, Some(Kept(new)));
        }
    }

    /// A response is stored that has the content of one that is stored already.
    pub(super) fn keep_content_of(&mut self, number: usize, kept: Option<Kept>) {
        self.keep.extend(kept.map(|kept| Keep { kept, content: ContentOf::Held(number) }));
    }

    /// What an answer leaves behind that is not stored, and what it has replaced.
    pub(super) fn forget(&mut self, ask: &Ask, verdict: &Verdict<'_>) {
        let status = verdict.response_policy().status();
        let replaces = match verdict.profile().facts().superseded {
            Fact::Known(Superseded::Kept) => false,
            Fact::Known(Superseded::RemovedBy(statuses)) => {
                matches!(ask.method, Method::GET | Method::HEAD) && statuses.contains(status)
            }
            _ => ask.method == Method::GET && !is_origin_failure(status) && status != 304,
        };
        self.remove.extend(ask.chosen.filter(|_| replaces));
        self.marker = verdict.marker().unwrap_or(Marker::None);
    }
}

impl Visit {
    /// Whether a response takes the place of everything that is stored under its key, because its Vary
    /// is another one ([`Variants::OneVary`]).
    pub(super) fn takes_over(&self, kept: &Kept, held: &[Held<'_>]) -> bool {
        matches!(
            self.profile().facts().variants,
            Fact::Known(Variants::OneVary | Variants::OneVaryByValue)
        ) && held.iter().any(|one| !one.kept.0.vary.names().eq(kept.0.vary.names()))
    }

    /// Whether the stored response that was chosen goes for whatever answers in its place, also to
    /// requests with other fields ([`Superseded::RemovedBy`]).
    pub(super) fn gives_way(&self) -> bool {
        matches!(self.profile().facts().superseded, Fact::Known(Superseded::RemovedBy(_)))
    }

    /// Whether what was chosen stays beside its update, where that has another Vary.
    pub(super) fn keeps_variants(&self) -> bool {
        matches!(self.profile().facts().variants, Fact::Known(Variants::Rfc9111) | Fact::Unknown)
    }

    /// What has the same name in the store as a new variant ([`Variants::OneVaryByValue`]).
    pub(super) fn named_alike<'a>(
        &self,
        kept: &'a Kept,
        held: &'a [Held<'_>],
    ) -> impl Iterator<Item = usize> {
        let by_value = self.profile().facts().variants == Fact::Known(Variants::OneVaryByValue);
        let alike = move |one: &Held<'_>| by_value && one.kept.0.vary.has_values_of(&kept.0.vary);
        held.iter().enumerate().filter(move |(_, one)| alike(one)).map(|(number, _)| number)
    }

    /// RFC 9111 §4.4, RFC 9875 §3, and what an answer to HEAD says of stored ones (§4.3.5).
    pub(super) fn invalidated(
        &self,
        held: &[Held<'_>],
        answer: &Response<()>,
        times: Times,
    ) -> Changes {
        let profile = self.profile();
        let mut changes = Changes::none();
        let keys = invalidated_by(&self.request, answer, profile);
        if matches!(profile.facts().invalidation, Fact::Known(Invalidation::TargetAfterSuccess(_)))
        {
            if !keys.is_empty() {
                changes.mark_stale(held);
            }
        } else {
            changes.remove_uris.extend(keys.iter().map(|key| key.uri().to_vec()));
        }
        changes.remove_groups = groups_invalidated_by(&self.request, answer);
        if self.request.method() != Method::HEAD {
            return changes;
        }
        let (exchange, policy) = (times.of(&self.request, answer), self.policy());
        for (number, one) in held.iter().enumerate() {
            let old = &one.kept.0;
            let new = match after_head(&policy, answer, one.stored(), profile) {
                AfterHead::Unaffected => continue,
                AfterHead::Stale => {
                    Some(ToStore { policy: old.policy.invalidated(), ..old.clone() })
                }
                AfterHead::Update => match old.freshened(&exchange, profile).stored {
                    Updated::Kept(kept) => Some(kept),
                    Updated::Unchanged => continue,
                    Updated::Gone => None,
                },
            };
            changes.remove.push(number);
            changes.keep_content_of(number, new.map(Kept));
        }
        changes
    }
}
