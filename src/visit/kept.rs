//! What a store holds, beside the content.

use http::{HeaderMap, Response};

use crate::life::{Stored, ToStore, goes_out_whole, groups};

/// What a store keeps of a response, beside its content. It is opaque: a store weighs it, writes it
/// (feature `serde`) and hands it back.
#[derive(Clone, Debug)]
pub struct Kept {
    pub(super) entry: ToStore,
    /// Whether nothing of the head is left out of an answer with all of the content.
    goes_out_whole: bool,
}

/// Fields that every answer out of the store may get: Age and Cache-Status.
const ADDED: usize = 2;

impl Kept {
    pub(super) fn of(entry: ToStore) -> Self {
        let mut kept = Self { entry, goes_out_whole: false };
        let fields = std::mem::take(kept.entry.head.headers_mut());
        kept.set_fields(fields);
        kept
    }

    /// Puts other fields into the head. A copy of them is as long as it has to be, and has places for
    /// what is added to each answer.
    pub(super) fn set_fields(&mut self, mut fields: HeaderMap) {
        fields.reserve(ADDED);
        *self.entry.head.headers_mut() = fields.clone();
        self.goes_out_whole = goes_out_whole(&self.entry.head);
    }

    /// The head, without what is not stored (RFC 9111 §3.1).
    #[must_use]
    pub const fn head(&self) -> &Response<()> {
        &self.entry.head
    }

    /// The groups that it belongs to (RFC 9875 §2).
    #[must_use]
    pub fn groups(&self) -> Vec<String> {
        groups(&self.entry.head)
    }

    /// Whether it takes the place of another one under the same key: both are for the same requests.
    #[must_use]
    pub fn replaces(&self, other: &Self) -> bool {
        self.entry.vary.is_same(&other.entry.vary)
            && self.entry.policy.answers_alike(&other.entry.policy)
    }

    /// About how many bytes it takes in memory, for a store with a limit.
    #[must_use]
    pub fn weight(&self) -> usize {
        let line = |(name, value): (&http::HeaderName, &http::HeaderValue)| {
            name.as_str().len().saturating_add(value.len()).saturating_add(64)
        };
        let lines = self.entry.head.headers().iter().map(line).fold(0, usize::saturating_add);
        lines.saturating_add(size_of::<Self>())
    }
}

/// One of the responses that are stored under a key.
#[derive(Clone, Copy, Debug)]
pub struct Held<'a> {
    /// What is kept beside the content.
    pub kept: &'a Kept,
    /// How many octets of content there are, where the store knows. Without it no ranges are
    /// answered out of the response.
    pub length: Option<u64>,
}

impl<'a> Held<'a> {
    pub(super) fn stored(&self) -> Stored<'a> {
        let stored = self.kept.entry.stored().going_out_whole(self.kept.goes_out_whole);
        self.length.map_or(stored, |length| stored.with_length(length))
    }
}

#[cfg(feature = "serde")]
mod serial {
    use http::{HeaderName, HeaderValue, Response, StatusCode, Version};
    use serde::de::Error as _;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::Kept;
    use crate::life::{StoredPolicy, ToStore, VaryKey};

    #[derive(Serialize)]
    struct Written<'a> {
        status: u16,
        old: bool,
        lines: Vec<(&'a str, &'a [u8])>,
        policy: &'a StoredPolicy,
        vary: &'a VaryKey,
    }

    #[derive(Deserialize)]
    struct Read {
        status: u16,
        old: bool,
        lines: Vec<(String, Vec<u8>)>,
        policy: StoredPolicy,
        vary: VaryKey,
    }

    impl Serialize for Kept {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            let head = &self.entry.head;
            let lines =
                head.headers().iter().map(|(name, value)| (name.as_str(), value.as_bytes()));
            Written {
                status: head.status().as_u16(),
                old: head.version() < Version::HTTP_11,
                lines: lines.collect(),
                policy: &self.entry.policy,
                vary: &self.entry.vary,
            }
            .serialize(serializer)
        }
    }

    /// Fails where it was written by another version of this crate, or under another version of its
    /// profile: a store takes it for not there.
    impl<'de> Deserialize<'de> for Kept {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            let read = Read::deserialize(deserializer)?;
            let mut head = Response::new(());
            *head.status_mut() = StatusCode::from_u16(read.status).map_err(D::Error::custom)?;
            *head.version_mut() = if read.old { Version::HTTP_10 } else { Version::HTTP_11 };
            for (name, value) in read.lines {
                let name = HeaderName::try_from(name).map_err(D::Error::custom)?;
                let value = HeaderValue::try_from(value).map_err(D::Error::custom)?;
                head.headers_mut().try_append(name, value).map_err(D::Error::custom)?;
            }
            Ok(Self::of(ToStore { head, policy: read.policy, vary: read.vary }))
        }
    }
}
