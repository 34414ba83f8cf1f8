//! A profile that says something without a source does not compile.

use super::{Axis, Basis, Claim, Profile};

/// Returns the profile if a claim covers every axis that says something, and none but a standard is
/// said to speak about all of them: that would cover whatever is added later.
///
/// # Panics
///
/// Never at run time: every profile is a `const`, so the panic is a compile error.
pub(super) const fn sourced(profile: Profile) -> Profile {
    #[expect(clippy::panic, reason = "evaluated at compile time only")]
    if !are_about_something(profile.claims) {
        panic!("a claim that is no standard is said to speak about everything");
    }
    let mut axes = Axis::ALL;
    while let [axis, rest @ ..] = axes {
        if profile.facts.says(*axis) && !is_claimed(*axis, profile.claims) {
            #[expect(clippy::panic, reason = "evaluated at compile time only")]
            {
                panic!("a profile says something on an axis that none of its claims covers");
            }
        }
        axes = rest;
    }
    profile
}

const fn are_about_something(mut groups: &[&[Claim]]) -> bool {
    while let [claims, rest @ ..] = groups {
        let mut claims = *claims;
        while let [claim, others @ ..] = claims {
            let about_all = claim.axes.len() == Axis::ALL.len();
            if about_all && !matches!(claim.basis, Basis::Specified) {
                return false;
            }
            claims = others;
        }
        groups = rest;
    }
    true
}

const fn is_claimed(axis: Axis, mut groups: &[&[Claim]]) -> bool {
    while let [claims, rest @ ..] = groups {
        let mut claims = *claims;
        while let [claim, others @ ..] = claims {
            let supports = !matches!(claim.basis, Basis::Disputing);
            if supports && contains(claim.axes, axis) {
                return true;
            }
            claims = others;
        }
        groups = rest;
    }
    false
}

const fn contains(mut axes: &[Axis], axis: Axis) -> bool {
    while let [first, rest @ ..] = axes {
        if first.number() == axis.number() {
            return true;
        }
        axes = rest;
    }
    false
}
