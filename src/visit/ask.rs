//! What the origin is asked.

use std::time::SystemTime;

use http::header::RANGE;
use http::{HeaderMap, Method};

use super::{Answer, Held, Visit};
use crate::header::CacheStatus;
use crate::life::{
    Condition, Forwarded, Reuse, Stored, fields_to_forward, method_to_forward, while_renewed,
};
use crate::profile::{ChangedFor, Collapsing, Fact, Marker};

/// A request to the origin.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Ask {
    /// The method: some caches fetch HEAD as GET.
    pub method: Method,
    /// All fields: the client's without those of its connection, and the cache's condition.
    pub fields: HeaderMap,
    /// Whether it goes alone.
    pub company: Company,
    /// Why the origin is asked.
    pub why: Forwarded,
    pub(super) chosen: Option<usize>,
    pub(super) condition: Conditional,
}

/// What a request to the origin has to do with others in its [queue](Visit::queue).
#[derive(Clone, Debug)]
pub enum Company {
    /// Nothing: it goes on its own.
    Alone,
    /// While one of them is at the origin the others wait, and then [`Visit::share`] says what each
    /// of them gets.
    Together,
    /// Where another one is at the origin it waits for that one, as [`Together`](Self::Together); else
    /// it goes there itself, and nobody waits for it, because it asks for a part.
    Behind,
    /// Where another one is already at the origin to renew the stored response, this is the answer;
    /// else it goes there itself, as [`Together`](Self::Together).
    Meanwhile(Box<Answer>),
}

/// Whether the cache has put a condition of its own into a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Conditional {
    No,
    OfChosen,
    OfAll,
}

impl Ask {
    /// The same, after waiting for another one that was of no use: it does not wait again.
    #[must_use]
    pub fn alone(self) -> Self {
        Self { company: Company::Alone, ..self }
    }
}

impl Visit {
    pub(super) fn ask(
        &self,
        held: &[Held<'_>],
        chosen: Option<usize>,
        reuse: Reuse,
        now: SystemTime,
    ) -> Ask {
        let (why, validates) = match reuse {
            Reuse::Validate(why) => (why, true),
            Reuse::Forward(why) => (why, false),
            _ => (Forwarded::Miss, false),
        };
        if !self.is_looked_up(why) {
            let why = if why == Forwarded::Bypass { why } else { Forwarded::Method };
            return Ask {
                method: self.request.method().clone(),
                fields: self.request.headers().clone(),
                company: Company::Alone,
                why,
                chosen: None,
                condition: Conditional::No,
            };
        }
        let condition = match (validates, chosen) {
            (true, Some(_)) => Conditional::OfChosen,
            // Nothing fits the request, but one of them may be what the origin has for it.
            (false, None) if why == Forwarded::VaryMiss && self.may_ask_about_all() => {
                Conditional::OfAll
            }
            _ => Conditional::No,
        };
        let stored: Vec<_> = held.iter().map(Held::stored).collect();
        let (fields, condition) = match self.condition(condition, chosen, &stored) {
            Some(made) => (made.request_fields(&self.request), condition),
            None => {
                let fields = fields_to_forward(&self.request, self.profile());
                (fields, self.takes_answers_to_clients())
            }
        };
        let method = method_to_forward(self.request.method().as_str(), self.profile());
        let method = if method == "GET" { Method::GET } else { self.request.method().clone() };
        let company = self.company(held, chosen, &fields, now);
        Ask { method, fields, company, why, chosen, condition }
    }

    /// The condition that a request was sent with, made again of the same stored responses.
    pub(super) fn condition<'a>(
        &'a self,
        condition: Conditional,
        chosen: Option<usize>,
        stored: &'a [Stored<'a>],
    ) -> Option<Condition<'a>> {
        match condition {
            Conditional::No => None,
            Conditional::OfChosen => Some(Condition::new(stored, chosen?, self.profile())),
            Conditional::OfAll => Condition::of_all(stored, self.profile()),
        }
    }

    /// The same request without a condition of the cache's and of the client's: where a 304 came back
    /// that is of no use, because what it is about is not stored, or its content has been lost.
    #[must_use]
    pub fn ask_again(&self, ask: &Ask) -> Ask {
        let mut fields = self.request.headers().clone();
        super::cache::remove_conditions(&mut fields);
        Ask { fields, company: Company::Alone, condition: Conditional::No, ..ask.clone() }
    }

    fn company(
        &self,
        held: &[Held<'_>],
        chosen: Option<usize>,
        fields: &HeaderMap,
        now: SystemTime,
    ) -> Company {
        let collapses = self.profile().facts().collapsing != Fact::Known(Collapsing::Off);
        let meanwhile = chosen.and_then(|number| {
            let one = held.get(number)?;
            let request = self.policy();
            let served = while_renewed(&request, one.stored(), self.profile(), now)?;
            Some(self.hit(&request, (number, one), served))
        });
        let may_wait = matches!(*self.request.method(), Method::GET | Method::HEAD)
            && self.marker == Marker::None;
        match meanwhile {
            Some(answer) => Company::Meanwhile(Box::new(answer)),
            None if !(collapses && may_wait) => Company::Alone,
            None if fields.contains_key(RANGE) => Company::Behind,
            None => Company::Together,
        }
    }

    /// Whether a 304 to the client's own condition is one about the stored response that the condition
    /// does not hold of ([`ChangedFor::Origin`]).
    fn takes_answers_to_clients(&self) -> Conditional {
        let conditions = self.profile().facts().client_conditions.known();
        match conditions.map(|known| known.changed) {
            Some(ChangedFor::Origin) => Conditional::OfChosen,
            _ => Conditional::No,
        }
    }

    fn may_ask_about_all(&self) -> bool {
        let own =
            ["if-none-match", "if-modified-since", "if-match", "if-unmodified-since", "range"];
        self.request.method() == Method::GET
            && !own.iter().any(|name| self.request.headers().contains_key(*name))
    }

    pub(super) fn status(&self, ask: &Ask) -> CacheStatus<'_> {
        CacheStatus::forwarded(&self.cache.name, ask.why)
    }
}
