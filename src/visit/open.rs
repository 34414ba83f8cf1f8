//! Exchanges of which nobody knows what the cache does with them.

use std::time::{Duration, SystemTime};

use http::{Method, Request, Response};

use super::cache::Handling;
use super::{Answer, Times, Visit};
use crate::answer::{Answer as Later, FreshFor};
use crate::header::CacheStatus;
use crate::message::Exchange;
use crate::verdict::Verdict;

/// How a cache behaves where no public source says what it does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Unknown {
    /// It stores nothing, and shares nothing: for a cache in service.
    #[default]
    KeptApart,
    /// Whoever might get a response gets it: for a stand-in that tests are run against.
    Shared,
}

/// An exchange whose response others might get, for all that is known. Its content is the host's to
/// keep, in memory: such guesses belong into no store.
#[derive(Clone, Debug)]
pub struct Open {
    asked: Request<()>,
    head: Response<()>,
    times: Times,
    until: SystemTime,
}

/// For how long a response is guessed at that has no lifetime that anybody knows.
const GUESSED: Duration = Duration::from_secs(60);

impl Open {
    pub(super) fn of(
        verdict: &Verdict<'_>,
        asked: &Request<()>,
        head: &Response<()>,
        times: Times,
    ) -> Option<Self> {
        let lifetime = match verdict.fresh_for() {
            FreshFor::Seconds(most) | FreshFor::Between(_, most) => Duration::from_secs(most),
            FreshFor::NotStored => return None,
            FreshFor::Unknown => GUESSED,
        };
        let until = times.received_at.checked_add(lifetime)?;
        Some(Self { asked: asked.clone(), head: head.clone(), times, until })
    }
}

impl Visit {
    /// Whether a cache may look such a request up, for all that is known.
    pub(super) fn may_be_looked_up(&self) -> bool {
        self.handling != Handling::Bypassed
            && matches!(*self.request.method(), Method::GET | Method::HEAD)
    }

    /// What this request gets of an [open](super::Outcome::open) exchange under its key, which is to
    /// be looked at where the origin would be asked. `None` where it is known that it does not get it.
    #[must_use]
    pub fn guess(&self, open: &Open, now: SystemTime) -> Option<Answer> {
        let verdict = Exchange::new(&open.asked, &open.head)
            .requested_at(open.times.requested_at)
            .received_at(open.times.received_at)
            .judge(self.profile());
        let may_have_it = self.may_be_looked_up()
            && now < open.until
            && verdict.for_other(&self.request) == Later::Unknown;
        let status = CacheStatus::hit(&self.cache.name).detail(verdict.headline().code());
        may_have_it.then(|| self.as_it_came(&open.head, status))
    }
}
