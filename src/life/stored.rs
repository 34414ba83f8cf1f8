//! What a cache keeps beside a stored response: numbers and flags.

use std::time::SystemTime;

use super::Served;
use crate::calendar::Timestamp;
use crate::exchange::Times;
use crate::field::{Field, elements};
use crate::message::Extra;
use crate::policy::{DateField, Method, Stated};
use crate::profile::{Authorization, CacheType, Fact, Profile, Treatment};
use crate::rule::s4_reuse::Answer;
use crate::rule::{Draft, Rule, Tri};
use crate::verdict::{Storage, Verdict};

/// What later decisions on a stored response need of the messages that made it.
///
/// Made by [`Verdict::stored_policy`] and kept beside the stored head. It is small and `Copy`, and
/// names its profile by id and version; the profile itself is passed in when it is used. With the
/// feature `serde` it can be written and read, with the number of its format.
///
/// ```
/// use std::time::{Duration, SystemTime};
/// use storable::{Exchange, Profile};
///
/// let request = http::Request::get("https://shop.example/").body(())?;
/// let response = http::Response::builder().header("Cache-Control", "max-age=60").body(())?;
/// let at = SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000);
/// let verdict =
///     Exchange::new(&request, &response).received_at(at).judge(&Profile::RFC9111_SHARED);
/// let policy = verdict.stored_policy().unwrap();
/// assert_eq!(policy.remaining(at + Duration::from_secs(20)), 40);
/// # Ok::<(), http::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct StoredPolicy {
    pub(super) profile_id: &'static str,
    pub(super) profile_version: &'static str,
    pub(super) requested_at: Timestamp,
    pub(super) received_at: Timestamp,
    pub(super) date: Timestamp,
    /// Octets of content that are there; `u64::MAX` where the response came whole.
    pub(super) held: u64,
    pub(super) initial_age: u32,
    pub(super) lifetime: u32,
    pub(super) stale_while_revalidate: u32,
    pub(super) stale_if_error: u32,
    pub(super) flags: Flags,
    pub(super) status: u16,
    pub(super) method: Method,
    pub(super) rule: Rule,
}

const _: () = assert!(size_of::<StoredPolicy>() <= 96, "it is kept beside every stored response");

/// Yes-or-no facts of a stored response.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Flags(pub(super) u32);

impl Flags {
    /// Every use is validated at the origin.
    pub(super) const MUST_VALIDATE: Self = Self(1);
    /// No use while stale, whoever asks for it.
    pub(super) const NEVER_STALE: Self = Self(1 << 1);
    /// No later request matches (`Vary: *`).
    pub(super) const NEVER_MATCHES: Self = Self(1 << 2);
    /// It has a Vary field that names request fields.
    pub(super) const VARIES: Self = Self(1 << 3);
    /// The request that it answered had Authorization.
    pub(super) const AUTHORIZED: Self = Self(1 << 4);
    /// A later request with Authorization is answered after validation only.
    pub(super) const VALIDATE_AUTHORIZED: Self = Self(1 << 5);
    /// A later request with Authorization does not get it.
    pub(super) const REFUSE_AUTHORIZED: Self = Self(1 << 6);
    /// It has an entity-tag.
    pub(super) const HAS_TAG: Self = Self(1 << 7);
    /// It has a Last-Modified.
    pub(super) const HAS_MODIFIED: Self = Self(1 << 8);
    /// It says for how long it may be used after an error.
    pub(super) const SAYS_IF_ERROR: Self = Self(1 << 9);
    /// An event has made it stale: an unsafe request, or an answer to HEAD.
    pub(super) const INVALIDATED: Self = Self(1 << 10);
    /// A later request with Cookie does not get it.
    pub(super) const REFUSE_COOKIE: Self = Self(1 << 11);
    /// Not all of the response is there.
    pub(super) const PARTIAL: Self = Self(1 << 12);

    /// What keeps it from some later requests, or from all.
    pub(super) const REFUSING: Self =
        Self::NEVER_MATCHES.or(Self::REFUSE_AUTHORIZED).or(Self::REFUSE_COOKIE).or(Self::PARTIAL);
    /// What has it validated for some later requests, or for all.
    pub(super) const VALIDATING: Self =
        Self::MUST_VALIDATE.or(Self::INVALIDATED).or(Self::VALIDATE_AUTHORIZED);

    const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether one of these flags is there.
    pub(super) const fn has(self, flags: Self) -> bool {
        self.0 & flags.0 != 0
    }

    const fn set(&mut self, flag: Self, when: bool) {
        self.0 = if when { self.0 | flag.0 } else { self.0 & !flag.0 };
    }
}

impl Verdict<'_> {
    /// What to keep beside the response, where this verdict allows storing it. `None` where it
    /// does not, where that is unknown, and where nothing tells when the response came.
    #[must_use]
    pub fn stored_policy(&self) -> Option<StoredPolicy> {
        if self.storage() != Storage::Stored {
            return None;
        }
        StoredPolicy::make(self)
    }
}

impl StoredPolicy {
    fn make(verdict: &Verdict<'_>) -> Option<Self> {
        let (draft, times) = (verdict.draft(), verdict.exchange().times());
        let response = verdict.response_policy();
        let date = match response.date(times.now()) {
            DateField::At(date, _) => Some(date),
            _ => None,
        };
        let received_at = times.now().or(date)?;
        let mut policy = Self {
            profile_id: verdict.profile().id(),
            profile_version: verdict.profile().as_of(),
            requested_at: requested_at(times, received_at),
            received_at,
            date: date.unwrap_or(received_at),
            held: u64::MAX,
            // Of what is not known, the oldest age and the shortest lifetime.
            initial_age: seconds(draft.age.most),
            lifetime: seconds(
                draft.lifetime.least.saturating_sub(u64::from(draft.up_to_a_second_less)),
            ),
            stale_while_revalidate: seconds(draft.stale_window.least),
            stale_if_error: match response.control.stale_if_error {
                Stated::Seconds(stated, _) => seconds(stated),
                _ => 0,
            },
            flags: flags(verdict, draft),
            status: response.status(),
            method: verdict.request_policy().method,
            rule: verdict.headline().rule,
        };
        policy.hold(u64::MAX);
        policy.agree_with(verdict);
        Some(policy)
    }

    /// Caches that are algorithms of their own keep responses that they do not serve for reasons
    /// that no number here tells. What the verdict would not serve at once is never served without
    /// asking the origin.
    fn agree_with(&mut self, verdict: &Verdict<'_>) {
        let request = verdict.request_policy();
        let left = self.remaining_at(self.received_at);
        let window = i64::from(self.stale_while_revalidate);
        // What QUERY asks for is not in view, and Authorization is looked at when it comes again.
        let untold = request.method == Method::Query || request.has_authorization();
        if untold || left.saturating_add(window) <= 0 {
            return;
        }
        let again = match request.method {
            Method::Post | Method::Patch => request.head().with_method("GET"),
            _ => request.head(),
        };
        let with = |extra| verdict.for_other(&again.undemanding(extra));
        if with(Extra::Nothing) != Answer::Hit {
            self.stale_while_revalidate = 0;
            self.flags.set(Flags::MUST_VALIDATE, true);
            return;
        }
        match with(Extra::Authorization) {
            Answer::Hit => {}
            Answer::Validated => self.flags.set(Flags::VALIDATE_AUTHORIZED, true),
            Answer::Miss | Answer::Unknown => self.flags.set(Flags::REFUSE_AUTHORIZED, true),
        }
        let refused = !request.has_cookie() && with(Extra::Cookie) != Answer::Hit;
        self.flags.set(Flags::REFUSE_COOKIE, refused);
    }

    /// The version of that profile: [`Profile::as_of`].
    #[must_use]
    pub const fn profile_version(&self) -> &'static str {
        self.profile_version
    }

    /// Whether it was made under this profile, in this version: a program knows one version of each,
    /// and what another one has written is not read back.
    #[must_use]
    pub fn is_of(&self, profile: &Profile) -> bool {
        let (ours, theirs) = (self.profile_id, profile.id());
        // Mostly it is the very text of the profile.
        ours.len() == theirs.len() && (ours.as_ptr() == theirs.as_ptr() || ours == theirs)
    }

    /// Whether the stored responses answer requests with the same methods: what HEAD brought has
    /// no content, so it does not take the place of what GET brought.
    #[must_use]
    pub fn answers_alike(&self, other: &Self) -> bool {
        let kind = |policy: &Self| match policy.method {
            Method::Post | Method::Patch => Method::Get,
            method => method,
        };
        kind(self) == kind(other)
    }

    /// Whether all of the response is there.
    pub(super) const fn is_whole(&self) -> bool {
        !self.flags.has(Flags::PARTIAL)
    }

    /// When the response was received.
    #[must_use]
    pub const fn received_at(&self) -> Timestamp {
        self.received_at
    }

    /// When its request was sent.
    #[must_use]
    pub const fn requested_at(&self) -> Timestamp {
        self.requested_at
    }

    /// The status of the stored response.
    #[must_use]
    pub const fn status(&self) -> u16 {
        self.status
    }

    /// The freshness lifetime in seconds (RFC 9111 §4.2.1).
    #[must_use]
    pub fn lifetime(&self) -> u64 {
        u64::from(self.lifetime)
    }

    /// The rule that decided most when it was stored.
    #[must_use]
    pub const fn rule(&self) -> Rule {
        self.rule
    }

    /// Whether every use is validated at the origin.
    #[must_use]
    pub const fn must_validate(&self) -> bool {
        self.flags.has(Flags::MUST_VALIDATE)
    }

    /// Whether nothing makes it usable while stale: `must-revalidate`, `no-cache` and, in a shared
    /// cache, `proxy-revalidate` and `s-maxage` (RFC 9111 §4.2.4).
    #[must_use]
    pub const fn bars_stale_use(&self) -> bool {
        self.flags.has(Flags::NEVER_STALE) || self.must_validate()
    }

    /// Whether the request that it answered had Authorization.
    #[must_use]
    pub const fn answered_authorization(&self) -> bool {
        self.flags.has(Flags::AUTHORIZED)
    }

    /// Whether it has a validator to make a condition of.
    #[must_use]
    pub const fn has_validator(&self) -> bool {
        self.flags.has(Flags::HAS_TAG) || self.flags.has(Flags::HAS_MODIFIED)
    }

    /// The current age in seconds (RFC 9111 §4.2.3). A clock that went back adds nothing.
    #[must_use]
    pub fn age(&self, now: SystemTime) -> u64 {
        self.age_at(Timestamp::from_system(now))
    }

    pub(super) fn age_at(&self, now: Timestamp) -> u64 {
        let resident = now.max(self.received_at).unix().abs_diff(self.received_at.unix());
        u64::from(self.initial_age).saturating_add(resident)
    }

    /// Seconds of freshness left; 0 or less: it is stale (RFC 9111 §4.2).
    #[must_use]
    pub fn remaining(&self, now: SystemTime) -> i64 {
        self.remaining_at(Timestamp::from_system(now))
    }

    pub(super) fn remaining_at(&self, now: Timestamp) -> i64 {
        self.served_at(now).remaining
    }

    /// As which it is served at a time, if it is.
    pub(super) fn served_at(&self, now: Timestamp) -> Served {
        self.served_at_age(self.age_at(now))
    }

    pub(super) fn served_at_age(&self, age: u64) -> Served {
        let lifetime = if self.flags.has(Flags::INVALIDATED) { 0 } else { self.lifetime };
        Served { age, remaining: i64::from(lifetime).saturating_sub_unsigned(age) }
    }

    /// Whether an identical request gets it without the origin being asked.
    #[must_use]
    pub fn is_fresh(&self, now: SystemTime) -> bool {
        self.remaining(now) > 0 && !self.must_validate()
    }

    /// The same policy, so that the response is validated before it is used again (RFC 9111 §4.4).
    /// It can still say whether it is what the origin has, so it need not be thrown away.
    #[must_use]
    pub const fn invalidated(mut self) -> Self {
        self.flags.0 |= Flags::INVALIDATED.0 | Flags::MUST_VALIDATE.0;
        self
    }

    /// The same policy for a response of whose content only the first `octets` have come
    /// (RFC 9111 §3.3): it answers requests for parts within them and no others.
    #[must_use]
    pub const fn incomplete(mut self, octets: u64) -> Self {
        self.hold(octets);
        self
    }

    /// Notes how many octets of content are there; `u64::MAX` where the response came whole.
    pub(super) const fn hold(&mut self, octets: u64) {
        self.held = octets;
        self.flags.set(Flags::PARTIAL, self.status == 206 || octets != u64::MAX);
    }

    /// How many octets of content are there, where that is less than all.
    #[must_use]
    pub const fn held(&self) -> Option<u64> {
        if self.held == u64::MAX { None } else { Some(self.held) }
    }
}

fn requested_at(times: Times, received_at: Timestamp) -> Timestamp {
    let delay = i64::try_from(times.response_delay()).unwrap_or(0);
    Timestamp::from_unix(received_at.unix().saturating_sub(delay))
}

/// Longer spans are as good as endless: 136 years.
fn seconds(seconds: u64) -> u32 {
    u32::try_from(seconds).unwrap_or(u32::MAX)
}

fn flags(verdict: &Verdict<'_>, draft: &Draft<'_>) -> Flags {
    let (request, response) = (verdict.request_policy(), verdict.response_policy());
    let (control, facts) = (&response.control, verdict.profile().facts());
    let shared = verdict.profile().cache_type() == CacheType::Shared;
    let stripped = facts.no_cache_fields == Fact::Known(Treatment::Stripped);
    let mut flags = Flags::default();
    flags.set(Flags::MUST_VALIDATE, draft.validated != Tri::No);
    // §4.2.4; C28.
    flags.set(
        Flags::NEVER_STALE,
        !control.must_revalidate.is_absent()
            || !control.no_cache.is_absent()
            || !(control.no_cache_fields.is_absent() || stripped)
            || (shared && !(control.proxy_revalidate.is_absent() && control.s_maxage.is_absent())),
    );
    flags.set(Flags::NEVER_MATCHES, draft.matches_nothing != Tri::No);
    flags.set(Flags::VARIES, elements(response.scan().all(Field::Vary)).next().is_some());
    flags.set(Flags::AUTHORIZED, request.has_authorization());
    if facts.authorization == Fact::Known(Authorization::CheckedAtReuse) {
        let validate =
            control.must_revalidate.is_present() || control.proxy_revalidate.is_present();
        flags.set(Flags::VALIDATE_AUTHORIZED, validate);
        flags.set(Flags::REFUSE_AUTHORIZED, !validate && !control.public.is_present());
    }
    let validators = super::Validators::read(response.head());
    flags.set(Flags::HAS_TAG, validators.entity_tag().is_some());
    flags.set(Flags::HAS_MODIFIED, validators.modified_text().is_some());
    flags.set(Flags::SAYS_IF_ERROR, !control.stale_if_error.is_absent());
    flags
}
