//! P26 to P34 and P36 to P38: lifetime and age (RFC 9111 §4.2).

use proptest::prelude::*;
use proptest::sample::Index;
use storable::{FreshFor, Profile, Rule, RuleEffect};

use crate::generators::*;
use crate::law::*;
use crate::{PRIVATE, RFC, SHARED};

/// Seconds left on receipt, where they are known.
pub fn left(case: &Case, profile: &Profile) -> Option<u64> {
    match case.answers(profile).fresh_for {
        FreshFor::Seconds(seconds) => Some(seconds),
        FreshFor::NotStored | FreshFor::Between(..) | FreshFor::Unknown => None,
    }
}

/// The age on receipt.
fn age(case: &Case, profile: &Profile) -> u64 {
    case.judge(profile, |verdict| {
        let age = verdict.reasons().find_map(|reason| match reason.effect {
            RuleEffect::Ages(seconds) => Some(seconds),
            _ => None,
        });
        age.unwrap_or(0)
    })
}

fn without_lifetime(case: Case) -> Case {
    case.without_members(&["max-age", "s-maxage"]).without_response("expires")
}

/// RFC 9111 §4.2.1.
#[test]
fn p26_lifetime_grows_with_its_number() {
    let input = (plain_case(), any::<Index>(), 0_u64..1 << 34, 0_u64..1 << 34);
    law(256, input, |(case, at, one, other)| {
        let (less, more) = (one.min(other), one.max(other));
        let mut speaks = false;
        for (profile, name) in [(SHARED, "max-age"), (PRIVATE, "max-age"), (SHARED, "s-maxage")] {
            let case = without_lifetime(case.clone());
            let with = |seconds| left(&case.with_member(at, &format!("{name}={seconds}")), profile);
            prop_assert!(with(less) <= with(more));
            speaks |= with(more) > Some(0);
        }
        let case = without_lifetime(case).without_response("date");
        let case = case.with_response("Date", &imf(NOW));
        let until = |seconds: u64| {
            let at = NOW + i64::try_from(seconds >> 4).unwrap();
            left(&case.with_response("Expires", &imf(at)), SHARED)
        };
        prop_assert!(until(less) <= until(more));
        Ok(speaks.into())
    });
}

/// RFC 9111 §5.2.2.10: to a shared cache it takes the place of the others, to a private one it is
/// nothing.
#[test]
fn p27_s_maxage_decides_for_shared_caches_alone() {
    law(256, (case(), any::<Index>(), number()), |(case, at, seconds)| {
        let case = case.without_members(&["s-maxage"]);
        let with = case.with_member(at, &format!("s-maxage={seconds}"));
        let alone = with.without_members(&["max-age"]).without_response("expires");
        prop_assert_eq!(with.answers(SHARED).fresh_for, alone.answers(SHARED).fresh_for);
        prop_assert_eq!(case.answers(PRIVATE).fresh_for, with.answers(PRIVATE).fresh_for);
        let other = case.has_member("max-age") || case.has_response("expires");
        Ok((other && left(&with, SHARED).is_some()).into())
    });
}

/// RFC 9111 §5.3, C3: valid or not.
#[test]
fn p28_max_age_hides_expires() {
    let value = prop_oneof![3 => number(), 1 => no_number()];
    law(256, (case(), any::<Index>(), value, date()), |(case, at, value, date)| {
        let case = case.with_member(at, &format!("max-age={value}")).without_response("expires");
        let with = case.with_response("Expires", &date);
        for profile in RFC {
            prop_assert_eq!(case.answers(profile), with.answers(profile));
        }
        Ok(is_stored(&with.answers(SHARED)).into())
    });
}

/// RFC 9111 §4.2.2: what states its end is given no other.
#[test]
fn p29_heuristics_only_where_nothing_is_stated() {
    law(256, (case(), date()), |(case, date)| {
        let case = case.without_response("etag");
        let after = case.without_response("last-modified").with_response("Last-Modified", &date);
        let mut speaks = false;
        for profile in RFC {
            let stated = case.has_member("max-age")
                || case.has_response("expires")
                || (profile == SHARED && case.has_member("s-maxage"));
            if stated {
                prop_assert_eq!(case.answers(profile).fresh_for, after.answers(profile).fresh_for);
                let heuristic = after.judge(profile, |verdict| {
                    verdict.reasons().any(|reason| reason.rule == Rule::Heuristic)
                });
                prop_assert!(!heuristic);
                speaks |= is_stored(&after.answers(profile));
            }
        }
        Ok(speaks.into())
    });
}

/// RFC 9111 §4.2, C13: at its lifetime's end it is stale.
#[test]
fn p30_fresh_while_the_lifetime_exceeds_the_age() {
    law(256, (plain_case(), 0_u64..5_000, 0_u64..5_000), |(case, lifetime, age)| {
        let case = without_lifetime(case)
            .without_members(&["no-cache"])
            .without_response("vary")
            .without_response("age")
            .without_response("date")
            .saying(&format!("max-age={lifetime}"))
            .with_response("Age", &age.to_string());
        for profile in RFC {
            let expected = lifetime.saturating_sub(age);
            prop_assert!(left(&case, profile).is_none_or(|left| left == expected));
        }
        Ok(left(&case, SHARED).is_some().into())
    });
}

/// RFC 9111 §4.2.3: no clock makes an age that is negative, so no answer outlives its lifetime.
#[test]
fn p31_no_age_adds_to_a_lifetime() {
    let clocks = (
        prop_oneof![any::<i32>().prop_map(i64::from), moment()],
        any::<u32>(),
        prop_oneof![date(), any::<i32>().prop_map(|at| imf(i64::from(at)))],
    );
    law(256, (case(), clocks, number()), |(case, (received_at, delay, date), lifetime)| {
        let case = without_lifetime(case).without_response("date").with_response("Date", &date);
        let mut case = case.saying(&format!("max-age={lifetime}"));
        (case.received_at, case.delay) = (Some(received_at), Some(delay));
        let lifetime = lifetime.parse().unwrap_or(u64::MAX).min(storable::field::DELTA_SECONDS_MAX);
        for profile in RFC {
            prop_assert!(left(&case, profile).is_none_or(|left| left <= lifetime));
        }
        Ok(left(&case, SHARED).is_some().into())
    });
}

/// RFC 9111 §4.2.3: with a Date, a second later is a second older, unless Age says more.
#[test]
fn p32_age_grows_with_time_and_with_age() {
    let input = (plain_case(), 0_i64..100_000, 0_i64..100_000, 0_u64..100_000, 0_u64..100_000);
    law(256, input, |(case, at, later, field, more)| {
        // Of what is not stored no age is told.
        let mut case = case
            .without_members(&["no-store", "private"])
            .without_response("age")
            .without_response("date")
            .with_response("Date", &imf(NOW));
        case.request.clear();
        case.received_at = Some(NOW + at);
        let dated = age(&case, SHARED);
        prop_assert_eq!(dated, u64::try_from(at).unwrap());
        let with = |age: u64| case.with_response("Age", &age.to_string());
        prop_assert_eq!(age(&with(field), SHARED), dated.max(field));
        prop_assert!(age(&with(field), SHARED) <= age(&with(field + more), SHARED));
        case.received_at = Some(NOW + at + later);
        prop_assert_eq!(age(&case, SHARED), dated + u64::try_from(later).unwrap());
        Ok((at > 0 && later > 0).into())
    });
}

/// RFC 9111 §4.2.3: the delay counts, it is never given back.
#[test]
fn p33_delay_never_lowers_the_age() {
    law(256, (case(), any::<u32>(), any::<u32>()), |(mut case, one, other)| {
        let mut ages = Vec::new();
        for delay in [None, Some(one.min(other)), Some(one.max(other))] {
            case.delay = delay;
            ages.push(age(&case, SHARED));
        }
        prop_assert!(ages.is_sorted());
        Ok((ages[2] > ages[0]).into())
    });
}

/// RFC 9111 §4.2: what arrives later is no fresher.
#[test]
fn p34_later_is_never_fresher() {
    law(256, (plain_case(), moment(), 0_i64..200_000), |(mut case, at, later)| {
        // Without a Date the lifetime itself depends on when it is received.
        case = case.without_response("date").with_response("Date", &imf(NOW));
        // A two-digit year may name another century later on.
        if case.response.iter().any(|(_, value)| value.windows(5).any(|text| text == b"day, ")) {
            return Ok(Fails);
        }
        let mut speaks = false;
        for profile in RFC {
            case.received_at = Some(at);
            let early = left(&case, profile);
            case.received_at = Some(at + later);
            let late = left(&case, profile);
            if let (Some(early), Some(late)) = (early, late) {
                prop_assert!(late <= early, "{} s, then {} s", early, late);
                speaks |= early > 0;
            }
        }
        Ok(speaks.into())
    });
}

/// RFC 9111 §4.2.1, §5.3, C16, C25.
#[test]
fn p36_expires_runs_from_date() {
    let date = prop_oneof![3 => (0_i64..60).prop_map(|ago| imf(NOW - ago)), 1 => broken_date()];
    law(256, (plain_case(), date, moment()), |(case, date, expires)| {
        let case = without_lifetime(case)
            .without_members(&["no-cache"])
            .without_response("vary")
            .without_response("age")
            .without_response("date")
            .with_response("Date", &date)
            .with_response("Expires", &imf(expires));
        let read = storable::field::read_http_date(date.as_bytes(), None);
        let start = match read {
            storable::field::DateReading::Valid(date) => date.unix(),
            _ => NOW,
        };
        let lifetime = u64::try_from(expires - start).unwrap_or(0);
        let age = u64::try_from(NOW - start).unwrap_or(0);
        for profile in RFC {
            let expected = lifetime.saturating_sub(age);
            prop_assert!(left(&case, profile).is_none_or(|left| left == expected));
        }
        Ok(left(&case, SHARED).is_some().into())
    });
}

/// No rule reads a clock of its own: all times may move together. (Not dates with two-digit years,
/// which do not.)
#[test]
fn p37_only_differences_of_times_matter() {
    let times = proptest::collection::vec(proptest::option::of(moment()), 3);
    let received = proptest::option::weighted(0.8, moment());
    let input = (case(), times, received, -1_000_000_000_i64..1_000_000_000);
    law(256, input, |(case, times, received, shift)| {
        let names = ["Date", "Expires", "Last-Modified"];
        let bare = names.iter().fold(case, |case, name| case.without_response(name));
        let shifted = |shift: i64| {
            let fields = names.iter().zip(&times);
            let mut case = fields.fold(bare.clone(), |case, (name, time)| match time {
                Some(time) => case.with_response(name, &imf(time + shift)),
                None => case,
            });
            case.received_at = received.map(|at| at + shift);
            case
        };
        for profile in RFC {
            prop_assert_eq!(shifted(0).answers(profile), shifted(shift).answers(profile));
        }
        Ok((left(&shifted(0), SHARED) > Some(0)).into())
    });
}

/// RFC 9111 §4.2.2: at most a tenth of the time since Last-Modified, and a day; C26.
#[test]
fn p38_heuristics_keep_their_bounds() {
    let input = (case(), prop_oneof![moment(), Just(NOW - 50_000)], any::<bool>());
    law(256, input, |(case, modified, public)| {
        let mut case = without_lifetime(case)
            .without_response("date")
            .without_response("last-modified")
            .with_response("Date", &imf(NOW))
            .with_response("Last-Modified", &imf(modified));
        if public {
            case = case.saying("public");
        }
        let since = u64::try_from(NOW - modified).unwrap_or(0);
        let most = (since / 10).min(86_400);
        let mut speaks = false;
        for profile in RFC {
            let left = left(&case, profile);
            prop_assert!(left.is_none_or(|left| left <= most));
            let allowed = HEURISTIC.contains(&case.status)
                || case.has_member("public")
                || (profile == PRIVATE && case.has_member("private"));
            prop_assert!(allowed || left.is_none());
            speaks |= left > Some(0);
        }
        Ok(speaks.into())
    });
}
