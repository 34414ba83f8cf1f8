//! What an operator configures by looking at requests: the parts of the cache key, and which
//! requests the cache is passed by for.

/// Which parts of the target's origin are in the cache key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum KeyOrigin {
    /// Scheme and host.
    SchemeAndHost,
    /// The host alone: an answer to `http` is given to `https` too.
    Host,
    /// The same, with the port as it stands, the default one too.
    HostWithPort,
    /// The host as it stands: letter case and the default port make a difference.
    HostAsItStands,
    /// The same, and the scheme.
    SchemeAndHostAsItStands,
    /// The host without its port: every port shares one copy.
    HostName,
    /// The scheme, and the host without its port.
    SchemeAndHostName,
    /// The scheme alone: every host that the cache answers for shares one copy.
    Scheme,
    /// Neither.
    Nothing,
}

impl KeyOrigin {
    /// Whether the port is in the key as it stands, the default one too.
    pub(crate) const fn keeps_port(self) -> bool {
        matches!(self, Self::HostWithPort | Self::HostAsItStands | Self::SchemeAndHostAsItStands)
    }
}

/// Whether the query of the URI is in the cache key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum KeyQuery {
    /// All of it.
    Whole,
    /// All parameters but those whose names match one of these patterns, whatever their order.
    Sorted(&'static [&'static str]),
    /// Nothing of it.
    Absent,
    /// A setting without a fixed value decides.
    Configured,
    /// All of it; where this response field is there, not known. Fields and cookies that it lists tell
    /// requests apart, and of languages it is not known.
    WholeUnless(&'static str),
    /// The parameters whose names match one of these patterns, whatever their order.
    Only(&'static [&'static str]),
    /// All parameters but those whose names match one of these patterns, in their order.
    AllBut(&'static [&'static str]),
}

/// Which cookies of a request are in the cache key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum KeyCookies {
    /// None.
    Nothing,
    /// The cookies whose names match one of these patterns, whatever their order.
    Only(&'static [&'static str]),
    /// All cookies but those whose names match one of these patterns.
    AllBut(&'static [&'static str]),
    /// A setting without a fixed value decides.
    Configured,
}

/// Requests that the cache is passed by for, on the operator's order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Bypass {
    /// What does not happen.
    pub of: BypassOf,
    /// For which requests.
    pub on: Condition,
}

/// A condition on a request: it has one of some parts, and none of the exceptions holds.
///
/// With exceptions of exceptions it says whatever can be said with and, or and not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Condition {
    /// Which values of the parts count.
    pub counts: Counts,
    /// It is enough that the request has one of these.
    pub when: &'static [RequestPart],
    /// It does not hold where one of these does.
    pub unless: &'static [Self],
}

impl Condition {
    /// Requests that have one of these parts.
    #[must_use]
    pub const fn on(when: &'static [RequestPart]) -> Self {
        Self { counts: Counts::Present, when, unless: &[] }
    }
}

/// A class of requests in the cache key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum KeyClass {
    /// The class that the cache makes of a field's value by rules of its own: whether two values
    /// are of one class is not known.
    Field(&'static str),
    /// The number of the first case whose condition holds, or 0.
    Cases(&'static [(Condition, u8)]),
}

/// What a bypass leaves out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum BypassOf {
    /// The request is not answered from the cache; its answer is stored (nginx's
    /// `proxy_cache_bypass`).
    LookUp,
    /// The answer is not stored; the request may be answered from the cache (nginx's
    /// `proxy_no_cache`).
    Storing,
    /// Neither is done.
    Both,
}

/// Which values of a part of a request make it count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum Counts {
    /// Every value, also an empty one.
    Present,
    /// Every value but an empty one and `0` (nginx's rule for conditions).
    NeitherEmptyNorZero,
}

/// A part of a request, by patterns in which `*` is any text, `?` any byte, `<0-9>` one byte of a
/// set and `<0-9>+` one or more; a pattern that begins with `(?i)` has no letter case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RequestPart {
    /// A cookie whose name and value match.
    Cookie(&'static str, &'static str),
    /// A header field of this name (any letter case) whose value matches.
    Field(&'static str, &'static str),
    /// A parameter of the query whose name and value match.
    Query(&'static str, &'static str),
    /// A path that matches.
    Path(&'static str),
    /// A path with its query, as they were sent, that match.
    PathAndQuery(&'static str),
    /// A method that matches.
    Method(&'static str),
    /// A host, without a port and letter case, that matches.
    Host(&'static str),
    /// Something that the configuration looks at and that cannot be said here: any request may
    /// have it.
    Untold,
}
