//! P42 to P44 and P59 to P61: later requests (RFC 9111 §4.1, §4.2.4, §5.2.1).

use proptest::prelude::*;
use proptest::sample::{Index, select};
use storable::{Answer, Profile};

use crate::generators::*;
use crate::law::*;
use crate::{RFC, SHARED};

fn later(case: &Case, profile: &Profile, follower: &(String, Vec<Line>)) -> Answer {
    case.judge(profile, |verdict| with_follower(follower, |other| verdict.for_other(other)))
}

fn get(lines: Vec<Line>) -> (String, Vec<Line>) {
    ("GET".to_owned(), lines)
}

fn wish(text: &str) -> (String, Vec<Line>) {
    get(vec![header("Cache-Control", text)])
}

/// A response that has gone stale on its way.
fn stale_case() -> impl Strategy<Value = Case> {
    (plain_case(), 0_u64..1_000).prop_map(|(case, staleness)| {
        case.without_members(&["max-age", "s-maxage"])
            .without_response("age")
            .without_response("vary")
            .saying("max-age=100")
            .with_response("Age", &(100 + staleness).to_string())
    })
}

/// RFC 9111 §5.2.1.1, §5.2.1.3: wishes for something younger.
#[test]
fn p42_request_max_age_and_min_fresh_never_widen() {
    let wishes = (select(vec!["max-age", "min-fresh"]), number());
    law(256, (plain_case(), wishes), |(case, (name, number))| {
        let mut speaks = false;
        for profile in RFC {
            let before = later(&case, profile, &get(vec![]));
            let after = later(&case, profile, &wish(&format!("{name}={number}")));
            prop_assert!(before == Answer::Hit || after != Answer::Hit);
            speaks |= before == Answer::Hit;
        }
        Ok(speaks.into())
    });
}

/// RFC 9111 §4.2.4, §5.2.1.2: a request never overrides a response's prohibition.
#[test]
fn p42_max_stale_stops_at_every_bar() {
    let bars = select(vec!["must-revalidate", "no-cache", "proxy-revalidate", "s-maxage=0"]);
    let wishes =
        select(vec!["max-stale", "max-stale=5000", "x, MAX-STALE", "max-stale, max-age=9"]);
    law(256, (stale_case(), any::<Index>(), bars, wishes), |(case, at, bar, text)| {
        // A window of the response's own is barred by the same directives.
        let case = case.without_members(&["stale-while-revalidate"]);
        let granted = later(&case, SHARED, &wish("max-stale")) == Answer::Hit;
        let barred = later(&case.with_member(at, bar), SHARED, &wish(text));
        prop_assert!(barred != Answer::Hit, "{:?}", barred);
        Ok(granted.into())
    });
}

/// RFC 9111 §5.2.1.2: the more staleness is welcome, the more is given; without a number, most.
#[test]
fn p42_max_stale_is_monotone() {
    law(256, (stale_case(), 0_u64..2_000, 0_u64..2_000), |(case, one, other)| {
        let hit = |text: &str| later(&case, SHARED, &wish(text)) == Answer::Hit;
        let (less, more) = (one.min(other), one.max(other));
        let (less, more) = (hit(&format!("max-stale={less}")), hit(&format!("max-stale={more}")));
        prop_assert!(!less || more);
        prop_assert!(!more || hit("max-stale"));
        Ok(more.into())
    });
}

/// RFC 5861 §3, RFC 9111 §4.2.4: a window behind the lifetime, and no part of it.
#[test]
fn p43_stale_windows_lie_behind_the_lifetime() {
    law(256, (stale_case(), 0_u64..2_000), |(case, window)| {
        let case = case
            .without_members(&["stale-while-revalidate", "no-cache", "s-maxage"])
            .without_members(&["must-revalidate", "proxy-revalidate"]);
        let after = case.saying(&format!("stale-while-revalidate={window}"));
        let errors = case.saying(&format!("stale-if-error={window}"));
        for profile in RFC {
            let (before, with) = (case.answers(profile), after.answers(profile));
            prop_assert_eq!((before.storage, before.fresh_for), (with.storage, with.fresh_for));
            prop_assert_eq!(before, errors.answers(profile));
        }
        let age = case.response.iter().find(|(name, _)| name == "Age").unwrap();
        let age: u64 = std::str::from_utf8(&age.1).unwrap().parse().unwrap();
        // The Date may make it older still.
        let hit = later(&after, SHARED, &get(vec![])) == Answer::Hit;
        prop_assert!(!hit || age < 100 + window);
        Ok(hit.into())
    });
}

/// RFC 8246 §2: it says nothing on storing, lifetime, or what is stale.
#[test]
fn p44_immutable_changes_nothing() {
    let immutable = select(vec!["immutable", "IMMUTABLE", "immutable=1", "immutable=\"x\""]);
    law(256, (case(), any::<Index>(), immutable), |(case, at, immutable)| {
        for profile in RFC {
            prop_assert_eq!(
                case.answers(profile),
                case.with_member(at, immutable).answers(profile)
            );
        }
        Ok(is_stored(&case.answers(SHARED)).into())
    });
}

/// RFC 9111 §4.1: the same request matches, and two match each other or do not; with `*` nothing.
#[test]
fn p59_vary_is_reflexive_and_symmetric() {
    let lines = || proptest::collection::vec(request_field(), 0..3);
    let names = select(vec!["Cookie", "Cookie, User-Agent", "Accept-Encoding", "Range, Cookie"]);
    law(256, (plain_case(), names, lines(), lines()), |(case, names, ours, theirs)| {
        let plain = |lines: Vec<Line>| -> Vec<Line> {
            // What else a request says has a say of its own.
            lines
                .into_iter()
                .filter(|(name, _)| name != "Cache-Control" && name != "Authorization")
                .collect()
        };
        let (ours, theirs) = (plain(ours), plain(theirs));
        let case = case.without_response("vary");
        let by = |first: &[Line], names: &str| Case {
            request: first.to_vec(),
            ..case.with_response("Vary", names)
        };
        let hit = |first: &[Line], second: &[Line], names: &str| {
            later(&by(first, names), SHARED, &get(second.to_vec())) == Answer::Hit
        };
        let unvaried = hit(&ours, &theirs, "");
        prop_assert_eq!(
            (hit(&ours, &ours, names), hit(&theirs, &theirs, names)),
            (unvaried, unvaried)
        );
        prop_assert_eq!(hit(&ours, &theirs, names), hit(&theirs, &ours, names));
        let star = format!("{names}, *");
        prop_assert!(!hit(&ours, &ours, &star) && !hit(&ours, &theirs, "*"));
        Ok(unvaried.into())
    });
}

/// RFC 9111 §4.1: a name more matches no more; a field that is not named is no matter.
#[test]
fn p60_a_longer_vary_matches_no_more() {
    let names = select(vec!["Cookie", "User-Agent", "Accept-Encoding", "X-Lang", "*"]);
    law(256, (plain_case(), names, follower()), |(case, name, follower)| {
        let before = later(&case, SHARED, &follower);
        let after = later(&case.with_response("Vary", name), SHARED, &follower);
        prop_assert!(before == Answer::Hit || after != Answer::Hit);
        let mut other = follower;
        other.1.push(header("X-Not-Named", "1"));
        prop_assert_eq!(before, later(&case, SHARED, &other));
        Ok((before == Answer::Hit).into())
    });
}

/// RFC 9111 §4.1: a field that is absent matches only one that is absent.
#[test]
fn p61_absent_is_not_empty() {
    let names = select(vec!["Cookie", "User-Agent", "Accept-Encoding", "X-Lang"]);
    law(256, (plain_case(), names), |(case, name)| {
        let case = case.without_response("vary").without_request(name).with_response("Vary", name);
        let absent = later(&case, SHARED, &get(vec![]));
        prop_assert!(later(&case, SHARED, &get(vec![header(name, "")])) != Answer::Hit);
        let case = case.with_request(name, "");
        prop_assert!(later(&case, SHARED, &get(vec![])) != Answer::Hit);
        Ok((absent == Answer::Hit).into())
    });
}
