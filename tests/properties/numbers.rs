//! P35 and P39 to P41: numbers at and beyond their edges (RFC 9111 §1.2.2, §4.2.1, §5.1).

use proptest::prelude::*;
use proptest::sample::{Index, select};
use storable::field::{DELTA_SECONDS_MAX, WarningKind, delta_seconds};

use crate::freshness::left;
use crate::generators::*;
use crate::law::*;
use crate::{RFC, SHARED};

/// A plain GET and its answer, with nothing that keeps a lifetime from showing.
fn bare(case: Case) -> Case {
    case.without_members(&["max-age", "s-maxage", "no-cache"])
        .without_response("expires")
        .without_response("vary")
        .without_response("age")
        .without_response("date")
}

/// RFC 9111 §1.2.2: digits of any length are a number, held at its greatest.
#[test]
fn p35_digits_saturate() {
    law(256, (plain_case(), "0{0,3}[0-9]{1,40}"), |(case, digits)| {
        let digits = digits.as_str();
        let expected = digits.trim_start_matches('0').parse::<u64>();
        let expected = match expected {
            Ok(seconds) => seconds.min(DELTA_SECONDS_MAX),
            Err(_) if digits.bytes().all(|digit| digit == b'0') => 0,
            Err(_) => DELTA_SECONDS_MAX,
        };
        prop_assert_eq!(delta_seconds(digits.as_bytes()), Some(expected));
        let case = bare(case).saying(&format!("max-age={digits}"));
        let left = left(&case, SHARED);
        prop_assert!(left.is_none_or(|left| left == expected));
        Ok(left.is_some().into())
    });
}

/// RFC 9111 §4.2.1: what is no number is stale, and said to be odd.
#[test]
fn p39_what_is_no_number_is_stale() {
    let value = prop_oneof![
        no_number().prop_map(|text| format!("={text}")),
        no_number().prop_map(|text| format!("=\"{text}\"")),
        select(vec!["", "=", "=\"\"", "=\" 5\"", "=\"5 \"", "= 5", "=\\5"]).prop_map(str::to_owned),
    ];
    let input = (plain_case(), any::<Index>(), select(vec!["max-age", "s-maxage"]), value);
    law(256, input, |(case, at, name, value)| {
        let case = case.without_members(&["max-age", "s-maxage"]);
        let case = case.with_member(at, &format!("{name}{value}"));
        let odd = [WarningKind::NumberMalformed, WarningKind::MemberMalformed];
        let warned = case.judge(SHARED, |verdict| {
            verdict.warnings().iter().any(|warning| odd.contains(&warning.kind))
        });
        prop_assert!(warned);
        prop_assert!(left(&case, SHARED).unwrap_or(0) == 0);
        Ok(is_stored(&case.answers(SHARED)).into())
    });
}

/// RFC 9111 §5.1: the first member, and none at all where that is none.
#[test]
fn p40_the_first_age_counts() {
    let ages = proptest::collection::vec(prop_oneof![3 => number(), 1 => no_number()], 1..4);
    let joined = any::<bool>();
    law(256, (plain_case(), ages, joined), |(case, ages, joined)| {
        let case = bare(case).saying("max-age=3000000000");
        let with = |ages: &[String]| {
            if joined {
                return case.with_response("Age", &ages.join(", "));
            }
            ages.iter().fold(case.clone(), |case, age| case.with_response("Age", age))
        };
        let first = match delta_seconds(ages[0].as_bytes()) {
            Some(_) => with(&ages[..1]),
            None => case.clone(),
        };
        for profile in RFC {
            prop_assert_eq!(with(&ages).answers(profile), first.answers(profile));
        }
        Ok((ages.len() > 1 && left(&case, SHARED).is_some()).into())
    });
}

/// RFC 9111 §4.2.1, C1: of repeats the smallest, and 0 where one is none.
#[test]
fn p41_repeats_never_lengthen() {
    let values = proptest::collection::vec(prop_oneof![6 => number(), 1 => no_number()], 2..4);
    let input = (plain_case(), any::<Index>(), select(vec!["max-age", "s-maxage"]), values);
    law(256, input, |(case, at, name, values)| {
        let case = bare(case);
        let with = |values: &[String]| {
            let members = values.iter().map(|value| format!("{name}={value}"));
            members.fold(case.clone(), |case, member| case.with_member(at, &member))
        };
        let numbers: Option<Vec<u64>> =
            values.iter().map(|value| delta_seconds(value.as_bytes())).collect();
        let expected = numbers.and_then(|numbers| numbers.into_iter().min()).unwrap_or(0);
        let (all, first) = (left(&with(&values), SHARED), left(&with(&values[..1]), SHARED));
        prop_assert!(all <= first);
        prop_assert!(all.is_none_or(|left| left == expected));
        Ok(all.is_some().into())
    });
}
