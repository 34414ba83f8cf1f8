//! Cases that HTTP caches get wrong, as data, and a player that tries them on any cache that is a
//! `tower` service before an origin in process.
//!
//! `cases.toml` says of each case why it is so, what is asked, what the origin answers, and what the
//! client has to get. A case that a cache `must` pass stands for a requirement of an RFC, or for one
//! user's response that another one would get; what is only better is said of the others.

mod case;
mod expect;
mod origin;
mod play;

pub use case::{Answer, Case, Leaves, Level, Step, cases};
pub use origin::{Origin, Pieces};
pub use play::{BoxError, Client, Content, client, play};
