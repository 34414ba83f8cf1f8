//! RFC 9111 §5.2.2, §5.4 and §7.3: what a response says about being stored.

use super::{Draft, Evidence, Rule, RuleEffect, Tri};
use crate::field::Field;
use crate::policy::{ResponsePolicy, Sighting, only_gives_lifetime};
use crate::profile::{Fact, Facts, RequestRule, Treatment};

/// §5.2.2.3, §5.2.2.5: no-store, unless must-understand lifts it for a status that is understood.
/// C10: must-understand bars a status that is not understood, no-store or not. C11: only no-store
/// is lifted.
pub(crate) fn no_store<'a>(draft: &mut Draft<'a>, response: &ResponsePolicy<'a>, facts: &Facts) {
    let control = &response.control;
    let field = response.control_field;
    if facts.must_understand == Fact::Known(RequestRule::Honoured) {
        if let Sighting::Present(text) | Sighting::Doubtful(text) = control.must_understand {
            let evidence = Evidence::of(field, text);
            if !is_understood(response.status()) {
                return draft.forbid(Rule::MustUnderstand, evidence);
            }
            if control.must_understand.is_present() && control.no_store.is_present() {
                return draft.note(Rule::MustUnderstand, RuleEffect::Lifts, evidence);
            }
        }
    }
    if facts.must_understand == Fact::Unknown && !control.must_understand.is_absent() {
        draft.doubt(Rule::MustUnderstand, Evidence::of(field, control.must_understand.text()));
    }
    let treatment = with_status(facts.no_store, response.status());
    draft.treat(Rule::NoStore, control.no_store, field, treatment, facts);
}

/// §5.2: a strict reader refuses the whole field where one directive is malformed.
pub(crate) fn malformed_control<'a>(draft: &mut Draft<'a>, response: &ResponsePolicy<'a>) {
    if let Sighting::Present(text) = response.control.malformed {
        draft.forbid(Rule::MalformedControl, Evidence::of(response.control_field, text));
    }
}

/// What a rule that depends on the status comes to.
fn with_status(treatment: Fact<Treatment>, status: u16) -> Fact<Treatment> {
    match treatment {
        Fact::Known(Treatment::NotStoredWith(statuses)) => match statuses.has(status) {
            Fact::Known(true) => Fact::Known(Treatment::NotStored),
            Fact::Known(false) => Fact::Known(Treatment::Ignored),
            Fact::Unknown => Fact::Unknown,
        },
        treatment => treatment,
    }
}

/// §5.2.2.2 and §5.2.2.8 have no say in storing; a few caches give them one, and a cache of which
/// nothing is known is taken for none of those.
pub(crate) fn must_revalidate<'a>(
    draft: &mut Draft<'a>,
    response: &ResponsePolicy<'a>,
    facts: &Facts,
) {
    if let Fact::Known(treatment) = facts.must_revalidate {
        let (control, field) = (&response.control, response.control_field);
        for directive in [control.must_revalidate, control.proxy_revalidate] {
            if treatment != Treatment::Ignored {
                draft.treat(Rule::MustRevalidate, directive, field, Fact::Known(treatment), facts);
            }
        }
    }
}

/// The status codes whose caching RFC 9110 §15 defines and this crate implements; 306 and 418 mean
/// nothing any more.
fn is_understood(status: u16) -> bool {
    matches!(status, 200..=206 | 300..=303 | 305 | 307 | 308 | 400..=417 | 421 | 422 | 426 | 451 | 500..=505)
}

/// §5.2.2.7: private. C8: the qualified form counts as the bare one unless a profile says more.
pub(crate) fn private<'a>(draft: &mut Draft<'a>, response: &ResponsePolicy<'a>, facts: &Facts) {
    let (control, field) = (&response.control, response.control_field);
    if control.private.is_absent() && control.private_fields.is_absent() {
        return;
    }
    // `private=Set-Cookie`, without quotes, is what the vendor of such a cache tells users to write.
    let token_form = facts.private_fields == Fact::Known(Treatment::StrippedOfCookies)
        && matches!(control.private, Sighting::Doubtful(_))
        && names_cookies_only(control.private);
    let (private, fields) = match control.private {
        Sighting::Doubtful(text) if token_form => (Sighting::Absent, Sighting::Present(text)),
        private => (private, control.private_fields),
    };
    let treatment = with_status(facts.private, response.status());
    draft.treat(Rule::Private, private, field, treatment, facts);
    let named = match facts.private_fields {
        Fact::Known(Treatment::StrippedOfCookies) if !names_cookies_only(fields) => Fact::Unknown,
        named => with_status(named, response.status()),
    };
    draft.treat(Rule::PrivateFields, fields, field, named, facts);
}

fn names_cookies_only(sighting: Sighting<'_>) -> bool {
    named_fields(sighting).next().is_some() && named_fields(sighting).all(is_set_cookie)
}

/// §5.2.2.4: no-cache. C8 as for private.
pub(crate) fn no_cache<'a>(draft: &mut Draft<'a>, response: &ResponsePolicy<'a>, facts: &Facts) {
    let (control, field) = (&response.control, response.control_field);
    if control.no_cache.is_absent() && control.no_cache_fields.is_absent() {
        return;
    }
    let treatment = with_status(facts.no_cache, response.status());
    draft.treat(Rule::NoCache, control.no_cache, field, treatment, facts);
    let treatment = match facts.no_cache_fields {
        Fact::Known(Treatment::ValidatedWhereNamed)
            if !named_fields(control.no_cache_fields).any(|name| {
                !is_set_cookie(name)
                    && response
                        .head()
                        .lines()
                        .iter()
                        .any(|(own, _)| own.as_bytes().eq_ignore_ascii_case(name))
            }) =>
        {
            Fact::Known(Treatment::Stripped)
        }
        treatment => treatment,
    };
    draft.treat(Rule::NoCacheFields, control.no_cache_fields, field, treatment, facts);
}

/// The names in the argument of `private="..."` or `no-cache="..."`.
fn named_fields<'a>(sighting: Sighting<'a>) -> impl Iterator<Item = &'a [u8]> {
    let text = sighting.text();
    let at = text.iter().position(|&byte| byte == b'=').unwrap_or(text.len());
    text.get(at..)
        .unwrap_or_default()
        .split(|byte| matches!(byte, b'=' | b'"' | b',' | b' ' | b'\t'))
        .filter(|name| !name.is_empty())
}

fn is_set_cookie(name: &[u8]) -> bool {
    name.eq_ignore_ascii_case(Field::SetCookie.name().as_bytes())
}

/// §5.4: Pragma has no meaning in a response; some caches give it one.
pub(crate) fn pragma<'a>(draft: &mut Draft<'a>, response: &ResponsePolicy<'a>, facts: &Facts) {
    let field = Field::Pragma.name();
    draft.treat(Rule::Pragma, response.pragma_no_cache(), field, facts.pragma, facts);
}

/// RFC 9213 §2.2: a field that steers some caches, and no source says whether this one reads it.
pub(crate) fn control_field<'a>(draft: &mut Draft<'a>, response: &ResponsePolicy<'a>) {
    draft.targeted = response.control_field != Field::CacheControl.name();
    if draft.targeted {
        let evidence = Evidence::of(response.control_field, b"");
        draft.note(Rule::TargetedField, RuleEffect::Notes, evidence);
    }
    if !response.doubtful_control.is_absent() {
        draft.doubtful_control = true;
        let text = response.doubtful_control.text();
        draft.note(Rule::ControlField, RuleEffect::Unknown, Evidence::of("", text));
        if !only_gives_lifetime(text) {
            draft.not_stored.raise(Tri::Maybe);
            draft.validated.raise(Tri::Maybe);
        }
    }
}

/// §7.3, C21: Set-Cookie is no bar by the RFC; it is a risk, so it is noted.
pub(crate) fn set_cookie<'a>(draft: &mut Draft<'a>, response: &ResponsePolicy<'a>, facts: &Facts) {
    if !response.scan().has(Field::SetCookie) {
        return;
    }
    let field = Field::SetCookie.name();
    // The cookie itself is a credential: named, never shown.
    let seen = Sighting::Present(&b""[..]);
    let control = &response.control;
    let treatment = match facts.set_cookie {
        Fact::Known(Treatment::NotStoredUnlessNamed)
            if named_fields(control.private_fields)
                .chain(named_fields(control.private))
                .chain(named_fields(control.no_cache_fields))
                .any(is_set_cookie) =>
        {
            Fact::Known(Treatment::Stripped)
        }
        treatment => with_status(treatment, response.status()),
    };
    draft.treat(Rule::SetCookie, seen, field, treatment, facts);
}
