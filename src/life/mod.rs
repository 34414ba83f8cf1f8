//! The later life of a stored response: reuse, validation, update, invalidation (RFC 9111 §3 and
//! §4), as pure functions and small values. There is no store here, no clock and no I/O.
//!
//! A [`Verdict`](crate::Verdict) that allows storing makes what is kept
//! ([`to_store`](crate::Verdict::to_store)): the head without what is not stored, a
//! [`StoredPolicy`] of numbers and flags, and a [`VaryKey`]. From then on:
//!
//! ```text
//! a request comes     CacheKey, look_up -> serve | serve and revalidate | validate | forward | 504
//! it goes on          method_to_forward, fields_to_forward; while_renewed for others meanwhile
//! it is served        reply: whole, 304, parts, 416; Reply::head makes the head with Age
//! it is validated     Condition::request_fields; Condition::answered; ToStore::freshened
//! the origin fails    on_error: the stored response, where that is allowed
//! it was unsafe       invalidated_by, groups_invalidated_by
//! it was HEAD         after_head
//! ```
//!
//! Everything is by RFC 9111 where the profile does not say otherwise: what real caches do instead
//! are the last axes of [`Facts`](crate::Facts).
//!
//! ```
//! use std::time::{Duration, SystemTime};
//! use storable::life::{Condition, Reuse, Validated, look_up};
//! use storable::{AsRequest, Exchange, Profile, policy::RequestPolicy};
//!
//! let profile = &Profile::RFC9111_SHARED;
//! let at = |seconds: u64| SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000 + seconds);
//! let request = http::Request::get("https://shop.example/").body(())?;
//! let response = http::Response::builder()
//!     .header("Cache-Control", "max-age=60")
//!     .header("ETag", "\"a\"")
//!     .body(())?;
//! let entry =
//!     Exchange::new(&request, &response).received_at(at(0)).judge(profile).to_store().unwrap();
//!
//! // Two minutes later it is stale, and the origin is asked with a condition.
//! let policy = RequestPolicy::read(request.as_request());
//! let stored = [entry.stored()];
//! let choice = look_up(&policy, stored, profile, at(120));
//! assert!(matches!(choice.reuse, Reuse::Validate(_)));
//! let condition = Condition::new(&stored, 0, profile);
//! assert_eq!(condition.request_fields(&request)["if-none-match"], "\"a\"");
//!
//! // It has not changed: the head is brought up to date and judged again.
//! let answer = http::Response::builder()
//!     .status(304)
//!     .header("ETag", "\"a\"")
//!     .header("Cache-Control", "max-age=300")
//!     .body(())?;
//! assert_eq!(condition.answered(&answer), Validated::NotModified(0));
//! let exchange = Exchange::new(&request, &answer).received_at(at(120));
//! let freshened = entry.freshened(&exchange, profile);
//! let entry = freshened.kept().unwrap();
//! assert_eq!(entry.policy.remaining(at(120)), 300);
//! # Ok::<(), http::Error>(())
//! ```

mod no_vary_search;
#[cfg(feature = "serde")]
mod on_disk;
mod precondition;
mod rfc9875_groups;
mod s2_key;
mod s3_1_fields;
mod s3_2_update;
mod s3_3_incomplete;
mod s4_2_4_stale;
mod s4_3_1_condition;
mod s4_3_2_client;
mod s4_3_3_answer;
mod s4_4_invalidation;
mod s4_reuse;
mod to_store;
mod uri;

pub use no_vary_search::NoVarySearch;
pub use precondition::{Precondition, precondition};
pub use rfc9875_groups::{groups, groups_invalidated_by};
pub use s2_key::CacheKey;
pub use s3_1_fields::{forwarded, header_map, lines_to_serve};
pub(crate) use s3_1_fields::{forwarded_map, forwarded_of, goes_out_whole};
pub use s3_3_incomplete::{Combined, ask_for_rest, combine};
pub use s4_2_4_stale::{instead_of, is_origin_failure, on_error};
pub use s4_3_1_condition::{Condition, fields_to_forward, method_to_forward};
pub use s4_3_2_client::{Part, Parts, Reply, reply};
pub use s4_3_3_answer::{AfterHead, Freshened, Updated, Validated, after_head, freshen};
pub use s4_4_invalidation::invalidated_by;
pub(crate) use s4_4_invalidation::invalidated_under;
pub use s4_reuse::{Choice, Reuse, look_up, reuse, while_renewed};
pub use to_store::ToStore;

pub use crate::kept::{EntityTag, Forwarded, Served, Stored, StoredPolicy, Validators, VaryKey};
