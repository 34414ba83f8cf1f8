//! What requests get that wait for another one.

use std::time::SystemTime;

use http::{Request, Response};

use super::answer::From;
use super::fetched::{answered_for, content_length};
use super::{Answer, CacheKey, Held, Kept, Times, Unknown, Visit};
use crate::answer::Waiting;
use crate::header::CacheStatus;
use crate::life::Forwarded;
use crate::message::Exchange;
use crate::profile::AnsweredFor;
use crate::rule::RuleEffect;

/// Where requests wait for each other: they have one key, and are judged by the same rules. What a
/// route of another profile fetches is of no use to them.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Queue {
    key: CacheKey,
    profile: &'static str,
    /// [`Profile::settings_fingerprint`](crate::Profile::settings_fingerprint)
    settings: u64,
}

/// What a request has brought for which others wait. Its content is the host's to keep.
#[derive(Clone, Debug)]
pub struct Landed {
    pub(super) queue: Queue,
    pub(super) asked: Request<()>,
    pub(super) head: Response<()>,
    pub(super) times: Times,
    pub(super) kept: Option<Kept>,
    pub(super) of: Option<usize>,
}

impl Landed {
    /// Whose content it has: the number of the stored response, as the request that has fetched it
    /// knew them; `None`: that of the origin's answer.
    #[must_use]
    pub const fn of(&self) -> Option<usize> {
        self.of
    }
}

/// What becomes of a request that has waited for another one. Where it goes to the origin it goes
/// [alone](super::Ask::alone): it does not wait again.
#[derive(Clone, Debug)]
pub enum Waited {
    /// It gets what the other one has brought.
    Answer(Answer),
    /// It is looked up again.
    LookUp,
    /// It is fetched on its own, as where [nothing is stored](Visit::look_up).
    OwnFetch,
}

impl Visit {
    /// Where this request waits, and others wait for it.
    #[must_use]
    pub fn queue(&self) -> Queue {
        let profile = self.profile();
        Queue {
            key: self.key().clone(),
            profile: profile.id(),
            settings: profile.settings_fingerprint(),
        }
    }

    /// What becomes of this request after it has waited for a response, together with so many
    /// others: what the verdict on that response says for this request; what is unknown, as the
    /// cache was told ([`Cache::with_unknown`](super::Cache::with_unknown)).
    ///
    /// `length` is how many octets of content there are, where they are all here; else Content-Length
    /// says it.
    #[must_use]
    pub fn share(
        &self,
        landed: &Landed,
        length: Option<u64>,
        waiting: usize,
        now: SystemTime,
    ) -> Waited {
        if landed.queue != self.queue() {
            return Waited::LookUp;
        }
        let verdict = Exchange::new(&landed.asked, &landed.head)
            .requested_at(landed.times.requested_at)
            .received_at(landed.times.received_at)
            .judge(self.profile());
        let why = verdict.why_waiting(&self.request, waiting);
        let share_unknown =
            self.cache.unknown == Unknown::Shared && why.effect == RuleEffect::Unknown;
        match verdict.for_waiting(&self.request, waiting) {
            Waiting::Shared => {}
            _ if share_unknown => {}
            Waiting::OwnFetch => return Waited::OwnFetch,
            Waiting::Validated | Waiting::Unknown => return Waited::LookUp,
        }
        let status = CacheStatus::forwarded(&self.cache.name, Forwarded::UriMiss)
            .fwd_status(landed.head.status().as_u16())
            .collapsed()
            .detail(why.code());
        Waited::Answer(match &landed.kept {
            Some(kept) => {
                let age = kept.entry.policy.age(now);
                let held = Held { kept, length: length.or_else(|| content_length(&landed.head)) };
                self.answer(&held, From::Landed(landed.of), Some(age), status)
            }
            // What is not stored is cut by caches that answer conditions and ranges of everything.
            None if answered_for(self.profile()) == AnsweredFor::Every => {
                self.first_answer(&Kept::of(verdict.as_if_stored()), &landed.head, status)
            }
            None => self.as_it_came(&landed.head, status),
        })
    }
}
