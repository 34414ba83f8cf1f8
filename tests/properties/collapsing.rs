//! P21 to P25: what requests get that wait (RFC 9111 §4). The 2017 leak is the negation of P22.

use proptest::prelude::*;
use proptest::sample::{Index, select};
use storable::{Answer, Storage, Waiting};

use crate::generators::*;
use crate::law::*;
use crate::{RFC, SHARED};

/// RFC 9111 §4: to let a request wait is to reuse the response for it.
#[test]
fn p21_what_waiting_requests_share_is_reusable() {
    law(256, (prop_oneof![case(), plain_case()], follower()), |(case, follower)| {
        let mut speaks = false;
        for profile in RFC {
            let (waiting, later, storage) = case.judge(profile, |verdict| {
                with_follower(&follower, |other| {
                    (verdict.for_waiting(other, 4), verdict.for_other(other), verdict.storage())
                })
            });
            if waiting == Waiting::Shared {
                prop_assert_eq!((storage, later), (Storage::Stored, Answer::Hit));
                speaks = true;
            }
        }
        Ok(speaks.into())
    });
}

/// RFC 9111 §4.1, §5.2.2.4, §5.2.2.5, §5.2.2.7: none of these is handed to the queue. A lifetime
/// of 0 is one of them where nothing allows a stale answer.
#[test]
fn p22_what_waiting_requests_never_share() {
    let bars = select(vec!["no-store", "no-cache", "private", "max-age=0", "vary"]);
    law(256, (plain_case(), bars, follower()), |(case, bar, follower)| {
        let shared = |case: &Case| {
            case.judge(SHARED, |verdict| {
                with_follower(&follower, |other| verdict.for_waiting(other, 4) == Waiting::Shared)
            })
        };
        let case = match bar {
            "vary" => case.with_response("Vary", "accept, *"),
            "max-age=0" => case.without_members(&["s-maxage", "stale-while-revalidate"]),
            _ => case.without_members(&["must-understand"]),
        };
        let barred = if bar == "vary" { case.clone() } else { case.saying(bar) };
        // §5.2.1.2: a wish for something stale is granted.
        let wishes = follower.1.iter().any(|(name, _)| name == "Cache-Control");
        prop_assert!(!shared(&barred) || (bar == "max-age=0" && wishes));
        Ok(shared(&case.without_response("vary")).into())
    });
}

/// RFC 9111 §4.1: a follower with another value of a field that Vary names.
#[test]
fn p22_waiting_requests_of_another_variant_share_nothing() {
    let names = select(vec!["Cookie", "User-Agent", "Accept-Encoding", "X-Lang"]);
    law(256, (plain_case(), names, follower()), |(case, name, mut follower)| {
        follower.1.retain(|(own, _)| own != name);
        let shared = |case: &Case, follower: &_| {
            case.judge(SHARED, |verdict| {
                with_follower(follower, |other| verdict.for_waiting(other, 4) == Waiting::Shared)
            })
        };
        let case = case.without_request(name).without_response("vary");
        let speaks = shared(&case, &follower);
        let varied = case.with_response("Vary", name).with_request(name, "mine");
        prop_assert!(!shared(&varied, &follower));
        follower.1.push(header(name, "theirs"));
        prop_assert!(!shared(&varied, &follower));
        Ok(speaks.into())
    });
}

/// RFC 9111 §4. A past Expires is a permit to store (§3), and must-revalidate one to answer
/// Authorization (§3.5); so they come in only where the response is stored already.
#[test]
fn p23_restrictions_never_share_with_waiting_requests() {
    let restrictions =
        select(vec!["no-store", "no-cache", "private", "max-age=0", "must-revalidate", "expires"]);
    law(256, (case(), any::<Index>(), restrictions), |(case, at, restriction)| {
        let mut speaks = false;
        for profile in RFC {
            let before = case.answers(profile);
            // To a private cache, private is a permit (§5.2.2.7).
            if restriction == "private" && profile != SHARED {
                continue;
            }
            if matches!(restriction, "max-age=0" | "must-revalidate" | "expires")
                && !is_stored(&before)
            {
                continue;
            }
            let after = match restriction {
                "expires" if case.has_response("expires") => continue,
                "expires" => case.with_response("Expires", "0"),
                member => case.with_member(at, member),
            };
            let after = after.answers(profile);
            prop_assert!(
                before.waiting_user == Waiting::Shared || after.waiting_user != Waiting::Shared,
                "{:?} became {:?}",
                before,
                after
            );
            speaks |= before.waiting_user != Waiting::Shared;
        }
        Ok(speaks.into())
    });
}

/// RFC 9111 §3.5 speaks of a response to a request with Authorization, and of every later request
/// then. Of a later request with Authorization, for which a response to one without is there, it
/// says nothing; so P24 is tested by its letter: such a follower is served like any other.
#[test]
fn p24_authorization_of_the_first_request_decides() {
    law(256, (plain_case(), follower()), |(case, mut follower)| {
        let case = case.without_request("authorization").without_response("vary");
        let shared = |case: &Case, follower: &_| {
            case.judge(SHARED, |verdict| {
                with_follower(follower, |other| verdict.for_waiting(other, 4))
            })
        };
        follower.1.retain(|(name, _)| name != "Authorization");
        let before = shared(&case, &follower);
        let mut authorized = follower.clone();
        authorized.1.push(header("Authorization", "Basic Yjpj"));
        prop_assert_eq!(before, shared(&case, &authorized));
        let first = case
            .without_members(&["public", "must-revalidate", "s-maxage"])
            .with_request("Authorization", "Basic YTpi");
        for follower in [&follower, &authorized] {
            prop_assert!(shared(&first, follower) != Waiting::Shared);
        }
        Ok((before == Waiting::Shared).into())
    });
}

/// RFC 9110 §9.3.1, §9.3.2.
#[test]
fn p25_head_never_answers_get() {
    law(256, (plain_case(), follower()), |(case, follower)| {
        let shared = |first: &str, later: &str| {
            let case = Case { method: first.to_owned(), ..case.clone() };
            case.judge(SHARED, |verdict| {
                with_follower(&(later.to_owned(), follower.1.clone()), |other| {
                    verdict.for_waiting(other, 4) == Waiting::Shared
                })
            })
        };
        prop_assert!(!shared("HEAD", "GET"));
        prop_assert_eq!(shared("GET", "GET"), shared("GET", "HEAD"));
        Ok(shared("GET", "GET").into())
    });
}
