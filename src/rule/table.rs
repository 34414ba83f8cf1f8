//! The one table of rules. Codes are stable: they are never renamed and never reused.

use crate::profile::Axis;

macro_rules! rules {
    ($($rule:ident = $code:literal, $section:literal, $axis:expr, $says:literal;)*) => {
        /// A rule that can fire in a judgement.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Rule {
            $(#[doc = $says] #[doc(alias = $code)] $rule,)*
        }

        impl Rule {
            /// Every rule.
            pub const ALL: &'static [Self] = &[$(Self::$rule,)*];

            /// The stable code, in kebab-case.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$rule => $code,)* }
            }

            /// The code where the cache does not look at what the rule is about.
            #[must_use]
            pub(crate) const fn ignored_code(self) -> &'static str {
                match self { $(Self::$rule => concat!($code, "-ignored"),)* }
            }

            /// The code where nothing is known of how the cache applies the rule.
            #[must_use]
            pub(crate) const fn unknown_code(self) -> &'static str {
                match self { $(Self::$rule => concat!($code, "-unknown"),)* }
            }

            /// The section of a standard that it stands in; empty where no standard knows it.
            #[must_use]
            pub const fn section(self) -> &'static str {
                match self { $(Self::$rule => $section,)* }
            }

            /// The question of a profile that decides how the rule is applied.
            #[must_use]
            pub const fn axis(self) -> Option<Axis> {
                match self { $(Self::$rule => $axis,)* }
            }

            /// What is the case when the rule fires.
            #[must_use]
            pub const fn says(self) -> &'static str {
                match self { $(Self::$rule => $says,)* }
            }
        }
    };
}

rules! {
    // Before anything is looked up.
    CachingOff = "caching-off", "", Some(Axis::Methods),
        "the cache is switched off by configuration";
    Method = "method", "RFC 9111 §3; RFC 9110 §9.2.3", Some(Axis::Methods),
        "the request method";
    MethodRefused = "method-refused", "RFC 9110 §9.1", Some(Axis::Methods),
        "the cache answers a request of this method itself, with 501";
    PostWithoutLocation = "post-without-content-location", "RFC 9110 §9.3.3; RFC 5789 §2", Some(Axis::Methods),
        "a POST or PATCH without explicit freshness and a Content-Location equal to its target";
    RequestNoStore = "request-no-store", "RFC 9111 §5.2.1.5", Some(Axis::RequestNoStore),
        "the request says no-store";
    RequestRange = "request-range", "RFC 9111 §3.3; RFC 9110 §14.2", Some(Axis::Methods),
        "the request asks for a part";
    OnlyIfCached = "request-only-if-cached", "RFC 9111 §5.2.1.7", Some(Axis::RequestNoCache),
        "the request says only-if-cached: where nothing is stored it is answered with 504 and goes no further";
    Authorization = "authorization", "RFC 9111 §3.5", Some(Axis::Authorization),
        "the request has Authorization";
    RequestField = "request-field", "", Some(Axis::BypassingFields),
        "the request has a field with which this cache does not work";
    OperatorBypass = "operator-bypass", "", Some(Axis::Bypass),
        "the operator has such requests pass by the cache";
    RequestCookie = "request-cookie", "RFC 9111 §7.3", Some(Axis::RequestCookie),
        "the request has a Cookie";
    BuiltinVcl = "builtin-vcl", "", Some(Axis::ZeroLifetime),
        "this answer assumes the builtin VCL; a site's own VCL may have another";
    UserVcl = "user-vcl", "", Some(Axis::ZeroLifetime),
        "this answer assumes the site's VCL that the profile names, with the builtin VCL behind it";
    // What the response says.
    TargetedField = "targeted-field", "RFC 9213 §2.2", Some(Axis::ControlFields),
        "a targeted field takes the place of Cache-Control and Expires";
    ControlField = "control-field", "RFC 9213 §2.2", Some(Axis::ControlFields),
        "a field that steers some caches";
    IgnoredField = "ignored-field", "", Some(Axis::IgnoredFields),
        "the operator has the cache ignore this field";
    AccelExpires = "x-accel-expires", "", Some(Axis::ControlFields),
        "the lifetime comes from X-Accel-Expires";
    AccelBuffering = "x-accel-buffering", "", Some(Axis::ControlFields),
        "X-Accel-Buffering has the response passed on as it comes";
    AccelRedirect = "x-accel-redirect", "", Some(Axis::ControlFields),
        "X-Accel-Redirect has another location answer";
    ArrivalOrder = "arrival-order", "", Some(Axis::Dialect),
        "the answer depends on the order in which the header lines arrived, and that is not known: the strictest is taken";
    MalformedNumber = "malformed-number", "RFC 9111 §1.2.2", Some(Axis::Dialect),
        "a number of seconds is not digits alone";
    RestrictionsHidden = "restrictions-hidden", "", Some(Axis::ControlFields),
        "a field whose presence takes no-store, private and no-cache in Cache-Control out of view";
    Status = "status", "RFC 9111 §3; RFC 9110 §15.1", Some(Axis::Statuses),
        "the status code";
    PartialContent = "partial-content", "RFC 9111 §3.3", Some(Axis::Statuses),
        "an answer of 206 to a request without Range";
    MustUnderstand = "must-understand", "RFC 9111 §5.2.2.3", Some(Axis::MustUnderstand),
        "the response says must-understand";
    NoStore = "no-store", "RFC 9111 §5.2.2.5", Some(Axis::NoStore),
        "the response says no-store";
    Private = "private", "RFC 9111 §5.2.2.7", Some(Axis::Private),
        "the response says private";
    PrivateFields = "private-fields", "RFC 9111 §5.2.2.7", Some(Axis::PrivateFields),
        "the response says private for some fields";
    NoCache = "no-cache", "RFC 9111 §5.2.2.4", Some(Axis::NoCache),
        "the response says no-cache";
    NoCacheFields = "no-cache-fields", "RFC 9111 §5.2.2.4", Some(Axis::NoCacheFields),
        "the response says no-cache for some fields";
    MustRevalidate = "must-revalidate", "RFC 9111 §5.2.2.2, §5.2.2.8", Some(Axis::MustRevalidate),
        "the response says must-revalidate or proxy-revalidate";
    MalformedControl = "malformed-control", "RFC 9111 §5.2", Some(Axis::Dialect),
        "a directive is malformed, so the whole field is refused";
    Pragma = "pragma", "RFC 9111 §5.4", Some(Axis::Pragma),
        "the response has Pragma: no-cache";
    WwwAuthenticate = "www-authenticate", "RFC 9110 §11.6.1", Some(Axis::Authorization),
        "the response has WWW-Authenticate";
    SetCookie = "set-cookie", "RFC 9111 §7.3", Some(Axis::SetCookie),
        "the response sets a cookie";
    VaryStar = "vary-star", "RFC 9111 §4.1", Some(Axis::VaryStar),
        "Vary is, or has in it, a `*`";
    VaryFields = "vary-fields", "RFC 9111 §4.1", Some(Axis::VaryFields),
        "Vary names request fields";
    VaryWithoutLookup = "vary-without-lookup", "", Some(Axis::VaryFields),
        "the response varies, and the request was not looked up, so it has no variant key";
    ContentCoding = "content-coding", "", Some(Axis::VaryFields),
        "the response varies, and the cache does not know its content coding";
    LastPublic = "public-comes-last", "RFC 9111 §5.2", Some(Axis::Dialect),
        "public stands after what forbids storing, and undoes it";
    VaryTooLong = "vary-too-long", "RFC 9111 §4.1", Some(Axis::VaryFields),
        "Vary is longer than the cache has room for";
    VaryNothing = "vary-nothing", "RFC 9110 §12.5.5", Some(Axis::VaryFields),
        "Vary is there and names nothing";
    SurrogateControl = "surrogate-control", "", Some(Axis::ControlFields),
        "a Surrogate-Control for this cache takes the place of what Cache-Control restricts";
    ReplacedContent = "replaced-content", "", Some(Axis::Eligibility),
        "the content type is multipart/x-mixed-replace";
    ChunkedHead = "chunked-head", "RFC 9112 §6.1", Some(Axis::Methods),
        "the answer to HEAD states a chunked length";
    EmptyAndSoonStale = "empty-and-soon-stale", "", Some(Axis::ZeroLifetime),
        "the content is empty and would be stale in a minute";
    VaryUnusable = "vary-unusable", "RFC 9110 §12.5.5", Some(Axis::VaryFields),
        "Vary cannot be made a part of the cache key";
    ResponseRefused = "response-refused", "", Some(Axis::Eligibility),
        "the response answers a question that the cache did not ask: the user gets the cache's own 503";
    Eligibility = "eligibility", "", Some(Axis::Eligibility),
        "the kind of response";
    QueryWithoutLifetime = "query-without-lifetime", "", Some(Axis::Eligibility),
        "the URI has a query, and the response states no lifetime";
    ContentSize = "content-size", "", Some(Axis::Eligibility),
        "the size of the content";
    Permit = "permit", "RFC 9111 §3", Some(Axis::Permits),
        "what the response must say to be stored";
    // The lifetime.
    FixedTtl = "fixed-ttl", "", Some(Axis::FixedTtl),
        "the lifetime is fixed, whatever the response says";
    SurrogateMaxAge = "control-field-max-age", "RFC 9213 §2.2", Some(Axis::LifetimeSources),
        "the lifetime comes from another field's max-age";
    SMaxage = "s-maxage", "RFC 9111 §4.2.1, §5.2.2.10", Some(Axis::LifetimeSources),
        "the lifetime comes from s-maxage";
    MaxAge = "max-age", "RFC 9111 §4.2.1, §5.2.2.1", Some(Axis::LifetimeSources),
        "the lifetime comes from max-age";
    Expires = "expires", "RFC 9111 §4.2.1, §5.3", Some(Axis::LifetimeSources),
        "the lifetime comes from Expires";
    InvalidExpires = "invalid-expires", "RFC 9111 §5.3", Some(Axis::InvalidExpires),
        "Expires is no date";
    PastExpires = "past-expires", "RFC 9111 §5.3", Some(Axis::ZeroLifetime),
        "Expires is past, and no directive states a lifetime";
    ExpiresClock = "expires-clock", "RFC 9111 §4.2.1", Some(Axis::ExpiresClock),
        "the clock from which Expires runs";
    Heuristic = "heuristic", "RFC 9111 §4.2.2", Some(Axis::Heuristic),
        "the lifetime is made from Last-Modified";
    DefaultTtl = "default-ttl", "RFC 9111 §4.2.2", Some(Axis::DefaultTtl),
        "the lifetime is the cache's default";
    NoLifetime = "no-lifetime", "RFC 9111 §4.2.2", Some(Axis::DefaultTtl),
        "nothing gives the response a lifetime";
    MinimumTtl = "minimum-ttl", "", Some(Axis::MinimumTtl),
        "the lifetime is raised to the cache's minimum";
    ErrorTtl = "error-ttl", "", Some(Axis::ErrorTtl),
        "errors have a least lifetime, with rules of their own";
    MaximumTtl = "maximum-ttl", "", Some(Axis::MaximumTtl),
        "the lifetime is cut to the cache's maximum";
    LifetimeWithoutDate = "lifetime-without-date", "RFC 9111 §4.2.3", Some(Axis::Age),
        "a lifetime without a Date to count it from is over at once";
    Age = "age", "RFC 9111 §4.2.3", Some(Axis::Age),
        "the response arrives with an age";
    AgeBeyondLifetime = "age-beyond-lifetime", "RFC 9111 §4.2.3", Some(Axis::Age),
        "the response arrives with an Age that is broken, 0, or more than its stated lifetime";
    LastSecond = "last-second", "RFC 9111 §4.2", Some(Axis::Age),
        "an age equal to the lifetime is still fresh";
    NoClock = "no-clock", "RFC 9111 §4.2.1", None,
        "nothing tells what time it is";
    ZeroLifetime = "zero-lifetime", "RFC 9111 §4.2", Some(Axis::ZeroLifetime),
        "the response is stale on arrival";
    NeverValidated = "zero-lifetime-without-validator", "RFC 9111 §4.3.1", Some(Axis::ZeroLifetime),
        "a stale response must be validated, and there is nothing to do it with";
    Dialect = "dialect", "RFC 9111 §5.2", Some(Axis::Dialect),
        "a directive is written in an unusual way";
    StaleWhileRevalidate = "stale-while-revalidate", "RFC 5861 §3; RFC 9111 §4.2.4", Some(Axis::StaleWhileRevalidate),
        "a stale response may answer while it is revalidated";
    // Who gets it.
    WaitingFresh = "waiting-fresh", "RFC 9111 §4", Some(Axis::Collapsing),
        "waiting requests get what a later request would get";
    WaitingNoCache = "waiting-no-cache", "RFC 9111 §4, §5.2.2.4", Some(Axis::WaitingNoCache),
        "requests wait for a response that must be validated at every use";
    WaitingZero = "waiting-zero-lifetime", "RFC 9111 §4", Some(Axis::WaitingZero),
        "requests wait for a response with a lifetime of 0";
    WaitingPastExpires = "waiting-past-expires", "RFC 9111 §4", Some(Axis::WaitingPastExpires),
        "requests wait for a response whose Expires is past";
    WaitingExpiresSkipped = "waiting-expires-skipped", "RFC 9111 §4", Some(Axis::WaitingPastExpires),
        "requests wait for a response whose Expires is not looked at meanwhile";
    WaitingNotStored = "waiting-not-stored", "RFC 9111 §4", Some(Axis::WaitingNotStored),
        "requests wait for a response that is not stored";
    WaitingStorageOpen = "waiting-storage-open", "RFC 9111 §4", None,
        "requests wait for a response of which it is not known whether it is stored";
    OtherRoute = "other-route", "RFC 9111 §2", None,
        "another route of the site decides on requests that wait";
    NoCollapsing = "no-collapsing", "RFC 9111 §4", Some(Axis::Collapsing),
        "requests do not wait for each other";
    Overflow = "more-reasons", "", None,
        "more rules fired than there is room for";
}
