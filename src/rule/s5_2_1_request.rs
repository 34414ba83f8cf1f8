//! RFC 9111 §5.2.1 and §7.3: what a request says, and who sends it, before anything is stored.

use super::{Draft, Evidence, Rule, RuleEffect};
use crate::field::Field;
use crate::policy::{Presence, RequestPolicy};
use crate::profile::{Fact, Facts, RequestRule};

/// §5.2.1.5: a request with no-store. C22: a MUST NOT, though request directives are advisory.
#[inline(always)]
pub(crate) fn request_no_store<'a>(
    draft: &mut Draft<'a>,
    request: &RequestPolicy<'a>,
    facts: &Facts,
) {
    let Presence::Present(text) = request.no_store else { return };
    let evidence = Evidence::in_field(Field::CacheControl, text);
    match facts.request_no_store {
        Fact::Known(RequestRule::Honoured) => draft.forbid(Rule::RequestNoStore, evidence),
        Fact::Known(RequestRule::Bypassed | RequestRule::BypassedWhere(_)) => {
            draft.bypass(Rule::RequestNoStore, evidence);
        }
        Fact::Known(RequestRule::Ignored) => {
            draft.note(Rule::RequestNoStore, RuleEffect::Ignored, evidence)
        }
        Fact::Unknown => draft.doubt(Rule::RequestNoStore, evidence),
    }
}

/// Other request fields with which a cache does not work; no standard knows such a rule. A cache of
/// which nothing is known is taken to have none.
pub(crate) fn bypassing_fields<'a>(
    draft: &mut Draft<'a>,
    request: &RequestPolicy<'a>,
    facts: &Facts,
) {
    if let Some(field) = bypassing_field(request, facts) {
        draft.bypass(Rule::RequestField, Evidence::in_field(field, b""));
    }
}

/// The field that makes a request bypass the cache.
pub(crate) fn bypassing_field(request: &RequestPolicy<'_>, facts: &Facts) -> Option<Field> {
    let fields = facts.bypassing_fields.known()?;
    fields.iter().copied().find(|field| request.scan().has(*field))
}

/// A request with a Cookie; RFC 9111 §7.3 and C21 know no bar.
#[inline(always)]
pub(crate) fn request_cookie<'a>(
    draft: &mut Draft<'a>,
    request: &RequestPolicy<'a>,
    facts: &Facts,
) {
    if !request.has_cookie() {
        return;
    }
    // A credential is named, never shown.
    let evidence = Evidence::in_field(Field::Cookie, b"");
    match facts.request_cookie {
        Fact::Known(RequestRule::BypassedWhere(cookies)) if !has_cookie(request, cookies) => {
            draft.note(Rule::RequestCookie, RuleEffect::Ignored, evidence);
        }
        Fact::Known(RequestRule::Ignored) => {
            draft.note(Rule::RequestCookie, RuleEffect::Ignored, evidence)
        }
        Fact::Known(_) => draft.bypass(Rule::RequestCookie, evidence),
        Fact::Unknown => draft.request_rule_unknown(Rule::RequestCookie, evidence),
    }
}

/// Whether a request has one of these cookies (RFC 6265 §4.2.1), as
/// [`RequestRule::BypassedWhere`] names them.
pub(crate) fn has_cookie(request: &RequestPolicy<'_>, cookies: &[&str]) -> bool {
    let is_one = |cookie: &[u8]| {
        cookies.iter().any(|own| {
            // The first byte rules most out.
            cookie.first() == own.as_bytes().first()
                && cookie.starts_with(own.as_bytes())
                && (cookie.len() == own.len() || !own.contains('='))
        })
    };
    request
        .scan()
        .all(Field::Cookie)
        .any(|line| line.split(|&byte| byte == b';').any(|cookie| is_one(cookie.trim_ascii())))
}
