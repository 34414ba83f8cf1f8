//! The words of an answer.

/// Whether a response is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Storage {
    /// The request bypasses the cache: nothing is looked up, nothing is stored.
    Bypass,
    /// It is not stored.
    NotStored,
    /// It is stored; that says nothing on whether it is fresh.
    Stored,
    /// No public source decides it.
    Unknown,
}

impl Storage {
    /// The answer in a word or two, as the examples print it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Bypass => "bypass",
            Self::NotStored => "not-stored",
            Self::Stored => "stored",
            Self::Unknown => "unknown",
        }
    }
}

/// How long a response is fresh after it was received, whatever the requests for it want.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FreshFor {
    /// So many seconds from receipt; 0: stored, and the origin is asked for every use. What requests
    /// wish (`no-cache`, `min-fresh`, `max-stale`) is not in it.
    Seconds(u64),
    /// Some time between the two numbers of seconds: the cache picks it, counts in fractions of a
    /// second that an exchange does not tell, or a fact is missing that would settle it.
    Between(u64, u64),
    /// It is not stored.
    NotStored,
    /// No public source decides it, or nothing tells what time it is.
    Unknown,
}

/// How a later request is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Answer {
    /// From the cache; the origin is not asked first.
    Hit,
    /// A response is stored, and the origin is asked with a condition.
    Validated,
    /// By the origin.
    Miss,
    /// With 504: the request wants a stored response or nothing, and none may be used
    /// (RFC 9111 §5.2.1.7).
    GatewayTimeout,
    /// No public source decides it.
    Unknown,
}

impl Answer {
    /// The answer in a word or two, as the tools print it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Hit => "hit",
            Self::Validated => "validated",
            Self::Miss => "miss",
            Self::GatewayTimeout => "gateway-timeout",
            Self::Unknown => "unknown",
        }
    }
}

/// The worst that can happen to requests that wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Waiting {
    /// One of them gets another user's response without the origin being asked for it.
    Shared,
    /// They wait, then the origin is asked with a condition.
    Validated,
    /// Each is fetched on its own.
    OwnFetch,
    /// No public source decides it.
    Unknown,
}

impl Waiting {
    /// The answer in a word or two, as the examples print it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Shared => "shared",
            Self::Validated => "validated",
            Self::OwnFetch => "own-fetch",
            Self::Unknown => "unknown",
        }
    }
}

/// Whether other users get a response, at once or a moment later, without the origin being asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Exposure {
    /// It is known that nobody else does.
    None,
    /// No public source says that nobody else does.
    Unknown,
    /// Somebody else does.
    Known,
}

impl FreshFor {
    /// The least and the greatest number of seconds, where anything is known of them.
    #[must_use]
    pub const fn range(self) -> Option<(u64, u64)> {
        match self {
            Self::Seconds(seconds) => Some((seconds, seconds)),
            Self::Between(least, most) => Some((least, most)),
            Self::NotStored | Self::Unknown => None,
        }
    }
}

/// The answers of a verdict without its reasons.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Answers {
    /// Whether the response is stored.
    pub storage: Storage,
    /// For how long it is fresh.
    pub fresh_for: FreshFor,
    /// How an identical request right afterwards is answered.
    pub same_request: Answer,
    /// How another user's request right afterwards is answered.
    pub other_user: Answer,
    /// What other users' requests get that wait during the fetch.
    pub waiting_user: Waiting,
    /// Whether any of those other users gets the response.
    pub exposure: Exposure,
}
