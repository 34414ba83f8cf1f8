//! `vcl_backend_response`: what VCL makes of the engine's result.

use crate::field::Field;
use crate::profile::Then;
use crate::profile::VclRule;
use crate::profile::When;
use crate::profile::{Fact, Treatment};
use crate::rule::{Draft, Evidence, Rule, RuleEffect, Tri};
use crate::server::Case;

/// `vcl_builtin_backend_response`, the tail of every VCL.
const BUILTIN: [VclRule; 4] = [
    VclRule { when: When::Expired, then: Then::HitForMiss },
    VclRule { when: When::SetsCookie, then: Then::HitForMiss },
    VclRule { when: When::Restricted, then: Then::HitForMiss },
    VclRule { when: When::VariesOnAll, then: Then::HitForMiss },
];

/// Runs the site's rules, then the builtin ones.
pub(super) fn backend_response<'a>(
    draft: &mut Draft<'a>,
    case: &Case<'a>,
    user_vcl: &'static [VclRule],
) {
    let mut reached = Tri::Yes;
    for VclRule { when, then } in user_vcl.iter().chain(&BUILTIN) {
        let Some(Found { holds, rule, evidence }) = when.find(draft, case) else { continue };
        let holds = holds.and(reached);
        let effect = match (holds, then) {
            (Tri::Yes, Then::HitForMiss) => RuleEffect::ForbidsStoring,
            (Tri::Yes, Then::Deliver) => RuleEffect::PermitsStoring,
            (Tri::Maybe | Tri::No, _) => RuleEffect::Unknown,
        };
        draft.note(rule, effect, evidence);
        match then {
            Then::HitForMiss => draft.not_stored.raise(holds),
            // What this may have delivered does not reach the rules behind it.
            Then::Deliver => reached = holds.not(),
        }
        if holds == Tri::Yes {
            return;
        }
    }
}

/// What a rule has found; it holds, or may hold.
struct Found<'a> {
    holds: Tri,
    rule: Rule,
    evidence: Evidence<'a>,
}

impl<'a> Found<'a> {
    const fn certainly(rule: Rule, evidence: Evidence<'a>) -> Option<Self> {
        Some(Self { holds: Tri::Yes, rule, evidence })
    }
}

impl When {
    /// Things that the profile ignores are noted, and do not hold.
    fn find<'a>(self, draft: &mut Draft<'a>, case: &Case<'a>) -> Option<Found<'a>> {
        match self {
            Self::Expired => expired(draft),
            Self::SetsCookie => sets_cookie(draft, case),
            Self::Restricted => restricted(draft, case),
            Self::VariesOnAll => varies_on_all(case),
        }
    }
}

/// The TTL that VCL sees is what the age has left of it (`VRT_r_beresp_ttl` in cache_vrt_var.c).
fn expired<'a>(draft: &Draft<'a>) -> Option<Found<'a>> {
    let holds = draft.remaining().is_positive().not();
    let found = Found { holds, rule: Rule::ZeroLifetime, evidence: Evidence::NONE };
    (holds != Tri::No).then_some(found)
}

fn sets_cookie<'a>(draft: &mut Draft<'a>, case: &Case<'a>) -> Option<Found<'a>> {
    if !case.response.scan().has(Field::SetCookie) {
        return None;
    }
    // A credential is named, never shown.
    let evidence = Evidence::in_field(Field::SetCookie, b"");
    if case.profile.facts().set_cookie == Fact::Known(Treatment::Ignored) {
        draft.note(Rule::SetCookie, RuleEffect::Ignored, evidence);
        return None;
    }
    Found::certainly(Rule::SetCookie, evidence)
}

fn restricted<'a>(draft: &mut Draft<'a>, case: &Case<'a>) -> Option<Found<'a>> {
    let (facts, control) = (case.profile.facts(), &case.response.control);
    let mut field = case.response.control_field;
    if let Some((hider, line)) = case.response.restrictions_hidden_by(facts) {
        draft.note(Rule::RestrictionsHidden, RuleEffect::Notes, Evidence::of(hider, line));
        field = hider;
    }
    for (rule, presence, treatment) in [
        (Rule::NoStore, control.no_store, facts.no_store),
        (Rule::Private, control.private, facts.private),
        (Rule::PrivateFields, control.private_fields, facts.private_fields),
        (Rule::NoCache, control.no_cache, facts.no_cache),
        (Rule::NoCacheFields, control.no_cache_fields, facts.no_cache_fields),
    ] {
        if presence.is_absent() {
            continue;
        }
        let evidence = Evidence::of(field, presence.text());
        if treatment == Fact::Known(Treatment::Ignored) {
            draft.note(rule, RuleEffect::Ignored, evidence);
        } else {
            return Found::certainly(rule, evidence);
        }
    }
    None
}

fn varies_on_all<'a>(case: &Case<'a>) -> Option<Found<'a>> {
    let mut lines = case.response.scan().all(Field::Vary);
    match (lines.next(), lines.next()) {
        (Some(star @ b"*"), None) => {
            Found::certainly(Rule::VaryStar, Evidence::in_field(Field::Vary, star))
        }
        _ => None,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use crate::{FreshFor, Profile, Storage, profile::Treatment, storable};

    #[test]
    fn what_an_operator_ignores_marks_nothing() {
        const OPEN: Profile =
            Profile::VARNISH_7.with_set_cookie(Treatment::Ignored).with_default_ttl(5);
        let request = http::Request::get("http://trap.test/").body(()).unwrap();
        let page = http::Response::builder().header("Set-Cookie", "a=b").body(()).unwrap();
        assert_eq!(storable(&request, &page, &Profile::VARNISH_7).storage(), Storage::NotStored);
        let open = storable(&request, &page, &OPEN);
        assert_eq!((open.storage(), open.fresh_for()), (Storage::Stored, FreshFor::Seconds(5)));
    }
}
