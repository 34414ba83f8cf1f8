//! What several servers share.

mod strtol;

pub(super) use strtol::{Strtol, strtol};
