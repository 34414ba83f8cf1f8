//! The last step: what the origin's answer comes to.

use std::time::SystemTime;

use http::header::AGE;
use http::{Method, Request, Response, StatusCode};

use super::answer::{From, say};
use super::{Answer, Ask, Content, Held, Kept, Landed, Open, Unknown, Visit};
use crate::life::{
    AfterHead, Forwarded, ToStore, Updated, Validated, after_head, forwarded,
    groups_invalidated_by, header_map, instead_of, invalidated_by, is_origin_failure, on_error,
};
use crate::message::{Exchange, HeaderLines};
use crate::profile::Marker;
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
    fn of<'a>(self, request: &'a Request<()>, answer: &'a Response<()>) -> Exchange<'a> {
        Exchange::new(request, answer).requested_at(self.requested_at).received_at(self.received_at)
    }
}

/// What an answer of the origin comes to. Changes to the store first, then the answer.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Outcome {
    /// What to send, or to ask once more.
    pub send: Send,
    /// What changes in the store.
    pub changes: Changes,
    /// For those who wait; nothing where they have to go on their own.
    pub landed: Option<Landed>,
    /// Where it is not known what the cache does with the response, and that counts as shared
    /// ([`Unknown::Shared`]): for [`Visit::guess`].
    pub open: Option<Open>,
}

/// What follows on an answer of the origin.
#[expect(clippy::large_enum_variant, reason = "nearly all are answers")]
#[derive(Clone, Debug)]
pub enum Send {
    /// The client is answered.
    Answer(Answer),
    /// The origin is asked again: it said "not modified" of something that is not stored. The
    /// content of its answer is thrown away.
    Again(Ask),
}

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

impl Changes {
    const fn none() -> Self {
        Self {
            remove: Vec::new(),
            keep: Vec::new(),
            remove_uris: Vec::new(),
            remove_groups: Vec::new(),
            marker: Marker::None,
        }
    }
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
                return Outcome { send, changes: Changes::none(), landed: None, open: None };
            }
        }
        if let Some(answer) = self.instead(ask, held, &answer, times.received_at) {
            return Outcome {
                send: Send::Answer(answer),
                changes: Changes::none(),
                landed: None,
                open: None,
            };
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
        Some(self.answer(one, From::Held(number), Some(served.age), status))
    }

    /// The answer of a gateway that could not reach the origin, with what the cache says of it. It is
    /// not judged and not stored.
    #[must_use]
    pub fn failure(&self, ask: &Ask, head: Response<()>) -> Response<()> {
        let mut head = head;
        say(&mut head, self.status(ask).detail("origin-failure"));
        head
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
        Some(self.answer(one, From::Held(number), Some(served.age), status))
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
        let freshened = old.kept.0.freshened(&times.of(&asked, answer), self.profile());
        let mut changes = Changes::none();
        let stays = match &freshened.stored {
            // It may be the answer to requests with other fields too, and then it stays beside.
            Updated::Kept(kept) => !kept.vary.is_same(&old.kept.0.vary),
            Updated::Unchanged => true,
            Updated::Gone => false,
        };
        if !stays {
            changes.remove.push(number);
        }
        let head = freshened.head.clone();
        let kept = freshened.kept();
        let mut status = self.status(ask).fwd_status(answer.status().as_u16());
        if let Some(kept) = &kept {
            let ttl = kept.policy.remaining(times.received_at);
            status = status.stored().ttl(ttl).detail(kept.policy.rule().code());
        }
        let age = kept.as_ref().map(|kept| kept.policy.age(times.received_at));
        // Validated just now, so it is served to this request whatever the update says.
        let shown = Kept(kept.clone().unwrap_or_else(|| ToStore {
            head: head.clone(),
            policy: old.kept.0.policy,
            vary: old.kept.0.vary.clone(),
        }));
        let shown = Held { kept: &shown, length: old.length };
        let answer = self.answer(&shown, From::Held(number), age, status);
        let kept = kept.map(Kept);
        let landed = Landed { asked, head, times, kept: kept.clone(), of: Some(number) };
        changes.keep.extend(kept.map(|kept| Keep { kept, content: ContentOf::Held(number) }));
        Outcome { send: Send::Answer(answer), changes, landed: Some(landed), open: None }
    }

    /// The origin's answer, on to the client and, where the verdict allows it, into the store.
    fn passed_on(
        &self,
        ask: &Ask,
        held: &[Held<'_>],
        answer: Response<()>,
        times: Times,
    ) -> Outcome {
        let asked = self.asked(ask);
        let verdict = times.of(&asked, &answer).judge(self.profile());
        let mut changes = self.invalidated(held, &answer, times);
        // What bypasses the cache leaves nothing in it.
        let kept = verdict.to_store().filter(|_| ask.why != Forwarded::Bypass).map(Kept);
        let mut status =
            self.status(ask).fwd_status(answer.status().as_u16()).detail(verdict.headline().code());
        if let Some(kept) = &kept {
            status = status.stored().ttl(kept.0.policy.remaining(times.received_at));
        } else {
            changes.forget(ask, &verdict);
        }
        let send = match &kept {
            Some(kept) => self.first_answer(kept, &answer, status),
            None => self.as_it_came(&answer, status),
        };
        let landed = ask.why != Forwarded::Bypass && ask.why != Forwarded::Method;
        let landed = landed.then(|| Landed {
            asked: asked.clone(),
            head: answer.clone(),
            times,
            kept: kept.clone(),
            of: None,
        });
        let guesses = self.cache.unknown == Unknown::Shared && self.may_be_looked_up();
        let open = if guesses { Open::of(&verdict, &asked, &answer, times) } else { None };
        changes.keep.extend(kept.map(|kept| Keep { kept, content: ContentOf::Answer }));
        Outcome { send: Send::Answer(send), changes, landed, open }
    }

    /// A response that is being stored, as its own request gets it: with its conditions and ranges
    /// answered, with the fields too that are not stored, and with the origin's Age.
    fn first_answer(
        &self,
        kept: &Kept,
        answer: &Response<()>,
        status: crate::life::CacheStatus<'_>,
    ) -> Answer {
        let mut first = kept.clone();
        *first.0.head.headers_mut() = end_to_end(answer);
        let held = Held { kept: &first, length: content_length(answer) };
        let mut sent = self.answer(&held, From::Coming, None, status);
        let fields = sent.head.headers_mut();
        if let (Some(age), false) = (answer.headers().get(AGE), fields.contains_key(AGE)) {
            fields.insert(AGE, age.clone());
        }
        sent
    }

    /// A response that is not sent out of the store.
    pub(super) fn as_it_came(
        &self,
        answer: &Response<()>,
        status: crate::life::CacheStatus<'_>,
    ) -> Answer {
        let mut head = Response::new(());
        (*head.status_mut(), *head.headers_mut()) = (answer.status(), end_to_end(answer));
        say(&mut head, status);
        let none = self.request.method() == Method::HEAD;
        let content = if none { Content::None } else { Content::Whole };
        Answer { head, content, of: None }
    }

    /// The request as the origin was asked and the answer is judged: HEAD may have become GET.
    fn asked(&self, ask: &Ask) -> Request<()> {
        let mut asked = self.request.clone();
        *asked.method_mut() = ask.method.clone();
        asked
    }

    /// RFC 9111 §4.4, RFC 9875 §3, and what an answer to HEAD says of stored ones (§4.3.5).
    fn invalidated(&self, held: &[Held<'_>], answer: &Response<()>, times: Times) -> Changes {
        let profile = self.profile();
        let mut changes = Changes::none();
        let keys = invalidated_by(&self.request, answer, profile);
        changes.remove_uris.extend(keys.iter().map(|key| key.uri().to_vec()));
        changes.remove_groups = groups_invalidated_by(&self.request, answer);
        if self.request.method() != Method::HEAD {
            return changes;
        }
        let exchange = times.of(&self.request, answer);
        for (number, one) in held.iter().enumerate() {
            let old = &one.kept.0;
            let new = match after_head(&self.policy(), answer, one.stored(), profile) {
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
            let kept = new.map(Kept);
            changes.keep.extend(kept.map(|kept| Keep { kept, content: ContentOf::Held(number) }));
        }
        changes
    }
}

impl Changes {
    /// What an answer leaves behind that is not stored, and what it has replaced.
    fn forget(&mut self, ask: &Ask, verdict: &Verdict<'_>) {
        let status = verdict.response_policy().status();
        let replaces = ask.method == Method::GET && !is_origin_failure(status) && status != 304;
        self.remove.extend(ask.chosen.filter(|_| replaces));
        self.marker = verdict.marker().unwrap_or(Marker::None);
    }
}

/// The fields of a response without those of the origin's connection.
fn end_to_end(head: &Response<()>) -> http::HeaderMap {
    header_map(forwarded(HeaderLines::from_map(head.headers())))
}

fn content_length(head: &Response<()>) -> Option<u64> {
    head.headers().get("content-length")?.to_str().ok()?.parse().ok()
}
