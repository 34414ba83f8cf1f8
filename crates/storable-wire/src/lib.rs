//! Exchanges and verdicts as JSON Lines: what the tools of `storable` read and write, and what its
//! test cases and recordings are written in.
//!
//! A line in is a [`WireExchange`], a line out a [`VerdictLine`]:
//!
//! ```
//! use storable::Profile;
//! use storable_wire::{WireExchange, VerdictLine};
//!
//! let line = r#"{"id": 1,
//!     "request": {"method": "GET", "url": "https://shop.example/", "headers": []},
//!     "response": {"status": 200, "headers": [["Cache-Control", "max-age=60"]]}}"#;
//! let exchange: WireExchange = serde_json::from_str(line)?;
//! let verdict = exchange.judge(&Profile::RFC9111_SHARED, |judged| {
//!     serde_json::to_value(VerdictLine::of(&exchange.id, &judged))
//! });
//! assert_eq!(verdict??["fresh_for"], 60);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod exchange;
mod line;
mod verdict;

pub use exchange::{Judged, Times, WireExchange, WireRequest, WireResponse, lend};
pub use line::{Line, LineError};
pub use verdict::{VerdictLine, fresh_for};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
