//! A stored response, as a store hands it out.

use super::{StoredPolicy, Variant, VaryKey};
use crate::field::Scan;
use crate::message::{AsResponse, ResponseHead};

/// A stored response, as the store hands it out: what it is stored with, borrowed.
#[derive(Clone, Copy, Debug)]
pub struct Stored<'a> {
    pub(crate) policy: &'a StoredPolicy,
    pub(crate) variant: Variant<'a>,
    pub(crate) head: ResponseHead<'a>,
    pub(crate) length: Option<u64>,
    /// It is known that nothing of the head is left out of an answer with all of the content.
    pub(crate) goes_out_whole: bool,
}

impl<'a> Stored<'a> {
    /// The three things that lie in the store beside the content.
    #[must_use]
    pub fn new(
        policy: &'a StoredPolicy,
        vary: &'a VaryKey,
        head: &'a (impl AsResponse + ?Sized),
    ) -> Self {
        let (variant, head) = (Variant::Kept(vary), head.as_response());
        Self { policy, variant, head, length: None, goes_out_whole: false }
    }

    /// The same, with how many octets of content are in the store. Without it no ranges are
    /// answered out of a whole response; of a part, no more than this is taken to be there,
    /// whatever its Content-Range says.
    #[must_use]
    pub const fn with_length(self, octets: u64) -> Self {
        Self { length: Some(octets), ..self }
    }

    /// The lines of the stored head by field; at the instant of receipt they are read already.
    pub(crate) fn scan(&self) -> Scan<'a> {
        match self.variant {
            Variant::AtHand(_, response) => *response,
            Variant::Kept(_) => Scan::of(self.head.lines()),
        }
    }

    /// The same, where it was [found](crate::life::goes_out_whole) before what of the head goes out.
    pub(crate) const fn going_out_whole(self, goes_out_whole: bool) -> Self {
        Self { goes_out_whole, ..self }
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
