//! Whether a response may be stored, and whether those get it that wait for it (src/http.cc,
//! haveParsedReplyHeaders and reusableReply).

use super::directives::squid_directives;
use super::entry::{Entry, OutlivesDate};
use super::letter_case;
use super::list::JoinedItems;
use super::lookup::bars_stale;
use super::request_directives::RequestDirectives;
use super::surrogate::Surrogate;
use crate::field::Field;
use crate::kept::RangeRequest;
use crate::policy::{Method, Presence};
use crate::profile::{ControlField, DefaultTtl, Fact, Facts, Ttl};
use crate::profile::{Squid, WorthStoring};
use crate::rule::s4_2_freshness;
use crate::rule::{
    Draft, Evidence, Rule, RuleEffect, Tri, s3_5_authorization, s3_storing, s5_2_1_request,
    s5_2_2_response, vendor,
};
use crate::server::Case;

/// A response as Squid sees it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reply<'a> {
    pub(super) reuse: Reuse,
    pub(super) entry: Entry<'a>,
    pub(super) variance: Option<Variance>,
    request_no_store: Presence<'a>,
    pub(super) restrictions: Restrictions,
}

/// reusableReply's answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reuse {
    /// It is stored.
    Cached,
    /// It is stored for `negative_ttl`.
    CachedAsError,
    /// It is not stored; requests that wait for it get it.
    SharedOnly,
    /// Neither.
    Never,
}

/// What Vary makes of a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Variance {
    /// The field names nothing: such a response is private.
    Nothing,
    /// Fields are named.
    Fields,
    /// A `*` is among the names.
    Everything,
}

/// Whether what Cache-Control restricts is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Restrictions {
    Apply,
    /// Surrogate-Control has taken its place.
    Lifted,
}

impl Variance {
    pub(super) fn of(case: &Case<'_>) -> Option<Self> {
        let scan = case.response.scan();
        if !scan.has(Field::Vary) {
            return None;
        }
        let mut variance = Self::Nothing;
        for name in JoinedItems::of(scan.all(Field::Vary)) {
            if name.text == b"*" {
                return Some(Self::Everything);
            }
            variance = Self::Fields;
        }
        Some(variance)
    }
}

impl<'a> Reply<'a> {
    /// What becomes of it is written into an empty draft.
    pub(super) fn judge(case: &Case<'a>, settings: &Squid, draft: &mut Draft<'a>) -> Self {
        let surrogate = surrogate_field(case).and_then(|name| {
            let lines = case.response.scan().named(name);
            Surrogate::read(lines, settings.surrogate_id, letter_case(case.profile))
        });
        let directives =
            RequestDirectives::of(&case.request, letter_case(case.profile), &settings.options);
        let mut reply = Self {
            reuse: Reuse::Never,
            entry: Entry::of(case, settings, surrogate.as_ref()),
            variance: Variance::of(case),
            request_no_store: directives.no_store,
            restrictions: if surrogate.is_some() {
                Restrictions::Lifted
            } else {
                Restrictions::Apply
            },
        };
        // ENTRY_REVALIDATE_STALE
        if !bars_stale(case, &reply) {
            reply.entry = reply.entry.overridden(&settings.options);
        }
        s3_storing::method(draft, &case.request, case.profile.facts());
        if draft.bypassed == Tri::No {
            reply.apply_bars(case, surrogate, draft);
            reply.apply_status(case, settings, draft);
            reply.apply_freshness(case, draft);
        }
        reply
    }

    /// Whether requests can wait for this one (createStoreEntry): not where it says no-store.
    pub(super) fn leads(&self) -> bool {
        self.request_no_store.is_absent()
    }

    /// Whether it is an error that is kept, and is answered with whatever a request asks
    /// (checkNegativeHit).
    pub(super) fn is_negative_hit(&self) -> bool {
        self.reuse == Reuse::CachedAsError && self.entry.staleness(self.entry.now).is_none()
    }

    /// What bars storing and sharing alike: the rows of reusableReply that say reuseNot, before the
    /// status is looked at.
    fn apply_bars(&self, case: &Case<'a>, surrogate: Option<Surrogate<'a>>, draft: &mut Draft<'a>) {
        let Case { request, response, .. } = case;
        let facts = case.profile.facts();
        vendor::eligibility(draft, request, facts);
        s5_2_1_request::request_cookie(draft, request, facts);
        if let Presence::Present(text) = self.request_no_store {
            draft.forbid(Rule::RequestNoStore, Evidence::in_field(Field::CacheControl, text));
        }
        // Seen five times of 5.7; of one range, or without Vary, the whole is stored.
        let several = RangeRequest::of(request).is_some_and(|ranges| ranges.count() > 1);
        if several && self.variance.is_some() {
            let text = request.scan().first(Field::Range).unwrap_or_default();
            draft.forbid(Rule::RequestField, Evidence::in_field(Field::Range, text));
        }
        if self.variance == Some(Variance::Nothing) {
            draft.forbid(Rule::VaryNothing, Evidence::in_field(Field::Vary, b""));
        }
        match surrogate {
            None => {
                s5_2_2_response::no_store(draft, response, facts);
                s5_2_2_response::private(draft, response, facts);
                s5_2_2_response::no_cache(draft, response, facts);
                s3_5_authorization::authorization(draft, request, response, facts);
            }
            Some(surrogate) => surrogate_bars(draft, case, surrogate),
        }
        s5_2_2_response::set_cookie(draft, response, facts);
        if let Some(kind) = response.scan().first(Field::ContentType).filter(is_replaced) {
            draft.forbid(Rule::ReplacedContent, Evidence::in_field(Field::ContentType, kind));
        }
        if request.method == Method::Head && is_chunked(case) {
            draft
                .forbid(Rule::ChunkedHead, Evidence::in_field(Field::TransferEncoding, b"chunked"));
        }
    }

    /// reusableReply: the table of status codes.
    fn apply_status(&mut self, case: &Case<'a>, settings: &Squid, draft: &mut Draft<'a>) {
        if draft.not_stored == Tri::Yes {
            return;
        }
        let negative_ttl = negative_ttl(case.profile.facts(), case.response.status());
        let (reuse, rule) = match StatusClass::of(case.response.status()) {
            StatusClass::Cacheable if self.is_worth_storing(case, settings) => {
                (Reuse::Cached, Rule::Status)
            }
            StatusClass::Cacheable => (Reuse::SharedOnly, Rule::EmptyAndSoonStale),
            StatusClass::Redirect if self.entry.outlives_date == OutlivesDate::Yes => {
                (Reuse::Cached, Rule::Status)
            }
            StatusClass::Redirect => (Reuse::SharedOnly, Rule::NoLifetime),
            StatusClass::Error | StatusClass::UnsharedError if negative_ttl > 0 => {
                self.entry = self.entry.kept_as_error(negative_ttl);
                (Reuse::CachedAsError, Rule::Status)
            }
            StatusClass::Error | StatusClass::Shared => (Reuse::SharedOnly, Rule::Status),
            StatusClass::UnsharedError | StatusClass::Unshared => (Reuse::Never, Rule::Status),
        };
        self.reuse = reuse;
        if matches!(reuse, Reuse::SharedOnly | Reuse::Never) {
            draft.forbid(rule, Evidence::NONE);
        }
    }

    /// src/refresh.cc, refreshIsCachable: what will be stale in a minute is stored if there is a
    /// point in validating it.
    fn is_worth_storing(&self, case: &Case<'a>, settings: &Squid) -> bool {
        let soon = self.entry.now.saturating_add(settings.minimum_expiry);
        let fresh = self.entry.staleness(soon).is_none();
        let length = case.response.scan().first(Field::ContentLength).unwrap_or_default();
        let empty = !length.is_empty() && length.iter().all(|&byte| byte == b'0');
        !empty
            || settings.options.worth_storing == WorthStoring::All
            || (fresh && self.variance != Some(Variance::Everything))
    }

    /// haveParsedReplyHeaders: what must be validated at every use; then lifetime and age.
    fn apply_freshness(&mut self, case: &Case<'a>, draft: &mut Draft<'a>) {
        let facts = case.profile.facts();
        if self.variance == Some(Variance::Everything) {
            let star = Presence::Present(b"*");
            draft.treat(Rule::VaryStar, star, Field::Vary.name(), facts.vary_star, facts);
        }
        if self.restrictions == Restrictions::Apply
            && case.response.scan().has(Field::Pragma)
            && !has_cache_control(case)
        {
            s5_2_2_response::pragma(draft, &case.response, facts);
        }
        self.entry.write(draft, case);
        let own = draft.lifetime;
        let subject = &case.subject(facts);
        let lifetime = s4_2_freshness::fixed(draft, subject).unwrap_or(own);
        draft.lifetime = s4_2_freshness::bounds(draft, subject, lifetime);
        if draft.lifetime != own {
            self.entry = self.entry.living_for(draft.lifetime);
        }
        // Nothing validates an error while it is kept.
        if self.is_negative_hit() {
            draft.validated = Tri::No;
        }
    }
}

/// The field that lifts restrictions, if this profile has one, and it may be there.
fn surrogate_field(case: &Case<'_>) -> Option<&'static str> {
    let fields = case.profile.facts().control_fields.known()?;
    let name = fields.iter().find_map(|field| match field {
        ControlField::LiftsRestrictions(name) => Some(*name),
        _ => None,
    });
    name.filter(|name| Field::of(name).is_none_or(|field| case.response.is_sent(field)))
}

/// Whether Squid understands anything in Cache-Control; else it takes the field for absent.
fn has_cache_control(case: &Case<'_>) -> bool {
    let lines = case.response.scan().all(Field::CacheControl);
    squid_directives(lines, letter_case(case.profile)).next().is_some()
}

/// A usable Surrogate-Control: its no-store counts, Cache-Control's restrictions do not, and its
/// permissions under Authorization do not either.
fn surrogate_bars<'a>(draft: &mut Draft<'a>, case: &Case<'a>, surrogate: Surrogate<'a>) {
    draft.note(
        Rule::SurrogateControl,
        RuleEffect::Notes,
        Evidence::in_field(Field::SurrogateControl, surrogate.text),
    );
    if let Some(text) = surrogate.no_store {
        draft.forbid(Rule::NoStore, Evidence::in_field(Field::SurrogateControl, text));
    }
    let control = &case.response.control;
    for (rule, presence) in [
        (Rule::NoStore, control.no_store),
        (Rule::Private, control.private),
        (Rule::PrivateFields, control.private_fields),
        (Rule::NoCache, control.no_cache),
        (Rule::NoCacheFields, control.no_cache_fields),
    ] {
        if let Presence::Present(text) = presence {
            draft.note(rule, RuleEffect::Ignored, Evidence::in_field(Field::CacheControl, text));
        }
    }
    if case.request.has_authorization() {
        draft.forbid(Rule::Authorization, Evidence::in_field(Field::Authorization, b""));
    }
}

/// A stream of pictures, each in the place of the last.
fn is_replaced(kind: &&[u8]) -> bool {
    const NAME: &[u8] = b"multipart/x-mixed-replace";
    kind.get(..NAME.len()).is_some_and(|start| start.eq_ignore_ascii_case(NAME))
}

fn is_chunked(case: &Case<'_>) -> bool {
    let coding = case.response.scan().first(Field::TransferEncoding);
    coding.is_some_and(|coding| coding.eq_ignore_ascii_case(b"chunked"))
}

/// `negative_ttl`: the default lifetime of an error.
fn negative_ttl(facts: &Facts, status: u16) -> u64 {
    match facts.default_ttl {
        Fact::Known(DefaultTtl::Always(Ttl::Seconds(seconds))) => seconds,
        Fact::Known(DefaultTtl::ByStatus(table)) => {
            match table.iter().find(|(statuses, _)| statuses.contains(status)) {
                Some((_, Ttl::Seconds(seconds))) => *seconds,
                _ => 0,
            }
        }
        _ => 0,
    }
}

/// How reusableReply sorts the status codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum StatusClass {
    /// Stored, also stale.
    Cacheable,
    /// Stored where it states a lifetime.
    Redirect,
    /// Stored for `negative_ttl`, else shared only.
    Error,
    /// Stored for `negative_ttl`, else not even shared: something may be wrong with this one
    /// request.
    UnsharedError,
    /// Shared only.
    Shared,
    /// Neither stored nor shared.
    Unshared,
}

impl StatusClass {
    const fn of(status: u16) -> Self {
        match status {
            200 | 203 | 300 | 301 | 308 | 410 => Self::Cacheable,
            302 | 307 => Self::Redirect,
            204 | 305 | 403 | 404 | 405 | 414 | 421 | 500..=504 => Self::Error,
            400 => Self::UnsharedError,
            303 | 304 | 401 | 402 | 407 | 507 => Self::Shared,
            _ => Self::Unshared,
        }
    }
}
