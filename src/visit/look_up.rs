//! The first step: what the store says of a request.

use std::time::SystemTime;

use http::{Method, Response, StatusCode};

use super::answer::From;
use super::cache::Handling;
use super::{Answer, Ask, Content, Held, Visit};
use crate::header::CacheStatus;
use crate::life::{Forwarded, Reuse, Served, look_up};
use crate::policy::RequestPolicy;
use crate::profile::Marker;

/// What becomes of a request, given what is stored.
#[derive(Clone, Debug)]
pub enum Step {
    /// It is answered, and the origin is not asked.
    Answer(Answer),
    /// It is answered with a stale response, and the origin is asked in the background for a newer
    /// one (RFC 5861 §3): by a visit of its own, [`Visit::renewal`].
    AnswerAndRenew(Answer),
    /// The origin is asked.
    Ask(Ask),
}

impl Visit {
    /// Looks the request up among everything that is stored under its key
    /// ([`key`](Visit::key)).
    #[must_use]
    pub fn look_up(&self, held: &[Held<'_>], now: SystemTime) -> Step {
        let bypassed = Reuse::Forward(Forwarded::Bypass);
        let request = self.policy();
        let (chosen, reuse) = match (self.handling, self.marker) {
            (Handling::Bypassed, _) | (_, Marker::HitForPass(_)) => (None, bypassed),
            _ => {
                let stored = held.iter().map(Held::stored);
                let choice = look_up(&request, stored, self.profile(), now);
                (choice.stored, choice.reuse)
            }
        };
        let found = chosen.and_then(|number| Some((number, held.get(number)?)));
        match (reuse, found) {
            (Reuse::Serve(served), Some(found)) => Step::Answer(self.hit(&request, found, served)),
            (Reuse::ServeAndRevalidate(_), Some((number, one)))
                if self.handling == Handling::Renewing =>
            {
                let renewed = if one.kept.entry.policy.has_validator() {
                    Reuse::Validate(Forwarded::Stale)
                } else {
                    Reuse::Forward(Forwarded::Stale)
                };
                Step::Ask(self.ask(held, Some(number), renewed, now))
            }
            (Reuse::ServeAndRevalidate(served), Some(found)) => {
                Step::AnswerAndRenew(self.hit(&request, found, served))
            }
            (Reuse::GatewayTimeout, _) => Step::Answer(self.nothing_stored()),
            (reuse, _) => Step::Ask(self.ask(held, chosen, reuse, now)),
        }
    }

    /// A stored response, without the origin.
    pub(super) fn hit(
        &self,
        request: &RequestPolicy<'_>,
        (number, held): (usize, &Held<'_>),
        served: Served,
    ) -> Answer {
        let status = CacheStatus::hit(&self.cache.name)
            .ttl(served.remaining)
            .detail(held.kept.entry.policy.rule().code());
        self.answer_to(request, held, From::Held(number), Some(served.age), status)
    }

    /// RFC 9111 §5.2.1.7: only-if-cached, and nothing that could be used.
    fn nothing_stored(&self) -> Answer {
        let mut head = Response::new(());
        *head.status_mut() = StatusCode::GATEWAY_TIMEOUT;
        head.headers_mut().insert("content-length", 0_u64.into());
        let status = CacheStatus::forwarded(&self.cache.name, Forwarded::Miss);
        status.detail("only-if-cached").append_to(head.headers_mut());
        Answer { head, content: Content::None, of: None }
    }

    /// Whether anything stored can ever answer such a method.
    pub(super) fn is_looked_up(&self, why: Forwarded) -> bool {
        matches!(*self.request.method(), Method::GET | Method::HEAD | Method::QUERY)
            && !matches!(why, Forwarded::Bypass | Forwarded::Method)
    }
}
