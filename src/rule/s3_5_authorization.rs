//! RFC 9111 §3.5: storing the answers to requests with Authorization.

use super::{Draft, Evidence, Rule, RuleEffect};
use crate::field::Field;
use crate::policy::{DeltaSeconds, Presence, RequestPolicy, ResponsePolicy};
use crate::profile::{Authorization, Fact, Facts, Permission};

/// §3.5: the answer to a request with Authorization needs a response directive that permits
/// sharing. An empty Authorization field is one all the same.
#[inline(always)]
pub(crate) fn authorization<'a>(
    draft: &mut Draft<'a>,
    request: &RequestPolicy<'a>,
    response: &ResponsePolicy<'a>,
    facts: &Facts,
) {
    if !request.has_authorization() {
        return;
    }
    // A credential is named, never shown.
    let evidence = Evidence::in_field(Field::Authorization, b"");
    match facts.authorization {
        Fact::Known(Authorization::Ignored | Authorization::CheckedAtReuse) => {
            draft.note(Rule::Authorization, RuleEffect::Ignored, evidence)
        }
        Fact::Known(Authorization::Bypassed) => draft.bypass(Rule::Authorization, evidence),
        Fact::Known(
            rule @ (Authorization::NeedsPermission(permissions)
            | Authorization::NeedsSomeOf(permissions)),
        ) => match permission(permissions, response) {
            Presence::Present(text) if rule == Authorization::NeedsSomeOf(permissions) => {
                draft.doubt(Rule::Authorization, Evidence::of(response.control_field, text));
            }
            Presence::Present(text) => draft.note(
                Rule::Authorization,
                RuleEffect::PermitsStoring,
                Evidence::of(response.control_field, text),
            ),
            Presence::Doubtful(text) => {
                draft.doubt(Rule::Authorization, Evidence::of(response.control_field, text));
            }
            Presence::Absent if !response.doubtful_control.is_absent() => {
                draft.doubt(Rule::ControlField, evidence);
            }
            Presence::Absent => draft.forbid(Rule::Authorization, evidence),
        },
        Fact::Known(Authorization::NeedsOneOf(sure, perhaps)) => {
            match (permission(sure, response), permission(perhaps, response)) {
                (Presence::Present(text), _) => draft.note(
                    Rule::Authorization,
                    RuleEffect::PermitsStoring,
                    Evidence::of(response.control_field, text),
                ),
                (Presence::Absent, Presence::Absent) if response.doubtful_control.is_absent() => {
                    draft.forbid(Rule::Authorization, evidence);
                }
                _ => draft.doubt(Rule::Authorization, evidence),
            }
        }
        Fact::Unknown => draft.request_rule_unknown(Rule::Authorization, evidence),
    }
}

/// The directive that permits sharing the answer to a request with Authorization: one by the grammar.
fn permission<'a>(permissions: &[Permission], response: &ResponsePolicy<'a>) -> Presence<'a> {
    let control = &response.control;
    let mut best = Presence::Absent;
    for permission in permissions {
        let seen = match permission {
            // What is malformed restricts, and permits nothing.
            Permission::MustRevalidate if control.only_restricts => Presence::Absent,
            Permission::MustRevalidate => control.must_revalidate,
            Permission::NoCache => control.no_cache,
            Permission::ProxyRevalidate => control.proxy_revalidate,
            Permission::Public => control.public,
            Permission::SMaxage => match control.s_maxage {
                DeltaSeconds::Absent | DeltaSeconds::Invalid(_) => Presence::Absent,
                DeltaSeconds::Doubtful(text) => Presence::Doubtful(text),
                DeltaSeconds::Seconds(_, text) => Presence::Present(text),
            },
        };
        match seen {
            Presence::Present(_) => return seen,
            Presence::Doubtful(_) => best = seen,
            Presence::Absent => {}
        }
    }
    best
}
