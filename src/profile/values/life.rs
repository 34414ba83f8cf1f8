//! The values of the axes on the later life of a stored response.

use super::{RequestRule, StatusSet};

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
    /// The same, also what is validated before each use, and what has been invalidated; but nothing
    /// that a directive bars from use while stale, however fresh it is.
    UnlessStaleIsBarred,
    /// The same as `UnlessBarred`, but no failure that is stored in the place of another failure.
    UnlessBarredOrFailure,
    /// For so many seconds after its lifetime, whatever stale-if-error says, unless a directive bars
    /// it: Fastly's setting `stale_if_error_ttl`.
    WithinSeconds(u64),
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
    /// Its target alone, after an answer of 200 to 299; these methods and no others. It is fetched anew
    /// then, and answers only where the origin fails.
    TargetAfterSuccess(&'static [&'static str]),
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
    /// take the place of the stored ones.
    Replaces {
        /// But for these (lower case), which stay.
        but: &'static [&'static str],
        /// Of the stored ones these (lower case) go, also where it has none of that name.
        drops: &'static [&'static str],
    },
    /// It is about the response that was asked about, whatever validators it has: that gets a new
    /// lifetime, and its fields stay as they are.
    RenewsLifetime,
    /// It is about the response that was asked about, whatever validators it has: its fields take the
    /// place of the stored ones, but for these (lower case), and the new lifetime is that of the
    /// update alone, which may be the default one.
    ReplacesAndRenews(&'static [&'static str]),
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
    /// The same, but weak entity-tags are not sent, and none where the client sends its own, which go
    /// to the origin then.
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
    /// What a conditional request gets when the client's copy is outdated.
    pub changed: ChangedFor,
    /// Who judges If-Match and If-Unmodified-Since.
    pub preconditions: Preconditions,
    /// The statuses of stored responses for which the cache answers conditions.
    pub statuses: ConditionalStatuses,
    /// The stored responses for which the cache answers conditions and ranges.
    pub answered: AnsweredFor,
}

impl ClientConditions {
    /// As RFC 9110 §13 has it.
    pub const RFC9110: Self = Self {
        tags: TagComparison::Rfc9110,
        dates: DateComparison::NoLater,
        both: BothConditions::Tags,
        changed: ChangedFor::Stored,
        preconditions: Preconditions::Origins,
        statuses: ConditionalStatuses::Successes,
        answered: AnsweredFor::Stored,
    };
}

/// Who judges If-Match and If-Unmodified-Since.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Preconditions {
    /// The origin: a cache cannot know what it has (RFC 9110 §13.2.1).
    Origins,
    /// The cache answers 412 where If-Match does not list the tag of a response that it serves without
    /// asking the origin; it does not look at If-Unmodified-Since.
    IfMatchAnsweredOfHits,
    /// The cache answers 412 where If-Unmodified-Since does not hold of a response that it serves
    /// without asking the origin; If-Match is the origin's.
    IfUnmodifiedSinceAnsweredOfHits,
    /// The cache answers 412 where one of the two does not hold of its response.
    Answered,
    /// The same, but If-Match holds of every response that has no tag.
    AnsweredOfTags,
}

impl Preconditions {
    /// Whether they are answered only where the origin is not asked.
    #[must_use]
    pub const fn is_of_hits(self) -> bool {
        matches!(self, Self::IfMatchAnsweredOfHits | Self::IfUnmodifiedSinceAnsweredOfHits)
    }
}

/// The stored responses, by status, for which the cache answers a client's conditions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ConditionalStatuses {
    /// Of successes (RFC 9110 §13.2.1).
    Successes,
    /// Of 200 alone.
    Ok,
    /// Of all.
    Any,
}

/// The stored responses for which the cache answers a client's conditions and ranges.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AnsweredFor {
    /// Of those that are found in the store: what has just been fetched is passed on as it came.
    Hits,
    /// Of those, and of what is just being stored.
    Stored,
    /// Of those, and of all that no field keeps out of the cache; what is not stored for want of a
    /// lifetime is answered alike.
    UnlessForbidden,
    /// Of those that are found in the store, and of a 200 to a GET that has been looked up, for the
    /// whole or in the place of what was found, or to a HEAD that found what its Authorization keeps
    /// from it; a response that is refused with 412 is stored.
    HitsAndLookedUp,
    /// Of every response that passes.
    Every,
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
    /// with quotes elsewhere it is no tag. Of a response without a tag the field says nothing.
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

/// What a conditional request gets when the client's copy is outdated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ChangedFor {
    /// The stored response (RFC 9111 §4.3.2).
    Stored,
    /// What the origin says to its conditions.
    Origin,
}

/// Whether a reload (a request with no-cache) validates the stored response or fetches it anew.
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
    /// The part; the whole where the content has none of what is asked for.
    WholeIfNone,
    /// The same; where If-Range does not hold of what is stored, or that is no 200, the head of the
    /// whole and no content: a fault of Squid 5.
    WholeIfNoneOrCutOff,
    /// The part, also of a 200 that is not stored.
    OfEveryOk,
    /// The part, of one range; of several the whole, and where the content has none of it: of a
    /// response that is found fresh 416, of what the origin was asked for the whole.
    One,
    /// The part, of one range that the content has; whatever else Range says is answered with 416,
    /// which keeps the fields of the response.
    OneOrRefused,
    /// The whole.
    Ignored,
}

impl Ranges {
    /// Whether the whole is sent where the content has none of what is asked for.
    pub(crate) const fn is_whole_if_none(self) -> bool {
        matches!(self, Self::WholeIfNone | Self::WholeIfNoneOrCutOff)
    }
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

/// Which of max-stale, min-fresh and only-if-cached in a request the cache obeys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RequestDirectives {
    /// What max-stale does. Bypassed: nothing stored is used.
    pub max_stale: RequestRule,
    /// What min-fresh does. Bypassed: nothing stored is used.
    pub min_fresh: RequestRule,
    /// What of only-if-cached.
    pub only_if_cached: OnlyIfCached,
}

impl RequestDirectives {
    /// All are granted.
    pub const GRANTED: Self = Self {
        max_stale: RequestRule::Honoured,
        min_fresh: RequestRule::Honoured,
        only_if_cached: OnlyIfCached::Honoured,
    };
    /// None is read.
    pub const IGNORED: Self = Self {
        max_stale: RequestRule::Ignored,
        min_fresh: RequestRule::Ignored,
        only_if_cached: OnlyIfCached::Ignored,
    };
}

/// Which requests with only-if-cached get 504.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum OnlyIfCached {
    /// Those for which nothing is stored that may be used as it is (RFC 9111 §5.2.1.7).
    Honoured,
    /// Those for which nothing is stored: what is stale is validated.
    OfMisses,
    /// None.
    Ignored,
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

/// Which of several stored responses that are for a request answers it, and what becomes of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Variants {
    /// One with a Vary, then the one that the request's weights prefer, then the newest by Date
    /// (RFC 9111 §4, §4.1).
    Rfc9111,
    /// The one that was stored last.
    LastStored,
    /// The same; and a response with another Vary takes the place of all that are stored.
    OneVary,
    /// The same; and for the stores' names of variants an empty field is an absent one, so that one
    /// takes the other's place.
    OneVaryByValue,
    /// The one that suits best what the request accepts, then the newest by Date, also where another
    /// one is fresh and that is not.
    BestMatch,
}

/// What becomes of a stored response where the origin has sent another one in its place that is not
/// stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Superseded {
    /// It goes, but for an error of the origin.
    Removed,
    /// It goes where the answer has one of these statuses; and what takes its place may be for other
    /// requests. An answer to HEAD has it go too, looked up or not.
    RemovedBy(StatusSet),
    /// The same, also where the request has not looked for it because it wished a new one; but no
    /// answer to a request with no-store does it.
    RemovedUnsoughtBy(StatusSet),
    /// The same as `RemovedBy`; and a 204 takes nothing's place: where something was found it is not
    /// stored, and what was found goes.
    RemovedByNoContentToo(StatusSet),
    /// It stays as it is.
    Kept,
}

/// What becomes of a stored response that a 304 has brought up to date, where it may not be stored as
/// it is then.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ForbiddingUpdate {
    /// It is served once more, and goes.
    Removes,
    /// It stays, and is validated before it is used again.
    StaysToBeValidated,
    /// It stays for the lifetime that the update gives it, and is validated before each use only if
    /// it was before.
    Ignored,
    /// The whole is fetched anew at once.
    FetchesAnew,
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
