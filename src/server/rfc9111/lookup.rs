//! RFC 9111 §4: whether a stored response answers a request, by the facts of a profile.

use crate::calendar::Timestamp;
use crate::field::{Field, FieldLines, elements};
use crate::kept::{Coverage, Flags, Forwarded, Hit, Lookup, Stored, StoredPolicy, is_the_origins};
use crate::policy::{DeltaSeconds, RequestPolicy};
use crate::profile::{
    Authorization, CacheType, Fact, Facts, Methods, Profile, Reload, RequestPragma, RequestRule,
    Validation, VaryFields, VaryName,
};
use crate::rule::s4_1_vary::{is_among, same_field};
use crate::rule::s4_reuse::{answers_method, looked_up};
use crate::rule::{Draft, Interval, Tri, s2_key};
use crate::server::Case;

/// The parts of a response on which its reuse depends.
pub(in crate::server) fn keep(case: &Case<'_>, draft: &Draft<'_>, policy: &mut StoredPolicy) {
    let (response, facts) = (&case.response, case.profile.facts());
    let control = &response.control;
    let shared = case.profile.cache_type() == CacheType::Shared;
    // §5.2.2.2, §5.2.2.8, §5.2.2.10: the latter two bind shared caches. C28: no-cache, too.
    // What is left of one that names fields was not named.
    let named = !(control.no_cache_fields.is_absent() || draft.stripped.no_cache_fields);
    let barred = !(control.must_revalidate.is_absent() && control.no_cache.is_absent())
        || named
        || (shared && !(control.proxy_revalidate.is_absent() && control.s_maxage.is_absent()));
    let flags = &mut policy.flags;
    flags.set(Flags::NEVER_STALE, barred);
    flags.set(Flags::VARIES, elements(response.scan().all(Field::Vary)).next().is_some());
    if facts.authorization == Fact::Known(Authorization::CheckedAtReuse) {
        let validate =
            control.must_revalidate.is_present() || control.proxy_revalidate.is_present();
        flags.set(Flags::VALIDATE_AUTHORIZED, validate);
        flags.set(Flags::REFUSE_AUTHORIZED, !validate && !control.public.is_present());
    }
    let (tag, modified) = (response.has_entity_tag(), response.has_last_modified());
    flags.set(Flags::HAS_TAG, tag);
    flags.set(Flags::HAS_MODIFIED, modified);
    let conditional = match facts.validation {
        Fact::Known(Validation::AlwaysConditional) => Tri::Yes,
        Fact::Known(Validation::Conditional) => Tri::from(tag || modified),
        Fact::Known(Validation::ByDate) => {
            Tri::from((tag || modified) && response.scan().has(Field::LastModified))
        }
        Fact::Known(Validation::Plain) => Tri::No,
        Fact::Unknown => Tri::Maybe.and(Tri::from(tag || modified)),
    };
    flags.decide(Flags::CONDITIONAL, conditional);
}

/// What a request gets of a stored response.
#[inline]
pub(in crate::server) fn look_up(
    profile: &Profile,
    stored: &Stored<'_>,
    later: &RequestPolicy<'_>,
    at: Option<Timestamp>,
) -> Lookup {
    let (found, why) = find(profile.facts(), stored, later);
    if found == Tri::No {
        return Lookup::elsewhere(why);
    }
    // Nearly every hit: the clock alone decides.
    if found == Tri::Yes && !later.has_demands() && stored.policy.plain_hit(at).is_some() {
        return Lookup::HIT;
    }
    answer(profile, stored, later, at).if_found(found, why)
}

/// §4, the items that are about the two requests: the method, Vary, Authorization, the parts.
#[inline]
pub(in crate::server) fn find(
    facts: &Facts,
    stored: &Stored<'_>,
    later: &RequestPolicy<'_>,
) -> (Tri, Forwarded) {
    let is_looked_up = looked_up(later, facts);
    if is_looked_up == Tri::No {
        return (Tri::No, why_not_looked_up(later, facts));
    }
    // The content of a QUERY is in the key.
    if answers_method(stored.policy.method, later.method) == Tri::No {
        return (Tri::No, Forwarded::Method);
    }
    let selected = selects(facts.vary_fields, stored, later).and(listed(facts, stored, later));
    if selected == Tri::No || stored.policy.decided(Flags::MATCHES_NOTHING) == Tri::Yes {
        return (Tri::No, Forwarded::VaryMiss);
    }
    let certain = selected == Tri::Yes && is_looked_up == Tri::Yes;
    if certain && !stored.policy.flags.has(Flags::REFUSING) {
        return (Tri::Yes, Forwarded::UriMiss);
    }
    is_given(stored, later, is_looked_up, selected)
}

/// Whether a response that is incomplete, or not for everybody, is for this request.
#[inline(never)]
fn is_given(
    stored: &Stored<'_>,
    later: &RequestPolicy<'_>,
    is_looked_up: Tri,
    selected: Tri,
) -> (Tri, Forwarded) {
    let policy = stored.policy;
    if policy.flags.has(Flags::REFUSE_AUTHORIZED) && later.has_authorization() {
        return (Tri::No, Forwarded::Miss);
    }
    // §3.3: an incomplete response answers for what it holds.
    if !policy.is_whole() && !Coverage::of(stored).answers(later, stored) {
        return (Tri::No, Forwarded::Partial);
    }
    let matches = selected.and(policy.decided(Flags::MATCHES_NOTHING).not());
    let why = if is_looked_up == Tri::Yes { Forwarded::VaryMiss } else { Forwarded::Bypass };
    (is_looked_up.and(matches), why)
}

#[cold]
pub(in crate::server) fn why_not_looked_up(later: &RequestPolicy<'_>, facts: &Facts) -> Forwarded {
    match facts.methods {
        Fact::Known(Methods::Only(methods)) if !methods.contains(&later.head().method()) => {
            Forwarded::Method
        }
        _ => Forwarded::Bypass,
    }
}

/// A `*` is judged where the response is stored.
pub(in crate::server) fn vary_names(vary: FieldLines<'_>) -> impl Iterator<Item = &[u8]> {
    elements(vary).filter(|name| *name != b"*")
}

/// §4.1: every named field of the later request matches that of the request that was stored.
#[inline(always)]
pub(in crate::server) fn selects(
    rule: Fact<VaryFields>,
    stored: &Stored<'_>,
    later: &RequestPolicy<'_>,
) -> Tri {
    if rule == Fact::Known(VaryFields::Ignored) {
        return Tri::Yes;
    }
    if let Fact::Known(VaryFields::ByName { names, others }) = rule {
        let mut selected = Tri::Yes;
        stored.variant.all_compared(vary_names, later, same_field, |name, is_same| {
            if !is_same {
                let does = VaryFields::by_name(names, others, name);
                selected = selected.min(Tri::from(does != VaryName::Compared).min(Tri::Maybe));
            }
            selected != Tri::No
        });
        return selected;
    }
    let all_same = stored.variant.all_compared(vary_names, later, same_field, |name, is_same| {
        is_same || !counts(rule, name)
    });
    match rule {
        _ if all_same => Tri::Yes,
        // Where the named fields differ it may make no difference.
        Fact::Known(VaryFields::Normalised(_) | VaryFields::EncodedOnly { .. }) | Fact::Unknown => {
            Tri::Maybe
        }
        _ => Tri::No,
    }
}

/// What the stored response lists of its request in a field of the vendor's own.
fn listed(facts: &Facts, stored: &Stored<'_>, later: &RequestPolicy<'_>) -> Tri {
    let (one, other) = (stored.variant.request(), later.head());
    s2_key::same_listed(facts.key_query, stored.head.lines(), one, other)
}

/// Whether a field that Vary names is looked at.
pub(in crate::server) fn counts(rule: Fact<VaryFields>, name: &[u8]) -> bool {
    match rule {
        Fact::Known(VaryFields::ComparedExcept(exempt)) => !is_among(exempt, name),
        Fact::Known(VaryFields::Normalised(counting)) => is_among(counting, name),
        _ => true,
    }
}

/// §4, the last item: fresh, or allowed to be stale, or validated.
#[inline(never)]
fn answer(
    profile: &Profile,
    stored: &Stored<'_>,
    later: &RequestPolicy<'_>,
    at: Option<Timestamp>,
) -> Lookup {
    let (facts, policy) = (profile.facts(), stored.policy);
    let directives = RequestDirectives::of(later, facts);
    let (age, lifetime) = (policy.ages(at), policy.lifetimes());
    let fresh = lifetime.minus(age).is_positive();
    let wished = directives.takes_stale(age, lifetime);
    let stale = if policy.flags.has(Flags::NEVER_STALE) { Tri::No } else { wished };
    let window = directives.take_renewed(age, lifetime, policy.stale_window.interval());
    let unvalidated = policy.decided(Flags::VALIDATED).not();
    let needs_validation =
        later.has_authorization() && policy.flags.has(Flags::VALIDATE_AUTHORIZED);
    let mut reusable = fresh
        .max(stale)
        .max(window)
        .and(directives.young_enough(age, lifetime))
        .and(unvalidated)
        .and(directives.validation.not())
        .and(Tri::from(!needs_validation));
    let mut conditional = policy.decided(Flags::CONDITIONAL);
    let anew = directives.validation != Tri::No && facts.reload == Fact::Known(Reload::FetchedAnew);
    if anew {
        conditional = Tri::No;
    } else if is_the_origins(later, stored, profile) {
        (reusable, conditional) = (Tri::No, Tri::No);
    }
    let plainly = fresh == Tri::Yes || stale == Tri::Yes;
    let by_wish = fresh != Tri::No && unvalidated != Tri::No && !needs_validation;
    Lookup {
        found: Tri::Yes,
        reusable,
        conditional,
        hit: if plainly { Hit::AsItIs } else { Hit::RenewedBehind },
        why: if by_wish { Forwarded::Request } else { Forwarded::Stale },
    }
}

/// §5.2.1: what a request wants of a stored response, and whether the cache does as it is asked.
#[derive(Clone, Copy)]
struct RequestDirectives<'a> {
    validation: Tri,
    max_age: DeltaSeconds<'a>,
    min_fresh: DeltaSeconds<'a>,
    max_stale: DeltaSeconds<'a>,
    /// Whether no-cache and max-age are granted.
    granted: Tri,
    min_fresh_granted: Tri,
    max_stale_granted: Tri,
}

impl<'a> RequestDirectives<'a> {
    fn of(later: &RequestPolicy<'a>, facts: &Facts) -> Self {
        let granted = match facts.request_no_cache {
            Fact::Known(RequestRule::Ignored) => Tri::No,
            Fact::Known(_) => Tri::Yes,
            Fact::Unknown => Tri::Maybe,
        };
        let by = |rule: RequestRule| Tri::from(rule == RequestRule::Honoured);
        let (max_stale, min_fresh) = match facts.request_directives {
            Fact::Known(directives) if granted != Tri::No => {
                (by(directives.max_stale), by(directives.min_fresh))
            }
            _ => (granted, granted),
        };
        let bypassed = facts.request_directives.known().is_some_and(|directives| {
            !later.max_stale.is_absent() && directives.max_stale == RequestRule::Bypassed
                || !later.min_fresh.is_absent() && directives.min_fresh == RequestRule::Bypassed
        });
        let asked = !later.no_cache.is_absent();
        let validation = if asked { granted } else { Tri::No };
        Self {
            validation: validation.max(Tri::from(bypassed || pragma_counts(later, facts))),
            max_age: later.max_age,
            min_fresh: later.min_fresh,
            max_stale: later.max_stale,
            granted,
            min_fresh_granted: min_fresh,
            max_stale_granted: max_stale,
        }
    }

    /// §5.2.1.1 and §5.2.1.3.
    fn young_enough(&self, age: Interval, lifetime: Interval) -> Tri {
        let lasting = match self.min_fresh {
            DeltaSeconds::Seconds(seconds, _) => lifetime.minus(age).least >= seconds,
            DeltaSeconds::Invalid(_) | DeltaSeconds::Doubtful(_) => false,
            DeltaSeconds::Absent => true,
        };
        let lasting = if lasting { Tri::Yes } else { self.min_fresh_granted.not() };
        lasting.and(self.age_accepted(age))
    }

    /// §5.2.1.1.
    fn age_accepted(&self, age: Interval) -> Tri {
        let accepted = match self.max_age {
            DeltaSeconds::Seconds(seconds, _) => age.most <= seconds,
            DeltaSeconds::Invalid(_) | DeltaSeconds::Doubtful(_) => false,
            DeltaSeconds::Absent => true,
        };
        if accepted { Tri::Yes } else { self.granted.not() }
    }

    /// §5.2.1.2: without a number, any staleness; min-fresh wants what is fresh. Beside it max-age
    /// still bounds the age.
    fn takes_stale(&self, age: Interval, lifetime: Interval) -> Tri {
        let accepted = match self.max_stale {
            DeltaSeconds::Seconds(seconds, _) => age.minus(lifetime).most <= seconds,
            DeltaSeconds::Invalid(_) => self.max_stale.is_bare(),
            DeltaSeconds::Absent | DeltaSeconds::Doubtful(_) => false,
        };
        let wished = accepted && self.min_fresh.is_absent() && self.age_accepted(age) == Tri::Yes;
        if wished { self.max_stale_granted } else { Tri::No }
    }

    /// RFC 5861 §3. §5.2.1.1: a request's max-age wants nothing stale, unless max-stale is there
    /// too; §5.2.1.3: min-fresh wants what is fresh for a while yet.
    fn take_renewed(&self, age: Interval, lifetime: Interval, window: Interval) -> Tri {
        let staleness = age.minus(lifetime);
        let in_window = if window.most == 0 || staleness.least >= window.most {
            Tri::No
        } else if staleness.most < window.least {
            Tri::Yes
        } else {
            Tri::Maybe
        };
        let age_only = self.max_age.is_absent() || !self.max_stale.is_absent();
        if age_only && self.min_fresh.is_absent() {
            in_window
        } else {
            in_window.and(self.granted.not())
        }
    }
}

/// §5.4: when Pragma counts as no-cache beside or without Cache-Control. Where it stands alone, that
/// is in the policy of the request.
fn pragma_counts(later: &RequestPolicy<'_>, facts: &Facts) -> bool {
    let counts = match facts.request_pragma {
        Fact::Known(RequestPragma::Always) => true,
        Fact::Known(RequestPragma::WithoutKnownDirective) => !later.states_directives(),
        Fact::Known(RequestPragma::WithoutCacheControl) | Fact::Unknown => false,
    };
    counts && later.pragma_no_cache().is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::Exchange;
    use crate::message::{HeaderLines, RequestHead, ResponseHead};

    type Lines<'a> = &'a [(&'a str, &'a [u8])];

    fn request<'a>(lines: Lines<'a>) -> RequestHead<'a> {
        RequestHead::new("GET", "/", HeaderLines::from_pairs(lines))
    }

    #[test]
    fn pragma_counts_beside_cache_control_where_a_cache_reads_it() {
        use RequestPragma::{Always, WithoutCacheControl, WithoutKnownDirective};
        for (control, pragma, rule, expected) in [
            (&b"foo"[..], &b"no-cache"[..], WithoutCacheControl, Tri::No),
            (b"foo", b"no-cache", WithoutKnownDirective, Tri::Yes),
            (b"max-age=9", b"no-cache", WithoutKnownDirective, Tri::No),
            (b"max-age=9", b"no-cache", Always, Tri::Yes),
            (b"max-age=9", b"other", Always, Tri::No),
        ] {
            let lines = [("Cache-Control", control), ("Pragma", pragma)];
            let rule = Fact::Known(rule);
            let facts = Facts { request_pragma: rule, ..*Profile::RFC9111_SHARED.facts() };
            let asked =
                RequestDirectives::of(&RequestPolicy::read(request(&lines)), &facts).validation;
            assert_eq!(asked, expected, "{} {rule:?}", control.escape_ascii());
        }
    }

    #[test]
    fn rules_choose_the_fields_that_count() {
        const HELD: Lines<'_> = &[("accept", b"a"), ("cookie", b"1")];
        const LATER: Lines<'_> = &[("accept", b"a"), ("cookie", b"2")];
        let encoded = VaryFields::EncodedOnly { stored: &[], disputed: &[] };
        let by_name =
            |names| Fact::Known(VaryFields::ByName { names, others: VaryName::Normalised });
        for (rule, equal, differing) in [
            (Fact::Known(VaryFields::Compared), Tri::Yes, Tri::No),
            (Fact::Known(VaryFields::OnlyThese(&[])), Tri::Yes, Tri::No),
            (Fact::Known(VaryFields::NoneOfThese(&[])), Tri::Yes, Tri::No),
            (Fact::Known(VaryFields::Ignored), Tri::Yes, Tri::Yes),
            (Fact::Known(VaryFields::ComparedExcept(&["cookie"])), Tri::Yes, Tri::Yes),
            (Fact::Known(VaryFields::ComparedExcept(&["accept"])), Tri::Yes, Tri::No),
            (Fact::Known(VaryFields::Normalised(&["cookie"])), Tri::Yes, Tri::Maybe),
            (Fact::Known(VaryFields::Normalised(&["accept"])), Tri::Yes, Tri::Yes),
            (Fact::Known(encoded), Tri::Yes, Tri::Maybe),
            (by_name(&[("cookie", VaryName::Compared)]), Tri::Yes, Tri::No),
            (by_name(&[("accept", VaryName::Compared)]), Tri::Yes, Tri::Maybe),
            (Fact::Unknown, Tri::Yes, Tri::Maybe),
        ] {
            // At hand and kept they select alike.
            let matched = |names: &[u8], later| {
                let lines = [("vary", names), ("cache-control", b"max-age=60")];
                let head = ResponseHead::new(200, HeaderLines::from_pairs(&lines));
                let first = request(HELD);
                let verdict = Exchange::new(&first, &head).judge(&Profile::RFC9111_SHARED);
                let (policy, key) = (verdict.keep(), verdict.vary_key());
                let later = RequestPolicy::read(request(later));
                let kept = selects(rule, &Stored::new(&policy, &key, &head), &later);
                let at_hand = selects(rule, &verdict.case().stored(&policy), &later);
                assert_eq!(kept, at_hand, "{rule:?}");
                kept
            };
            // A `*` is judged where it is stored.
            assert_eq!(matched(b"accept, *", LATER), Tri::Yes, "{rule:?}");
            assert_eq!(matched(b"accept, Cookie", HELD), equal, "{rule:?}");
            assert_eq!(matched(b"accept, Cookie", LATER), differing, "{rule:?}");
        }
    }
}
