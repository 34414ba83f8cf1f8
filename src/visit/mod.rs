//! One request's visit to a cache, as a driver without I/O: it says what to send, what to ask, what
//! to change in the store, and who of those who wait gets what. It has no clock, no store and no
//! future; a host brings those, and makes four calls:
//!
//! ```text
//! Cache::visit      a request comes; nothing, where a cache keeps its hands off
//! Visit::look_up    with what is stored under Visit::key: Answer, AnswerAndRenew or Ask
//! Visit::answered   the origin has answered: what to send, and what changes in the store
//! Visit::failed     it has not: a stored response, where that is allowed
//! ```
//!
//! Where requests wait for each other there is a fifth, [`Visit::share`]: what one that waited gets
//! of what another one has fetched.
//!
//! A host acts on every case of [`Step`], [`Company`], [`Content`], [`ContentOf`], [`Send`] and [`Waited`]:
//! one that it passed over would be an answer lost, or a wrong one. So these enums are exhaustive, and
//! a case that is added to them breaks the build of a host, and not its answers.
//!
//! Everything is decided by the [`Profile`](crate::Profile), with the code of the rule in the
//! `Cache-Status` of every answer (RFC 9211).
//!
//! # A complete cache
//!
//! Content is in memory, and the origin is a function. A host that streams, or waits, adds tasks and
//! locks; it decides no more than this one.
//!
//! ```
//! use std::collections::HashMap;
//! use std::sync::Arc;
//! use std::time::{Duration, SystemTime};
//!
//! use http::{Request, Response};
//! use storable::Profile;
//! use storable::life::CacheKey;
//! use storable::visit::{Cache, Changes, Content, ContentOf, Held, Kept, RequestContent, Send};
//! use storable::visit::{Step, Times};
//!
//! #[derive(Clone)]
//! struct Entry {
//!     kept: Kept,
//!     content: String,
//! }
//!
//! #[derive(Default)]
//! struct Store(HashMap<CacheKey, Vec<Entry>>);
//!
//! impl Store {
//!     fn change(&mut self, key: &CacheKey, changes: Changes, content: &str) {
//!         let mut entries = self.0.remove(key).unwrap_or_default();
//!         let seen = entries.clone();
//!         let mut number = 0..;
//!         entries.retain(|_| !changes.remove.contains(&number.next().unwrap()));
//!         for keep in changes.keep {
//!             entries.retain(|entry| !keep.kept.replaces(&entry.kept));
//!             let content = match keep.content {
//!                 ContentOf::Held(number) => seen[number].content.clone(),
//!                 ContentOf::Answer => content.to_owned(),
//!             };
//!             entries.push(Entry { kept: keep.kept, content });
//!         }
//!         self.0.insert(key.clone(), entries);
//!         self.0.retain(|key, _| !changes.remove_uris.iter().any(|uri| uri == key.uri()));
//!     }
//! }
//!
//! fn answer(
//!     cache: &Arc<Cache>,
//!     store: &mut Store,
//!     request: Request<()>,
//!     now: SystemTime,
//!     origin: impl Fn(Request<()>) -> Option<Response<String>>,
//! ) -> Option<Response<String>> {
//!     let (parts, ()) = request.into_parts();
//!     let Some(visit) = Cache::visit(cache, &parts, RequestContent::Absent) else {
//!         return origin(Request::from_parts(parts, ()));
//!     };
//!     let entries = store.0.get(visit.key()).cloned().unwrap_or_default();
//!     let held: Vec<_> = entries
//!         .iter()
//!         .map(|entry| Held { kept: &entry.kept, length: Some(entry.content.len() as u64) })
//!         .collect();
//!     let cut = |whole: &str, content: &Content| match content {
//!         Content::Whole => whole.to_owned(),
//!         Content::Part(part) => whole[part.offset as usize..][..part.length as usize].to_owned(),
//!         Content::Parts(_) | Content::None => String::new(), // see Answer::assemble
//!     };
//!     let mut ask = match visit.look_up(&held, now) {
//!         Step::Answer(answer) | Step::AnswerAndRenew(answer) => {
//!             let whole = answer.of.map_or("", |number| &entries[number].content);
//!             return Some(answer.head.map(|()| cut(whole, &answer.content)));
//!         }
//!         Step::Ask(ask) => ask,
//!     };
//!     loop {
//!         let mut request = Request::new(());
//!         (*request.method_mut(), *request.headers_mut()) = (ask.method.clone(), ask.fields.clone());
//!         *request.uri_mut() = parts.uri.clone();
//!         let Some(response) = origin(request) else {
//!             let stale = visit.failed(&ask, &held, now)?;
//!             let whole = &entries[stale.of?].content;
//!             return Some(stale.head.map(|()| cut(whole, &stale.content)));
//!         };
//!         let (head, content) = response.into_parts();
//!         let times = Times { requested_at: now, received_at: now };
//!         let outcome = visit.answered(&ask, &held, Response::from_parts(head, ()), times);
//!         let answer = match outcome.send {
//!             Send::Again(again) => {
//!                 ask = again;
//!                 continue;
//!             }
//!             Send::Answer(answer) => answer,
//!         };
//!         store.change(visit.key(), outcome.changes, &content);
//!         let whole = answer.of.map_or(&content, |number| &entries[number].content);
//!         return Some(answer.head.map(|()| cut(whole, &answer.content)));
//!     }
//! }
//!
//! let cache = Arc::new(Cache::new(Profile::RFC9111_SHARED).named("shop"));
//! let mut store = Store::default();
//! let origin = |_: Request<()>| {
//!     let response = Response::builder().header("Cache-Control", "max-age=60").header("ETag", "\"a\"");
//!     response.body("0123456789".to_owned()).ok()
//! };
//! let start = SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000);
//! let mut get = |after, range: &str| {
//!     let request = Request::get("/page").header("Host", "shop.example").header("Range", range);
//!     let now = start + Duration::from_secs(after);
//!     answer(&cache, &mut store, request.body(()).unwrap(), now, origin).unwrap()
//! };
//! assert_eq!(get(0, "").headers()["cache-status"], "shop; fwd=uri-miss; fwd-status=200; ttl=60; stored; detail=max-age");
//! let part = get(20, "bytes=2-4");
//! assert_eq!((part.status().as_u16(), part.body().as_str()), (206, "234"));
//! assert_eq!(part.headers()["cache-status"], "shop; hit; ttl=40; detail=max-age");
//! assert_eq!(part.headers()["age"], "20");
//! ```

mod answer;
mod ask;
mod cache;
mod changes;
mod fetched;
mod kept;
mod look_up;
mod open;
mod outcome;
mod waiting;

pub use crate::life::{CacheKey, Forwarded, Part, Parts};
pub use crate::profile::Marker;
pub use answer::{Answer, Content};
pub use ask::{Ask, Company};
pub use cache::{Cache, RequestContent, Visit};
pub use changes::{Changes, ContentOf, Keep};
pub use kept::{Held, Kept};
pub use look_up::Step;
pub use open::{Open, Unknown};
pub use outcome::{ContentCheck, Outcome, Send, Times};
pub use waiting::{Landed, Queue, Waited};
