//! Whether a response may be stored, as HAProxy finds it out: two flags of the request, folded over
//! the elements of Cache-Control in their order (`http_check_request_for_cacheability` and
//! `http_check_response_for_cacheability`, `src/http_ana.c`).
//!
//! A restriction clears the flags and `public` sets them, so what comes last decides: `private,
//! public` is stored.

use super::directives::HaproxyDirective;
use crate::bytes::strip_prefix_ignore_case;
use crate::field::{Field, values};
use crate::policy::{Presence, RequestPolicy};
use crate::profile::Haproxy;
use crate::profile::NullMaxAge;
use crate::profile::{Fact, Facts, Treatment};
use crate::rule::{Draft, Evidence, Rule, RuleEffect};
use crate::server::Case;

/// What a request asks of the cache. Of every directive the name's beginning is enough.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct RequestDirectives<'a> {
    pub(super) no_store: Presence<'a>,
    /// No lookup, and so no variant key.
    pub(super) no_lookup: Presence<'a>,
}

const NO_LOOKUP: [&[u8]; 4] = [b"max-age", b"no-cache", b"max-stale", b"min-fresh"];

impl<'a> RequestDirectives<'a> {
    pub(super) fn of(request: &RequestPolicy<'a>) -> Self {
        let mut directives = Self::default();
        let pragma = request.scan().first(Field::Pragma);
        if let Some(text) = pragma.filter(|text| text.eq_ignore_ascii_case(b"no-cache")) {
            if !request.scan().has(Field::CacheControl) {
                directives.no_lookup = Presence::Present(text);
            }
        }
        for value in values(request.scan().all(Field::CacheControl)) {
            if strip_prefix_ignore_case(value, b"no-store").is_some() {
                directives.no_store = Presence::Present(value);
            } else if NO_LOOKUP.iter().any(|name| strip_prefix_ignore_case(value, name).is_some()) {
                directives.no_lookup = Presence::Present(value);
            }
        }
        if request.has_authorization() {
            // A credential is named, never shown.
            directives.no_lookup = Presence::Present(b"");
        }
        directives
    }
}

/// The flags on their way, with what cleared them last.
struct Fold<'a> {
    bar: Option<(Rule, Evidence<'a>)>,
    /// A `max-age=0` that a later s-maxage may make good.
    null_max_age: Option<Evidence<'a>>,
    /// An element begins like a lifetime, whatever its number is.
    lifetime: Presence<'a>,
}

/// Adds what bars storing, if anything is left of it at the end.
pub(super) fn cacheability<'a>(
    draft: &mut Draft<'a>,
    case: &Case<'a>,
    settings: &Haproxy,
    directives: &RequestDirectives<'a>,
) {
    let Case { request, response, profile, .. } = case;
    let mut fold = Fold { bar: None, null_max_age: None, lifetime: Presence::Absent };
    if request.has_authorization() {
        fold.bar = Some((Rule::Authorization, Evidence::in_field(Field::Authorization, b"")));
    }
    if let Presence::Present(text) = directives.no_store {
        fold.bar = Some((Rule::RequestNoStore, Evidence::in_field(Field::CacheControl, text)));
    }
    for value in values(response.scan().all(Field::CacheControl)) {
        fold.add(draft, value, profile.facts(), settings);
    }
    if let Some(evidence) = fold.null_max_age {
        fold.bar = Some((Rule::ZeroLifetime, evidence));
    }
    if let Some((rule, evidence)) = fold.bar {
        draft.forbid(rule, evidence);
    }
    let scan = response.scan();
    let to_go_by = [Field::Expires, Field::Etag, Field::LastModified];
    if fold.lifetime.is_absent() && !to_go_by.iter().any(|&field| scan.has(field)) {
        draft.forbid(Rule::Permit, Evidence::NONE);
    }
}

impl<'a> Fold<'a> {
    fn add(&mut self, draft: &mut Draft<'a>, value: &'a [u8], facts: &Facts, settings: &Haproxy) {
        let evidence = Evidence::in_field(Field::CacheControl, value);
        let directive =
            facts.dialect.known().and_then(|dialect| HaproxyDirective::of(value, dialect));
        let (rule, treatment) = match directive {
            Some(HaproxyDirective::Public) => {
                if self.bar.take().is_some() {
                    draft.note(Rule::LastPublic, RuleEffect::PermitsStoring, evidence);
                }
                return;
            }
            Some(HaproxyDirective::NoStore) => (Rule::NoStore, facts.no_store),
            Some(HaproxyDirective::Private) => (Rule::Private, facts.private),
            Some(HaproxyDirective::PrivateFields) => (Rule::PrivateFields, facts.private_fields),
            Some(HaproxyDirective::NoCache) => (Rule::NoCache, facts.no_cache),
            Some(HaproxyDirective::NoCacheFields) => (Rule::NoCacheFields, facts.no_cache_fields),
            None => {
                if restricts_with_argument(value) {
                    draft.note(Rule::Dialect, RuleEffect::Ignored, evidence);
                }
                return self.add_lifetime(value, evidence, settings);
            }
        };
        if treatment == Fact::Known(Treatment::Ignored) {
            draft.note(rule, RuleEffect::Ignored, evidence);
        } else {
            self.bar = Some((rule, evidence));
        }
    }

    fn add_lifetime(&mut self, value: &'a [u8], evidence: Evidence<'a>, settings: &Haproxy) {
        if let Some(argument) = strip_prefix_ignore_case(value, b"s-maxage") {
            if argument == b"=0" {
                self.bar = Some((Rule::ZeroLifetime, evidence));
            } else {
                self.lifetime = Presence::Present(value);
                self.null_max_age = None;
            }
        } else if let Some(argument) = strip_prefix_ignore_case(value, b"max-age") {
            match settings.null_max_age {
                _ if argument != b"=0" => self.lifetime = Presence::Present(value),
                NullMaxAge::Bars => self.bar = Some((Rule::ZeroLifetime, evidence)),
                NullMaxAge::BarsWithoutSMaxage => self.null_max_age = Some(evidence),
            }
        }
    }
}

/// A restriction in a form that versions before `token=` was known take for nothing.
fn restricts_with_argument(value: &[u8]) -> bool {
    [&b"no-cache="[..], b"no-store="]
        .iter()
        .any(|name| strip_prefix_ignore_case(value, name).is_some())
}
