//! RFC 9111 §3: storing responses, with §3.5 (Authorization) and the response directives of §5.2.2
//! that bear on it.

use super::{Draft, Evidence, Rule, RuleEffect, Tri};
use crate::field::{Field, elements, token_length};
use crate::message::TargetParts;
use crate::policy::{InView, Method, RequestPolicy, ResponsePolicy, Sighting, only_gives_lifetime};
use crate::profile::{
    Authorization, CacheType, Eligibility, ErrorTtl, Fact, Facts, Methods, Permission, Permits,
    RequestRule, Treatment, VaryFields,
};

/// §3, first item: the request method is understood by the cache.
pub(crate) fn method<'a>(draft: &mut Draft<'a>, request: &RequestPolicy<'a>, facts: &Facts) {
    let evidence = Evidence::of("method", request.head().method().as_bytes());
    match facts.methods {
        Fact::Known(Methods::None) => draft.bypass(Rule::CachingOff, Evidence::NONE),
        Fact::Known(Methods::Only(methods)) => {
            if !methods.contains(&request.head().method()) {
                draft.bypass(Rule::Method, evidence);
            }
        }
        Fact::Known(Methods::Rfc9111) => {
            if request.method == Method::Other {
                draft.forbid(Rule::Method, evidence);
            }
        }
        // Every cache that is one stores the answers to GET.
        Fact::Unknown if request.method == Method::Get => {}
        Fact::Unknown => draft.request_rule_unknown(Rule::Method, evidence),
    }
}

/// Some caches look up HEAD, and store the answers to GET alone.
pub(crate) fn head_never<'a>(draft: &mut Draft<'a>, request: &RequestPolicy<'a>) {
    if request.method == Method::Head {
        draft.forbid(Rule::Method, Evidence::of("method", request.head().method().as_bytes()));
    }
}

/// RFC 9110 §9.3.3 and RFC 5789 §2: POST and PATCH need explicit freshness and a Content-Location
/// equal to the target; C34: compared after resolving.
pub(crate) fn post<'a>(
    draft: &mut Draft<'a>,
    request: &RequestPolicy<'a>,
    response: &ResponsePolicy<'a>,
    facts: &Facts,
    cache_type: CacheType,
) {
    if facts.methods != Fact::Known(Methods::Rfc9111)
        || !matches!(request.method, Method::Post | Method::Patch)
    {
        return;
    }
    let location = response.scan().first(Field::ContentLocation);
    let own = location.is_some_and(|location| {
        std::str::from_utf8(location)
            .is_ok_and(|location| resolves_to(location, request.head().target()))
    });
    if !(own && states_lifetime(response, cache_type)) {
        draft.forbid(
            Rule::PostWithoutLocation,
            Evidence::in_field(Field::ContentLocation, location.unwrap_or_default()),
        );
    }
}

/// Whether a reference, resolved against a URI (RFC 3986 §5.2), is that URI itself.
///
/// No dot segments are taken out and no escapes undone: a reference that needs it is taken for
/// another URI, which is the safe answer.
fn resolves_to(reference: &str, target: TargetParts<'_>) -> bool {
    let reference = reference.split_once('#').map_or(reference, |(before, _)| before);
    if let Some(rest) = reference.strip_prefix("//") {
        let (origin, rest) =
            rest.find(['/', '?']).and_then(|at| rest.split_at_checked(at)).unwrap_or((rest, ""));
        return origin.eq_ignore_ascii_case(target.origin) && same_path(rest, target);
    }
    if let Some((scheme, _)) = reference.split_once("://") {
        if !scheme.contains(['/', '?']) {
            return same_target(TargetParts::of(reference), target);
        }
    }
    match reference.bytes().next() {
        None => true,
        Some(b'/') => same_path(reference, target),
        Some(b'?') => reference.get(1..) == target.query,
        Some(_) => {
            let directory = target.path.rfind('/').and_then(|at| target.path.get(..=at));
            let (path, query) = cut_query(reference);
            let own = directory.and_then(|directory| target.path.strip_prefix(directory));
            own == Some(path) && query == target.query
        }
    }
}

fn cut_query(text: &str) -> (&str, Option<&str>) {
    text.split_once('?').map_or((text, None), |(path, query)| (path, Some(query)))
}

fn same_path(path_and_query: &str, target: TargetParts<'_>) -> bool {
    let (path, query) = cut_query(path_and_query);
    let path = if path.is_empty() { "/" } else { path };
    path == target.path && query == target.query
}

/// RFC 9110 §4.2.3: scheme and host without letter case, the rest to the letter.
pub(crate) fn same_target(one: TargetParts<'_>, other: TargetParts<'_>) -> bool {
    one.scheme.eq_ignore_ascii_case(other.scheme)
        && one.host().eq_ignore_ascii_case(other.host())
        && one.path == other.path
        && one.query == other.query
}

/// Fields that the operator has the cache ignore; no standard knows such a setting.
pub(crate) fn ignored_fields<'a>(
    draft: &mut Draft<'a>,
    response: &ResponsePolicy<'a>,
    facts: &Facts,
) {
    for &name in facts.ignored_fields.known().unwrap_or_default() {
        let there = |(own, _): (&str, &[u8])| own.eq_ignore_ascii_case(name);
        if response.head().lines().iter().any(there) {
            // The value may be a credential: the field is named, never shown.
            draft.note(Rule::IgnoredField, RuleEffect::Notes, Evidence::of(name, b""));
        }
    }
}

/// §3, second item: the status code is final, and understood where that is asked for.
/// RFC 6585 §3-6: 428, 429, 431 and 511 are never stored.
pub(crate) fn status<'a>(
    draft: &mut Draft<'a>,
    request: &RequestPolicy<'a>,
    response: &ResponsePolicy<'a>,
    facts: &Facts,
    cache_type: CacheType,
) {
    let status = response.status();
    let Fact::Known(statuses) = facts.statuses else {
        // 200 is in every list.
        if status != 200 {
            draft.doubt(Rule::Status, Evidence::NONE);
        }
        return;
    };
    let explicit = Tri::from(statuses.explicit.has(status));
    let heuristic = Tri::from(statuses.heuristic.has(status));
    let storable = if explicit == heuristic {
        explicit
    } else {
        match permitted_explicitly(response, cache_type) {
            Tri::Yes => explicit,
            Tri::No => heuristic,
            Tri::Maybe => Tri::Maybe,
        }
    };
    match storable {
        Tri::Yes => {}
        Tri::Maybe => draft.doubt(Rule::Status, Evidence::NONE),
        Tri::No => draft.forbid(Rule::Status, Evidence::NONE),
    }
    if status == 206
        && facts.permits == Fact::Known(Permits::Rfc9111)
        && !is_known_part(request, response)
    {
        draft.forbid(Rule::PartialContent, Evidence::NONE);
    }
}

/// §3.3: a part can be told from the whole: it was asked for, and it says in bytes which it is
/// (RFC 9110 §14.4, §15.3.7.2). C27: a 206 answers GET only.
fn is_known_part(request: &RequestPolicy<'_>, response: &ResponsePolicy<'_>) -> bool {
    let starts = |field, prefix: &[u8]| {
        response
            .scan()
            .first(field)
            .and_then(|text| text.get(..prefix.len()))
            .is_some_and(|start| start.eq_ignore_ascii_case(prefix))
    };
    let says_which = starts(Field::ContentRange, b"bytes ")
        || starts(Field::ContentType, b"multipart/byteranges");
    request.method == Method::Get && request.scan().has(Field::Range) && says_which
}

/// Whether the response permits storing in words of its own (§3, the last item without the status).
fn permitted_explicitly(response: &ResponsePolicy<'_>, cache_type: CacheType) -> Tri {
    let control = &response.control;
    if control.public.is_present()
        || states_lifetime(response, cache_type)
        || permitted_by_private(response, cache_type)
    {
        return Tri::Yes;
    }
    let doubtful = !control.public.is_absent() || !response.doubtful_control.is_absent();
    if doubtful { Tri::Maybe } else { Tri::No }
}

/// §3: an Expires field of any content, max-age or, for a shared cache, s-maxage.
pub(crate) fn states_lifetime(response: &ResponsePolicy<'_>, cache_type: CacheType) -> bool {
    let control = &response.control;
    !control.max_age.is_absent()
        || (cache_type == CacheType::Shared && !control.s_maxage.is_absent())
        || !response.first_lifetime.is_absent()
        || (response.expires_in_view == InView::Yes && response.scan().has(Field::Expires))
}

/// §3: private is a permit for a private cache.
fn permitted_by_private(response: &ResponsePolicy<'_>, cache_type: CacheType) -> bool {
    let control = &response.control;
    cache_type == CacheType::Private
        && !(control.private.is_absent() && control.private_fields.is_absent())
}

/// §3, the last item: something permits storing.
pub(crate) fn permit<'a>(
    draft: &mut Draft<'a>,
    response: &ResponsePolicy<'a>,
    facts: &Facts,
    cache_type: CacheType,
) {
    let public = response.control.public;
    let needs = match facts.permits {
        Fact::Known(Permits::Nothing) => return,
        Fact::Known(permits) => permits,
        Fact::Unknown => {
            if !states_lifetime(response, cache_type) {
                draft.doubt(Rule::Permit, Evidence::NONE);
            }
            return;
        }
    };
    let lifetime = states_lifetime(response, cache_type);
    let permitted = match needs {
        Permits::Rfc9111 => {
            let heuristic = facts
                .statuses
                .known()
                .is_some_and(|statuses| statuses.heuristic.contains(response.status()));
            public.is_present()
                || permitted_by_private(response, cache_type)
                || lifetime
                || heuristic
        }
        Permits::Lifetime => lifetime,
        Permits::LifetimeOrValidatorIfOk => {
            lifetime || response.status() != 200 || response.has_validator()
        }
        Permits::LifetimeIfOk => lifetime || response.status() != 200,
        Permits::LifetimeOrLastModifiedIfOk => {
            lifetime || response.status() != 200 || response.scan().has(Field::LastModified)
        }
        Permits::LifetimeAndPublicOrAge => {
            !lifetime || public.is_present() || response.scan().has(Field::Age)
        }
        Permits::DirectiveOrDates => {
            let control = &response.control;
            let dates = [Field::Date, Field::Expires];
            let named = [control.no_cache, control.no_cache_fields];
            let numbers = [control.max_age, control.s_maxage];
            named.iter().any(|seen| !seen.is_absent())
                || numbers.iter().any(|stated| !stated.is_absent())
                || dates.iter().all(|&field| response.scan().has(field))
        }
        Permits::Nothing => true,
    };
    if permitted {
        return;
    }
    let doubtful =
        matches!(public, Sighting::Doubtful(_)) || !response.doubtful_control.is_absent();
    if doubtful {
        draft.doubt(Rule::Permit, Evidence::of(response.control_field, public.text()));
    } else {
        draft.forbid(Rule::Permit, Evidence::NONE);
    }
}

/// §5.2.1.5: a request with no-store. C22: a MUST NOT, though request directives are advisory.
pub(crate) fn request_no_store<'a>(
    draft: &mut Draft<'a>,
    request: &RequestPolicy<'a>,
    facts: &Facts,
) {
    let Sighting::Present(text) = request.no_store else { return };
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
pub(crate) fn request_cookie<'a>(
    draft: &mut Draft<'a>,
    request: &RequestPolicy<'a>,
    facts: &Facts,
) {
    if request.cookie().is_none() {
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
        cookies.iter().any(|own| match own.contains('=') {
            true => cookie == own.as_bytes(),
            false => cookie.starts_with(own.as_bytes()),
        })
    };
    request
        .scan()
        .all(Field::Cookie)
        .any(|line| line.split(|&byte| byte == b';').any(|cookie| is_one(cookie.trim_ascii())))
}

/// §3.5: the answer to a request with Authorization needs a response directive that permits
/// sharing. An empty Authorization field is one all the same.
pub(crate) fn authorization<'a>(
    draft: &mut Draft<'a>,
    request: &RequestPolicy<'a>,
    response: &ResponsePolicy<'a>,
    facts: &Facts,
) {
    if request.authorization().is_none() {
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
            Sighting::Present(text) if rule == Authorization::NeedsSomeOf(permissions) => {
                draft.doubt(Rule::Authorization, Evidence::of(response.control_field, text));
            }
            Sighting::Present(text) => draft.note(
                Rule::Authorization,
                RuleEffect::PermitsStoring,
                Evidence::of(response.control_field, text),
            ),
            Sighting::Doubtful(text) => {
                draft.doubt(Rule::Authorization, Evidence::of(response.control_field, text));
            }
            Sighting::Absent if !response.doubtful_control.is_absent() => {
                draft.doubt(Rule::ControlField, evidence);
            }
            Sighting::Absent => draft.forbid(Rule::Authorization, evidence),
        },
        Fact::Known(Authorization::NeedsOneOf(sure, perhaps)) => {
            match (permission(sure, response), permission(perhaps, response)) {
                (Sighting::Present(text), _) => draft.note(
                    Rule::Authorization,
                    RuleEffect::PermitsStoring,
                    Evidence::of(response.control_field, text),
                ),
                (Sighting::Absent, Sighting::Absent) if response.doubtful_control.is_absent() => {
                    draft.forbid(Rule::Authorization, evidence);
                }
                _ => draft.doubt(Rule::Authorization, evidence),
            }
        }
        Fact::Unknown => draft.request_rule_unknown(Rule::Authorization, evidence),
    }
}

/// The directive that permits sharing the answer to a request with Authorization.
fn permission<'a>(permissions: &[Permission], response: &ResponsePolicy<'a>) -> Sighting<'a> {
    let control = &response.control;
    let mut best = Sighting::Absent;
    for permission in permissions {
        let seen = match permission {
            Permission::MustRevalidate => control.must_revalidate,
            Permission::NoCache => control.no_cache,
            Permission::ProxyRevalidate => control.proxy_revalidate,
            Permission::Public => control.public,
            Permission::SMaxage => match control.s_maxage {
                crate::policy::Stated::Absent => Sighting::Absent,
                crate::policy::Stated::Doubtful(text) => Sighting::Doubtful(text),
                crate::policy::Stated::Seconds(_, text) | crate::policy::Stated::Invalid(text) => {
                    Sighting::Present(text)
                }
            },
        };
        match seen {
            Sighting::Present(_) => return seen,
            Sighting::Doubtful(_) => best = seen,
            Sighting::Absent => {}
        }
    }
    best
}

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

/// What the cache goes by where the response is an error that has rules of its own.
pub(crate) fn error_facts(facts: &Facts, status: u16) -> Option<Facts> {
    let Fact::Known(ErrorTtl::AtLeast { statuses, barred, .. }) = facts.error_ttl else {
        return None;
    };
    let treatment = Fact::Known(if barred.contains(&status) {
        Treatment::NotStored
    } else {
        Treatment::Ignored
    });
    statuses.contains(&status).then_some(Facts {
        no_store: treatment,
        private: treatment,
        no_cache: treatment,
        ..*facts
    })
}

/// §7.3, C21: Set-Cookie is no bar by the RFC; it is a risk, so it is noted.
pub(crate) fn set_cookie<'a>(draft: &mut Draft<'a>, response: &ResponsePolicy<'a>, facts: &Facts) {
    if response.set_cookie().is_absent() {
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

/// §4.1: a Vary with `*` in it. A member that is no field name counts as `*`.
pub(crate) fn vary<'a>(draft: &mut Draft<'a>, response: &ResponsePolicy<'a>, facts: &Facts) {
    let mut named = None;
    for member in elements(response.scan().all(Field::Vary)) {
        if member == b"*" || token_length(member) != member.len() {
            let field = Field::Vary.name();
            draft.treat(Rule::VaryStar, Sighting::Present(member), field, facts.vary_star, facts);
            if facts.vary_star != Fact::Known(Treatment::Ignored) {
                return;
            }
            continue;
        }
        named = named.or(Some(member));
    }
    if let Some(name) = named {
        vary_fields(draft, response, facts, Evidence::in_field(Field::Vary, name));
    }
}

/// §4.1: a Vary that names fields; `first` is the first of them.
fn vary_fields<'a>(
    draft: &mut Draft<'a>,
    response: &ResponsePolicy<'a>,
    facts: &Facts,
    first: Evidence<'a>,
) {
    let stranger_to = |names: &[&str]| {
        elements(response.scan().all(Field::Vary))
            .find(|member| !names.iter().any(|name| name.as_bytes().eq_ignore_ascii_case(member)))
            .map(|member| Evidence::in_field(Field::Vary, member))
    };
    let rule = Rule::VaryFields;
    match facts.vary_fields {
        Fact::Known(VaryFields::Compared | VaryFields::ComparedExcept(_)) => {}
        Fact::Known(VaryFields::Ignored) => draft.note(rule, RuleEffect::Ignored, first),
        Fact::Known(VaryFields::Normalised(names)) => {
            if let Some(stranger) = stranger_to(names) {
                draft.note(rule, RuleEffect::Ignored, stranger);
            }
        }
        Fact::Known(VaryFields::NoneOfThese(barred)) => {
            let named = elements(response.scan().all(Field::Vary))
                .find(|member| super::s4_1_vary::is_among(barred, member));
            if let Some(named) = named {
                draft.forbid(rule, Evidence::in_field(Field::Vary, named));
            }
        }
        Fact::Known(VaryFields::OnlyThese(allowed)) => match stranger_to(allowed) {
            Some(stranger) => draft.forbid(rule, stranger),
            None => draft.note(rule, RuleEffect::PermitsStoring, first),
        },
        Fact::Known(VaryFields::EncodedOnly { stored, disputed }) => {
            let encoding = response.scan().first(Field::ContentEncoding).unwrap_or_default();
            let is_in = |list: &[&str]| {
                list.iter().any(|name| name.as_bytes().eq_ignore_ascii_case(encoding))
            };
            match stranger_to(&["accept-encoding"]) {
                None if is_in(stored) => draft.note(rule, RuleEffect::PermitsStoring, first),
                None if is_in(disputed) => draft.doubt(rule, first),
                stranger => draft.forbid(rule, stranger.unwrap_or(first)),
            }
        }
        Fact::Unknown => draft.doubt(rule, first),
    }
}

/// A URI with a query, where that asks for a lifetime of the response's own.
pub(crate) fn query<'a>(
    draft: &mut Draft<'a>,
    request: &RequestPolicy<'a>,
    response: &ResponsePolicy<'a>,
    facts: &Facts,
    cache_type: CacheType,
) {
    if facts.eligibility != Fact::Known(Eligibility::QueryNeedsLifetime) {
        return;
    }
    let Some(query) = request.head().target().query else { return };
    if !states_lifetime(response, cache_type) {
        draft.forbid(Rule::QueryWithoutLifetime, Evidence::of("query", query.as_bytes()));
    }
}

/// Which responses a cache considers at all; no standard knows such a rule.
pub(crate) fn eligibility<'a>(draft: &mut Draft<'a>, request: &RequestPolicy<'a>, facts: &Facts) {
    if let Fact::Known(Eligibility::All | Eligibility::QueryNeedsLifetime) = facts.eligibility {
        return;
    }
    let path = request.head().target().path;
    match facts.eligibility {
        Fact::Known(Eligibility::All | Eligibility::QueryNeedsLifetime) => {}
        Fact::Known(Eligibility::Paths { extensions, names }) => {
            if !(names.contains(&last_segment(path)) || has_extension(path, extensions)) {
                draft.forbid(Rule::Eligibility, Evidence::of("path", path.as_bytes()));
            }
        }
        Fact::Known(Eligibility::AllButPaths(extensions)) => {
            if has_extension(path, extensions) {
                draft.forbid(Rule::Eligibility, Evidence::of("path", path.as_bytes()));
            }
        }
        Fact::Unknown => draft.doubt(Rule::Eligibility, Evidence::of("path", path.as_bytes())),
    }
}

fn last_segment(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or_default()
}

/// Whether a path ends in one of these extensions, in any letter case.
pub(crate) fn has_extension(path: &str, extensions: &[&str]) -> bool {
    last_segment(path).rsplit_once('.').is_some_and(|(_, extension)| {
        extensions.iter().any(|known| known.eq_ignore_ascii_case(extension))
    })
}
