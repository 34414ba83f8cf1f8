//! Settings that can be named, to be told why they have no value here.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A setting of which nothing is judged here: it can be named, to be told so, and has no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "there is nothing to add to it")]
pub enum NotJudged {}

impl<'de> Deserialize<'de> for NotJudged {
    fn deserialize<D: Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        const WHY: &str = "what this setting does is not judged here: leave it out, and where an \
             answer hangs on it, name the question in `unknown`";
        Err(serde::de::Error::custom(WHY))
    }
}

impl Serialize for NotJudged {
    fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        match *self {}
    }
}

/// Readers that refuse, each with its reason.
macro_rules! refusals {
    ($($(#[$doc:meta])* $name:ident: $why:literal;)*) => {
        $($(#[$doc])* pub(super) fn $name<'de, D: Deserializer<'de>>(
            _: D,
        ) -> Result<Option<NotJudged>, D::Error> {
            Err(serde::de::Error::custom(concat!($why, "; leave it out")))
        })*
    };
}

refusals! {
    /// Varnish, `cache_rfc2616.c` and `cache_fetch.c`.
    condition_alone: "it decides whether what is past its grace is asked for by a condition or \
        whole, and the origin is asked either way";
    /// Varnish, `cache_fetch.c`, `vbf_allocobj`.
    which_storage: "it decides in which storage a response is, and no answer hangs on that";
    /// HAProxy, `cache.c`, `insert_entry`.
    how_many: "it counts the variants that are there already, which a verdict on one response does \
        not know: beyond it a response is not stored, so fewer get it than is said and never more";
    /// httpd, `cache_util.c`, `cache_check_freshness`, and `mod_cache.c`.
    lock: "with and without it whoever asks during the first fetch asks the origin; that others get \
        what is stale while one renews it is not judged here";
    /// Traffic Server, what cache.config pins.
    room: "it decides what makes room for other responses, and a verdict counts on nothing being \
        thrown out";
    /// Traffic Server, `HttpTransact.cc`, `handle_cache_operation_on_forward_server_response`.
    failing_origin: "it is about what is stale where the origin fails, and changes nothing of what \
        becomes of a response that the origin sends";
}
