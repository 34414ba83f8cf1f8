//! `storable proxy` before origins of all kinds, on loopback.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects
)]

mod leak;
mod scenes;
mod stress;
mod support;
