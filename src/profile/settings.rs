//! Operator settings: a built-in profile, adapted. Each setting is told apart from the vendor's
//! facts in the reasons of a verdict.

use super::values::*;
use super::{Axis, ControlField, Fact, Facts, Profile};

macro_rules! settings {
    ($($(#[$doc:meta])* $name:ident($value:ident: $type:ty) sets $field:ident = $made:expr, $axis:ident;)*) => {
        impl Profile {
            $(
                $(#[$doc])*
                #[must_use]
                pub const fn $name(mut self, $value: $type) -> Self {
                    self.facts.$field = Fact::Known($made);
                    self.operator = self.operator.with(Axis::$axis);
                    self
                }
            )*
        }
    };
}

impl Profile {
    /// The profile with another answer to one question: what a cache was seen to do, or what it
    /// would be like if it did that. It counts as the operator's word.
    ///
    /// ```
    /// use storable::profile::{Collapsing, Fact, Facts};
    /// use storable::{Axis, Profile};
    ///
    /// let mut seen = Facts::UNKNOWN;
    /// seen.collapsing = Fact::Known(Collapsing::Off);
    /// let measured = Profile::AKAMAI.with_answer_of(Axis::Collapsing, &seen);
    /// assert_eq!(measured.facts().collapsing, Fact::Known(Collapsing::Off));
    /// assert!(measured.operator().contains(Axis::Collapsing));
    /// ```
    #[must_use]
    pub const fn with_answer_of(mut self, axis: Axis, facts: &Facts) -> Self {
        self.facts = self.facts.with_answer_of(axis, facts);
        self.operator = self.operator.with(axis);
        self
    }
}

settings! {
    /// The lifetime, in seconds, of a response of a storable status that states none.
    ///
    /// ```
    /// use storable::{FreshFor, Profile, storable};
    ///
    /// const SHORT: Profile = Profile::FASTLY.with_default_ttl(5);
    /// let request = http::Request::get("https://shop.example/").body(())?;
    /// let response = http::Response::new(());
    /// assert_eq!(storable(&request, &response, &SHORT).fresh_for(), FreshFor::Seconds(5));
    /// # Ok::<(), http::Error>(())
    /// ```
    with_default_ttl(seconds: u64) sets default_ttl =
        DefaultTtl::Always(Ttl::Seconds(seconds)), DefaultTtl;
    /// The lifetimes of responses that state none, by status; the first entry that fits counts.
    ///
    /// ```
    /// use storable::Profile;
    /// use storable::profile::{StatusSet, Ttl};
    ///
    /// // proxy_cache_valid 200 302 10m; proxy_cache_valid 404 1m;
    /// const SHOP: Profile = Profile::NGINX.with_default_ttls(&[
    ///     (StatusSet::Only(&[200, 302]), Ttl::Seconds(600)),
    ///     (StatusSet::Only(&[404]), Ttl::Seconds(60)),
    /// ]);
    /// ```
    with_default_ttls(table: &'static [(StatusSet, Ttl)]) sets default_ttl =
        DefaultTtl::ByStatus(table), DefaultTtl;
    /// The least lifetime, in seconds.
    with_minimum_ttl(seconds: u64) sets minimum_ttl = seconds, MinimumTtl;
    /// The greatest lifetime, in seconds.
    with_maximum_ttl(seconds: u64) sets maximum_ttl = MaximumTtl::Seconds(seconds), MaximumTtl;
    /// A lifetime, in seconds, that beats the response's own.
    with_fixed_ttl(seconds: u64) sets fixed_ttl = FixedTtl::Seconds(seconds), FixedTtl;
    /// Lifetimes that beat the response's own, by status.
    with_fixed_ttls(rule: FixedTtl) sets fixed_ttl = rule, FixedTtl;
    /// What becomes of a response that says no-store.
    with_no_store(treatment: Treatment) sets no_store = treatment, NoStore;
    /// What becomes of a response that says private.
    with_private(treatment: Treatment) sets private = treatment, Private;
    /// What becomes of a response that says no-cache.
    with_no_cache(treatment: Treatment) sets no_cache = treatment, NoCache;
    /// What becomes of a response that says private for some fields;
    /// [`Treatment::Stripped`] stores the rest of it.
    with_private_fields(treatment: Treatment) sets private_fields = treatment, PrivateFields;
    /// What becomes of a response that says no-cache for some fields.
    with_no_cache_fields(treatment: Treatment) sets no_cache_fields = treatment, NoCacheFields;
    /// What becomes of a response with Set-Cookie.
    with_set_cookie(treatment: Treatment) sets set_cookie = treatment, SetCookie;
    /// Which responses are considered at all; [`Eligibility::All`] is "cache everything".
    with_eligibility(eligibility: Eligibility) sets eligibility = eligibility, Eligibility;
    /// What becomes of a response that is stale on arrival.
    with_zero_lifetime(rule: ZeroLifetime) sets zero_lifetime = rule, ZeroLifetime;
    /// What a Vary that names request fields does.
    with_vary_fields(fields: VaryFields) sets vary_fields = fields, VaryFields;
    /// Whether requests wait for one that is being fetched.
    with_collapsing(collapsing: Collapsing) sets collapsing = collapsing, Collapsing;
    /// What a response must say before it is stored.
    ///
    /// ```
    /// use storable::{Profile, Storage, profile::Permits, storable};
    ///
    /// const REQUIRED_HEADERS_0: Profile = Profile::ATS_9.with_permits(Permits::Nothing);
    /// let request = http::Request::get("https://shop.example/").body(())?;
    /// let response = http::Response::new(());
    /// assert_eq!(storable(&request, &response, &REQUIRED_HEADERS_0).storage(), Storage::Stored);
    /// # Ok::<(), http::Error>(())
    /// ```
    with_permits(permits: Permits) sets permits = permits, Permits;
    /// What becomes of a request that says no-cache, or asks for a younger answer.
    with_request_no_cache(rule: RequestRule) sets request_no_cache = rule, RequestNoCache;
    /// What becomes of a request that says no-store.
    with_request_no_store(rule: RequestRule) sets request_no_store = rule, RequestNoStore;
    /// What becomes of a request with Cookie.
    with_request_cookie(rule: RequestRule) sets request_cookie = rule, RequestCookie;
    /// What becomes of a request with Authorization.
    with_authorization(rule: Authorization) sets authorization = rule, Authorization;
    /// The lifetime that is made from Last-Modified.
    with_heuristic(heuristic: Heuristic) sets heuristic = heuristic, Heuristic;
    /// Which fields besides Cache-Control steer the cache, in order.
    ///
    /// ```
    /// use storable::{Profile, profile::ControlField};
    ///
    /// const CDN: Profile = Profile::RFC9111_SHARED
    ///     .with_control_fields(&[ControlField::Targeted("cdn-cache-control")]);
    /// ```
    with_control_fields(fields: &'static [ControlField]) sets control_fields = fields, ControlFields;
    /// Which request fields are in the cache key, besides the URI; lower case.
    with_key(fields: &'static [&'static str]) sets key = fields, Key;
    /// Which parts of the target's origin are in the cache key.
    ///
    /// ```
    /// use storable::{Answer, Profile, profile::KeyOrigin, storable};
    ///
    /// // proxy_cache_key "$scheme$request_uri": all hosts share one copy.
    /// const SHARED_BY_HOSTS: Profile =
    ///     Profile::RFC9111_SHARED.with_key_origin(KeyOrigin::Scheme);
    /// let request = |uri: &str| http::Request::get(uri).body(());
    /// let response = http::Response::builder().header("Cache-Control", "max-age=60").body(())?;
    /// let (one, other) = (request("http://a.example/")?, request("http://b.example/")?);
    /// let verdict = storable(&one, &response, &SHARED_BY_HOSTS);
    /// assert_eq!(verdict.for_other(&other), Answer::Hit);
    /// # Ok::<(), http::Error>(())
    /// ```
    with_key_origin(rule: KeyOrigin) sets key_origin = rule, KeyOrigin;
    /// Which cookies are in the cache key.
    ///
    /// ```
    /// use storable::{Answer, Profile, profile::KeyCookies, storable};
    ///
    /// const BY_SESSION: Profile =
    ///     Profile::CLOUDFRONT.with_key_cookies(KeyCookies::Only(&["session"]));
    /// let request = http::Request::get("http://a.example/").header("Cookie", "session=1").body(())?;
    /// let response = http::Response::builder().header("Cache-Control", "max-age=60").body(())?;
    /// let shared = storable(&request, &response, &Profile::CLOUDFRONT);
    /// assert_eq!(shared.other_user(), Answer::Hit);
    /// let apart = storable(&request, &response, &BY_SESSION);
    /// assert_eq!(apart.other_user(), Answer::Miss);
    /// # Ok::<(), http::Error>(())
    /// ```
    with_key_cookies(rule: KeyCookies) sets key_cookies = rule, KeyCookies;
    /// Which request fields are in the cache key by a class that the cache makes of their value:
    /// the device from User-Agent, the coding from Accept-Encoding. Lower case. Whether two values
    /// are of one class is not known, unless the cases are told.
    ///
    /// ```
    /// use storable::profile::{Condition, KeyClass, RequestPart};
    /// use storable::{Answer, Profile, storable};
    ///
    /// // map $http_user_agent $device { default desktop; ~*mobile mobile; }
    /// const MOBILE: Condition = Condition::on(&[RequestPart::Field("user-agent", "(?i)*mobile*")]);
    /// const BY_DEVICE: Profile =
    ///     Profile::NGINX.with_key_classes(&[KeyClass::Cases(&[(MOBILE, 1)])]);
    /// let request = |agent: &str| {
    ///     http::Request::get("http://a.example/").header("User-Agent", agent).body(())
    /// };
    /// let response = http::Response::builder().header("Cache-Control", "max-age=60").body(())?;
    /// let safari = request("Mobile Safari")?;
    /// let verdict = storable(&safari, &response, &BY_DEVICE);
    /// assert_eq!(verdict.for_other(&request("Mobile Firefox")?), Answer::Hit);
    /// assert_eq!(verdict.for_other(&request("Firefox")?), Answer::Miss);
    /// # Ok::<(), http::Error>(())
    /// ```
    with_key_classes(classes: &'static [KeyClass]) sets key_classes = classes, KeyClasses;
    /// Which requests pass by the cache.
    ///
    /// ```
    /// use storable::profile::{Bypass, BypassOf, Condition, RequestPart};
    /// use storable::{Profile, Storage, storable};
    ///
    /// const LOGGED_IN: &[Bypass] = &[Bypass {
    ///     of: BypassOf::Both,
    ///     on: Condition::on(&[RequestPart::Cookie("wordpress_logged_in*", "*")]),
    /// }];
    /// const WORDPRESS: Profile = Profile::CLOUDFLARE_CACHE_EVERYTHING.with_bypass(LOGGED_IN);
    /// let request = |cookie: &str| {
    ///     http::Request::get("http://a.example/").header("Cookie", cookie).body(())
    /// };
    /// let response = http::Response::builder().header("Cache-Control", "max-age=60").body(())?;
    /// let (logged_in, other) = (request("wordpress_logged_in_7=alice")?, request("wp_user=alice")?);
    /// assert_eq!(storable(&logged_in, &response, &WORDPRESS).storage(), Storage::Bypass);
    /// assert_eq!(storable(&other, &response, &WORDPRESS).storage(), Storage::Stored);
    /// # Ok::<(), http::Error>(())
    /// ```
    with_bypass(rules: &'static [Bypass]) sets bypass = rules, Bypass;
    /// Whether the query of the URI is in the cache key.
    with_key_query(rule: KeyQuery) sets key_query = rule, KeyQuery;
    /// The least lifetime of errors.
    with_error_ttl(rule: ErrorTtl) sets error_ttl = rule, ErrorTtl;
    /// Whether a stale response may answer while it is revalidated.
    with_stale_while_revalidate(window: StaleWindow) sets stale_while_revalidate = window, StaleWhileRevalidate;
    /// For which request methods responses are looked up and stored.
    with_methods(methods: Methods) sets methods = methods, Methods;
    /// How a stale response is renewed.
    with_validation(validation: Validation) sets validation = validation, Validation;
    /// Which response fields the cache ignores, in lower case.
    ///
    /// ```
    /// use storable::{Profile, Storage, storable};
    ///
    /// // proxy_ignore_headers Set-Cookie; proxy_cache_valid any 1m;
    /// const DANGEROUS: Profile =
    ///     Profile::NGINX.with_ignored_fields(&["set-cookie"]).with_default_ttl(60);
    /// let request = http::Request::get("https://shop.example/mypage").body(())?;
    /// let response = http::Response::builder().header("Set-Cookie", "sid=alice").body(())?;
    /// assert_eq!(storable(&request, &response, &Profile::NGINX).storage(), Storage::NotStored);
    /// assert_eq!(storable(&request, &response, &DANGEROUS).storage(), Storage::Stored);
    /// # Ok::<(), http::Error>(())
    /// ```
    with_ignored_fields(fields: &'static [&'static str]) sets ignored_fields = fields, IgnoredFields;
    /// Whether a stale response may answer where the origin fails.
    with_stale_if_error(rule: StaleIfError) sets stale_if_error = rule, StaleIfError;
    /// How HEAD is fetched, and what its answer does to a stored response.
    with_head_requests(rule: HeadRequests) sets head_requests = rule, HeadRequests;
}
