//! The values that the facts of a profile can have.

/// A field that steers a cache beside Cache-Control.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ControlField {
    /// A targeted field (RFC 9213): where it parses and is not empty, Cache-Control and Expires
    /// are not looked at. Of several, the first such one counts.
    Targeted(&'static str),
    /// Its `max-age` is the first source of the lifetime; Cache-Control keeps its say otherwise.
    FirstLifetime(&'static str),
    /// Where it is present, Cache-Control and Expires are not looked at, whatever it holds.
    HidesCacheControl(&'static str),
    /// Where it is present, no-store, private and no-cache in Cache-Control are not looked at, but
    /// no-store in its own first line is; lifetimes still come from Cache-Control and Expires.
    HidesRestrictions(&'static str),
    /// Its bare number of seconds, or `@` and a Unix time, is the first source of the lifetime.
    BareSeconds(&'static str),
}

/// A way to read Cache-Control.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Dialect {
    /// By RFC 9111 §5.2, failing closed: names without letter case, quoted strings are text, of
    /// repeated lifetimes the smallest, an invalid one is 0, malformed restrictions restrict.
    Rfc9111,
    /// Fastly's: `private` and `no-store` by a case-sensitive search in the raw line, lifetimes by
    /// a case-sensitive search with leading digits.
    FastlyVcl,
    /// Nginx's: every line on its own, names by a search in the raw line without letter case, the
    /// first of a line counts; a number that is not digits alone forbids storing.
    RawLine(Overflow),
    /// Varnish's: lifetimes from whole tokens, cut at every comma, of repeated ones the first,
    /// an unreadable number is 0, an s-maxage without one hides max-age; `private`, `no-store` and
    /// `no-cache` by a search in the raw line; no letter case in either.
    Varnish,
    /// Traffic Server's: names without letter case at the start of an element, commas inside
    /// quotes do not cut; a lifetime is the first number after its name, of two the last one wins,
    /// one without a number is 0; `private` and `no-cache` count the same with field names.
    TrafficServer,
}

pub use crate::field::Overflow;

/// What an Expires that is no date counts as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum InvalidExpires {
    /// As a date in the past (RFC 9111 §5.3).
    Past,
    /// As if the field were not there.
    Absent,
}

/// The methods whose responses are looked up and stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Methods {
    /// GET and HEAD; POST and PATCH with explicit freshness and a Content-Location equal to the
    /// target; QUERY (RFC 9110 §9.3, RFC 5789 §2, RFC 10008 §2.7).
    Rfc9111,
    /// These and no others; requests with another method bypass the cache.
    Only(&'static [&'static str]),
    /// None: every request bypasses the cache.
    None,
}

/// What Authorization in a request does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Authorization {
    /// Nothing.
    Ignored,
    /// The request bypasses the cache.
    Bypassed,
    /// The response is stored and reused only where it says one of these.
    NeedsPermission(&'static [Permission]),
    /// Nothing when a response is stored. A later request with it is answered from the cache where
    /// the response says `public`, and validated where it says `must-revalidate` or
    /// `proxy-revalidate`; else it bypasses the cache.
    CheckedAtReuse,
}

/// A response directive that permits a shared cache to use the answer to a request with
/// Authorization.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Permission {
    /// `must-revalidate`
    MustRevalidate,
    /// `public`
    Public,
    /// `s-maxage`
    SMaxage,
}

/// What something in a request does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RequestRule {
    /// Nothing.
    Ignored,
    /// What the RFC says.
    Honoured,
    /// The request bypasses the cache.
    Bypassed,
}

/// What becomes of a response because of one thing in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Treatment {
    /// Nothing.
    Ignored,
    /// It is not stored.
    NotStored,
    /// It is stored, and every use of it is validated.
    Validated,
    /// It is stored without the fields in question.
    Stripped,
    /// Where the minimum TTL is 0 it is not stored; else it is stored for the minimum TTL.
    MinimumTtl,
    /// Where the minimum TTL is 0 every use is validated; else it is stored for the minimum TTL.
    ValidatedOrMinimumTtl,
    /// It is stored, and matches no later request.
    NeverMatches,
}

/// What a Vary that names request fields does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum VaryFields {
    /// Later requests match where these fields are equal (RFC 9111 §4.1).
    Compared,
    /// Nothing.
    Ignored,
    /// The response is not stored, unless every name is one of these; those are compared.
    OnlyThese(&'static [&'static str]),
    /// Later requests match where these fields are equal, but for those named here (lower case),
    /// which make no difference.
    ComparedExcept(&'static [&'static str]),
}

/// Which status codes are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Statuses {
    /// Where the response states a lifetime, or another permit of its own.
    pub explicit: StatusSet,
    /// Where it states none.
    pub heuristic: StatusSet,
}

/// A set of status codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StatusSet {
    /// Every final status that RFC 9111 §3 and RFC 6585 let a cache store.
    Rfc9111,
    /// These.
    Only(&'static [u16]),
    /// All but these.
    AllBut(&'static [u16]),
}

impl StatusSet {
    /// Whether the status is in the set.
    #[must_use]
    pub fn contains(&self, status: u16) -> bool {
        match self {
            // RFC 9111 §3: final, and 206 and 304 only where their caching is implemented.
            // RFC 6585 §3-6: never these four. RFC 9110 §15: valid codes end at 599.
            Self::Rfc9111 => {
                (200..=599).contains(&status) && !matches!(status, 304 | 428 | 429 | 431 | 511)
            }
            Self::Only(codes) => codes.contains(&status),
            Self::AllBut(codes) => !codes.contains(&status),
        }
    }
}

/// Which responses a cache considers at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Eligibility {
    /// Every response.
    All,
    /// Where the path ends in one of these extensions (no dot, lower case), or in one of the
    /// file names.
    Paths {
        /// Extensions without the dot.
        extensions: &'static [&'static str],
        /// Whole last segments.
        names: &'static [&'static str],
    },
}

/// What a response has to say before it is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Permits {
    /// One of the permits of RFC 9111 §3.
    Rfc9111,
    /// A lifetime of its own.
    Lifetime,
    /// A 200 a lifetime of its own; other statuses as [`Statuses`] says.
    LifetimeIfOk,
    /// A 200 a lifetime of its own or a Last-Modified; other statuses as [`Statuses`] says.
    LifetimeOrLastModifiedIfOk,
    /// A lifetime of its own, and `public` or an Age field.
    LifetimeAndPublicOrAge,
    /// Nothing: the default lifetime serves.
    Nothing,
}

/// The sources of the freshness lifetime.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LifetimeSources {
    /// The first of these that the response has.
    First(&'static [LifetimeSource]),
    /// The longest of those that the response has.
    Longest(&'static [LifetimeSource]),
}

/// A source of the freshness lifetime.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LifetimeSource {
    /// The `max-age` of the [`ControlField::FirstLifetime`] field.
    ControlField,
    /// `s-maxage`
    SMaxage,
    /// `max-age`
    MaxAge,
    /// `Expires`
    Expires,
}

/// A lifetime that beats the response's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FixedTtl {
    /// There is none.
    None,
    /// Every stored response lives this many seconds.
    Seconds(u64),
    /// Every stored response lives as long as a setting says that has no fixed value.
    Configured,
}

/// From which clock an Expires runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ExpiresClock {
    /// The response's Date (RFC 9111 §4.2.1).
    Date,
    /// The cache's own.
    Local,
    /// The cache's own where Date is less than so many seconds from it or no date, else Date.
    LocalIfDateWithin(u64),
}

/// Whether the age that a response arrives with is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AgeRule {
    /// By RFC 9111 §4.2.3, from Age and Date, whichever is greater.
    Rfc9111,
    /// The Age field alone, and not where the lifetime comes from Expires.
    AgeFieldUnlessExpires,
    /// The Age field alone.
    AgeField,
    /// No.
    Ignored,
}

/// A lifetime made from Last-Modified.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Heuristic {
    /// None.
    None,
    /// A share of the time between Last-Modified and Date.
    Fraction {
        /// The share, in per cent.
        percent: u8,
        /// The least lifetime so made, in seconds.
        minimum: u64,
        /// The greatest lifetime so made, in seconds.
        maximum: u64,
    },
}

/// The lifetime of a response that states none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DefaultTtl {
    /// There is none.
    None,
    /// One for all.
    Always(Ttl),
    /// By status: the first entry that fits; no entry means no default.
    ByStatus(&'static [(StatusSet, Ttl)]),
    /// The given lifetime where the Content-Type begins with one of these (lower case), else none.
    ByContentType(&'static [&'static str], Ttl),
}

/// A lifetime in seconds, or what is known of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Ttl {
    /// Seconds.
    Seconds(u64),
    /// Some number of seconds from the first to the second.
    Between(u64, u64),
    /// A setting without a fixed value decides.
    Configured,
}

/// The greatest lifetime.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MaximumTtl {
    /// No bound.
    None,
    /// Seconds.
    Seconds(u64),
}

/// What becomes of a response that is stale on arrival.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ZeroLifetime {
    /// It is stored; whether anything is reused of it is another question.
    Stored,
    /// It is not stored.
    NotStored,
}

/// How a stale response is renewed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Validation {
    /// With a condition, where the response has a validator.
    Conditional,
    /// By fetching it anew.
    Plain,
}

/// Whether a stale response may answer while it is revalidated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StaleWindow {
    /// Never.
    None,
    /// As stale-while-revalidate says, unless a directive bars it (RFC 9111 §4.2.4).
    UnlessBarred,
    /// As stale-while-revalidate says, whatever else is said.
    Always,
    /// As stale-while-revalidate says; what happens where a directive bars it is not known.
    UnknownWhereBarred,
    /// As stale-while-revalidate says; where it is not there, this many seconds.
    Default(u64),
    /// For requests that come while another one renews the response: as stale-while-revalidate
    /// says, and at least for this many seconds. The one that renews it waits.
    WhileRenewed(u64),
}

/// Whether requests wait for one that is being fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Collapsing {
    /// Every request is fetched on its own.
    Off,
    /// Requests for one key wait for the first.
    On,
}

/// What waiting requests get of a response that they could not have had a moment later.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ForWaiting {
    /// What a later request would get.
    LookedUpAgain,
    /// Nothing of it: each is fetched on its own.
    OwnFetch,
    /// The response.
    Shared,
}

/// What stays behind of a response that is not stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Marker {
    /// Nothing.
    None,
    /// For so many seconds, requests for the key do not wait for each other; each may store.
    HitForMiss(u64),
    /// For so many seconds, requests for the key bypass the cache.
    HitForPass(u64),
}
