//! P01 to P20: the storing decision (RFC 9111 §3).

use proptest::prelude::*;
use proptest::sample::{Index, select};
use storable::profile::{ForWaiting, Treatment};
use storable::{Fact, Profile, Rule, RuleEffect, Verdict};

use crate::generators::*;
use crate::law::*;
use crate::{PRIVATE, RFC, SHARED};

/// RFC 9111 §3, §5.2.2.5: in no profile is anything stored for it; in those of the RFC it bars,
/// unless must-understand lifts it (§5.2.2.3).
#[test]
fn p01_no_store_never_widens() {
    let input = (case(), any::<Index>(), in_any_case("no-store"), profile());
    law(256, input, |(case, at, no_store, profile)| {
        let after = case.with_member(at, &no_store);
        let (before, barred) = (case.answers(profile), after.answers(profile));
        // What is known of a silent response may not be known of one that speaks.
        prop_assert!(is_stored(&before) || !is_stored(&barred), "{}", profile.id());
        for rfc in RFC {
            not_wider(&case.answers(rfc), &after.answers(rfc))?;
            let lifted = after.judge(rfc, |verdict| {
                verdict.response_policy().control.must_understand.is_present()
            });
            prop_assert!(lifted || is_kept_out(&after.answers(rfc)));
        }
        Ok(RFC.iter().any(|rfc| is_stored(&case.answers(rfc))).into())
    });
}

/// RFC 9111 §3, §5.2.2.7: a shared cache does not store it.
#[test]
fn p02_private_never_widens() {
    let input = (case(), any::<Index>(), in_any_case("private"));
    law(256, input, |(case, at, private)| {
        let before = case.answers(SHARED);
        let after = case.with_member(at, &private).answers(SHARED);
        not_wider(&before, &after)?;
        prop_assert!(is_kept_out(&after));
        Ok(is_stored(&before).into())
    });
}

/// P73: the profiles that do not keep what their facts say of `private`, and why.
const OVERRULED: [(&str, &str); 3] = [
    ("varnish-7.7-deliver-expired", "the operator's VCL delivers what is stale before it is asked"),
    ("varnish-8-deliver-expired", "the operator's VCL delivers what is stale before it is asked"),
    ("vinyl-9-deliver-expired", "the operator's VCL delivers what is stale before it is asked"),
];

/// The field by which a cache lets in what it bars otherwise, by its source.
const LIFTED: [(&str, &str, &str, &str); 2] = [
    // `Store` in middleware.go: no-store counts only where Expires gave no lifetime.
    ("souin", "no-store", "Expires", "Fri, 15 Jan 2027 08:01:00 GMT"),
    // There too: private does not count where Vary has `authorization` in it.
    ("souin", "private", "Vary", "Authorization"),
];

/// Whoever stops lifting, or lifts no more by this field, fails here.
#[test]
fn p02_expected_to_fail_where_a_field_lifts_it() {
    for (id, restriction, name, value) in LIFTED {
        let mut control = vec![restriction.to_owned()];
        control.extend((restriction == "private").then(|| "max-age=60".to_owned()));
        let barred = Case {
            method: "GET".to_owned(),
            request: vec![],
            status: 200,
            control,
            layout: ONE_LINE,
            response: vec![],
            received_at: Some(NOW),
            delay: None,
        };
        let profile = Profile::find(id).unwrap();
        assert!(is_kept_out(&barred.answers(profile)), "{id} bars {restriction} without {name}");
        let lifted = Case { response: vec![header(name, value)], ..barred };
        assert!(is_stored(&lifted.answers(profile)), "{id} stores {restriction} with {name}");
    }
}

#[test]
fn p02_expected_to_fail_where_an_operator_overrules() {
    for (id, why) in OVERRULED {
        let case = Case {
            method: "GET".to_owned(),
            request: vec![],
            status: 200,
            control: vec!["private".to_owned()],
            layout: ONE_LINE,
            response: vec![header("Expires", &imf(NOW - 60))],
            received_at: Some(NOW),
            delay: None,
        };
        let profile = Profile::find(id).unwrap();
        assert!(is_stored(&case.answers(profile)), "{id} keeps to its facts again: {why}");
    }
}

/// P01 and P02 over all profiles that answer the directive by not storing (P73).
#[test]
fn p02_restrictions_bar_where_a_profile_says_so() {
    let honoured = |fact| fact == Fact::Known(Treatment::NotStored);
    let honouring: Vec<(&Profile, &str)> = Profile::ALL
        .iter()
        .filter(|profile| OVERRULED.iter().all(|(id, _)| *id != profile.id()))
        .flat_map(|profile| {
            let facts = profile.facts();
            let private = honoured(facts.private).then_some((profile, "private"));
            let no_store = honoured(facts.no_store).then_some((profile, "no-store"));
            private.into_iter().chain(no_store)
        })
        .collect();
    law(256, (plain_case(), select(honouring)), |(case, (profile, restriction))| {
        let mut case = case.without_members(&["must-understand"]);
        // Each cache finds the end of a quoted string in its own way (ATS: at `\\"`, not at all).
        case.control.retain(|member| !member.contains('"'));
        for (id, lifted, name, _) in LIFTED {
            if (id, lifted) == (profile.id(), restriction) {
                case.response.retain(|(own, _)| !own.eq_ignore_ascii_case(name));
            }
        }
        let before = case.answers(profile);
        let mut after = case.saying(restriction).answers(profile);
        prop_assert!(is_kept_out(&after), "{}: {:?}", profile.id(), after);
        // Some caches hand to the queue what they do not store.
        if profile.facts().waiting_not_stored != Fact::Known(ForWaiting::OwnFetch) {
            after.waiting_user = before.waiting_user;
        }
        not_wider(&before, &after)?;
        Ok((!is_kept_out(&before)).into())
    });
}

/// RFC 9111 §5.2.2.7: it is a permit for a private cache.
#[test]
fn p03_private_never_lowers_private_caches() {
    law(256, (case(), any::<Index>()), |(case, at)| {
        let before = case.answers(PRIVATE);
        let after = case.with_member(at, "private").answers(PRIVATE);
        prop_assert!(!is_stored(&before) || is_stored(&after));
        Ok(is_stored(&before).into())
    });
}

/// RFC 9111 §5.2.2.4, §5.2.2.7: the bare form says more than the qualified one.
#[test]
fn p04_bare_is_no_wider_than_qualified() {
    let input = (case(), any::<Index>(), select(vec!["private", "no-cache"]), quoted());
    law(256, input, |(case, at, name, fields)| {
        for profile in RFC {
            let qualified = case.with_member(at, &format!("{name}={fields}")).answers(profile);
            not_wider(&qualified, &case.with_member(at, name).answers(profile))?;
        }
        Ok(is_stored(&case.answers(SHARED)).into())
    });
}

/// RFC 9111 §5.2.2.4: no use without validation. (Not QUERY: the content in its key is not in
/// view, so what becomes of a later one is unknown anyway.)
#[test]
fn p05_no_cache_leaves_nothing_unvalidated() {
    let input = (case(), any::<Index>(), in_any_case("no-cache"));
    law(256, input, |(case, at, no_cache)| {
        if case.method == "QUERY" {
            return Ok(Fails);
        }
        let mut speaks = false;
        for profile in RFC {
            let before = case.answers(profile);
            let after = case.with_member(at, &no_cache).answers(profile);
            not_wider(&before, &after)?;
            prop_assert!(widest(&after).iter().skip(1).all(|(_, most)| *most == 0), "{:?}", after);
            speaks |= widest(&before)[2].1 > 0;
        }
        Ok(speaks.into())
    });
}

/// RFC 9111 §4.2.4, §5.2.2.2, §5.2.2.8: they bar stale answers, and say nothing of fresh ones.
/// Without Authorization, to which must-revalidate is a permit (§3.5).
#[test]
fn p06_revalidation_bars_stale_answers_only() {
    let directives = select(vec!["must-revalidate", "proxy-revalidate"]);
    let stale = case().prop_map(|case| case.saying("stale-while-revalidate=500"));
    law(256, (stale, any::<Index>(), directives), |(case, at, directive)| {
        let case = case.without_request("authorization");
        let mut speaks = false;
        for profile in RFC {
            let before = case.answers(profile);
            let after = case.with_member(at, directive).answers(profile);
            not_wider(&before, &after)?;
            prop_assert_eq!((before.storage, before.fresh_for), (after.storage, after.fresh_for));
            speaks |= is_stored(&before);
        }
        Ok(speaks.into())
    });
}

/// RFC 9111 §3.5 is about shared caches.
#[test]
fn p07_authorization_never_widens() {
    law(256, case(), |case| {
        let case = case.without_request("authorization").without_response("vary");
        let after = case.with_request("Authorization", "Basic YTpi");
        let (before, shared) = (case.answers(SHARED), after.answers(SHARED));
        prop_assert!(storage(shared.storage) <= storage(before.storage));
        prop_assert_eq!(own(&case.answers(PRIVATE)), own(&after.answers(PRIVATE)));
        Ok(is_stored(&before).into())
    });
}

/// RFC 9111 §3.5: nothing but these three permits it.
#[test]
fn p08_authorization_needs_its_permission() {
    let authorized = case().prop_map(|case| {
        case.without_members(&["public", "must-revalidate", "s-maxage"])
            .with_request("Authorization", "Basic YTpi")
    });
    law(256, authorized, |case| {
        let answers = case.answers(SHARED);
        prop_assert!(is_kept_out(&answers), "{:?}", answers);
        Ok(is_stored(&case.without_request("authorization").answers(SHARED)).into())
    });
}

/// RFC 9111 §5.2.1.5.
#[test]
fn p09_request_no_store_bars() {
    let line = (in_any_case("no-store"), proptest::option::of(request_directive()));
    law(256, (case(), line), |(case, (no_store, other))| {
        let line = other.map_or(no_store.clone(), |other| format!("{other}, {no_store}"));
        let after = case.with_request("Cache-Control", &line);
        let mut speaks = false;
        for profile in RFC {
            prop_assert!(is_kept_out(&after.answers(profile)));
            speaks |= is_stored(&case.answers(profile));
        }
        Ok(speaks.into())
    });
}

/// RFC 9111 §3; RFC 6585 §3 to §6; RFC 9110 §15.
#[test]
fn p10_statuses_that_are_never_stored() {
    let never = prop_oneof![
        100_u16..200,
        select(vec![304, 428, 429, 431, 511]),
        select(vec![0, 1, 99]),
        600_u16..,
    ];
    law(256, (case(), never), |(case, status)| {
        let speaks = is_stored(&case.answers(SHARED));
        let case = Case { status, ..case.saying("public").saying("max-age=1000000") };
        for profile in RFC {
            prop_assert!(is_kept_out(&case.answers(profile)));
        }
        Ok(speaks.into())
    });
}

/// RFC 9111 §3; RFC 9110 §9.1: methods are case-sensitive.
#[test]
fn p11_methods_that_are_never_stored() {
    law(256, (case(), other_method()), |(case, method)| {
        let speaks = is_stored(&case.answers(SHARED));
        let case = Case { method, ..case.saying("public").saying("max-age=1000000") };
        for profile in RFC {
            prop_assert!(is_kept_out(&case.answers(profile)));
        }
        Ok(speaks.into())
    });
}

/// RFC 9110 §9.3.3, RFC 5789 §2: explicit freshness, and Content-Location equal to the target.
#[test]
fn p11_post_needs_freshness_and_location() {
    let location =
        proptest::option::of(select(vec!["/x", "/y", "https://a.example/x", "x?q", "x"]));
    let input = (case(), select(vec!["POST", "PATCH"]), location);
    law(256, input, |(case, method, location)| {
        let mut case = case.without_response("content-location");
        case.method = method.to_owned();
        if let Some(location) = location {
            case = case.with_response("Content-Location", location);
        }
        let named = matches!(location, Some("/x" | "https://a.example/x" | "x"));
        for profile in RFC {
            let stored = !is_kept_out(&case.answers(profile));
            prop_assert!(!stored || (named && states_lifetime(&case, profile)));
        }
        let get = Case { method: "GET".to_owned(), ..case };
        Ok(is_stored(&get.answers(SHARED)).into())
    });
}

/// RFC 9111 §3, without the status.
fn states_lifetime(case: &Case, profile: &Profile) -> bool {
    case.has_member("max-age")
        || case.has_response("expires")
        || (profile == SHARED && case.has_member("s-maxage"))
}

/// RFC 9111 §3: something in the input permits it. (A reason names the permit where it is a
/// lifetime or answers Authorization; `public` and the status are not named as permits.)
#[test]
fn p12_what_is_stored_has_a_permit() {
    law(256, case(), |case| {
        let mut speaks = false;
        for profile in RFC {
            let stored = !is_kept_out(&case.answers(profile));
            let permitted = states_lifetime(&case, profile)
                || case.has_member("public")
                || (profile == PRIVATE && case.has_member("private"))
                || HEURISTIC.contains(&case.status);
            prop_assert!(!stored || permitted);
            speaks |= stored;
        }
        Ok(speaks.into())
    });
}

/// What is barred names a bar that is there; without the named bars, again and again, the answer
/// to a GET is stored at last.
#[test]
fn p13_named_bars_are_the_bars() {
    law(256, plain_case(), |case| {
        let first = is_stored(&case.answers(SHARED));
        let mut case = case;
        for _ in 0..10 {
            let bars = case.judge(SHARED, |verdict| bars(&verdict));
            if is_stored(&case.answers(SHARED)) {
                prop_assert!(bars.is_empty());
                return Ok((!first).into());
            }
            prop_assert!(!bars.is_empty(), "barred without a bar");
            for &bar in &bars {
                prop_assert!(is_there(&case, bar), "{:?} is named and not there", bar);
            }
            case = bars.iter().fold(case, |case, bar| without(&case, *bar));
        }
        Err(TestCaseError::fail("still barred after ten steps"))
    });
}

fn bars(verdict: &Verdict<'_>) -> Vec<Rule> {
    let bars = verdict
        .reasons()
        .filter(|reason| reason.effect == RuleEffect::ForbidsStoring)
        .map(|reason| reason.rule);
    bars.collect()
}

fn is_there(case: &Case, bar: Rule) -> bool {
    match bar {
        Rule::NoStore => case.has_member("no-store"),
        Rule::Private | Rule::PrivateFields => case.has_member("private"),
        Rule::Authorization => case.has_request("authorization"),
        Rule::RequestNoStore => case.has_request("cache-control"),
        // Nothing else bars a GET that was answered 200.
        _ => false,
    }
}

fn without(case: &Case, bar: Rule) -> Case {
    match bar {
        Rule::NoStore => case.without_members(&["no-store"]),
        Rule::Private | Rule::PrivateFields => case.without_members(&["private"]),
        Rule::Authorization => case.without_request("authorization"),
        _ => case.without_request("cache-control"),
    }
}

/// RFC 9111 §3. `private` is a permit to private caches only.
#[test]
fn p14_a_permit_less_stores_no_more() {
    let permits = select(vec!["max-age", "s-maxage", "expires", "public", "private"]);
    let bars = select(vec!["no-store", "private", "must-understand", "x"]);
    law(256, (case(), permits, bars), |(case, permit, bar)| {
        let case = match permit {
            "expires" => case.with_response("Expires", &imf(NOW)),
            "max-age" | "s-maxage" => case.saying(&format!("{permit}=60")),
            permit => case.saying(permit),
        };
        let case = case.saying(bar);
        let mut speaks = false;
        for profile in RFC {
            if permit == "private" && profile == SHARED {
                continue;
            }
            let before = case.answers(profile);
            let after = case.without_members(&[permit]).without_response(permit);
            prop_assert!(storage(after.answers(profile).storage) <= storage(before.storage));
            speaks |=
                is_kept_out(&before) && (case.has_member(permit) || case.has_response(permit));
        }
        Ok(speaks.into())
    });
}

/// RFC 9111 §3: s-maxage is a permit to shared caches only.
#[test]
fn p15_private_caches_store_what_shared_ones_store() {
    law(256, case(), |case| {
        let other_permit = case.has_member("max-age") || case.has_response("expires");
        let speaks =
            is_stored(&case.answers(SHARED)) && (!case.has_member("s-maxage") || other_permit);
        prop_assert!(!speaks || is_stored(&case.answers(PRIVATE)));
        Ok(speaks.into())
    });
}

/// RFC 9111 §5.2.2.3, C10, C11.
#[test]
fn p16_must_understand() {
    let input = (case(), any::<Index>(), any::<Index>());
    law(256, input, |(case, at, also_at)| {
        let case = case.without_members(&["no-store", "must-understand"]);
        let plain = case.with_member(at, "must-understand");
        let lifted = plain.with_member(also_at, "no-store");
        for profile in RFC {
            let strange = Case { status: 599, ..plain.clone() };
            prop_assert!(is_kept_out(&strange.answers(profile)));
            prop_assert_eq!(plain.answers(profile), lifted.answers(profile));
            not_wider(&case.answers(profile), &lifted.answers(profile))?;
        }
        Ok(is_stored(&lifted.answers(SHARED)).into())
    });
}

/// RFC 9111 §5.2.2.9: within the limits of §3.
#[test]
fn p17_public_lifts_two_bars_only() {
    let request = select(vec![("Authorization", "Basic YTpi"), ("X-Nothing", "")]);
    law(256, (case(), any::<Index>(), request), |(case, at, (name, value))| {
        let case = case
            .without_members(&["max-age", "s-maxage", "must-revalidate", "public"])
            .without_response("expires")
            .with_request(name, value);
        let mut speaks = false;
        for profile in RFC {
            let before = case.answers(profile);
            let bars = case.judge(profile, |verdict| bars(&verdict));
            let after = case.with_member(at, "public").answers(profile);
            prop_assert!(!is_stored(&before) || is_stored(&after));
            // A final status without a permit of its own is told as a bar of the status.
            let liftable = [Rule::Permit, Rule::Authorization, Rule::Status];
            if is_kept_out(&before) && !is_kept_out(&after) {
                prop_assert!(bars.iter().all(|bar| liftable.contains(bar)), "{:?}", bars);
                speaks = true;
            }
        }
        Ok(speaks.into())
    });
}

/// RFC 9111 §5.2.3: unknown directives are ignored.
#[test]
fn p18_unknown_directives_change_nothing() {
    let members = proptest::collection::vec((any::<Index>(), unknown_member()), 1..4);
    law(256, (case(), members), |(case, members)| {
        let after =
            members.iter().fold(case.clone(), |case, (at, text)| case.with_member(*at, text));
        for profile in RFC {
            prop_assert_eq!(case.answers(profile), after.answers(profile));
        }
        Ok(is_stored(&case.answers(SHARED)).into())
    });
}

/// RFC 9111 §5.2: directives are one-way. A request with Pragma is another matter: there a
/// Cache-Control of any content takes Pragma's place (C15), so there is none here.
#[test]
fn p19_directives_of_the_other_direction_change_nothing() {
    let of_requests = select(vec!["max-stale", "max-stale=600", "min-fresh=600", "only-if-cached"]);
    let of_responses = select(vec![
        "private",
        "public",
        "s-maxage=600",
        "must-revalidate",
        "proxy-revalidate",
        "immutable",
        "must-understand",
        "stale-while-revalidate=600",
        "private=\"a\"",
    ]);
    let input = (case(), any::<Index>(), of_requests, of_responses);
    law(256, input, |(case, at, of_requests, of_responses)| {
        let after = case.with_member(at, of_requests).with_request("Cache-Control", of_responses);
        for profile in RFC {
            prop_assert_eq!(case.answers(profile), after.answers(profile));
        }
        Ok(is_stored(&case.answers(SHARED)).into())
    });
}

/// RFC 9111 §5.4, §5.5, §7.3: none of these decides anything.
#[test]
fn p20_fields_without_a_say() {
    let of_response = select(vec![
        ("Set-Cookie", "sid=alice"),
        ("Content-Disposition", "attachment"),
        ("Warning", "110 - \"stale\""),
        ("Pragma", "no-cache"),
        ("Surrogate-Control", "no-store"),
        ("CDN-Cache-Control", "no-store"),
        ("X-Accel-Expires", "600"),
        ("Edge-Control", "no-store"),
    ]);
    law(256, (case(), of_response), |(case, (name, value))| {
        let case = case.without_response(name).without_request("cookie").without_response("vary");
        let after = case.with_response(name, value).with_request("Cookie", "sid=alice");
        for profile in RFC {
            prop_assert_eq!(own(&case.answers(profile)), own(&after.answers(profile)));
        }
        Ok(is_stored(&case.answers(SHARED)).into())
    });
}

/// A law of DESIGN section 4: whatever a request says in Cache-Control or Pragma, it stores nothing
/// that the response forbids (RFC 9111 §5.2.1 gives it no such power).
#[test]
fn law_requests_never_override_a_prohibition() {
    let wishes = proptest::collection::vec(request_directive(), 1..4);
    let bars = select(vec!["no-store", "private", "private=\"a\"", "no-store=1", "Private;x"]);
    law(256, (case(), any::<Index>(), bars, wishes), |(case, at, bar, wishes)| {
        let case = case.without_members(&["must-understand"]);
        let wished = case.with_request("Cache-Control", &wishes.join(", "));
        for profile in RFC {
            let (before, after) = (case.answers(profile), wished.answers(profile));
            prop_assert!(storage(after.storage) <= storage(before.storage));
        }
        prop_assert!(is_kept_out(&wished.with_member(at, bar).answers(SHARED)));
        Ok(is_stored(&wished.answers(SHARED)).into())
    });
}
