//! The values of the axes on the later life of a stored response.

use super::RequestRule;

/// Whether a stale response answers where the origin fails: it cannot be reached, or answers 500,
/// 502, 503 or 504.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum StaleIfError {
    /// Never.
    Never,
    /// Where the response or the request says stale-if-error (RFC 5861 §4).
    WhereStated,
    /// Where the response says stale-if-error, and there is no answer at all; an error of the
    /// origin's own is passed on.
    WhereStatedAndUnreachable,
    /// Always (RFC 9111 §4.2.4), save where a directive bars it or stale-if-error is over.
    UnlessBarred,
}

/// What a request with an unsafe method makes unusable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Invalidation {
    /// Nothing.
    None,
    /// After an answer that is no error its target, and what Location and Content-Location name of
    /// the same origin; any method does that is not known to be safe (RFC 9111 §4.4).
    Rfc9111,
    /// The same; a method that the cache does not know has its target invalidated before the origin
    /// is asked, whatever becomes of the request. These are the unsafe ones that it knows.
    Rfc9111ButUnknownAtOnce(&'static [&'static str]),
    /// Its target alone, after an answer that is no error; any method does that is not known to be
    /// safe.
    Target,
    /// Its target alone, after an answer that is no error; these methods and no others.
    TargetAfter(&'static [&'static str]),
}

/// What a 304 does to a stored response.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum NotModified {
    /// Its validators select the stored response (RFC 9111 §4.3.4), and its fields take the place
    /// of the stored ones, but for Content-Length, Content-Encoding and Content-Range (§3.2).
    Rfc9111,
    /// The same; where one of these fields (lower case) differs from the stored one it is not
    /// believed, and the whole is asked for.
    Rfc9111UnlessContradicted(&'static [&'static str]),
    /// It is about the response that was asked about, whatever validators it has, and its fields
    /// take the place of the stored ones, but for these (lower case).
    ReplacesAllBut(&'static [&'static str]),
    /// It is about the response that was asked about, whatever validators it has: that gets a new
    /// lifetime, and its fields stay as they are.
    RenewsLifetime,
}

/// How HEAD is fetched, and what its answer does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum HeadRequests {
    /// As HEAD; the answer updates or invalidates what GET has stored (RFC 9111 §4.3.5).
    Rfc9111,
    /// As HEAD; the answer changes nothing that is stored.
    Apart,
    /// As GET, and the answer is stored as that.
    AsGet,
}

/// Which of a client's conditions and ranges go to the origin with a request that is looked up and
/// finds nothing to use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ForwardedConditions {
    /// All.
    All,
    /// Ranges with their If-Range; no If-None-Match, If-Modified-Since and the like.
    Ranges,
    /// None: the whole is asked for, and the cache answers the client's conditions and ranges.
    None,
}

/// What a cache asks the origin about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SentValidators {
    /// The entity-tags of everything that is stored for the URI and could be the answer; also where
    /// none of it fits the request (RFC 9111 §4.3.1).
    All,
    /// The validators of the response that fits the request.
    Chosen,
    /// The same, but weak entity-tags are not sent.
    ChosenStrong,
    /// The same, and weak entity-tags are sent without their `W/`.
    ChosenAsStrong,
}

/// How a client's conditions are answered from a stored response.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ClientConditions {
    /// How the tags of If-None-Match are compared with the stored one.
    pub tags: TagComparison,
    /// How the date of If-Modified-Since is compared with the stored one.
    pub dates: DateComparison,
    /// What counts where there are both.
    pub both: BothConditions,
    /// What a request gets whose conditions say that it does not have what is stored.
    pub changed: ChangedFor,
}

impl ClientConditions {
    /// As RFC 9110 §13 has it.
    pub const RFC9110: Self = Self {
        tags: TagComparison::Rfc9110,
        dates: DateComparison::NoLater,
        both: BothConditions::Tags,
        changed: ChangedFor::Stored,
    };
}

/// How the tags of If-None-Match are compared with the stored entity-tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TagComparison {
    /// A list of well-formed entity-tags, by the weak comparison (RFC 9110 §13.1.2).
    Rfc9110,
    /// Members of a list, as text; a leading `W/` makes no difference.
    MembersAsText,
    /// Members of a list, as text; a leading `W/` and quotes around the rest make no difference, and
    /// with quotes elsewhere it is no tag.
    MembersWithoutQuotes,
    /// The whole value as one text; a leading `W/` makes no difference.
    WholeText,
}

/// How the date of If-Modified-Since is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DateComparison {
    /// It holds where Last-Modified, or else Date, is no later (RFC 9111 §4.3.2).
    NoLater,
    /// It holds where it is exactly the date of Last-Modified.
    Exact,
}

/// What counts where a request has If-None-Match and If-Modified-Since.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum BothConditions {
    /// If-None-Match (RFC 9110 §13.2.2).
    Tags,
    /// Both have to hold.
    Each,
}

/// What a request gets whose conditions say that it does not have what is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ChangedFor {
    /// The stored response (RFC 9111 §4.3.2).
    Stored,
    /// What the origin says to its conditions.
    Origin,
}

/// Whether a request's no-cache has what is stored validated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Reload {
    /// The origin is asked with a condition.
    Validated,
    /// The whole is fetched.
    FetchedAnew,
}

/// What a request for a part gets of a stored response.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Ranges {
    /// The part (RFC 9110 §14.2).
    Rfc9110,
    /// The part where the response has Accept-Ranges, else the whole.
    WhereAccepted,
    /// The whole.
    Ignored,
}

/// When two values of a request field that Vary names are the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum VaryComparison {
    /// Where they mean the same, as far as RFC 9111 §4.1 lets a cache tell: white space and lines
    /// of lists apart, and for Accept-Language and Accept-Encoding letter case and order.
    #[default]
    Meaning,
    /// Where they are the same text.
    Text,
    /// The same; in Accept-Charset, Accept-Encoding and Accept-Language spaces and commas only
    /// separate.
    TextButSpaces,
    /// Where they are lists of the same members in the same order, letter case apart.
    Members,
}

/// What of the directives of a request that ask for more or less than what is fresh.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Wishes {
    /// What of max-stale. Bypassed: nothing stored is used.
    pub max_stale: RequestRule,
    /// What of min-fresh. Bypassed: nothing stored is used.
    pub min_fresh: RequestRule,
    /// What of only-if-cached.
    pub only_if_cached: RequestRule,
}

impl Wishes {
    /// All are granted.
    pub const GRANTED: Self = Self {
        max_stale: RequestRule::Honoured,
        min_fresh: RequestRule::Honoured,
        only_if_cached: RequestRule::Honoured,
    };
    /// None is read.
    pub const IGNORED: Self = Self {
        max_stale: RequestRule::Ignored,
        min_fresh: RequestRule::Ignored,
        only_if_cached: RequestRule::Ignored,
    };
}

/// When Pragma: no-cache in a request counts as no-cache.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RequestPragma {
    /// Where the request has no Cache-Control (RFC 9111 §5.4).
    WithoutCacheControl,
    /// Where the request's Cache-Control, if any, has no directive of RFC 9111.
    WithoutKnownDirective,
    /// Whatever else the request says.
    Always,
}

/// Which Age an answer has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AgeField {
    /// The current age, where the answer does not come from the origin at this moment.
    Current,
    /// What the origin has sent, if anything.
    AsStored,
    /// None.
    None,
}

/// What becomes of response fields that Connection names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ConnectionFields {
    /// They are not stored (RFC 9110 §7.6.1).
    Removed,
    /// They are stored like any other.
    Kept,
}
