//! P69 to P77: profiles against the RFC, and targeted fields (RFC 9213).

use proptest::prelude::*;
use proptest::sample::select;
use storable::profile::ControlField;
use storable::{Direction, FreshFor, Profile, Question, Rule, RuleEffect, Waiting};

use crate::generators::*;
use crate::law::*;
use crate::{PRIVATE, RFC, SHARED};

const CDN: Profile =
    Profile::RFC9111_SHARED.with_control_fields(&[ControlField::Targeted("cdn-cache-control")]);

/// A law over every profile that is not the RFC's; it speaks where it speaks about one of them.
fn vendors(case: &Case, law: impl Fn(&Case, &Profile) -> Outcome) -> Outcome {
    let mut speaks = Fails;
    for profile in Profile::ALL.iter().filter(|profile| !RFC.contains(profile)) {
        if law(case, profile)? == Holds {
            speaks = Holds;
        }
    }
    Ok(speaks)
}

/// Fewer than elsewhere: each is judged under every profile.
const CASES: u32 = 64;

fn rfc_of(profile: &Profile) -> &'static Profile {
    if profile.cache_type() == SHARED.cache_type() { SHARED } else { PRIVATE }
}

fn is_flagged(case: &Case, profile: &Profile, question: Question) -> bool {
    case.judge(profile, |verdict| {
        verdict.deviations().any(|deviation| {
            (deviation.direction, deviation.question) == (Direction::Beyond, question)
        })
    })
}

/// The reasons that the RFC profile has for keeping it out, or for validating, where no choice
/// that the RFC leaves would lift them: named fields (§5.2.2.4, §5.2.2.7) and heuristics (§4.2.2).
fn firm(case: &Case, rfc: &Profile, effect: RuleEffect) -> bool {
    case.judge(rfc, |verdict| {
        verdict.reasons().any(|reason| {
            reason.effect == effect
                && !matches!(reason.rule, Rule::PrivateFields | Rule::NoCacheFields)
        })
    })
}

/// P69: a profile that stores what RFC 9111 forbids says so.
#[test]
fn p69_storing_beyond_the_rfc_is_flagged() {
    law(CASES, tempting_case(), |case| {
        vendors(&case, |case, profile| {
            let speaks = is_stored(&case.answers(profile))
                && firm(case, rfc_of(profile), RuleEffect::ForbidsStoring);
            prop_assert!(
                !speaks || is_flagged(case, profile, Question::Storage),
                "{}: not flagged",
                profile.id()
            );
            Ok(speaks.into())
        })
    });
}

/// P70: RFC 9111 §2: nobody has to store.
#[test]
fn p70_storing_less_is_never_flagged() {
    law(CASES, case(), |case| {
        vendors(&case, |case, profile| {
            let rfc = case.answers(rfc_of(profile));
            let speaks = is_kept_out(&case.answers(profile)) && is_stored(&rfc);
            prop_assert!(!speaks || !is_flagged(case, profile, Question::Storage));
            Ok(speaks.into())
        })
    });
}

/// P71: RFC 9111 §4.2.1: a lifetime longer than the one that is stated. At the instant of receipt;
/// later instants are a matter of the stored response's life.
#[test]
fn p71_longer_lifetimes_are_flagged() {
    law(CASES, tempting_case(), |case| {
        vendors(&case, |case, profile| {
            let rfc = rfc_of(profile);
            let stated = case.judge(rfc, |verdict| {
                let sources = [Rule::SMaxage, Rule::MaxAge, Rule::Expires, Rule::InvalidExpires];
                verdict.reasons().any(|reason| {
                    sources.contains(&reason.rule)
                        && matches!(reason.effect, RuleEffect::SetsLifetime(_))
                })
            });
            let (own, allowed) = (case.answers(profile).fresh_for, case.answers(rfc).fresh_for);
            let (FreshFor::Seconds(own), FreshFor::Seconds(allowed)) = (own, allowed) else {
                return Ok(Fails);
            };
            let loosened = case.has_member("no-cache") && !firm(case, rfc, RuleEffect::Validates);
            let speaks = stated && own > allowed && !loosened;
            prop_assert!(
                !speaks || is_flagged(case, profile, Question::FreshFor),
                "{}: {} s for {} s",
                profile.id(),
                own,
                allowed
            );
            Ok(speaks.into())
        })
    });
}

/// P72: RFC 9111 §4: what the queue gets and must not.
#[test]
fn p72_sharing_with_waiting_requests_is_flagged() {
    law(CASES, tempting_case(), |case| {
        vendors(&case, |case, profile| {
            let rfc = rfc_of(profile);
            let forbidden = firm(case, rfc, RuleEffect::ForbidsStoring)
                || firm(case, rfc, RuleEffect::Validates)
                || case.has_member("max-age")
                    && case.answers(rfc).fresh_for == FreshFor::Seconds(0);
            let wishes = case.has_request("cache-control") || case.has_request("pragma");
            let loosened = case.has_member("private") || case.has_member("no-cache");
            let speaks = case.answers(profile).waiting_user == Waiting::Shared
                && case.answers(rfc).waiting_user != Waiting::Shared
                && forbidden
                && !wishes
                && (!loosened || firm(case, rfc, RuleEffect::Validates));
            prop_assert!(
                !speaks || is_flagged(case, profile, Question::WaitingUser),
                "{}: not flagged",
                profile.id()
            );
            Ok(speaks.into())
        })
    });
}

fn targeted() -> impl Strategy<Value = String> {
    let member = select(vec![
        "max-age=60",
        "no-store",
        "private",
        "must-revalidate",
        "no-cache",
        "x=1",
        "x=\"no-store\"",
        "private=\"a\"",
        "s-maxage=5",
        "max-age=0",
    ]);
    proptest::collection::vec(member, 1..4).prop_map(|members| members.join(", "))
}

/// RFC 9213 §2.2: with nothing on the list it is the plain RFC; a valid field takes the place of
/// Cache-Control and Expires whole.
#[test]
fn p74_a_targeted_field_takes_the_place() {
    const NONE: Profile = Profile::RFC9111_SHARED.with_control_fields(&[]);
    law(256, (case(), targeted()), |(case, value)| {
        let with = case.with_response("CDN-Cache-Control", &value);
        prop_assert_eq!(with.answers(&NONE), case.answers(SHARED));
        let alone = Case { control: vec![], ..with.without_response("expires") };
        prop_assert_eq!(with.answers(&CDN), alone.answers(&CDN));
        let alike = Case { control: vec![value], ..case.without_response("expires") };
        let repeats = alike.control[0].matches("max-age").count() > 1;
        // The same directives in Cache-Control, where their readings do not differ (C2).
        prop_assert!(repeats || with.answers(&CDN) == alike.answers(SHARED));
        Ok((with.answers(&CDN) != case.answers(&CDN)).into())
    });
}

/// RFC 9213 §2.1: empty or broken is absent; §2.2, §2.4: no other name counts.
#[test]
fn p74_p75_other_fields_change_nothing() {
    let broken = select(vec![
        "",
        "Max-Age=60",
        "max-age=60,",
        ",no-store",
        "max-age=\"60\"",
        "no-store=1",
        "max-age=-1",
        "private=(a)",
        "max-age=60.5",
        "no-store;",
        "max-age=60, no-store=?0",
        "é",
    ]);
    let other =
        select(vec!["X-Cache-Control", "A-CDN-Cache-Control", "Cloudflare-CDN-Cache-Control"]);
    law(256, (case(), broken, other, targeted()), |(case, broken, other, value)| {
        let plain = case.answers(&CDN);
        prop_assert_eq!(plain, case.with_response("CDN-Cache-Control", broken).answers(&CDN));
        prop_assert_eq!(plain, case.with_response(other, &value).answers(&CDN));
        Ok(is_stored(&plain).into())
    });
}

/// P77: the same input, the same answers and reasons.
#[test]
fn p77_verdicts_are_functions() {
    law(128, (case(), profile()), |(case, profile)| {
        let text = |case: &Case| case.judge(profile, |verdict| verdict.to_string());
        let copy = case.clone();
        let elsewhere = std::thread::scope(|scope| scope.spawn(|| text(&copy)).join().unwrap());
        prop_assert_eq!(text(&case), elsewhere);
        Ok(Holds)
    });
}
