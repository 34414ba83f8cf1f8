//! RFC 9111 §5.2.2, §5.4 and §7.3: what a response says about being stored.

use super::{Draft, Evidence, Rule, RuleEffect, Tri};
use crate::field::Field;
use crate::policy::{Presence, ResponsePolicy, only_gives_lifetime};
use crate::profile::{Fact, Facts, RequestRule, Treatment};

/// §5.2.2.3, §5.2.2.5: no-store, unless must-understand lifts it for a status that is understood.
/// C10: must-understand bars a status that is not understood, no-store or not. C11: only no-store
/// is lifted.
pub(crate) fn no_store<'a>(draft: &mut Draft<'a>, response: &ResponsePolicy<'a>, facts: &Facts) {
    let control = &response.control;
    let field = response.control_field;
    if facts.must_understand == Fact::Known(RequestRule::Honoured) {
        if let Presence::Present(text) | Presence::Doubtful(text) = control.must_understand {
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
    if let Presence::Present(text) = response.control.malformed {
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
        && matches!(control.private, Presence::Doubtful(_))
        && names_cookies_only(control.private);
    let (private, fields) = match control.private {
        Presence::Doubtful(text) if token_form => (Presence::Absent, Presence::Present(text)),
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

fn names_cookies_only(presence: Presence<'_>) -> bool {
    named_fields(presence).next().is_some() && named_fields(presence).all(is_set_cookie)
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
fn named_fields<'a>(presence: Presence<'a>) -> impl Iterator<Item = &'a [u8]> {
    let text = presence.text();
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
#[inline(always)]
pub(crate) fn pragma<'a>(draft: &mut Draft<'a>, response: &ResponsePolicy<'a>, facts: &Facts) {
    let field = Field::Pragma.name();
    draft.treat(Rule::Pragma, response.pragma_no_cache(), field, facts.pragma, facts);
}

/// RFC 9213 §2.2: a field that steers some caches, and no source says whether this one reads it.
pub(crate) fn control_field<'a>(
    draft: &mut Draft<'a>,
    response: &ResponsePolicy<'a>,
    facts: &Facts,
) {
    if let Some((field, line)) = response.barred_by(facts) {
        draft.forbid(Rule::ControlField, Evidence::of(field, line));
    }
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
#[inline(always)]
pub(crate) fn set_cookie<'a>(draft: &mut Draft<'a>, response: &ResponsePolicy<'a>, facts: &Facts) {
    if !response.scan().has(Field::SetCookie) {
        return;
    }
    let field = Field::SetCookie.name();
    // The cookie itself is a credential: named, never shown.
    let seen = Presence::Present(&b""[..]);
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

#[cfg(test)]
mod tests {
    use super::super::fixture::with;
    use super::*;
    use crate::profile::{Dialect, StatusSet};

    const KNOWN: Facts = Facts {
        dialect: Fact::Known(Dialect::Rfc9111),
        control_fields: Fact::Known(&[]),
        ..Facts::UNKNOWN
    };

    type RuleOfResponse = for<'a> fn(&mut Draft<'a>, &ResponsePolicy<'a>, &Facts);

    /// Whether a response is not stored by a rule, and the effects that it notes.
    fn tried(
        rule: RuleOfResponse,
        facts: Facts,
        status: u16,
        control: &str,
    ) -> (Tri, Vec<RuleEffect>) {
        let lines = [("cache-control", control), ("x", "1"), ("set-cookie", "a=b")];
        with(&facts, status, &lines, |draft, subject| {
            rule(draft, subject.response, &facts);
            (draft.not_stored, draft.trace.reasons().map(|reason| reason.effect).collect())
        })
    }

    /// §5.2.2.3, C10, C11.
    #[test]
    fn must_understand_lifts_no_store() {
        use RuleEffect::{ForbidsStoring, Lifts, Unknown};
        let by = |must_understand| Facts {
            must_understand,
            no_store: Fact::Known(Treatment::NotStored),
            ..KNOWN
        };
        let honoured = by(Fact::Known(RequestRule::Honoured));
        let ignored = by(Fact::Known(RequestRule::Ignored));
        let unknown = by(Fact::Unknown);
        for (facts, status, control, expected) in [
            (honoured, 200, "must-understand, no-store", (Tri::No, &[Lifts][..])),
            (honoured, 200, "must-understand", (Tri::No, &[])),
            (honoured, 200, "must-understand=x, no-store", (Tri::Yes, &[ForbidsStoring])),
            (honoured, 299, "must-understand", (Tri::Yes, &[ForbidsStoring])),
            (honoured, 299, "must-understand=x", (Tri::Yes, &[ForbidsStoring])),
            (honoured, 299, "x", (Tri::No, &[])),
            (ignored, 200, "must-understand, no-store", (Tri::Yes, &[ForbidsStoring])),
            (ignored, 299, "must-understand", (Tri::No, &[])),
            (unknown, 200, "must-understand", (Tri::Maybe, &[Unknown])),
            (unknown, 200, "x", (Tri::No, &[])),
        ] {
            let (not_stored, effects) = tried(no_store, facts, status, control);
            assert_eq!((not_stored, &*effects), expected, "{status} {control}");
        }
        let some = Treatment::NotStoredWith(StatusSet::Partly(&[200], &[201]));
        let some = Facts { no_store: Fact::Known(some), ..honoured };
        for (status, expected) in [(200, Tri::Yes), (201, Tri::No), (202, Tri::Maybe)] {
            assert_eq!(tried(no_store, some, status, "no-store").0, expected, "{status}");
        }
    }

    /// §5.2.2.7, and the names that it is about.
    #[test]
    fn private_that_names_fields() {
        use RuleEffect::{ForbidsStoring, Strips, Unknown};
        let by = |private_fields| Facts {
            private: Fact::Known(Treatment::NotStored),
            private_fields: Fact::Known(private_fields),
            ..KNOWN
        };
        let cookies = by(Treatment::StrippedOfCookies);
        let loose = Facts { dialect: Fact::Unknown, ..cookies };
        for (facts, control, expected) in [
            (by(Treatment::NotStored), "private=\"x\"", (Tri::Yes, &[ForbidsStoring][..])),
            (by(Treatment::Stripped), "private=\"x\"", (Tri::No, &[Strips])),
            (by(Treatment::Stripped), "private", (Tri::Yes, &[ForbidsStoring])),
            (cookies, "private=\"Set-Cookie\"", (Tri::No, &[Strips])),
            (cookies, "private=\"set-cookie, x\"", (Tri::Maybe, &[Unknown])),
            (loose, "private=\"set-cookie\"", (Tri::No, &[Strips])),
            (loose, "private=Set-Cookie", (Tri::No, &[Strips])),
            (loose, "private", (Tri::Yes, &[ForbidsStoring])),
            (loose, "private=x", (Tri::Maybe, &[Unknown])),
            (loose, "Private", (Tri::Maybe, &[Unknown])),
        ] {
            let (not_stored, effects) = tried(private, facts, 200, control);
            assert_eq!((not_stored, &*effects), expected, "{control}");
        }
        let plain = Facts { dialect: Fact::Unknown, ..by(Treatment::Stripped) };
        let (not_stored, _) = tried(private, plain, 200, "private=Set-Cookie");
        assert_eq!(not_stored, Tri::Maybe);
    }

    /// §5.2.2.4.
    #[test]
    fn no_cache_that_names_fields() {
        use RuleEffect::{Strips, Validates};
        let facts = Facts {
            no_cache: Fact::Known(Treatment::Validated),
            no_cache_fields: Fact::Known(Treatment::ValidatedWhereNamed),
            ..KNOWN
        };
        for (control, expected) in [
            ("no-cache", &[Validates][..]),
            ("no-cache=\"x\"", &[Validates]),
            ("no-cache=\"X, y\"", &[Validates]),
            ("no-cache=\"y\"", &[Strips]),
            ("no-cache=\"set-cookie\"", &[Strips]),
            ("y", &[]),
        ] {
            assert_eq!(tried(no_cache, facts, 200, control).1, expected, "{control}");
        }
    }

    /// §7.3.
    #[test]
    fn cookies() {
        use RuleEffect::{ForbidsStoring, Notes, Strips};
        let unless_named =
            Facts { set_cookie: Fact::Known(Treatment::NotStoredUnlessNamed), ..KNOWN };
        for (control, expected) in [
            ("x", ForbidsStoring),
            ("private=\"x\"", ForbidsStoring),
            ("private=\"x, Set-Cookie\"", Strips),
            ("no-cache=\"set-cookie\"", Strips),
        ] {
            assert_eq!(tried(set_cookie, unless_named, 200, control).1, [expected], "{control}");
        }
        let ignored = Facts { set_cookie: Fact::Known(Treatment::Ignored), ..KNOWN };
        let effects = tried(set_cookie, ignored, 200, "x").1;
        assert!(matches!(*effects, [RuleEffect::Ignored | Notes]), "{effects:?}");
    }
}
