//! The compact form of a judgement that is kept beside a stored response.

use std::time::SystemTime;

use super::Served;
use crate::calendar::Timestamp;
use crate::policy::{DeltaSeconds, Method};
use crate::profile::Profile;
use crate::rule::s4_2_freshness::Subject;
use crate::rule::{Draft, Interval, OwnFlags, Rule, Tri};

/// What later decisions on a stored response need of the judgement that stored it.
///
/// Made by [`Verdict::stored_policy`](crate::Verdict::stored_policy) and kept beside the stored
/// head. It is small and `Copy`, and names its profile by id and by the operator's settings; the
/// profile itself is passed in when it is used. With the feature `serde` it can be written and
/// read, with the number of its format.
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
    pub(crate) profile_id: &'static str,
    /// [`Profile::settings_fingerprint`].
    pub(crate) settings: u64,
    /// Seconds between request and response.
    pub(crate) delay: u32,
    /// Seconds by which the lifetime was over when the response was made.
    pub(crate) overdue: u32,
    pub(crate) received_at: Timestamp,
    pub(crate) date: Timestamp,
    /// Octets of content that are there; `u64::MAX` where the response came whole.
    pub(crate) held: u64,
    pub(crate) age: Seconds,
    pub(crate) lifetime: Seconds,
    pub(crate) stale_window: Seconds,
    pub(crate) stale_if_error: u32,
    pub(crate) flags: Flags,
    pub(crate) own: OwnFlags,
    pub(crate) status: u16,
    pub(crate) method: Method,
    pub(crate) rule: Rule,
}

const _: () = assert!(size_of::<StoredPolicy>() <= 96, "it is kept beside every stored response");

/// A span that lies between two numbers of seconds; longer ones than 136 years are as good as
/// endless.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Seconds {
    pub(crate) least: u32,
    pub(crate) most: u32,
}

impl Seconds {
    pub(crate) fn of(interval: Interval) -> Self {
        Self { least: seconds(interval.least), most: seconds(interval.most) }
    }

    pub(crate) fn interval(self) -> Interval {
        let endless = |seconds| if seconds == u32::MAX { u64::MAX } else { u64::from(seconds) };
        Interval { least: endless(self.least), most: endless(self.most) }
    }
}

/// What was decided of a stored response, a bit each; what may be open has two.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Flags(pub(crate) u32);

/// A decision that may be open: one bit says that it may be so, the next that it is.
#[derive(Clone, Copy)]
pub(crate) struct Decision(u32);

impl Flags {
    /// The response is stored.
    pub(crate) const STORED: Decision = Decision(0);
    /// Every use is validated at the origin.
    pub(crate) const VALIDATED: Decision = Decision(2);
    /// No later request matches (`Vary: *`).
    pub(crate) const MATCHES_NOTHING: Decision = Decision(4);
    /// Where the origin has to be asked, it is asked with a condition.
    pub(crate) const CONDITIONAL: Decision = Decision(6);

    /// No use while stale, whoever asks for it.
    pub(crate) const NEVER_STALE: Self = Self(1 << 8);
    /// It has a Vary field that names request fields.
    pub(crate) const VARIES: Self = Self(1 << 9);
    /// The request that it answered had Authorization.
    pub(crate) const AUTHORIZED: Self = Self(1 << 10);
    /// A later request with Authorization is answered after validation only.
    pub(crate) const VALIDATE_AUTHORIZED: Self = Self(1 << 11);
    /// A later request with Authorization does not get it.
    pub(crate) const REFUSE_AUTHORIZED: Self = Self(1 << 12);
    /// It has an entity-tag.
    pub(crate) const HAS_TAG: Self = Self(1 << 13);
    /// It has a Last-Modified.
    pub(crate) const HAS_MODIFIED: Self = Self(1 << 14);
    /// It says for how long it may be used after an error.
    pub(crate) const SAYS_IF_ERROR: Self = Self(1 << 15);
    /// An event has made it stale: an unsafe request, or an answer to HEAD.
    pub(crate) const INVALIDATED: Self = Self(1 << 16);
    /// Not all of the response is there.
    pub(crate) const PARTIAL: Self = Self(1 << 17);
    /// The age counts fractions of a second that an exchange does not tell.
    pub(crate) const FRACTION: Self = Self(1 << 18);
    /// Nothing tells when it was received.
    pub(crate) const NO_CLOCK: Self = Self(1 << 19);

    const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether one of these flags is there.
    pub(crate) const fn has(self, flags: Self) -> bool {
        self.0 & flags.0 != 0
    }

    pub(crate) const fn set(&mut self, flag: Self, when: bool) {
        self.0 = if when { self.0 | flag.0 } else { self.0 & !flag.0 };
    }

    pub(crate) const fn is(self, decision: Decision) -> Tri {
        match self.0.wrapping_shr(decision.0) & 0b11 {
            0b00 => Tri::No,
            0b11 => Tri::Yes,
            _ => Tri::Maybe,
        }
    }

    pub(crate) const fn decide(&mut self, decision: Decision, how: Tri) {
        let bits: u32 = match how {
            Tri::No => 0b00,
            Tri::Maybe => 0b01,
            Tri::Yes => 0b11,
        };
        self.0 = self.0 & !(0b11_u32.wrapping_shl(decision.0)) | bits.wrapping_shl(decision.0);
    }

    /// What keeps it from some later requests, or from all; nearly no stored response has any.
    pub(crate) const REFUSING: Self =
        Self(0b11 << Self::MATCHES_NOTHING.0).or(Self::REFUSE_AUTHORIZED).or(Self::PARTIAL);
    /// What has it validated for some later requests, or for all.
    const VALIDATING: Self =
        Self(0b11 << Self::VALIDATED.0).or(Self::VALIDATE_AUTHORIZED).or(Self::INVALIDATED);
}

impl StoredPolicy {
    /// What every cache keeps of a judgement; what its algorithm knows beside it is added there.
    pub(crate) fn of(subject: &Subject<'_, '_>, draft: &Draft<'_>, profile: &Profile) -> Self {
        let (request, response, times) = (subject.request, subject.response, subject.times);
        let date = subject.date();
        let received_at = times.now().or(date);
        let mut flags = Flags::default();
        flags.decide(Flags::STORED, draft.stored());
        flags.decide(Flags::VALIDATED, draft.validated);
        flags.decide(Flags::MATCHES_NOTHING, draft.matches_nothing);
        flags.set(Flags::AUTHORIZED, request.has_authorization());
        flags.set(Flags::FRACTION, draft.up_to_a_second_less);
        flags.set(Flags::NO_CLOCK, received_at.is_none());
        flags.set(Flags::SAYS_IF_ERROR, !response.control.stale_if_error.is_absent());
        let received_at = received_at.unwrap_or(Timestamp::from_unix(0));
        let mut policy = Self {
            profile_id: profile.id(),
            settings: profile.settings_fingerprint(),
            delay: seconds(times.response_delay()),
            overdue: seconds(draft.overdue),
            received_at,
            date: date.unwrap_or(received_at),
            held: u64::MAX,
            age: Seconds::of(draft.age),
            lifetime: Seconds::of(draft.lifetime),
            stale_window: Seconds::of(draft.stale_window),
            stale_if_error: match response.control.stale_if_error {
                DeltaSeconds::Seconds(stated, _) => seconds(stated),
                _ => 0,
            },
            flags,
            own: draft.own,
            status: response.status(),
            method: request.method,
            rule: Rule::Overflow,
        };
        policy.hold(u64::MAX);
        policy
    }

    /// The age at a time; without one, at the instant of receipt. Of a clock that counts fractions
    /// of a second it is up to a second more.
    pub(crate) fn ages(&self, at: Option<Timestamp>) -> Interval {
        let resident = at.map_or(0, |now| self.resident(now));
        let fraction = u64::from(resident > 0 && self.flags.has(Flags::FRACTION));
        let Interval { least, most } = self.age.interval();
        Interval {
            least: least.saturating_add(resident),
            most: most.saturating_add(resident).saturating_add(fraction),
        }
    }

    /// The lifetime, which is over for what an event has made stale.
    pub(crate) fn lifetimes(&self) -> Interval {
        if self.flags.has(Flags::INVALIDATED) { Interval::ZERO } else { self.lifetime.interval() }
    }

    /// The age at which it is served, if that is a plain hit: nothing but the clock counts, and it
    /// is fresh.
    #[inline]
    pub(crate) fn plain_hit(&self, at: Option<Timestamp>) -> Option<u64> {
        let age = self.ages(at).most;
        let plain = !self.flags.has(Flags::REFUSING.or(Flags::VALIDATING))
            && age < u64::from(self.lifetime.least);
        plain.then_some(age)
    }

    fn resident(&self, now: Timestamp) -> u64 {
        now.unix().abs_diff(self.received_at.unix())
    }

    pub(crate) fn decided(&self, decision: Decision) -> Tri {
        self.flags.is(decision)
    }

    /// Whether it was made under this profile with the same settings of the operator. A program
    /// knows one version of each profile, and what another one has written is not read back.
    #[must_use]
    pub fn is_of(&self, profile: &Profile) -> bool {
        let (ours, theirs) = (self.profile_id, profile.id());
        // Mostly it is the very text of the profile.
        let same =
            ours.len() == theirs.len() && (ours.as_ptr() == theirs.as_ptr() || ours == theirs);
        same && self.settings == profile.settings_fingerprint()
    }

    /// The id of the profile that it was made under.
    #[must_use]
    pub const fn profile_id(&self) -> &'static str {
        self.profile_id
    }

    /// For how many seconds after its lifetime it is served stale while the origin is asked behind it
    /// (RFC 5861 §3); 0 where it is not, or where nothing says that it is.
    #[must_use]
    pub fn stale_while_revalidate(&self) -> u64 {
        u64::from(self.stale_window.least)
    }

    /// For how many seconds after its lifetime the response itself lets it be served in place of an
    /// error (RFC 5861 §4); `None` where it says nothing. Whether the cache grants that,
    /// [`on_error`](crate::life::on_error) tells.
    #[must_use]
    pub fn stale_if_error(&self) -> Option<u64> {
        self.flags.has(Flags::SAYS_IF_ERROR).then_some(u64::from(self.stale_if_error))
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
    pub(crate) const fn is_whole(&self) -> bool {
        !self.flags.has(Flags::PARTIAL)
    }

    /// When the response was received.
    #[must_use]
    pub const fn received_at(&self) -> Timestamp {
        self.received_at
    }

    /// When its request was sent.
    #[must_use]
    pub fn requested_at(&self) -> Timestamp {
        Timestamp::from_unix(self.received_at.unix().saturating_sub(self.delay.into()))
    }

    /// The status of the stored response.
    #[must_use]
    pub const fn status(&self) -> u16 {
        self.status
    }

    /// The freshness lifetime in seconds (RFC 9111 §4.2.1).
    #[must_use]
    pub fn lifetime(&self) -> u64 {
        self.lifetime.interval().least
    }

    /// The rule that decided most when it was stored.
    #[must_use]
    pub const fn rule(&self) -> Rule {
        self.rule
    }

    /// Whether every use is validated at the origin.
    #[must_use]
    pub const fn must_validate(&self) -> bool {
        !matches!(self.flags.is(Flags::VALIDATED), Tri::No)
    }

    /// Whether nothing makes it usable while stale: `must-revalidate`, `no-cache` and, in a shared
    /// cache, `proxy-revalidate` and `s-maxage` (RFC 9111 §4.2.4). Traffic Server gives what `s-maxage`
    /// bars to a request with `max-stale` all the same.
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

    /// Where something is not known, the oldest age and the shortest lifetime.
    pub(crate) fn age_at(&self, now: Timestamp) -> u64 {
        self.age.interval().most.saturating_add(self.resident(now))
    }

    /// Seconds of freshness left; 0 or less: it is stale (RFC 9111 §4.2).
    #[must_use]
    pub fn remaining(&self, now: SystemTime) -> i64 {
        self.served_at(Timestamp::from_system(now)).remaining
    }

    /// As which it is served at a time, if it is.
    pub(crate) fn served_at(&self, now: Timestamp) -> Served {
        let age = self.age_at(now);
        let fraction = u64::from(self.flags.has(Flags::FRACTION));
        let left = i64::try_from(self.lifetimes().least.saturating_sub(fraction));
        Served { age, remaining: left.unwrap_or(i64::MAX).saturating_sub_unsigned(age) }
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
        self.flags.set(Flags::INVALIDATED, true);
        self.flags.decide(Flags::VALIDATED, Tri::Yes);
        self
    }

    /// The same policy, so that the response is fetched anew before it is used again.
    pub(crate) const fn to_be_fetched(self) -> Self {
        let mut policy = self.invalidated();
        policy.flags.decide(Flags::CONDITIONAL, Tri::No);
        policy
    }

    /// The same policy for a response of whose content only the first `octets` have come
    /// (RFC 9111 §3.3): it answers requests for parts within them and no others.
    #[must_use]
    pub const fn incomplete(mut self, octets: u64) -> Self {
        self.hold(octets);
        self
    }

    /// Takes the lifetime and what belongs to it from another judgement.
    pub(crate) const fn renew_as(&mut self, update: &Self) {
        (self.lifetime, self.age) = (update.lifetime, update.age);
        self.stale_window = update.stale_window;
    }

    /// Notes how many octets of content are there; `u64::MAX` where the response came whole.
    pub(crate) const fn hold(&mut self, octets: u64) {
        self.held = octets;
        self.flags.set(Flags::PARTIAL, self.status == 206 || octets != u64::MAX);
    }

    /// How many octets of content are there, where that is less than all.
    #[must_use]
    pub const fn held(&self) -> Option<u64> {
        if self.held == u64::MAX { None } else { Some(self.held) }
    }
}

/// Longer spans are as good as endless: 136 years.
fn seconds(seconds: u64) -> u32 {
    u32::try_from(seconds).unwrap_or(u32::MAX)
}
