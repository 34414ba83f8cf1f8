//! From a request to its answer: out of the store, after waiting, or from the service behind.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::{Duration, Instant, SystemTime};

use bytes::Bytes;
use http::{Request, Response, request};
use http_body::Body;
use quick_cache::sync::Cache as Map;
use smallvec::SmallVec;
use storable::visit::{
    Answer, Ask, Cache, CacheKey, Company, Content, Held, Marker, RequestContent, Step, Visit,
    Waited,
};
use tokio::sync::watch;
use tower_service::Service;

use crate::arriving::{Item, Items, Source};
use crate::body::{BoxError, CacheBody};
use crate::flight::{Arrival, Boarding, Pilot, State};
use crate::layer::{CacheService, Shared};
use crate::observe::{Event, How};
use crate::store::{Claim, Store};

/// An extension of a response that stands for none: the service behind the cache is a gateway, and has
/// not reached its origin. The cache then does what it does without an answer, and sends this one
/// where nothing stored may be used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NoAnswer;

/// An extension of a response that is not to be stored, whatever its head says: it was made for one
/// client, for a reason that no field tells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NotStored;

/// What is behind the cache, for one request.
pub(crate) trait Origin: Clone + Send + 'static {
    type Body: Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static;
    type Error: Send + 'static;

    fn ask(
        &mut self,
        ask: &Ask,
    ) -> impl Future<Output = Result<Response<Self::Body>, Self::Error>> + Send;
}

/// An answer, and where it comes from.
pub(crate) type Told<O> =
    Result<(How, Response<CacheBody<<O as Origin>::Body>>), <O as Origin>::Error>;
type Answered<O> = Result<Response<CacheBody<<O as Origin>::Body>>, <O as Origin>::Error>;

/// A service, and the request to send it. A clone has no content to send.
struct Inner<S, Q> {
    service: S,
    parts: request::Parts,
    content: Option<Q>,
}

impl<S: Clone, Q> Clone for Inner<S, Q> {
    fn clone(&self) -> Self {
        Self { service: self.service.clone(), parts: self.parts.clone(), content: None }
    }
}

impl<S, Q, R> Origin for Inner<S, Q>
where
    S: Service<Request<Q>, Response = Response<R>, Future: Send, Error: Send>
        + Clone
        + Send
        + 'static,
    Q: Default + Send + 'static,
    R: Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
{
    type Body = R;
    type Error = S::Error;

    async fn ask(&mut self, ask: &Ask) -> Result<Response<R>, S::Error> {
        let content = self.content.take().unwrap_or_default();
        let mut request = Request::from_parts(self.parts.clone(), content);
        request.method_mut().clone_from(&ask.method);
        request.headers_mut().clone_from(&ask.fields);
        poll_fn(|context| self.service.poll_ready(context)).await?;
        self.service.call(request).await
    }
}

impl<S, St, Q, R> Service<Request<Q>> for CacheService<S, St>
where
    S: Service<Request<Q>, Response = Response<R>, Future: Send, Error: Send>
        + Clone
        + Send
        + 'static,
    St: Store,
    Q: Body + Default + Send + 'static,
    R: Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
{
    type Response = Response<CacheBody<R>>;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, S::Error>> + Send>>;

    /// Always: what is stored is served also while the service behind is not ready.
    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Q>) -> Self::Future {
        let (shared, mut service) = (Arc::clone(&self.shared), self.inner.clone());
        let (mut parts, content) = request.into_parts();
        let absent = content.is_end_stream();
        let seen = if absent { RequestContent::Absent } else { RequestContent::Unread };
        let Some(visit) = Cache::visit_taking(&shared.cache, &mut parts, seen) else {
            return Box::pin(async move {
                poll_fn(|context| service.poll_ready(context)).await?;
                let request = Request::from_parts(parts, content);
                Ok(service.call(request).await?.map(CacheBody::passed))
            });
        };
        let origin = Inner { service, parts, content: Some(content) };
        Box::pin(shared.serve(visit, origin))
    }
}

/// What the store says of a request.
enum Looked<B> {
    /// It is answered.
    Answer(How, Response<CacheBody<B>>),
    /// The origin is asked, about what was found.
    Ask(Box<Ask>, Items),
}

pub(crate) fn held(items: &[Item]) -> SmallVec<[Held<'_>; 2]> {
    items.iter().map(Item::held).collect()
}

impl<St: Store> Shared<St> {
    #[expect(clippy::manual_async_fn, reason = "there is room for arguments of an async fn twice")]
    fn serve<O: Origin>(
        self: Arc<Self>,
        mut visit: Visit,
        origin: O,
    ) -> impl Future<Output = Answered<O>> + Send {
        async move {
            let observed = self
                .is_observed()
                .then(|| (Instant::now(), visit.method().clone(), visit.key().clone()));
            let (how, response) = match self.look_up(&mut visit).await {
                Looked::Answer(how, response) => {
                    if how == How::Stale {
                        self.renew(&visit, origin);
                    }
                    (how, response)
                }
                // What a hit has no use for has a place of its own, here and below.
                Looked::Ask(ask, items) => {
                    Box::pin(self.ask_origin(visit, origin, *ask, items)).await?
                }
            };
            if let Some((started, method, key)) = observed {
                self.tell(&Event::Answered {
                    method: &method,
                    uri: key.uri(),
                    how,
                    status: response.status(),
                    took: started.elapsed(),
                });
            }
            Ok(response)
        }
    }

    /// Goes to the origin, alone or with others.
    async fn ask_origin<O: Origin>(
        self: &Arc<Self>,
        visit: Visit,
        origin: O,
        ask: Ask,
        items: Items,
    ) -> Told<O> {
        match ask.company {
            Company::Alone => self.fetch(&visit, origin, ask, items, None).await,
            Company::Together => self.together(visit, origin, None).await,
            Company::Behind => match self.flights.join(&visit.queue()) {
                Some(state) => self.after(visit, origin, state).await,
                None => self.fetch(&visit, origin, ask, items, None).await,
            },
            Company::Meanwhile(answer) => match self.renewals.board(visit.queue()) {
                Boarding::First(renewing) => self.together(visit, origin, Some(renewing)).await,
                Boarding::Wait(_) => match self.respond(*answer, &items).await {
                    Some(response) => Ok((How::Stale, response)),
                    None => self.together(visit, origin, None).await,
                },
            },
        }
    }

    /// Looks a request up. Where the store has lost the content of what it should get, nothing is
    /// there for it.
    async fn look_up<B>(&self, visit: &mut Visit) -> Looked<B> {
        visit.set_marker(self.marks.of(visit.key()));
        let mut items = self.shelf.find(visit.key()).await;
        loop {
            let step = visit.look_up(&held(&items), SystemTime::now());
            let (how, answer) = match step {
                Step::Answer(answer) => (How::Hit, answer),
                Step::AnswerAndRenew(answer) => (How::Stale, answer),
                Step::Ask(ask) => {
                    return match Box::pin(self.guess(visit)).await {
                        Some(response) => Looked::Answer(How::Guessed, response),
                        None => Looked::Ask(Box::new(ask), items),
                    };
                }
            };
            let of = answer.of;
            if let Some(response) = self.respond(answer, &items).await {
                return Looked::Answer(how, response);
            }
            if let Some(lost) = of.and_then(|number| items.get(number)) {
                Box::pin(self.shelf.forget(visit.key().uri(), lost)).await;
            }
            items.clear();
        }
    }

    /// The same as where nothing is stored; what is stored may be replaced all the same.
    async fn look_past<B>(&self, visit: &mut Visit) -> Looked<B> {
        visit.set_marker(self.marks.of(visit.key()));
        match visit.look_up(&[], SystemTime::now()) {
            Step::Ask(ask) => Looked::Ask(Box::new(ask), self.shelf.find(visit.key()).await),
            Step::Answer(_) | Step::AnswerAndRenew(_) => self.look_up(visit).await,
        }
    }

    /// What a stand-in has for a request that would go to the origin.
    async fn guess<B>(&self, visit: &Visit) -> Option<Response<CacheBody<B>>> {
        let guesses = self.guesses.as_ref()?;
        for guess in guesses.of(visit.key().uri()).iter() {
            if let Some(answer) = visit.guess(&guess.open, SystemTime::now()) {
                return self.respond_from(answer, &guess.content).await;
            }
        }
        None
    }

    /// Fetches for all requests that come meanwhile, or waits for the one that does.
    async fn together<O: Origin>(
        self: &Arc<Self>,
        visit: Visit,
        origin: O,
        renewing: Option<Pilot>,
    ) -> Told<O> {
        match self.flights.board(visit.queue()) {
            Boarding::First(pilot) => {
                // It goes on where the client goes away: others wait for it.
                let shared = Arc::clone(self);
                let task = self.tasks.spawn(async move {
                    let told = shared.lead(visit, origin, pilot).await;
                    drop(renewing);
                    told
                });
                match task.await {
                    Ok(told) => told,
                    Err(error) => match error.try_into_panic() {
                        Ok(panic) => std::panic::resume_unwind(panic),
                        // The runtime is being shut down, and this future with it.
                        Err(_) => std::future::pending().await,
                    },
                }
            }
            Boarding::Wait(state) => self.after(visit, origin, state).await,
        }
    }

    /// Waits for another request, and fetches alone where that was of no use.
    async fn after<O: Origin>(
        self: &Arc<Self>,
        mut visit: Visit,
        origin: O,
        state: watch::Receiver<State>,
    ) -> Told<O> {
        let landed = self.landed(state).await;
        let waited = landed.as_ref().map_or(Waited::LookUp, |arrival| {
            let length = arrival.content.length();
            visit.share(&arrival.landed, length, arrival.waited, SystemTime::now())
        });
        let looked = match (waited, &landed) {
            (Waited::Answer(answer), Some(arrival)) => {
                match self.respond_from(answer, &arrival.content).await {
                    Some(response) => Looked::Answer(How::Collapsed, response),
                    None => self.look_up(&mut visit).await,
                }
            }
            (Waited::OwnFetch, _) => self.look_past(&mut visit).await,
            _ => self.look_up(&mut visit).await,
        };
        match looked {
            Looked::Answer(how, response) => Ok((how, response)),
            Looked::Ask(ask, items) => self.fetch(&visit, origin, ask.alone(), items, None).await,
        }
    }

    /// Fetches for all, unless another one has been quicker: since the request was looked up, or in
    /// another process that has the same store.
    async fn lead<O: Origin>(
        self: &Arc<Self>,
        mut visit: Visit,
        origin: O,
        mut pilot: Pilot,
    ) -> Told<O> {
        let mut looked = self.look_up(&mut visit).await;
        if matches!(looked, Looked::Ask(..)) {
            match self.shelf.store().claim(visit.key().as_bytes()).await {
                Claim::Granted(claim) => pilot.claim = Some(claim),
                Claim::Taken(over) => {
                    // Where it takes too long, or stores nothing, this one asks too.
                    let _ = tokio::time::timeout(self.limits.wait, over).await;
                    looked = self.look_up(&mut visit).await;
                }
            }
        }
        match looked {
            Looked::Answer(how, response) => Ok((how, response)),
            Looked::Ask(ask, items) => self.fetch(&visit, origin, *ask, items, Some(pilot)).await,
        }
    }

    /// Waits for what another request brings. `None` where it brings nothing, or takes too long.
    async fn landed(&self, mut state: watch::Receiver<State>) -> Option<Arc<Arrival>> {
        let done = state.wait_for(|state| !matches!(state, State::Flying));
        let state = tokio::time::timeout(self.limits.wait, done).await.ok()?.ok()?.clone();
        match state {
            State::Landed(arrival) => Some(arrival),
            State::Flying | State::Lost => None,
        }
    }

    /// Asks the origin in the background whether a stored response is still good (RFC 5861 §3).
    fn renew<O: Origin>(self: &Arc<Self>, visit: &Visit, origin: O) {
        let Boarding::First(pilot) = self.renewals.board(visit.queue()) else { return };
        let (shared, mut visit) = (Arc::clone(self), visit.renewal());
        self.tasks.spawn(async move {
            if let Looked::Ask(ask, items) = shared.look_up::<O::Body>(&mut visit).await {
                drop(shared.fetch(&visit, origin, *ask, items, None).await);
            }
            drop(pilot);
        });
    }

    /// An answer with a stored content. `None` where the store has lost that.
    pub(crate) async fn respond<B>(
        &self,
        mut answer: Answer,
        items: &[Item],
    ) -> Option<Response<CacheBody<B>>> {
        let content = match answer.content {
            Content::None => CacheBody::empty(),
            _ => {
                let source = items.get(answer.of?)?.source();
                self.content_of(&mut answer, &source).await?
            }
        };
        Some(answer.head.map(|()| content))
    }

    /// An answer with what of a content it has.
    pub(crate) async fn respond_from<B>(
        &self,
        mut answer: Answer,
        source: &Source,
    ) -> Option<Response<CacheBody<B>>> {
        let content = self.content_of(&mut answer, source).await?;
        Some(answer.head.map(|()| content))
    }

    /// What of a content goes with an answer.
    async fn content_of<B>(&self, answer: &mut Answer, source: &Source) -> Option<CacheBody<B>> {
        let whole = match source {
            Source::Stored(entry) if entry.content.is_some() => entry.content.clone(),
            Source::Stored(entry) => Some(self.shelf.store().content(entry).await?),
            // Several parts are put together of a content that is all there.
            Source::Coming(recording) if matches!(answer.content, Content::Parts(_)) => {
                let whole = tokio::time::timeout(self.limits.wait, recording.whole());
                Some(Box::pin(whole).await.ok()??)
            }
            Source::Coming(recording) => recording.bytes(),
        };
        Some(match (whole, source, &answer.content) {
            (_, _, Content::None) => CacheBody::empty(),
            (Some(whole), _, Content::Whole) => CacheBody::here(whole),
            (Some(whole), _, Content::Part(part)) => {
                CacheBody::here(whole.slice_ref(part.of(&whole)))
            }
            (Some(whole), _, Content::Parts(_)) => {
                let boundary = format!("{:016x}", rand::random::<u64>());
                CacheBody::here(answer.assemble(&whole, &boundary).into())
            }
            (None, Source::Coming(recording), Content::Whole) => {
                CacheBody::read(recording.read(0, None)?)
            }
            (None, Source::Coming(recording), Content::Part(part)) => {
                CacheBody::read(recording.read(part.offset, Some(part.length))?)
            }
            (None, ..) => return None,
        })
    }
}

/// What responses that were not stored have left behind.
#[derive(Clone, Debug)]
pub(crate) struct Marks {
    marks: Arc<Map<CacheKey, (Marker, Instant)>>,
    /// There is nothing to look for before the first one.
    any: Arc<AtomicBool>,
}

impl Marks {
    pub(crate) fn new() -> Self {
        Self { marks: Arc::new(Map::new(10_000)), any: Arc::default() }
    }

    fn of(&self, key: &CacheKey) -> Marker {
        if !self.any.load(Ordering::Acquire) {
            return Marker::None;
        }
        match self.marks.get(key) {
            Some((marker, until)) if Instant::now() < until => marker,
            _ => Marker::None,
        }
    }

    pub(crate) fn put(&self, key: &CacheKey, marker: Marker) {
        let (Marker::HitForMiss(seconds) | Marker::HitForPass(seconds)) = marker else { return };
        if let Some(until) = Instant::now().checked_add(Duration::from_secs(seconds)) {
            self.marks.insert(key.clone(), (marker, until));
            self.any.store(true, Ordering::Release);
        }
    }
}
