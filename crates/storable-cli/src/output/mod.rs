//! What is printed: on a terminal, and as pages of HTML.

pub(crate) mod experiment;
pub(crate) mod html;
pub(crate) mod terminal;
