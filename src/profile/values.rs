//! The values that the facts of a profile can have.

mod life;
mod request;

pub use life::*;
pub use request::*;

use super::Fact;
use crate::field::Field;

/// A field that steers a cache beside Cache-Control.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ControlField {
    /// A targeted field (RFC 9213): where it parses and is not empty, Cache-Control and Expires
    /// are not looked at. Of several, the first such one counts.
    Targeted(&'static str),
    /// Its `max-age` is the first source of the lifetime, and its stale windows go before those of
    /// Cache-Control, which keeps its say otherwise.
    SurrogateMaxAge(&'static str),
    /// Where it is present, Cache-Control and Expires are not looked at, whatever it holds.
    HidesCacheControl(&'static str),
    /// Where a part of it is meant for this cache, the restrictions in Cache-Control are not looked
    /// at, its own no-store counts, and its `max-age` is the first source of the lifetime.
    LiftsRestrictions(&'static str),
    /// Where it is present, no-store, private and no-cache in Cache-Control are not looked at, but
    /// no-store in its own first line is; lifetimes still come from Cache-Control and Expires.
    HidesRestrictions(&'static str),
    /// Its bare number of seconds, or `@` and a Unix time, is the first source of the lifetime.
    BareSeconds(&'static str),
    /// Where it is present, it is read in the place of Cache-Control and in the same way, and
    /// Cache-Control and Expires are not looked at; no source says that RFC 9213 is followed.
    InsteadOfCacheControl(Field),
    /// The same, but Expires keeps its say.
    InsteadOfDirectives(Field),
    /// Where it says `no-store` or `bypass-cache`, nothing is stored. What else it says, and what
    /// other such fields do, is not known.
    BarsElseUnknown(Field),
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
    /// Apache httpd's: cut at commas, spaces and tabs outside quoted strings, names without letter
    /// case; a number is the whole argument, of repeats the last that is one counts.
    Httpd,
    /// HAProxy's until May 2026: cut at commas outside quoted strings, directives compared as whole text
    /// without letter case; a number is what digits follow the `=`, an opening quote skipped.
    Haproxy,
    /// HAProxy's since (3.4-dev13): the same, and a restriction counts with an argument too.
    HaproxyWithArguments,
    /// Nginx's: every line on its own, names by a search in the raw line without letter case, the
    /// first of a line counts; a number that is not digits alone forbids storing.
    RawLine(Overflow),
    /// Squid's from version 6 on: names without letter case, numbers as C's `atoi` reads them, a
    /// directive with an argument that does not fit is not there, of repeats the first counts;
    /// dates word by word.
    Squid,
    /// Squid's up to version 5: the same, and names count in lower case only.
    Squid5,
    /// Varnish's: lifetimes from whole tokens, cut at every comma, of repeated ones the first,
    /// an unreadable number is 0, an s-maxage without one hides max-age; `private`, `no-store` and
    /// `no-cache` by a search in the raw line; no letter case in either.
    Varnish,
    /// Pingora's: names without letter case behind commas and semicolons, of repeats the last, quoted
    /// numbers count, an invalid number is none, and an invalid s-maxage hides max-age.
    Pingora,
    /// Souin's: a strict parser that refuses the whole field for one malformed directive; names
    /// without letter case, commas and white space cut, of repeats the last counts.
    Souin,
    /// Envoy's: every comma cuts, names have no letter case, quoted numbers count, an invalid
    /// number is none; of repeated s-maxage the last counts, of max-age the first.
    Envoy,
    /// Envoy's up to version 1.39: the same, and names count in lower case only.
    Envoy139,
    /// Traffic Server's: names without letter case at the start of an element, commas inside
    /// quotes do not cut; a lifetime is the first number after its name, of two the last one wins,
    /// one without a number is 0; `private` and `no-cache` count the same with field names.
    TrafficServer,
}

/// What becomes of a number that 63 bits cannot hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Overflow {
    /// It wraps around, so that it may turn negative.
    Wraps,
    /// It becomes the greatest number that can be held.
    Saturates,
}

/// What an Expires that is no date counts as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum InvalidExpires {
    /// As a date in the past (RFC 9111 §5.3).
    Past,
    /// A past date; where Expires is repeated, the field is ignored.
    PastUnlessRepeated,
    /// As if the field were not there.
    Absent,
}

/// The methods whose responses are looked up and stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
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
#[non_exhaustive]
pub enum Authorization {
    /// Nothing.
    Ignored,
    /// The request bypasses the cache.
    Bypassed,
    /// The response is stored and reused only where it says one of these.
    NeedsPermission(&'static [Permission]),
    /// The response is not stored unless it says one of these; which of them suffice is not known.
    NeedsSomeOf(&'static [Permission]),
    /// The response is not stored unless it says one of the first; whether one of the second
    /// suffices is not known.
    NeedsOneOf(&'static [Permission], &'static [Permission]),
    /// Nothing when a response is stored. A later request with it is answered from the cache where
    /// the response says `public`, and validated where it says `must-revalidate` or
    /// `proxy-revalidate`; else it bypasses the cache.
    CheckedAtReuse,
}

/// A response directive that permits a shared cache to use the answer to a request with
/// Authorization.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum Permission {
    /// `must-revalidate`
    MustRevalidate,
    /// `proxy-revalidate`
    ProxyRevalidate,
    /// `public`
    Public,
    /// `s-maxage`
    SMaxage,
    /// `no-cache` without field names
    NoCache,
}

/// What something in a request does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RequestRule {
    /// Nothing.
    Ignored,
    /// What the RFC says.
    Honoured,
    /// The request bypasses the cache.
    Bypassed,
    /// For Cookie: the request bypasses the cache where one cookie begins with one of these; an
    /// entry with a `=` in it has to be the whole cookie.
    BypassedWhere(&'static [&'static str]),
}

/// What a cache does with a response that carries a given directive or field.
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
    /// Where the minimum TTL is 0 it is stored and matches no later request; else nothing.
    NeverMatchesOrIgnored,
    /// No use without asking the origin; whether it is stored for that is not known.
    NotReused,
    /// As [`NotReused`](Self::NotReused) where the minimum TTL is 0; else it is stored for the
    /// minimum TTL.
    NotReusedOrMinimumTtl,
    /// It is not stored where Cache-Control says it; where another control field does, every use
    /// is validated.
    NotStoredUnlessTargeted,
    /// For a directive that names fields: every use is validated where one of them is there.
    /// Set-Cookie is taken out instead.
    ValidatedWhereNamed,
    /// For a field: it is not stored, unless private or no-cache names the field; then it is
    /// stored without it.
    NotStoredUnlessNamed,
    /// With one of these statuses it is not stored, with others nothing becomes of it.
    NotStoredWith(StatusSet),
    /// For a directive that names fields: it is stored without Set-Cookie where that is the one
    /// name; what becomes of it otherwise is not known.
    StrippedOfCookies,
}

/// What a Vary that names request fields does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum VaryFields {
    /// Later requests match where these fields are equal (RFC 9111 §4.1).
    Compared,
    /// Nothing.
    Ignored,
    /// The response is not stored, unless every name is one of these; those are compared.
    OnlyThese(&'static [&'static str]),
    /// The response is not stored where one of these is named (lower case); others are compared.
    NoneOfThese(&'static [&'static str]),
    /// Later requests match where these fields are equal, but for those named here (lower case),
    /// which make no difference.
    ComparedExcept(&'static [&'static str]),
    /// Of the names these count and no others: later requests match where they are equal; where
    /// they are not it is not known, for the cache normalises them.
    Normalised(&'static [&'static str]),
    /// The response is not stored, unless the one name is Accept-Encoding and the Content-Encoding
    /// is one of these; whether requests with another Accept-Encoding match is not known.
    EncodedOnly {
        /// Encodings that are stored.
        stored: &'static [&'static str],
        /// Encodings of which documents say one thing and the other.
        disputed: &'static [&'static str],
    },
    /// Each name does something of its own, and all others something else.
    ByName {
        /// Names in lower case.
        names: &'static [(&'static str, VaryName)],
        /// What the others do.
        others: VaryName,
    },
}

/// What a name in Vary does, where names do different things.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum VaryName {
    /// Later requests match where the field is equal.
    Compared,
    /// The same; where it is not equal it is not known, for the cache normalises it.
    Normalised,
    /// The response is not stored.
    NotStored,
    /// Whether the response is stored, and for whom, is not known.
    Unknown,
}

impl VaryFields {
    /// What a name does under [`ByName`](Self::ByName).
    pub(crate) fn by_name(names: &[(&str, VaryName)], others: VaryName, name: &[u8]) -> VaryName {
        let own = names.iter().find(|(own, _)| own.as_bytes().eq_ignore_ascii_case(name));
        own.map_or(others, |(_, does)| *does)
    }
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
#[non_exhaustive]
pub enum StatusSet {
    /// Every final status that RFC 9111 §3 and RFC 6585 let a cache store.
    Rfc9111,
    /// These.
    Only(&'static [u16]),
    /// All but these.
    AllBut(&'static [u16]),
    /// The first and not the second; of all others it is not known.
    Partly(&'static [u16], &'static [u16]),
    /// All; of these it is not known.
    AllPerhapsBut(&'static [u16]),
}

impl StatusSet {
    /// Whether the status is known to be in the set.
    #[must_use]
    #[inline]
    pub fn contains(&self, status: u16) -> bool {
        self.has(status) == Fact::Known(true)
    }

    /// Whether the status is in the set, as far as that is known.
    #[must_use]
    #[inline]
    pub fn has(&self, status: u16) -> Fact<bool> {
        match self {
            // What most judgements ask for: 200 is in the one set, and stands first in most lists.
            Self::Rfc9111 if status == 200 => Fact::Known(true),
            Self::Only([first, ..]) if *first == status => Fact::Known(true),
            _ => self.looked_up(status),
        }
    }

    #[inline(never)]
    fn looked_up(&self, status: u16) -> Fact<bool> {
        Fact::Known(match self {
            // RFC 9111 §3: final, and 206 and 304 only where their caching is implemented.
            // RFC 6585 §3-6: never these four. RFC 9110 §15: valid codes end at 599.
            Self::Rfc9111 => {
                (200..=599).contains(&status) && !matches!(status, 304 | 428 | 429 | 431 | 511)
            }
            Self::Only(codes) => codes.contains(&status),
            Self::AllBut(codes) => !codes.contains(&status),
            Self::Partly(codes, _) if codes.contains(&status) => true,
            Self::Partly(_, others) if others.contains(&status) => false,
            Self::AllPerhapsBut(codes) if !codes.contains(&status) => true,
            Self::Partly(..) | Self::AllPerhapsBut(_) => return Fact::Unknown,
        })
    }
}

/// Which responses a cache considers at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Eligibility {
    /// Every response.
    All,
    /// Every response; where the URI has a query, one that states a lifetime.
    QueryNeedsLifetime,
    /// Where the path ends in one of these extensions (no dot, lower case), or in one of the
    /// file names.
    Paths {
        /// Extensions without the dot.
        extensions: &'static [&'static str],
        /// Whole last segments.
        names: &'static [&'static str],
    },
    /// Every response but where the path ends in one of these extensions (no dot, lower case).
    AllButPaths(&'static [&'static str]),
}

/// What a response has to say before it is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
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
    /// A 200 a lifetime of its own or a validator; other statuses as [`Statuses`] says.
    LifetimeOrValidatorIfOk,
    /// Where it has Cache-Control, a max-age, an s-maxage or `public` there, unless it has a default
    /// lifetime all the same; else nothing: its Expires or the default lifetime serves.
    DirectiveOrPublic,
    /// A max-age or an s-maxage that can be read, no-cache, or both Date and Expires.
    DirectiveOrDates,
    /// Nothing: the default lifetime serves.
    Nothing,
}

/// The sources of the freshness lifetime.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LifetimeSources {
    /// The first of these that the response has.
    First(&'static [LifetimeSource]),
    /// The longest of those that the response has.
    Longest(&'static [LifetimeSource]),
    /// The one or the other: documents do not agree.
    Either(&'static Self, &'static Self),
    /// Where the response has one of the first alone, that; the order among several, and whether
    /// the second count, is not known.
    Unranked(&'static [LifetimeSource], &'static [LifetimeSource]),
}

/// A source of the freshness lifetime.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LifetimeSource {
    /// The `max-age` of the [`ControlField::SurrogateMaxAge`] field.
    SurrogateMaxAge,
    /// `s-maxage`
    SMaxage,
    /// `max-age`
    MaxAge,
    /// `Expires`
    Expires,
    /// `s-maxage`, or `max-age` where that is not there
    SMaxageElseMaxAge,
    /// `Expires`, where there is no Cache-Control
    LoneExpires,
    /// `max-age` in a field that takes the place of Cache-Control
    TargetedMaxAge,
    /// `max-age`, where it is 0
    ZeroMaxAge,
    /// `no-cache`, as a lifetime of 0
    NoCache,
}

/// A lifetime that beats the response's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FixedTtl {
    /// There is none.
    None,
    /// Every stored response lives this many seconds.
    Seconds(u64),
    /// Every stored response lives as long as a setting says that has no fixed value.
    Configured,
    /// By status: the first entry that fits; no entry means no such lifetime.
    ByStatus(&'static [(StatusSet, Ttl)]),
    /// The same, but where the path ends in one of these extensions (no dot, lower case): those
    /// files live for a time that is not known.
    OfPages(&'static [(StatusSet, Ttl)], &'static [&'static str]),
}

/// From which clock an Expires runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
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
#[non_exhaustive]
pub enum AgeRule {
    /// By RFC 9111 §4.2.3, from Age and Date, whichever is greater.
    Rfc9111,
    /// By RFC 9111 §4.2.3, but a Date more than a day old counts as the time of receipt.
    DateOfTheLastDay,
    /// The Age field alone, and not where the lifetime comes from Expires.
    AgeFieldUnlessExpires,
    /// The Age field alone.
    AgeField,
    /// The Age field alone where a directive gives the lifetime; elsewhere it is not known.
    AgeFieldOfDirectives,
    /// No.
    Ignored,
}

/// A lifetime made from Last-Modified.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
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
    /// The same where the response has neither Cache-Control nor Expires; elsewhere it is not known.
    FractionWhereSilent {
        /// The share, in per cent.
        percent: u8,
        /// The least lifetime so made, in seconds.
        minimum: u64,
        /// The greatest lifetime so made, in seconds.
        maximum: u64,
    },
    /// So many seconds for each day between Last-Modified and Date, none under a day; whether a
    /// part of a day counts is not known.
    PerDay {
        /// The lifetime for a day, in seconds.
        seconds: u64,
        /// The greatest lifetime so made, in seconds.
        maximum: u64,
    },
}

/// The lifetime of a response that states none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DefaultTtl {
    /// There is none.
    None,
    /// One for all.
    Always(Ttl),
    /// By status: the first entry that fits; no entry means no default.
    ByStatus(&'static [(StatusSet, Ttl)]),
    /// The given lifetime where the response is successful (2xx) and its Content-Type begins with one
    /// of these (lower case), else none.
    ByContentType(&'static [&'static str], Ttl),
    /// The same; where the type is none of these, as the other says.
    ContentTypesFirst(&'static [&'static str], Ttl, Fact<&'static Self>),
    /// The given lifetime where the response has an entity-tag, else none.
    WithEtag(Ttl),
    /// The given lifetime where the response says `public`, else none.
    WherePublic(Ttl),
    /// By status: the first entry that fits; where none does, as the other says.
    StatusesFirst(&'static [(StatusSet, Ttl)], &'static Self),
    /// As the first says where the response has neither Cache-Control nor Expires, else as the
    /// second says.
    WhereSilent(&'static Self, Fact<&'static Self>),
}

/// A lifetime in seconds, or what is known of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Ttl {
    /// Seconds.
    Seconds(u64),
    /// Some number of seconds from the first to the second.
    Between(u64, u64),
    /// A setting without a fixed value decides.
    Configured,
    /// The same; it is a second or more.
    Positive,
    /// A second or more; no source says how long.
    Untold,
    /// Seconds, or no lifetime: a setting decides, and its default is not known.
    Optional(u64),
}

/// The greatest lifetime.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum MaximumTtl {
    /// No bound.
    None,
    /// Seconds.
    Seconds(u64),
}

/// What becomes of a response that is stale on arrival.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ZeroLifetime {
    /// It is stored; whether anything is reused of it is another question.
    Stored,
    /// It is not stored. Where it says that it may be given stale, that is not known.
    NotStoredUnlessStale,
    /// It is not stored.
    NotStored,
    /// It depends on what says that it is stale.
    By {
        /// A Cache-Control directive, or the age on arrival.
        directive: Fact<&'static Self>,
        /// A directive in a field that takes the place of Cache-Control.
        targeted: Fact<&'static Self>,
        /// A past Expires.
        expires: Fact<&'static Self>,
    },
}

/// A least lifetime for errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorTtl {
    /// There is none: errors are like other responses.
    None,
    /// Some statuses live at least so long, without headers exactly so long.
    AtLeast {
        /// Seconds.
        seconds: u64,
        /// The statuses.
        statuses: &'static [u16],
        /// Those of them that no-store, no-cache and private keep from being stored; with the
        /// others these directives do nothing.
        barred: &'static [u16],
    },
    /// The same, with lifetimes by status: the first entry that fits.
    ByStatus {
        /// The lifetimes of the statuses.
        ttls: &'static [(StatusSet, Ttl)],
        /// As above.
        barred: &'static [u16],
    },
}

impl ErrorTtl {
    /// The least lifetime of an answer with this status, where it has one.
    pub(crate) fn least(&self, status: u16) -> Option<u64> {
        match self {
            Self::None => None,
            Self::AtLeast { seconds, statuses, .. } => {
                statuses.contains(&status).then_some(*seconds)
            }
            Self::ByStatus { ttls, .. } => {
                let (_, ttl) = ttls.iter().find(|(set, _)| set.contains(status))?;
                match ttl {
                    Ttl::Seconds(seconds) => Some(*seconds),
                    _ => None,
                }
            }
        }
    }

    /// Whether no-store, no-cache and private keep an answer with this status from being stored.
    pub(crate) fn is_barred(&self, status: u16) -> bool {
        match self {
            Self::None => true,
            Self::AtLeast { barred, .. } | Self::ByStatus { barred, .. } => {
                barred.contains(&status)
            }
        }
    }
}

/// How a stale response is renewed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum Validation {
    /// With a condition, where the response has a validator.
    Conditional,
    /// With a condition; without a validator, the response's age makes an If-Modified-Since.
    AlwaysConditional,
    /// By fetching it anew.
    Plain,
    /// With a condition, where the response has a Last-Modified; no entity-tag is sent.
    ByDate,
}

/// Whether a stale response may answer while it is revalidated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
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
    /// As stale-while-revalidate says; where it is not there, this many seconds. What happens where
    /// a directive bars it is not known.
    DefaultUnknownWhereBarred(u64),
    /// As stale-while-revalidate says; where it is not there, this many seconds. must-revalidate,
    /// proxy-revalidate and s-maxage bar it; no-cache has the say that
    /// [`Facts::no_cache`](super::Facts::no_cache) gives it.
    DefaultUnlessBarred(u64),
    /// As stale-while-revalidate says; where it is not there, this many seconds after an s-maxage
    /// and none else. What happens with must-revalidate is not known; nothing else bars it.
    AfterSMaxage(u64),
}

/// Whether requests wait for one that is being fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum Collapsing {
    /// Every request is fetched on its own.
    Off,
    /// Requests for one key wait for the first.
    On,
}

/// What requests that wait get, where the response is not one that they could get a moment later.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ForWaiting {
    /// What a later request would get.
    LookedUpAgain,
    /// Nothing of it: each is fetched on its own.
    OwnFetch,
    /// The response.
    Shared,
    /// Nothing of it where the response itself forbids its reuse (no-store, private, no-cache, a
    /// lifetime of 0); what they get where something else does is not known.
    OwnFetchWhereSaid,
    /// The response, unless a restriction or its status bars that.
    SharedUnlessBarred,
}

/// The hit-for-miss or hit-for-pass marker that a cache leaves in the place of a response that is
/// not stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Marker {
    /// Nothing.
    None,
    /// For so many seconds, requests for the key do not wait for each other; each may store.
    HitForMiss(u64),
    /// For so many seconds, requests for the key bypass the cache.
    HitForPass(u64),
}
