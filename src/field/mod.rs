//! Text to tokens: the grammar of the fields that caches read, and no caching rule.
//!
//! Everything here is borrowed, total (no input panics) and linear in the input.

mod comma_separated;
mod date;
mod delta;
mod dictionary;
mod directive;
mod lines;
mod list;
mod name;
mod plain_member;
mod scan;
mod warning;

pub use crate::calendar::Timestamp;
pub use date::{DateReading, read_http_date};
pub use delta::{DELTA_SECONDS_MAX, delta_seconds};
pub use dictionary::{DictionaryError, Item, Member, dictionary};
pub use directive::{Argument, Directive, Directives, Known, Standing};
pub use lines::FieldLines;
pub use list::{Elements, elements};
pub use name::Field;
pub use warning::{Warning, WarningKind};

pub(crate) use comma_separated::values;
pub(crate) use date::Text as DateText;
pub(crate) use date::{month_number, plain_fixdate};
pub(crate) use list::{cut_member, is_plain_list};
pub(crate) use plain_member::PlainMember;
pub(crate) use scan::Scan;
