//! The questions on which caches differ: one list makes the axes, the facts and their printing.

use std::fmt::{self, Write as _};
use std::hash::{Hash, Hasher};

use super::values::*;
use super::{Fact, Profile};
use crate::field::Field;

macro_rules! axes {
    ($($(#[$more:meta])* $field:ident: $value:ty = $axis:ident $name:literal, $section:literal, $question:literal;)*) => {
        /// One question on which caches differ.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Axis {
            $(#[doc = $question] #[doc = ""] $(#[$more])* $axis,)*
        }

        impl Axis {
            /// Every axis.
            pub const ALL: &'static [Self] = &[$(Self::$axis,)*];

            /// The name, in kebab-case.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$axis => $name,)* }
            }

            /// The question.
            #[must_use]
            pub const fn question(self) -> &'static str {
                match self { $(Self::$axis => $question,)* }
            }

            /// Where the standards treat it.
            #[must_use]
            pub const fn section(self) -> &'static str {
                match self { $(Self::$axis => $section,)* }
            }
        }

        /// What a cache does, question by question.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[non_exhaustive]
        pub struct Facts {
            $(
                #[doc = $question]
                #[doc = concat!("\n\n", $section)]
                #[doc = ""]
                $(#[$more])*
                pub $field: Fact<$value>,
            )*
        }

        impl Facts {
            /// Nothing is known.
            pub const UNKNOWN: Self = Self { $($field: Fact::Unknown,)* };

            /// Whether the facts answer this question.
            #[must_use]
            pub const fn says(&self, axis: Axis) -> bool {
                match axis { $(Axis::$axis => matches!(self.$field, Fact::Known(_)),)* }
            }

            /// The same facts, with the answer to one question taken from others.
            #[must_use]
            pub const fn with_answer_of(mut self, axis: Axis, other: &Self) -> Self {
                match axis { $(Axis::$axis => self.$field = other.$field,)* }
                self
            }

            /// The axes on which two caches differ.
            #[must_use]
            pub fn differences(&self, other: &Self) -> AxisSet {
                let mut set = AxisSet::EMPTY;
                $(if self.$field != other.$field { set = set.with(Axis::$axis); })*
                set
            }

            /// A number for the answers to these questions, the same in every run of a program.
            pub(crate) fn fingerprint(&self, axes: AxisSet) -> u64 {
                let mut hash = Fnv::default();
                for axis in axes.iter() {
                    axis.hash(&mut hash);
                    match axis { $(Axis::$axis => self.$field.hash(&mut hash),)* }
                }
                hash.finish()
            }

            /// The answer to a question, for printing.
            #[must_use]
            pub fn answer(&self, axis: Axis) -> FactText<'_> {
                match axis {
                    $(Axis::$axis => FactText(match &self.$field {
                        Fact::Known(value) => Some(value),
                        Fact::Unknown => None,
                    }),)*
                }
            }
        }
    };
}

axes! {
    control_fields: &'static [ControlField] = ControlFields "control-fields", "RFC 9213 §2.2",
        "Which fields besides Cache-Control steer the cache, and with what precedence?";
    dialect: Dialect = Dialect "dialect", "RFC 9111 §5.2",
        "How is Cache-Control cut into directives: letter case, quotes, numbers, repeats?";
    invalid_expires: InvalidExpires = InvalidExpires "invalid-expires", "RFC 9111 §5.3",
        "What is an Expires that is no date?";
    methods: Methods = Methods "methods", "RFC 9111 §3",
        "For which request methods are responses looked up and stored?";
    authorization: Authorization = Authorization "authorization", "RFC 9111 §3.5",
        "What does Authorization in a request do?";
    request_cookie: RequestRule = RequestCookie "request-cookie", "RFC 9111 §7.3",
        "What does Cookie in a request do?";
    request_no_store: RequestRule = RequestNoStore "request-no-store", "RFC 9111 §5.2.1.5",
        "What does no-store in a request do?";
    request_no_cache: RequestRule = RequestNoCache "request-no-cache", "RFC 9111 §5.2.1.4",
        "What does a request get that says no-cache, or asks for a younger answer?";
    no_store: Treatment = NoStore "no-store", "RFC 9111 §5.2.2.5",
        "What becomes of a response that says no-store?";
    private: Treatment = Private "private", "RFC 9111 §5.2.2.7",
        "What becomes of a response that says private?";
    private_fields: Treatment = PrivateFields "private-fields", "RFC 9111 §5.2.2.7",
        "What becomes of a response that says private=\"field\"?";
    no_cache: Treatment = NoCache "no-cache", "RFC 9111 §5.2.2.4",
        "What becomes of a response that says no-cache?";
    no_cache_fields: Treatment = NoCacheFields "no-cache-fields", "RFC 9111 §5.2.2.4",
        "What becomes of a response that says no-cache=\"field\"?";
    must_understand: RequestRule = MustUnderstand "must-understand", "RFC 9111 §5.2.2.3",
        "Is must-understand read?";
    pragma: Treatment = Pragma "pragma", "RFC 9111 §5.4",
        "What becomes of a response with Pragma: no-cache?";
    set_cookie: Treatment = SetCookie "set-cookie", "RFC 9111 §7.3",
        "What becomes of a response with Set-Cookie?";
    vary_star: Treatment = VaryStar "vary-star", "RFC 9111 §4.1",
        "What becomes of a response with Vary: *?";
    vary_fields: VaryFields = VaryFields "vary-fields", "RFC 9111 §4.1",
        "What does a Vary that names request fields do?";
    statuses: Statuses = Statuses "statuses", "RFC 9111 §3, RFC 9110 §15.1",
        "Which status codes are stored?";
    eligibility: Eligibility = Eligibility "eligibility", "",
        "Which responses are considered at all?";
    permits: Permits = Permits "permits", "RFC 9111 §3",
        "What must a response say before it is stored?";
    lifetime_sources: LifetimeSources = LifetimeSources "lifetime-sources", "RFC 9111 §4.2.1",
        "Where does the freshness lifetime come from, in what order?";
    fixed_ttl: FixedTtl = FixedTtl "fixed-ttl", "",
        "Is there a lifetime that beats the response's own?";
    expires_clock: ExpiresClock = ExpiresClock "expires-clock", "RFC 9111 §4.2.1",
        "From which clock does an Expires run?";
    age: AgeRule = Age "age", "RFC 9111 §4.2.3",
        "Is the age that a response arrives with counted?";
    heuristic: Heuristic = Heuristic "heuristic", "RFC 9111 §4.2.2",
        "Is a lifetime made from Last-Modified?";
    default_ttl: DefaultTtl = DefaultTtl "default-ttl", "RFC 9111 §4.2.2",
        "How long does a response live that states no lifetime?";
    minimum_ttl: u64 = MinimumTtl "minimum-ttl", "",
        "The least lifetime, in seconds.";
    maximum_ttl: MaximumTtl = MaximumTtl "maximum-ttl", "",
        "The greatest lifetime.";
    zero_lifetime: ZeroLifetime = ZeroLifetime "zero-lifetime", "RFC 9111 §4.2",
        "What becomes of a response that is stale on arrival?";
    validation: Validation = Validation "validation", "RFC 9111 §4.3",
        "Is a stale response validated with a condition, or fetched anew?";
    stale_while_revalidate: StaleWindow = StaleWhileRevalidate "stale-while-revalidate", "RFC 5861 §3",
        "May a stale response answer while it is revalidated?";
    key: &'static [&'static str] = Key "key", "RFC 9111 §2",
        "Which request fields are in the cache key, besides the URI?";
    collapsing: Collapsing = Collapsing "collapsing", "RFC 9111 §4",
        "Do requests wait for one that is being fetched?";
    waiting_no_cache: ForWaiting = WaitingNoCache "waiting-no-cache", "RFC 9111 §4, §5.2.2.4",
        "What do waiting requests get of a response that must be validated at every use?";
    waiting_zero: ForWaiting = WaitingZero "waiting-zero", "RFC 9111 §4",
        "What do waiting requests get of a response with a lifetime of 0?";
    waiting_past_expires: ForWaiting = WaitingPastExpires "waiting-past-expires", "RFC 9111 §4",
        "What do waiting requests get of a response with a past Expires?";
    waiting_not_stored: ForWaiting = WaitingNotStored "waiting-not-stored", "RFC 9111 §4",
        "What do waiting requests get of a response that is not stored?";
    marker: Marker = Marker "marker", "",
        "Which marker does the cache leave in the place of a response that is not stored?";
    error_ttl: ErrorTtl = ErrorTtl "error-ttl", "",
        "Is there a least lifetime for errors, and does it beat what they say?";
    key_query: KeyQuery = KeyQuery "key-query", "RFC 9111 §2",
        "Is the query of the URI in the cache key?";
    /// If unknown, it counts as: scheme and host.
    key_origin: KeyOrigin = KeyOrigin "key-origin", "RFC 9111 §2",
        "Are the scheme and the host of the URI in the cache key?";
    /// If unknown, it counts as: none.
    key_cookies: KeyCookies = KeyCookies "key-cookies", "RFC 9111 §2",
        "Which cookies are in the cache key?";
    /// If unknown, it counts as: none.
    key_classes: &'static [KeyClass] = KeyClasses "key-classes", "RFC 9111 §2",
        "Which request fields are in the cache key by a class that the cache makes of them, and not by their value?";
    /// If unknown, it counts as: none.
    bypass: &'static [Bypass] = Bypass "bypass", "",
        "Which requests does the operator have pass by the cache?";
    ignored_fields: &'static [&'static str] = IgnoredFields "ignored-fields", "",
        "Which response fields does the operator have the cache ignore?";
    bypassing_fields: &'static [Field] = BypassingFields "bypassing-fields", "",
        "Which other request fields make a request bypass the cache?";
    must_revalidate: Treatment = MustRevalidate "must-revalidate", "RFC 9111 §5.2.2.2",
        "Does must-revalidate or proxy-revalidate have a say in storing?";
    /// If unknown, it counts as: where stale-if-error says so.
    stale_if_error: StaleIfError = StaleIfError "stale-if-error", "RFC 5861 §4, RFC 9111 §4.2.4",
        "May a stale response answer where the origin fails?";
    /// If unknown, it counts as: what the RFC has invalidated.
    invalidation: Invalidation = Invalidation "invalidation", "RFC 9111 §4.4",
        "What do unsafe requests make unusable?";
    /// If unknown, it counts as: what the RFC has it do.
    not_modified: NotModified = NotModified "not-modified", "RFC 9111 §3.2, §4.3.4",
        "What does a 304 do to a stored response?";
    /// If unknown, it counts as: as the RFC has it.
    head_requests: HeadRequests = HeadRequests "head-requests", "RFC 9111 §4.3.5",
        "How is HEAD fetched, and what does its answer do to a stored response?";
    /// If unknown, it counts as: all.
    forwarded_conditions: ForwardedConditions = ForwardedConditions "forwarded-conditions", "RFC 9111 §4.3.1",
        "Which of a client's conditions and ranges go to the origin when nothing stored is used?";
    /// If unknown, it counts as: those of the response that fits the request.
    sent_validators: SentValidators = SentValidators "sent-validators", "RFC 9111 §4.3.1",
        "Which stored entity-tags does the cache ask the origin about?";
    /// If unknown, it counts as: as RFC 9111 prefers.
    variants: Variants = Variants "variants", "RFC 9111 §4.1",
        "Which of several stored responses answers, and what does one with another Vary replace?";
    /// If unknown, it counts as: it goes.
    superseded: Superseded = Superseded "superseded", "RFC 9111 §4.3.3",
        "What becomes of a stored response where the origin sends another one that is not stored?";
    /// If unknown, it counts as: it goes.
    forbidding_update: ForbiddingUpdate = ForbiddingUpdate "forbidding-update", "RFC 9111 §4.3.4",
        "What becomes of a stored response that may not be stored any more once a 304 has updated it?";
    /// If unknown, it counts as: by the RFC's comparisons.
    client_conditions: ClientConditions = ClientConditions "client-conditions", "RFC 9111 §4.3.2, RFC 9110 §13",
        "How are a client's conditions answered from a stored response?";
    /// If unknown, it counts as: the part.
    ranges: Ranges = Ranges "ranges", "RFC 9110 §14.2",
        "What does a request for a part get of a stored response?";
    /// If unknown, it counts as: where they mean the same.
    vary_comparison: VaryComparison = VaryComparison "vary-comparison", "RFC 9111 §4.1",
        "When are two values of a field that Vary names the same?";
    /// If unknown, it counts as: as its no-cache; only-if-cached counts.
    request_directives: RequestDirectives = RequestDirectives "wishes", "RFC 9111 §5.2.1",
        "Which of a request's max-stale, min-fresh and only-if-cached does the cache obey?";
    /// If unknown, it counts as: it counts where there is no Cache-Control.
    request_pragma: RequestPragma = RequestPragma "request-pragma", "RFC 9111 §5.4",
        "When does Pragma: no-cache in a request count as no-cache?";
    /// If unknown, it counts as: the current age, where they are not fresh from the origin.
    age_field: AgeField = AgeField "age-field", "RFC 9111 §5.1",
        "Which Age do answers have?";
    /// If unknown, it counts as: no.
    connection_fields: ConnectionFields = ConnectionFields "connection-fields", "RFC 9111 §3.1",
        "Are response fields stored that Connection names?";
    /// If unknown, it counts as: it is validated.
    reload: Reload = Reload "reload", "RFC 9111 §5.2.1.4",
        "Is what a request with no-cache would find validated, or fetched anew?";
}

impl Axis {
    #[expect(
        clippy::as_conversions,
        reason = "a fieldless enum's discriminant is its place in ALL"
    )]
    pub(super) const fn number(self) -> u8 {
        self as u8
    }
}

impl fmt::Display for Axis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A fact, printable; made by [`Facts::answer`].
pub struct FactText<'a>(Option<&'a dyn fmt::Debug>);

impl fmt::Debug for FactText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for FactText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(value) => write!(InWords { out: f, quoted: false, in_word: false }, "{value:?}"),
            None => f.write_str("unknown"),
        }
    }
}

/// Writes a value's `Debug` form for people: `SharedUnlessBarred(60)` as `shared unless barred (60)`.
struct InWords<'f, 'o> {
    out: &'f mut fmt::Formatter<'o>,
    quoted: bool,
    in_word: bool,
}

impl fmt::Write for InWords<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for char in text.chars() {
            let starts = char.is_ascii_uppercase() || (char == '(' && self.in_word);
            if starts && self.in_word && !self.quoted {
                self.out.write_char(' ')?;
            }
            self.quoted ^= char == '"';
            self.in_word = char.is_ascii_alphanumeric();
            let plain = if self.quoted { char } else { char.to_ascii_lowercase() };
            self.out.write_char(if plain == '_' { ' ' } else { plain })?;
        }
        Ok(())
    }
}

/// The hash FNV-1a: unlike those of the standard library it is the same in every run.
pub(super) struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Hasher for Fnv {
    // The answers of all questions are hashed by one function: a copy of this loop for each of their
    // parts would be the largest of the crate.
    #[inline(never)]
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

/// A set of axes.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct AxisSet(u128);

impl AxisSet {
    /// No axis.
    pub const EMPTY: Self = Self(0);

    /// No axis, but settings of a server that are no answers to questions.
    pub(crate) const OF_SERVER: Self = Self(1 << 127);

    /// What happens to a response once it is stored.
    #[cfg(test)]
    pub(crate) const LATER_LIFE: Self = Self::of(&[
        Axis::StaleIfError,
        Axis::Invalidation,
        Axis::NotModified,
        Axis::HeadRequests,
        Axis::ForwardedConditions,
        Axis::SentValidators,
        Axis::ClientConditions,
        Axis::Ranges,
        Axis::VaryComparison,
        Axis::RequestDirectives,
        Axis::RequestPragma,
        Axis::AgeField,
        Axis::ConnectionFields,
        Axis::Reload,
        Axis::Variants,
        Axis::Superseded,
        Axis::ForbiddingUpdate,
    ]);

    /// The axes of a list.
    pub(crate) const fn of(mut axes: &[Axis]) -> Self {
        let mut set = Self::EMPTY;
        while let [axis, rest @ ..] = axes {
            set = set.with(*axis);
            axes = rest;
        }
        set
    }

    /// The set with one axis more.
    #[must_use]
    pub const fn with(self, axis: Axis) -> Self {
        Self(self.0 | 1u128.rotate_left(axis.bit()))
    }

    /// The axes of this set that are not in the other.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// The axes of both sets.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether the axis is in the set.
    #[must_use]
    pub const fn contains(self, axis: Axis) -> bool {
        self.0 & 1u128.rotate_left(axis.bit()) != 0
    }

    /// Whether no axis is in the set.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The axes in the set, in the order of [`Axis::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Axis> {
        Axis::ALL.iter().copied().filter(move |axis| self.contains(*axis))
    }
}

impl Axis {
    #[expect(clippy::as_conversions, reason = "widening, and `u32::from` is not const")]
    const fn bit(self) -> u32 {
        self.number() as u32
    }
}

// Every axis has a bit of its own.
const _: () = assert!(Axis::ALL.len() < 128);

impl fmt::Debug for AxisSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

impl Profile {
    /// The axes on which two profiles say different things.
    ///
    /// ```
    /// use storable::{Axis, Profile};
    ///
    /// let axes = Profile::FASTLY.differences(&Profile::FASTLY_BOILERPLATE);
    /// assert!(axes.contains(Axis::NoStore));
    /// ```
    #[must_use]
    pub fn differences(&self, other: &Self) -> AxisSet {
        self.facts.differences(&other.facts)
    }
}
