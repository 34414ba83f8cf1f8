//! P47 to P54 and P57: how it is written does not matter, and no text is too odd.

use std::time::{Duration, Instant};

use proptest::prelude::*;
use proptest::sample::{Index, select};
use storable::field::{Directives, FieldLines, Known};
use storable::policy::ResponseControl;
use storable::{Exchange, Fact, HeaderLines, Profile, RequestHead, ResponseHead, profile::Dialect};

use crate::freshness::left;
use crate::generators::*;
use crate::law::*;
use crate::{RFC, SHARED};

/// The profiles that claim to read Cache-Control by the RFC.
fn by_the_book() -> impl Strategy<Value = &'static Profile> {
    let profiles: Vec<_> = Profile::ALL
        .iter()
        .filter(|profile| profile.facts().dialect == Fact::Known(Dialect::Rfc9111))
        .collect();
    select(profiles)
}

/// RFC 9110 §5.2, §5.3; white space and empty members: §5.6.1.2 (P49).
#[test]
fn p47_p49_lines_and_white_space_do_not_matter() {
    law(256, (case(), layout(), by_the_book()), |(case, layout, profile)| {
        let one = Case { layout: ONE_LINE, ..case.clone() };
        let other = Case { layout, ..case.clone() };
        prop_assert_eq!(one.answers(profile), other.answers(profile));
        let differs = one.control_lines() != other.control_lines();
        Ok((differs && is_stored(&one.answers(profile))).into())
    });
}

/// RFC 9111 §5.2, RFC 9110 §5.1: names of directives and of fields. (Arguments of unknown
/// directives may be told apart by case; they have no meaning here.)
#[test]
fn p48_letter_case_does_not_matter() {
    law(256, (case(), by_the_book(), any::<bool>()), |(case, profile, upper)| {
        let write = |text: &str| {
            if upper { text.to_ascii_uppercase() } else { text.to_ascii_lowercase() }
        };
        let mut other = case.clone();
        for member in &mut other.control {
            *member = write(member);
        }
        for (name, value) in other.request.iter_mut().chain(&mut other.response) {
            *name = write(name);
            if name.eq_ignore_ascii_case("vary") {
                *value = write(std::str::from_utf8(value).unwrap()).into_bytes();
            }
        }
        prop_assert_eq!(case.answers(profile), other.answers(profile));
        Ok((!is_kept_out(&case.answers(profile))).into())
    });
}

/// P73: a profile that reads names by case says so, and does.
#[test]
fn p48_expected_to_fail_for_fastly() {
    let fastly = Profile::ALL
        .iter()
        .filter(|profile| profile.facts().dialect == Fact::Known(Dialect::FastlyVcl));
    for profile in fastly {
        let case = |member: &str| Case {
            method: "GET".to_owned(),
            request: vec![],
            status: 200,
            control: vec![member.to_owned(), "max-age=60".to_owned()],
            layout: ONE_LINE,
            response: vec![],
            received_at: Some(NOW),
            delay: None,
        };
        assert!(is_kept_out(&case("private").answers(profile)));
        assert!(is_stored(&case("Private").answers(profile)));
    }
}

/// RFC 9110 §5.3: of different directives, and of differently named fields. Repeats keep theirs.
#[test]
fn p50_order_does_not_matter() {
    let orders = (any::<u64>(), any::<u64>());
    law(256, (case(), by_the_book(), orders), |(case, profile, (members, fields))| {
        let mut other = case.clone();
        shuffle(&mut other.control, members);
        other.control.sort_by_key(|member| position(&case.control, member, members));
        shuffle(&mut other.response, fields);
        shuffle(&mut other.request, fields);
        // Only requests repeat a name here.
        let names = |case: &Case| {
            let mut names: Vec<_> = case.request.iter().map(|(name, _)| name.clone()).collect();
            names.sort();
            names.dedup();
            names.len()
        };
        if names(&case) < case.request.len() {
            other.request = case.request.clone();
        }
        prop_assert_eq!(case.answers(profile), other.answers(profile));
        let moved = other.control != case.control || other.response != case.response;
        Ok((moved && !is_kept_out(&case.answers(profile))).into())
    });
}

/// Moves members about by the digits of a number.
fn shuffle<T>(members: &mut [T], mut order: u64) {
    for at in (1..members.len()).rev() {
        members.swap(at, usize::try_from(order % 7).unwrap() % (at + 1));
        order /= 7;
    }
}

/// Repeats of a name behind each other as they were.
fn position(original: &[String], member: &str, order: u64) -> (u64, usize) {
    let name = name_of(member);
    let hash = name.bytes().fold(order, |hash, byte| hash.rotate_left(5) ^ u64::from(byte));
    (hash, original.iter().position(|own| own == member).unwrap())
}

/// RFC 9111 §5.2, RFC 9110 §5.6.4.
#[test]
fn p51_token_and_quoted_string_are_alike() {
    let name = select(vec!["max-age", "s-maxage", "stale-while-revalidate"]);
    law(256, (plain_case(), any::<Index>(), name, number()), |(case, at, name, number)| {
        let with = |text: &str| case.with_member(at, &format!("{name}={text}"));
        let token = with(&number);
        let (first, rest) = number.split_at(1);
        for text in [format!("\"{number}\""), format!("\"\\{first}{rest}\"")] {
            for profile in RFC {
                prop_assert_eq!(token.answers(profile), with(&text).answers(profile));
            }
        }
        Ok(is_stored(&token.answers(SHARED)).into())
    });
}

/// RFC 9111 §5.2: text in a quoted string is text.
#[test]
fn p52_quoted_text_is_no_directive() {
    let text = prop_oneof![
        proptest::collection::vec(member(), 0..3).prop_map(|members| members.join(", ")),
        "[ -~]{0,20}",
    ];
    law(256, (case(), any::<Index>(), unknown_name(), text), |(case, at, name, text)| {
        let escaped = text.replace('\\', "\\\\").replace('"', "\\\"");
        let after = case.with_member(at, &format!("{name}=\"{escaped}\""));
        for profile in RFC {
            prop_assert_eq!(case.answers(profile), after.answers(profile));
        }
        Ok(is_stored(&case.answers(SHARED)).into())
    });
}

/// RFC 9110 §2.3, §5.5: any bytes in any field, any status and method, any clock, every profile.
#[test]
fn p53_nothing_panics() {
    let input = (
        raw_lines(),
        raw_lines(),
        (any::<u16>(), ".{0,4}", ".{0,20}"),
        proptest::option::of(any::<i32>()),
        profile(),
        case(),
    );
    law(512, input, |(request, response, (status, method, target), at, profile, plain)| {
        let (request_lines, response_lines) = (pairs(&request), pairs(&response));
        let request = RequestHead::new(&method, &target, HeaderLines::from_pairs(&request_lines));
        let response = ResponseHead::new(status, HeaderLines::from_pairs(&response_lines));
        let mut exchange = Exchange::new(&request, &response);
        if let Some(at) = at {
            exchange = exchange.received_at(system(at.into())).requested_at(system(NOW));
        }
        read_everything(&exchange.judge(profile));
        // The same lines around an exchange that gets further.
        let mut plain = plain;
        plain
            .request
            .extend(request_lines.iter().map(|(name, value)| ((*name).to_owned(), value.to_vec())));
        plain.response.extend(
            response_lines.iter().map(|(name, value)| ((*name).to_owned(), value.to_vec())),
        );
        plain.judge(profile, |verdict| read_everything(&verdict));
        Ok((!response_lines.is_empty()).into())
    });
}

fn read_everything(verdict: &storable::Verdict<'_>) {
    let _ = (verdict.answers(), verdict.headline(), verdict.marker(), verdict.may_share());
    let _ = (verdict.warnings(), verdict.remedies(), verdict.deviations().count());
    let _ = verdict.to_string();
}

/// P53: time grows with the input, not with its square; in one line and in many.
#[test]
fn p53_long_fields_take_linear_time() {
    let units =
        ["a", ",", "\"", "\\\"", "no-store;", "x=\"", "private=\"a\",", " ", "a b ", "max-age=1,"];
    for unit in units {
        let line = unit.repeat(64 * 1024 / unit.len());
        let start = Instant::now();
        Directives::of(FieldLines::one(line.as_bytes())).for_each(drop);
        for name in ["cache-control", "vary", "age", "expires", "pragma", "cdn-cache-control"] {
            let one = vec![header(name, &line)];
            let many = vec![header(name, unit); 4096];
            for lines in [one, many] {
                let lines = pairs(&lines);
                let (none, all) = (HeaderLines::from_pairs(&[]), HeaderLines::from_pairs(&lines));
                for (asked, answered) in [(none, all), (all, none)] {
                    let request = RequestHead::new("GET", "/", asked);
                    let response = ResponseHead::new(200, answered);
                    let _ = storable::storable(&request, &response, SHARED).answers();
                }
            }
        }
        assert!(start.elapsed() < Duration::from_secs(5), "{unit}: {:?}", start.elapsed());
    }
}

/// RFC 9110 §2.4: a broken neighbour takes no restriction away, nor does an open quote (C31).
#[test]
fn p54_restrictions_survive_their_neighbours() {
    let restriction = prop_oneof![
        in_any_case("no-store"),
        in_any_case("private"),
        in_any_case("no-cache"),
        select(vec!["no-store=1", "private=", "no-store;x", "private x", "no-cache=\u{e9}"])
            .prop_map(str::to_owned),
    ];
    let junk = proptest::collection::vec(broken_member(), 1..4);
    let open =
        proptest::option::of(select(vec!["x=\"", "max-age=\"6", "private=\"", "\"", "a \""]));
    let input = (plain_case(), restriction, junk, open, (any::<Index>(), any::<Index>()));
    law(256, input, |(case, restriction, junk, open, (at, opened))| {
        // No other quote, that would close the open one.
        let mut case = case;
        case.control = junk;
        case.response.retain(|(name, _)| name != "Vary");
        let speaks = !is_kept_out(&case.answers(SHARED));
        case = case.with_member(at, &restriction);
        if let Some(open) = open {
            case = case.with_member(opened, open);
        }
        let answers = case.answers(SHARED);
        let name: String = restriction
            .to_ascii_lowercase()
            .chars()
            .take_while(|letter| letter.is_ascii_lowercase() || *letter == '-')
            .collect();
        prop_assert!(Known::of(name.as_bytes()).is_some_and(Known::restricts));
        if name == "no-cache" {
            prop_assert!(widest(&answers).iter().skip(1).all(|(_, most)| *most == 0));
        } else {
            prop_assert!(is_kept_out(&answers), "{:?}", answers);
        }
        Ok(speaks.into())
    });
}

/// RFC 9111 §5.3: what is no date is a date in the past.
#[test]
fn p57_a_broken_expires_is_past() {
    law(256, (plain_case(), broken_date()), |(case, date)| {
        let case = case.without_members(&["max-age", "s-maxage"]).without_response("expires");
        prop_assume!(!matches!(
            storable::field::read_http_date(date.as_bytes(), None),
            storable::field::DateReading::Valid(_)
        ));
        let case = case.with_response("Expires", &date);
        for profile in RFC {
            prop_assert!(left(&case, profile).is_none_or(|left| left == 0));
        }
        Ok(left(&case, SHARED).is_some().into())
    });
}

/// A field of one line is read by a way of its own as long as its members are plain.
#[test]
fn one_line_is_read_as_a_list_of_one_line() {
    let mut dialects: Vec<_> = Profile::ALL.iter().map(|profile| profile.facts().dialect).collect();
    dialects.dedup();
    let members = prop::collection::vec(prop_oneof![4 => member(), 1 => broken_member()], 0..6);
    let separators = select(vec![",", ", ", " , ", ",, ", "\t,"]);
    law(6_000, (members, separators, select(dialects)), |(members, separator, dialect)| {
        let line = members.join(separator);
        let list = [line.as_bytes()];
        let [one, listed] = [FieldLines::one(line.as_bytes()), FieldLines::from_slices(&list)]
            .map(|lines| ResponseControl::read(lines, dialect));
        prop_assert_eq!(one, listed, "{:?}", dialect);
        Ok((one != ResponseControl::default()).into())
    });
}
