//! Requests that the cache is passed by for, on the operator's order; no standard knows such a rule.

use super::s2_key::{cookies, host_name, pairs};
use super::{Draft, Evidence, Rule, RuleEffect, Tri};
use crate::glob;
use crate::message::RequestHead;
use crate::policy::RequestPolicy;
use crate::profile::{Bypass, BypassOf, Condition, Counts, Fact, Facts, RequestPart};

/// What a cache does with a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    LookUp,
    Storing,
}

/// A request that passes by the cache, judged before anything else is.
pub(crate) fn bypass<'a>(draft: &mut Draft<'a>, request: &RequestPolicy<'a>, facts: &Facts) {
    let Fact::Known(rules @ [_, ..]) = facts.bypass else { return };
    let skips = |step| left_out(rules, request, step);
    let evidence = Evidence::NONE;
    match (skips(Step::LookUp), skips(Step::Storing)) {
        (Tri::Yes, Tri::Yes) => draft.bypass(Rule::OperatorBypass, evidence),
        (_, Tri::Yes) => draft.forbid(Rule::OperatorBypass, evidence),
        (_, Tri::Maybe) => draft.doubt(Rule::OperatorBypass, evidence),
        (Tri::Yes, Tri::No) => draft.note(Rule::OperatorBypass, RuleEffect::Notes, evidence),
        (Tri::Maybe, Tri::No) => draft.note(Rule::OperatorBypass, RuleEffect::Unknown, evidence),
        (Tri::No, Tri::No) => {}
    }
}

/// Whether the operator lets a request be answered from the cache.
pub(crate) fn looked_up(request: &RequestPolicy<'_>, facts: &Facts) -> Tri {
    match facts.bypass {
        Fact::Known(rules @ [_, ..]) => left_out(rules, request, Step::LookUp).not(),
        _ => Tri::Yes,
    }
}

fn left_out(rules: &[Bypass], request: &RequestPolicy<'_>, step: Step) -> Tri {
    let applies = |rule: &&Bypass| match rule.of {
        BypassOf::Both => true,
        BypassOf::LookUp => step == Step::LookUp,
        BypassOf::Storing => step == Step::Storing,
    };
    let of_rule = |rule: &Bypass| holds(request.head(), &rule.on);
    rules.iter().filter(applies).map(of_rule).max().unwrap_or(Tri::No)
}

/// Whether a condition holds for a request.
pub(crate) fn holds(request: RequestHead<'_>, condition: &Condition) -> Tri {
    let Condition { counts, when, unless } = condition;
    let any = when.iter().map(|part| has(request, *part, *counts)).max().unwrap_or(Tri::No);
    let barred = unless.iter().map(|other| holds(request, other)).max().unwrap_or(Tri::No);
    any.and(barred.not())
}

/// Whether a request has a part that counts.
fn has(head: RequestHead<'_>, part: RequestPart, counts: Counts) -> Tri {
    let counted = |pattern: &str, value: &[u8]| {
        let empty = counts == Counts::NeitherEmptyNorZero && matches!(value, b"" | b"0");
        !empty && glob::matches(pattern.as_bytes(), value)
    };
    let is = |name: &str, value: &str, (own, held): (&[u8], &[u8])| {
        glob::matches(name.as_bytes(), own) && counted(value, held)
    };
    Tri::from(match part {
        RequestPart::Cookie(name, value) => cookies(head).any(|pair| is(name, value, pair)),
        RequestPart::Field(name, value) => {
            head.lines().any(|(own, held)| own.eq_ignore_ascii_case(name) && counted(value, held))
        }
        RequestPart::Query(name, value) => {
            let query = head.target().query.unwrap_or_default().as_bytes();
            pairs(query, b'&').any(|pair| is(name, value, pair))
        }
        RequestPart::Path(path) => glob::matches(path.as_bytes(), head.target().path.as_bytes()),
        RequestPart::PathAndQuery(pattern) => {
            let target = head.target();
            let (path, query) = (target.path.bytes(), target.query);
            let query =
                query.into_iter().flat_map(|query| b"?".iter().copied().chain(query.bytes()));
            glob::matches_bytes(pattern.as_bytes(), path.chain(query))
        }
        RequestPart::Method(method) => glob::matches(method.as_bytes(), head.method().as_bytes()),
        RequestPart::Host(host) => glob::matches_in_any_case(host.as_bytes(), host_name(head)),
        RequestPart::Untold => return Tri::Maybe,
    })
}
