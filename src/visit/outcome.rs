//! The last step: what the origin's answer comes to.

use std::time::SystemTime;

use http::header::{CONTENT_ENCODING, RANGE};
use http::{Request, Response, StatusCode};

use super::answer::From;
use super::changes::{Changes, ContentOf, Keep, Moved};
use super::fetched::answered_for;
use super::{Answer, Ask, Held, Kept, Landed, Open, Unknown, Visit};
use crate::field::Field;
use crate::header::CacheStatus;
use crate::life::{Forwarded, Served, ToStore, Updated, Validated, instead_of, on_error};
use crate::message::Exchange;
use crate::profile::{AnsweredFor, Fact, ForbiddingUpdate, Marker};
use crate::rule::RuleEffect;
use crate::server::tests_gzip;
use crate::verdict::Verdict;

/// When a request was sent, and when the head of its answer came (RFC 9111 §4.2.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Times {
    /// When the request was sent.
    pub requested_at: SystemTime,
    /// When the head of the answer had come.
    pub received_at: SystemTime,
}

impl Times {
    /// What passed at these times.
    pub(super) fn of<'a>(self, request: &'a Request<()>, answer: &'a Response<()>) -> Exchange<'a> {
        Exchange::new(request, answer).requested_at(self.requested_at).received_at(self.received_at)
    }
}

/// What an answer of the origin comes to. Changes to the store first, then the answer.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Outcome {
    /// What to send, or to ask once more.
    pub send: Send,
    /// What the content of the origin's answer has to pass for all of this to hold.
    pub check: ContentCheck,
    /// What changes in the store.
    pub changes: Changes,
    /// For those who wait; nothing where they have to go on their own.
    pub landed: Option<Landed>,
    /// Where it is not known what the cache does with the response, and that counts as shared
    /// ([`Unknown::Shared`]): for [`Visit::guess`].
    pub open: Option<Open>,
}

/// What the content of an answer has to pass before the cache takes it. Where it does not the answer
/// breaks off behind its head, and nothing of it is stored.
///
/// ```
/// use storable::visit::ContentCheck;
///
/// assert!(ContentCheck::Gzip.passes(b"\x1f\x8b\x08"));
/// assert!(!ContentCheck::Gzip.passes(b"<html>"));
/// assert!(ContentCheck::None.passes(b"<html>"));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ContentCheck {
    /// Nothing.
    None,
    /// It calls itself gzip, and has to begin as gzip does (RFC 1952 §2.3.1).
    Gzip,
}

impl ContentCheck {
    /// Whether content passes that begins with these octets.
    #[must_use]
    pub fn passes(self, start: &[u8]) -> bool {
        self == Self::None || b"\x1f\x8b".starts_with(start.get(..2).unwrap_or(start))
    }
}

/// What follows on an answer of the origin.
#[derive(Clone, Debug)]
pub enum Send {
    /// The client is answered.
    Answer(Answer),
    /// The origin is asked again: it said "not modified" of something that is not stored. The
    /// content of its answer is thrown away.
    Again(Ask),
}

impl Outcome {
    /// Nothing changes.
    const fn of(send: Send) -> Self {
        let changes = Changes::none();
        Self { send, check: ContentCheck::None, changes, landed: None, open: None }
    }
}

impl Visit {
    /// The origin has answered. `held` is what the request was looked up in; where a store has lost
    /// some of it meanwhile, it still is what the answer is about.
    #[must_use]
    pub fn answered(
        &self,
        ask: &Ask,
        held: &[Held<'_>],
        answer: Response<()>,
        times: Times,
    ) -> Outcome {
        let stored: Vec<_> = held.iter().map(Held::stored).collect();
        if let Some(condition) = self.condition(ask.condition, ask.chosen, &stored) {
            if let Validated::NotModified(number) = condition.answered(&answer) {
                if let Some(one) = held.get(number) {
                    return self.refreshed(ask, (number, one), &answer, times);
                }
            }
            if answer.status() == StatusCode::NOT_MODIFIED {
                let send = Send::Again(self.ask_again(ask));
                return Outcome::of(send);
            }
        }
        if let Some(answer) = self.instead(ask, held, &answer, times.received_at) {
            return Outcome::of(Send::Answer(answer));
        }
        self.passed_on(ask, held, answer, times)
    }

    /// The origin could not be reached, or sent nothing usable: a stored response, where one may be
    /// used (RFC 5861 §4, RFC 9111 §4.2.4). `None`: the failure is passed on, as a 502 or 504 by a
    /// gateway.
    #[must_use]
    pub fn failed(&self, ask: &Ask, held: &[Held<'_>], now: SystemTime) -> Option<Answer> {
        let number = ask.chosen?;
        let one = held.get(number)?;
        let served = on_error(&self.policy(), one.stored(), self.profile(), now)?;
        let status = self.status(ask).ttl(served.remaining).detail("stale-on-error");
        Some(self.instead_answer(ask, (number, one), served, status))
    }

    /// The answer of a gateway that could not reach the origin, with what the cache says of it. It is
    /// not judged and not stored.
    #[must_use]
    pub fn failure(&self, ask: &Ask, head: Response<()>) -> Response<()> {
        let mut head = head;
        self.status(ask).detail("origin-failure").append_to(head.headers_mut());
        head
    }

    /// A stored response where the origin has failed.
    fn instead_answer(
        &self,
        ask: &Ask,
        (number, one): (usize, &Held<'_>),
        served: Served,
        status: CacheStatus<'_>,
    ) -> Answer {
        let plain = self.after_failure(ask);
        plain.as_ref().unwrap_or(self).answer(one, From::Held(number), Some(served.age), status)
    }

    /// A stored response in the place of an answer that is a failure of the origin.
    fn instead(
        &self,
        ask: &Ask,
        held: &[Held<'_>],
        answer: &Response<()>,
        now: SystemTime,
    ) -> Option<Answer> {
        let number = ask.chosen?;
        let one = held.get(number)?;
        let served = instead_of(answer, &self.policy(), one.stored(), self.profile(), now)?;
        let status = self
            .status(ask)
            .fwd_status(answer.status().as_u16())
            .ttl(served.remaining)
            .detail("stale-on-error");
        Some(self.instead_answer(ask, (number, one), served, status))
    }

    /// A stored response is still good: its head is brought up to date, judged again, and served.
    fn refreshed(
        &self,
        ask: &Ask,
        (number, old): (usize, &Held<'_>),
        answer: &Response<()>,
        times: Times,
    ) -> Outcome {
        let asked = self.asked(ask);
        let freshened = old.kept.entry.freshened(&times.of(&asked, answer), self.profile());
        let anew = self.profile().facts().forbidding_update;
        if matches!(freshened.stored, Updated::Gone)
            && anew == Fact::Known(ForbiddingUpdate::FetchesAnew)
        {
            let send = Send::Again(self.ask_again(ask));
            return Outcome::of(send);
        }
        let mut changes = Changes::none();
        let unchanged = matches!(freshened.stored, Updated::Unchanged);
        let head = freshened.head.clone();
        let kept = freshened.kept().map(Kept::of);
        let moved = kept.as_ref().map_or(Moved::InPlace, |kept| self.moved(kept, old.kept));
        if !unchanged && moved != Moved::Beside {
            changes.remove.push(number);
        }
        let kept = kept.filter(|_| moved != Moved::Lost);
        let mut status = self.status(ask).fwd_status(answer.status().as_u16());
        if let Some(kept) = &kept {
            let policy = &kept.entry.policy;
            let ttl = policy.remaining(times.received_at);
            status = status.stored().ttl(ttl).detail(policy.rule().code());
        }
        let age = kept.as_ref().map(|kept| kept.entry.policy.age(times.received_at));
        // Validated just now, so it is served to this request whatever the update says.
        let shown = kept.clone().unwrap_or_else(|| {
            let (policy, vary) = (old.kept.entry.policy, old.kept.entry.vary.clone());
            Kept::of(ToStore { head: head.clone(), policy, vary })
        });
        let shown = Held { kept: &shown, length: old.length };
        let plain = self.after_validation(old);
        let answer = plain.as_ref().unwrap_or(self).answer(&shown, From::Held(number), age, status);
        let (queue, of) = (self.queue(), Some(number));
        let landed = Landed { queue, asked, head, times, kept: kept.clone(), of };
        changes.keep_content_of(number, kept);
        Outcome { changes, landed: Some(landed), ..Outcome::of(Send::Answer(answer)) }
    }

    /// The origin's answer, on to the client and, where the verdict allows it, into the store.
    fn passed_on(
        &self,
        ask: &Ask,
        held: &[Held<'_>],
        answer: Response<()>,
        times: Times,
    ) -> Outcome {
        let mut asked = self.asked(ask);
        if ask.chosen.is_some() && answered_for(self.profile()) == AnsweredFor::HitsAndLookedUp {
            // What takes the place of a stored response is the whole, whoever asked for a part.
            asked.headers_mut().remove(RANGE);
        }
        let verdict = times.of(&asked, &answer).judge(self.profile());
        let mut changes = self.invalidated(held, &answer, times);
        // What bypasses the cache leaves nothing in it.
        let kept = verdict
            .to_store()
            .filter(|_| ask.why != Forwarded::Bypass && !self.is_lost(ask, &answer))
            .map(Kept::of);
        let mut status =
            self.status(ask).fwd_status(answer.status().as_u16()).detail(verdict.headline().code());
        if let Some(kept) = &kept {
            status = status.stored().ttl(kept.entry.policy.remaining(times.received_at));
        } else {
            changes.marker = verdict.marker().unwrap_or(Marker::None);
            if changes.marker != Marker::None {
                let marker = verdict.vary_key();
                let hidden = |one: &Held<'_>| marker.is_for_request_of(&one.kept.entry.vary);
                let numbered = held.iter().enumerate();
                let numbers = numbered.filter(|(_, one)| hidden(one)).map(|(number, _)| number);
                changes.remove.extend(numbers);
            }
        }
        let send = self.fetched_answer(ask, &verdict, kept.as_ref(), &answer, status);
        if kept.as_ref().is_some_and(|kept| self.takes_over(kept, held)) {
            changes.remove = (0..held.len()).collect();
        } else {
            let came = (&answer, kept.as_ref());
            if !is_barred_by_its_range(&verdict) {
                changes.remove.extend(self.superseded(ask, held, came, times.received_at));
            }
            changes.remove.extend(kept.iter().flat_map(|kept| self.named_alike(kept, held)));
        }
        let landed = ask.why != Forwarded::Bypass && ask.why != Forwarded::Method;
        let landed = landed.then(|| Landed {
            queue: self.queue(),
            asked: asked.clone(),
            head: answer.clone(),
            times,
            kept: kept.clone(),
            of: None,
        });
        let guesses = self.cache.unknown == Unknown::Shared && self.may_be_looked_up();
        let open = if guesses { Open::of(&verdict, &asked, &answer, times) } else { None };
        changes.keep.extend(kept.map(|kept| Keep { kept, content: ContentOf::Answer }));
        Outcome {
            check: self.check(&answer),
            changes,
            landed,
            open,
            ..Outcome::of(Send::Answer(send))
        }
    }

    fn check(&self, answer: &Response<()>) -> ContentCheck {
        let mut codings = answer.headers().get_all(CONTENT_ENCODING).iter();
        match (codings.next(), codings.next()) {
            (Some(coding), None)
                if tests_gzip(self.profile())
                    && coding.as_bytes().eq_ignore_ascii_case(b"gzip") =>
            {
                ContentCheck::Gzip
            }
            _ => ContentCheck::None,
        }
    }

    /// The request as the origin was asked and the answer is judged: HEAD may have become GET.
    fn asked(&self, ask: &Ask) -> Request<()> {
        let mut asked = self.request.clone();
        *asked.method_mut() = ask.method.clone();
        asked
    }
}

/// Whether the request's Range keeps the answer out: it has nothing to do with what is stored then.
fn is_barred_by_its_range(verdict: &Verdict<'_>) -> bool {
    verdict.reasons().any(|reason| {
        reason.effect == RuleEffect::ForbidsStoring && reason.evidence.field == Field::Range.name()
    })
}
