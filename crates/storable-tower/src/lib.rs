//! An HTTP cache for any [`tower`](https://docs.rs/tower) service: [`CacheLayer`].
//!
//! ```
//! use axum::{Router, routing::get};
//! use storable::Profile;
//! use storable_tower::{CacheLayer, MemoryStore};
//!
//! let app: Router = Router::new()
//!     .route("/", get(|| async { ([("Cache-Control", "max-age=60")], "hello") }))
//!     .layer(CacheLayer::new(Profile::RFC9111_SHARED, MemoryStore::new(64 << 20)));
//! ```
//!
//! What is stored, for how long, who gets it, and what requests get that wait for each other is
//! decided by [`storable`] under the profile, with the rule in `Cache-Status` on every answer. Here
//! are the clock, the tasks, the streams and the stores:
//!
//! - Content streams: it is recorded on its way to the client, up to a limit ([`Limits`]), and others
//!   read along. Clients that go away, the first one too, harm nobody.
//! - Requests for the same response wait for one of them where the profile's cache does so, and get
//!   of it what the verdict says for each.
//! - Stale responses are renewed in the background (RFC 5861). [`CacheLayer::finish`] waits for what
//!   is under way.
//! - A [`Store`] is a map of records with three calls; there is one in memory.
//!
//! [`StandIn`] is the same cache for tests: the application behind a CDN, in process.
//!
#![cfg_attr(docsrs, feature(doc_cfg))]

mod arriving;
mod body;
mod fetch;
mod flight;
mod guesses;
mod layer;
mod limits;
mod observe;
mod recording;
mod service;
mod shelf;
mod stand_in;
pub mod store;
#[cfg(feature = "tracing")]
mod traced;

pub use body::{BodyError, BoxError, CacheBody};
pub use layer::{CacheLayer, CacheService};
pub use limits::Limits;
pub use observe::{Event, How, Observer};
pub use service::{NoAnswer, NotStored};
pub use stand_in::StandIn;
pub use store::{MemoryStore, Store};
#[cfg(feature = "tracing")]
pub use traced::Traced;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
