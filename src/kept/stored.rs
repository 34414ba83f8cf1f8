//! A stored response, as a store hands it out.

use super::{StoredPolicy, Variant, VaryKey};
use crate::message::{AsResponse, ResponseHead};

/// A stored response, as the store hands it out: what it is stored with, borrowed.
#[derive(Clone, Copy, Debug)]
pub struct Stored<'a> {
    pub(crate) policy: &'a StoredPolicy,
    pub(crate) variant: Variant<'a>,
    pub(crate) head: ResponseHead<'a>,
    pub(crate) length: Option<u64>,
}

impl<'a> Stored<'a> {
    /// The three things that lie in the store beside the content.
    #[must_use]
    pub fn new(
        policy: &'a StoredPolicy,
        vary: &'a VaryKey,
        head: &'a (impl AsResponse + ?Sized),
    ) -> Self {
        Self { policy, variant: Variant::Kept(vary), head: head.as_response(), length: None }
    }

    /// The same, with how many octets of content are in the store. Without it no ranges are
    /// answered out of a whole response; of a part, no more than this is taken to be there,
    /// whatever its Content-Range says.
    #[must_use]
    pub const fn with_length(self, octets: u64) -> Self {
        Self { length: Some(octets), ..self }
    }

    /// The numbers and flags.
    #[must_use]
    pub const fn policy(&self) -> &'a StoredPolicy {
        self.policy
    }

    /// How many octets of content are in the store, where that was said.
    #[must_use]
    pub const fn length(&self) -> Option<u64> {
        self.length
    }

    /// The stored head.
    #[must_use]
    pub const fn head(&self) -> ResponseHead<'a> {
        self.head
    }
}
