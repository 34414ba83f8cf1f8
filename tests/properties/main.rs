//! Properties of verdicts, one test each, named by their numbers.
//!
//! A law says when it speaks about a case; one that speaks about too few cases fails. P24 and P12
//! are tested in the form that their comments give.

#![allow(
    missing_docs,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects
)]

#[path = "../support/case.rs"]
mod case;
#[path = "../support/generators.rs"]
mod generators;
mod law;

mod collapsing;
mod freshness;
mod numbers;
mod profiles;
mod receipt;
mod reuse;
mod storing;
mod syntax;

use storable::Profile;

/// Both RFC profiles.
const RFC: [&Profile; 2] = [&Profile::RFC9111_SHARED, &Profile::RFC9111_PRIVATE];
const SHARED: &Profile = &Profile::RFC9111_SHARED;
const PRIVATE: &Profile = &Profile::RFC9111_PRIVATE;
