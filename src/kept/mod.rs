//! What is kept of a judgement beside a stored response, and what a request gets of it.
//!
//! A verdict answers for later requests by the same form that a store keeps: there is one place
//! where it is made, [`StoredPolicy`], and one function that reads it, in `server`.

mod conditions;
mod coverage;
mod lookup;
mod policy;
mod range;
mod stored;
mod validator;
mod variant;

pub use lookup::Served;
pub use policy::StoredPolicy;
pub use stored::Stored;
pub use validator::{EntityTag, Validators};
pub use variant::VaryKey;

pub use crate::header::Forwarded;

pub(crate) use conditions::{Conditions, conditions, if_range_holds, is_the_origins};
pub(crate) use coverage::{Coverage, delta_seconds_exactly};
pub(crate) use lookup::{Hit, Lookup};
pub(crate) use policy::Flags;
#[cfg(feature = "serde")]
pub(crate) use policy::Seconds;
pub(crate) use range::{ContentRange, RangeRequest, Ranges, Resolved};
pub(crate) use validator::{TagList, lists_strongly, lists_weakly};
pub(crate) use variant::{Partial, Variant};
