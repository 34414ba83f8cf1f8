//! When the messages passed.

use crate::calendar::Timestamp;

/// When a request was sent and its response received, as far as that was given.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Times {
    pub(crate) requested_at: Option<Timestamp>,
    pub(crate) received_at: Option<Timestamp>,
}

impl Times {
    /// The time of receipt, if it was given.
    pub(crate) const fn now(&self) -> Option<Timestamp> {
        self.received_at
    }

    /// Seconds between request and response; 0 where either is not known.
    pub(crate) fn response_delay(&self) -> u64 {
        match (self.requested_at, self.received_at) {
            (Some(asked), Some(got)) => u64::try_from(got.seconds_since(asked)).unwrap_or(0),
            _ => 0,
        }
    }
}
