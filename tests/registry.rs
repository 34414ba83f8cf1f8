//! The tables hold together: ids and codes are unique and well formed, claims are used and whole.

#![allow(missing_docs)]

use std::collections::BTreeSet;

use storable::{Axis, Basis, Profile, Rule};

fn is_kebab_case(text: &str) -> bool {
    !text.is_empty()
        && text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.'))
        && !text.starts_with('-')
        && !text.ends_with('-')
}

#[track_caller]
fn assert_unique<'a>(names: impl Iterator<Item = &'a str>) {
    let mut seen = BTreeSet::new();
    for name in names {
        assert!(is_kebab_case(name), "{name} is not kebab-case");
        assert!(seen.insert(name), "{name} stands twice");
    }
}

#[test]
fn ids_codes_and_axes_are_unique_and_kebab_case() {
    assert_unique(Profile::ALL.iter().map(Profile::id));
    assert_unique(Rule::ALL.iter().map(|rule| rule.code()));
    assert_unique(Axis::ALL.iter().map(|axis| axis.name()));
}

#[test]
fn every_profile_is_found_by_its_id() {
    for profile in Profile::ALL {
        assert_eq!(Profile::find(profile.id()), Some(profile));
    }
}

#[test]
fn every_rule_has_a_section_or_an_axis() {
    for rule in Rule::ALL {
        let cited = !rule.section().is_empty() || rule.axis().is_some() || *rule == Rule::Overflow;
        assert!(cited, "{} has neither a section nor an axis", rule.code());
        assert!(!rule.says().is_empty(), "{} says nothing", rule.code());
    }
}

#[test]
fn every_claim_is_whole_and_about_something_the_profile_says() {
    for profile in Profile::ALL {
        for claim in profile.claims() {
            let id = profile.id();
            assert!(!claim.says.is_empty() && !claim.source.is_empty(), "{id}: {claim:?}");
            let date: Vec<_> = claim.seen.split('-').map(str::len).collect();
            assert_eq!(date, [4, 2, 2], "{id}: {claim:?}");
            let used = claim.axes.iter().any(|&axis| profile.facts().says(axis));
            assert!(used, "{id} says nothing that this claim is about: {claim:?}");
        }
    }
}

#[test]
fn only_the_profiles_of_the_rfc_rest_on_a_standard() {
    for profile in Profile::ALL {
        let by_standard = profile.claims().any(|claim| claim.basis == Basis::Specified);
        assert_eq!(by_standard, profile.id().starts_with("rfc9111"), "{}", profile.id());
    }
}
