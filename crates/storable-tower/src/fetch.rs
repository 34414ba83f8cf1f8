//! Asking the service behind, and what its answer changes.

use std::any::Any;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;
use std::time::SystemTime;

use bytes::Bytes;
use http::{HeaderMap, Method, Response, response};
use http_body::Body;
use storable::visit::{
    Answer, Ask, Changes, Content, ContentCheck, ContentOf, Landed, Open, Send as Next, Times,
    Visit,
};

use crate::arriving::{Item, Items, Source};
use crate::body::{BoxError, CacheBody};
use crate::flight::{Arrival, Pilot};
use crate::guesses::Guess;
use crate::layer::Shared;
use crate::observe::{Event, How};
use crate::recording::{Recording, Written};
use crate::service::{NoAnswer, NotStored, Origin, Told, held};
use crate::store::Store;

/// An answer of the origin on its way to the client.
struct Passing<B> {
    answer: Answer,
    changes: Changes,
    landed: Option<Landed>,
    open: Option<Open>,
    body: B,
    /// What the content is to have, where that is said.
    stated: Option<u64>,
    /// What it has to pass.
    check: ContentCheck,
}

impl<St: Store> Shared<St> {
    /// Asks the origin, and again where its answer is of no use.
    pub(crate) async fn fetch<O: Origin>(
        self: &Arc<Self>,
        visit: &Visit,
        mut origin: O,
        mut ask: Ask,
        mut items: Items,
        pilot: Option<Pilot>,
    ) -> Told<O> {
        loop {
            let requested_at = SystemTime::now();
            let asked = origin.ask(&ask).await;
            let times = Times { requested_at, received_at: SystemTime::now() };
            let response = match asked {
                Ok(response) if response.extensions().get::<NoAnswer>().is_none() => response,
                failed => return self.without_answer::<O>(visit, &ask, &items, failed).await,
            };
            let (mut parts, body) = response.into_parts();
            let own = Own::take(&mut parts);
            let given_up = own.extensions.get::<NotStored>().is_some()
                || octets(&parts.headers) > self.limits.head
                || body.size_hint().lower() > self.limits.content_octets();
            let stated = (ask.method != Method::HEAD).then(|| content_length(&parts.headers));
            let head = Response::from_parts(parts, ());
            let outcome = visit.answered(&ask, &held(&items), head, times);
            let (mut changes, landed, open) = (outcome.changes, outcome.landed, outcome.open);
            let check = outcome.check;
            let mut answer = match outcome.send {
                Next::Again(again) => {
                    ask = again;
                    continue;
                }
                Next::Answer(answer) => answer,
            };
            let Some(number) = answer.of else {
                own.give(&mut answer.head);
                if given_up {
                    do_not_keep(&mut changes, &items);
                }
                let body =
                    Some(body).filter(|body| ask.method != Method::HEAD && !body.is_end_stream());
                let stated = stated.flatten();
                let passing = Passing { answer, changes, landed, open, body, stated, check };
                let response = self.pass_on(visit, passing, &items, pilot).await;
                return Ok((How::Forwarded(ask.why), response));
            };
            // A refreshed response is landed, one in the place of a failure is not.
            let how = if landed.is_some() { How::Forwarded(ask.why) } else { How::StaleOnError };
            match self.respond(answer, &items).await {
                Some(response) => {
                    self.shelf.apply(visit.key(), &items, changes, None).await;
                    if let (Some(pilot), Some(landed), Some(item)) =
                        (pilot, landed, items.get(number))
                    {
                        let waited = pilot.close();
                        pilot.land(Arrival { landed, content: item.source(), waited });
                    }
                    return Ok((how, response));
                }
                // The store has lost the content that the origin has just confirmed.
                None => {
                    ask = visit.ask_again(&ask);
                    for item in items.drain(..) {
                        self.shelf.forget(visit.key().uri(), &item).await;
                    }
                }
            }
        }
    }

    /// There is no answer: something stored, where that is allowed, else what went wrong.
    async fn without_answer<O: Origin>(
        &self,
        visit: &Visit,
        ask: &Ask,
        items: &[Item],
        failed: Result<Response<O::Body>, O::Error>,
    ) -> Result<(How, Response<CacheBody<O::Body>>), O::Error> {
        if let Some(answer) = visit.failed(ask, &held(items), SystemTime::now()) {
            if let Some(response) = self.respond(answer, items).await {
                return Ok((How::StaleOnError, response));
            }
        }
        let (mut parts, body) = failed?.into_parts();
        let own = Own::take(&mut parts);
        let mut head = visit.failure(ask, Response::from_parts(parts, ()));
        own.give(&mut head);
        Ok((How::Forwarded(ask.why), head.map(|()| CacheBody::passed(body))))
    }

    /// The origin's answer, on to the client and, where it is kept or waited for, into a recording.
    async fn pass_on<B>(
        self: &Arc<Self>,
        visit: &Visit,
        passing: Passing<Option<B>>,
        items: &[Item],
        mut pilot: Option<Pilot>,
    ) -> Response<CacheBody<B>>
    where
        B: Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
    {
        let Passing { answer, changes, landed, open, body, stated, check } = passing;
        self.marks.put(visit.key(), changes.marker);
        let waited = pilot.as_ref().map_or(0, Pilot::close);
        let guesses = open.zip(self.guesses.as_ref());
        if let Some(guesses) = &self.guesses {
            changes.remove_uris.iter().for_each(|uri| guesses.remove(uri));
        }
        let keeps = changes.keep.iter().any(|keep| keep.content == ContentOf::Answer);
        // Other processes have to wait for what is stored, and for nothing else.
        let claim = pilot.as_mut().and_then(|pilot| pilot.claim.take()).filter(|_| keeps);
        let cut = matches!(answer.content, Content::Part(_));
        let whole = keeps || guesses.is_some() || waited > 0;
        if !(whole || cut || check != ContentCheck::None) {
            self.shelf.apply(visit.key(), items, changes, None).await;
            let content = match (answer.content, body) {
                (Content::None, _) | (_, None) => CacheBody::empty(),
                (_, Some(body)) => CacheBody::passed(body),
            };
            return answer.head.map(|()| content);
        }
        let limit = if whole { self.limits.content } else { 0 };
        let recording = Recording::new(limit, &self.budget);
        self.shelf.apply(visit.key(), items, changes, Some(&recording)).await;
        let exact = body.as_ref().and_then(|body| body.size_hint().exact());
        let reader = match answer.content {
            Content::None => None,
            Content::Part(part) => recording.read(part.offset, Some(part.length)),
            Content::Whole | Content::Parts(_) => recording.read(0, exact),
        };
        if let Some((open, guesses)) = guesses {
            let content = Source::Coming(Arc::clone(&recording));
            guesses.add(visit.key().uri(), Guess { open, content });
        }
        if let (Some(pilot), Some(landed)) = (pilot, landed) {
            let content = Source::Coming(Arc::clone(&recording));
            pilot.land(Arrival { landed, content, waited });
        }
        let pen = Pen {
            _claim: claim,
            shared: Arc::clone(self),
            uri: visit.key().uri().to_vec(),
            recording: Arc::clone(&recording),
        };
        let mut writing = Box::pin(pen.write(body, stated, check));
        // Content that is there already is stored at once.
        if !is_done(writing.as_mut()).await {
            self.tasks.spawn(writing);
        }
        // Its head has to go out, which a server may not send before an error that is there already.
        let refused = check != ContentCheck::None && stated.is_some() && !recording.is_readable();
        let content = match (recording.bytes(), answer.content, reader) {
            (_, _, None) => CacheBody::empty(),
            _ if refused => CacheBody::empty(),
            (Some(whole), Content::Part(part), _) => {
                CacheBody::here(whole.slice_ref(part.of(&whole)))
            }
            (Some(whole), ..) => CacheBody::here(whole),
            (None, _, Some(reader)) => CacheBody::read(reader),
        };
        answer.head.map(|()| content)
    }
}

/// Whoever writes a recording. Where it is dropped before the end, the content has broken off.
struct Pen<St: Store> {
    /// Other processes wait until it is stored.
    _claim: Option<Box<dyn Any + Send + Sync>>,
    shared: Arc<Shared<St>>,
    uri: Vec<u8>,
    recording: Arc<Recording>,
}

impl<St: Store> Pen<St> {
    /// Writes the content, and stores what is kept of it.
    async fn write<B>(self, body: Option<B>, stated: Option<u64>, check: ContentCheck)
    where
        B: Body<Data = Bytes, Error: Into<BoxError>>,
    {
        let whole = match body {
            Some(body) => self.copy(body, check).await,
            None => true,
        };
        let recording = &self.recording;
        if whole && stated.is_none_or(|stated| stated == recording.so_far()) {
            recording.finish();
            if let Some(length) = self.shared.shelf.arrived(&self.uri, recording).await {
                self.shared.tell(&Event::Stored { uri: &self.uri, length });
            }
        }
    }

    /// Whether all of the content has come.
    async fn copy<B>(&self, body: B, check: ContentCheck) -> bool
    where
        B: Body<Data = Bytes, Error: Into<BoxError>>,
    {
        let mut body = pin!(body);
        loop {
            let frame = poll_fn(|context| {
                body.as_mut().poll_frame(context).map(|frame| frame.map(Result::ok))
            });
            let chunk = match frame.await {
                None => return true,
                Some(None) => return false,
                // Trailers are not stored with the fields of the head (RFC 9111 §3.1).
                Some(Some(frame)) => match frame.into_data() {
                    Ok(chunk) => chunk,
                    Err(_) => continue,
                },
            };
            if self.recording.so_far() == 0 && !check.passes(&chunk) {
                return false;
            }
            match self.recording.write(chunk).await {
                Written::Kept => {}
                Written::TooLong => self.give_up(),
                Written::Unread => return false,
            }
        }
    }

    fn give_up(&self) {
        if self.shared.shelf.gave_up(&self.uri, &self.recording) {
            self.shared.tell(&Event::GivenUp { uri: &self.uri });
        }
    }
}

impl<St: Store> Drop for Pen<St> {
    fn drop(&mut self) {
        self.recording.break_off();
        self.give_up();
    }
}

/// Whether a future is done when it is polled once.
async fn is_done(mut future: Pin<&mut impl Future<Output = ()>>) -> bool {
    poll_fn(|context| Poll::Ready(future.as_mut().poll(context).is_ready())).await
}

/// What a response has besides its head as caches see it.
struct Own {
    extensions: http::Extensions,
    version: http::Version,
}

impl Own {
    fn take(parts: &mut response::Parts) -> Self {
        Self { extensions: std::mem::take(&mut parts.extensions), version: parts.version }
    }

    fn give(self, head: &mut Response<()>) {
        (*head.extensions_mut(), *head.version_mut()) = (self.extensions, self.version);
    }
}

/// A response is not kept that could be, and what it replaces goes.
fn do_not_keep(changes: &mut Changes, items: &[Item]) {
    let keep = std::mem::take(&mut changes.keep);
    let (given_up, keep): (Vec<_>, Vec<_>) =
        keep.into_iter().partition(|keep| keep.content == ContentOf::Answer);
    changes.keep = keep;
    let replaced = |item: &Item| given_up.iter().any(|keep| keep.kept.replaces(&item.entry.kept));
    let numbers = items.iter().enumerate().filter(|(_, item)| replaced(item));
    changes.remove.extend(numbers.map(|(number, _)| number));
}

/// Octets of a header section as HTTP/1.1 writes it.
fn octets(fields: &HeaderMap) -> usize {
    let line = |(name, value): (&http::HeaderName, &http::HeaderValue)| {
        name.as_str().len().saturating_add(value.len()).saturating_add(4)
    };
    fields.iter().map(line).fold(0, usize::saturating_add)
}

fn content_length(fields: &HeaderMap) -> Option<u64> {
    fields.get("content-length")?.to_str().ok()?.parse().ok()
}
