//! What changes in a store because of an exchange.

use std::time::SystemTime;

use http::header::{CACHE_CONTROL, IF_RANGE, PRAGMA, RANGE};
use http::{Method, Response, StatusCode};

use super::{Ask, Held, Kept, Times, Visit};
use crate::life::{
    AfterHead, Forwarded, ToStore, Updated, after_head, groups_invalidated_by, invalidated_by,
    invalidated_under, is_origin_failure, look_up,
};
use crate::profile::{Fact, Invalidation, Marker, Superseded, Variants};

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

/// Where an update lies in the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Moved {
    /// In the place of what it updates.
    InPlace,
    /// Beside it: the old one may be the answer to requests with other fields.
    Beside,
    /// Where no request looks for it, and what it updates is gone ([`Variants::OneVaryByValue`]).
    Lost,
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
            let old = &one.kept.entry;
            let new = ToStore { policy: old.policy.to_be_fetched(), ..old.clone() };
            self.remove.push(number);
            self.keep_content_of(number, Some(Kept::of(new)));
        }
    }

    /// A response is stored that has the content of one that is stored already.
    pub(super) fn keep_content_of(&mut self, number: usize, kept: Option<Kept>) {
        self.keep.extend(kept.map(|kept| Keep { kept, content: ContentOf::Held(number) }));
    }
}

impl Visit {
    /// Whether a response takes the place of everything that is stored under its key, because its Vary
    /// is another one ([`Variants::OneVary`]).
    pub(super) fn takes_over(&self, kept: &Kept, held: &[Held<'_>]) -> bool {
        matches!(
            self.profile().facts().variants,
            Fact::Known(Variants::OneVary | Variants::OneVaryByValue)
        ) && held.iter().any(|one| !one.kept.entry.vary.names().eq(kept.entry.vary.names()))
    }

    /// The numbers of what goes because another response has come in its place, which may be stored and
    /// be for other requests ([`Superseded`]).
    pub(super) fn superseded(
        &self,
        ask: &Ask,
        held: &[Held<'_>],
        (answer, kept): (&Response<()>, Option<&Kept>),
        now: SystemTime,
    ) -> Vec<usize> {
        let status = answer.status().as_u16();
        let (statuses, unsought) = match self.profile().facts().superseded {
            Fact::Known(Superseded::Kept) => return Vec::new(),
            Fact::Known(
                Superseded::RemovedBy(statuses) | Superseded::RemovedByNoContentToo(statuses),
            ) => (statuses, ask.method == Method::HEAD),
            Fact::Known(Superseded::RemovedUnsoughtBy(statuses)) => {
                (statuses, self.policy().no_store.is_absent())
            }
            _ => {
                let replaces = kept.is_none()
                    && ask.method == Method::GET
                    && !is_origin_failure(status)
                    && status != 304;
                return ask.chosen.filter(|_| replaces).into_iter().collect();
            }
        };
        let fetched = matches!(ask.method, Method::GET | Method::HEAD);
        if kept.is_none() && !(fetched && statuses.contains(status)) {
            Vec::new()
        } else if unsought && ask.why != Forwarded::Bypass {
            self.found_without_wishes(held, ask.chosen, now)
        } else {
            ask.chosen.into_iter().collect()
        }
    }

    /// Whether an answer that may be stored is not, for it has no content and would take a stored
    /// response's place ([`Superseded::RemovedByNoContentToo`]).
    pub(super) fn is_lost(&self, ask: &Ask, answer: &Response<()>) -> bool {
        let superseded = self.profile().facts().superseded;
        matches!(superseded, Fact::Known(Superseded::RemovedByNoContentToo(_)))
            && ask.chosen.is_some()
            && answer.status() == StatusCode::NO_CONTENT
    }

    /// The numbers of what the request has found, or would find if it wished nothing and asked for
    /// heads.
    fn found_without_wishes(
        &self,
        held: &[Held<'_>],
        chosen: Option<usize>,
        now: SystemTime,
    ) -> Vec<usize> {
        let mut plain =
            self.without(&[CACHE_CONTROL, PRAGMA, RANGE, IF_RANGE]).without_conditions();
        *plain.request.method_mut() = Method::HEAD;
        let policy = plain.policy();
        let is_found =
            |one: &Held<'_>| look_up(&policy, [one.stored()], self.profile(), now).stored.is_some();
        let found = |(number, one): &(usize, &Held<'_>)| chosen == Some(*number) || is_found(one);
        held.iter().enumerate().filter(found).map(|(number, _)| number).collect()
    }

    /// What becomes of a stored response that an update has given another Vary.
    pub(super) fn moved(&self, kept: &Kept, old: &Kept) -> Moved {
        match self.profile().facts().variants {
            _ if kept.entry.vary.is_same(&old.entry.vary) => Moved::InPlace,
            Fact::Known(Variants::Rfc9111) | Fact::Unknown => Moved::Beside,
            Fact::Known(Variants::OneVaryByValue) => Moved::Lost,
            _ => Moved::InPlace,
        }
    }

    /// What has the same name in the store as a new variant ([`Variants::OneVaryByValue`]).
    pub(super) fn named_alike<'a>(
        &self,
        kept: &'a Kept,
        held: &'a [Held<'_>],
    ) -> impl Iterator<Item = usize> {
        let by_value = self.profile().facts().variants == Fact::Known(Variants::OneVaryByValue);
        let alike =
            move |one: &Held<'_>| by_value && one.kept.entry.vary.has_values_of(&kept.entry.vary);
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
        if matches!(profile.facts().invalidation, Fact::Known(Invalidation::TargetAfterSuccess(_)))
        {
            if !invalidated_by(&self.request, answer, profile).is_empty() {
                changes.mark_stale(held);
            }
        } else {
            // What another route has stored may lie under another key.
            let keyed = self.cache.profiles().iter();
            let keys =
                keyed.flat_map(|keyed| invalidated_under(&self.request, answer, profile, keyed));
            changes.remove_uris.extend(keys.map(|key| key.uri().to_vec()));
            changes.remove_uris.sort_unstable();
            changes.remove_uris.dedup();
        }
        changes.remove_groups = groups_invalidated_by(&self.request, answer);
        if self.request.method() != Method::HEAD {
            return changes;
        }
        let (exchange, policy) = (times.of(&self.request, answer), self.policy());
        for (number, one) in held.iter().enumerate() {
            let old = &one.kept.entry;
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
            changes.keep_content_of(number, new.map(Kept::of));
        }
        changes
    }
}
