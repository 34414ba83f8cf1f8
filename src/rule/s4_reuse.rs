//! RFC 9111 §4: whether a stored response answers a later request, at the instant of its receipt.

use super::bypass;
use super::s2_key::in_key;
use super::s4_1_vary;
use super::s5_2_1_request::{bypassing_field, has_cookie};
use super::{Draft, Tri};
use crate::field::Field;
use crate::policy::{Method, RequestPolicy, ResponsePolicy, Stated};
use crate::profile::{
    Authorization, Axis, AxisSet, CacheType, Fact, Facts, Methods, RequestRule, Validation,
};

/// How a later request is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Answer {
    /// From the cache; the origin is not asked first.
    Hit,
    /// A response is stored, and the origin is asked with a condition.
    Validated,
    /// By the origin.
    Miss,
    /// No public source decides it.
    Unknown,
}

impl Answer {
    /// The answer in a word, as the examples print it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Hit => "hit",
            Self::Validated => "validated",
            Self::Miss => "miss",
            Self::Unknown => "unknown",
        }
    }
}

/// The answers that are possible, as far as facts are known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Answers {
    pub(crate) hit: bool,
    pub(crate) validated: bool,
    pub(crate) miss: bool,
}

impl Answers {
    pub(crate) const fn settle(self) -> Answer {
        match (self.hit, self.validated, self.miss) {
            (true, false, false) => Answer::Hit,
            (false, true, false) => Answer::Validated,
            (false, false, true) => Answer::Miss,
            _ => Answer::Unknown,
        }
    }
}

/// A response as it lies in the cache, with what it was stored for.
#[derive(Clone, Copy)]
pub(crate) struct Stored<'s, 'a> {
    pub(crate) draft: &'s Draft<'a>,
    pub(crate) request: &'s RequestPolicy<'a>,
    pub(crate) response: &'s ResponsePolicy<'a>,
    pub(crate) facts: &'s Facts,
    pub(crate) cache_type: CacheType,
}

/// §4: how a later request is answered.
pub(crate) fn answers(stored: Stored<'_, '_>, later: &RequestPolicy<'_>) -> Answers {
    answers_where(stored.draft.stored().and(selected(stored, later)), stored, later)
}

/// The same, once it is settled whether the response is there for the request.
pub(crate) fn answers_where(
    there: Tri,
    stored: Stored<'_, '_>,
    later: &RequestPolicy<'_>,
) -> Answers {
    let mut answers = Answers { miss: there != Tri::Yes, ..Answers::default() };
    if there != Tri::No {
        let reusable = reusable(stored, later);
        answers.hit = reusable != Tri::No;
        if reusable != Tri::Yes {
            let conditional = conditional(stored);
            answers.validated = conditional != Tri::No;
            answers.miss |= conditional != Tri::Yes;
        }
    }
    answers
}

/// The facts that are missing to tell how a later request is answered.
pub(crate) fn open_questions(stored: Stored<'_, '_>, later: &RequestPolicy<'_>) -> AxisSet {
    let facts = stored.facts;
    let wishes = !(later.no_cache.is_absent()
        && later.max_age.is_absent()
        && later.min_fresh.is_absent()
        && later.max_stale.is_absent());
    let (one, other) = (stored.request.head(), later.head());
    let vary = s4_1_vary::matches(stored.response, facts.vary_fields, one, other);
    [
        (Axis::Methods, later.method != Method::Get),
        (Axis::Authorization, later.has_authorization()),
        (Axis::RequestCookie, later.has_cookie()),
        (Axis::RequestNoCache, wishes),
        (Axis::VaryFields, vary == Tri::Maybe),
        (Axis::Validation, stored.response.has_validator() && reusable(stored, later) != Tri::Yes),
    ]
    .into_iter()
    .filter(|(axis, matters)| *matters && !facts.says(*axis))
    .fold(AxisSet::EMPTY, |open, (axis, _)| open.with(axis))
}

/// §4, the first three items: the later request is looked up, and this response is found for it.
pub(crate) fn selected(stored: Stored<'_, '_>, later: &RequestPolicy<'_>) -> Tri {
    let facts = stored.facts;
    looked_up(later, facts)
        .and(same_key(stored, later))
        .and((authorized(stored, later) != Authorized::Never).into())
        .and(s4_1_vary::matches(
            stored.response,
            facts.vary_fields,
            stored.request.head(),
            later.head(),
        ))
        .and(stored.draft.matches_nothing.not())
}

/// What becomes of a later request with Authorization.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Authorized {
    /// It is answered like any other.
    AsAny,
    /// The origin is asked first.
    AfterValidation,
    /// It does not get the stored response.
    Never,
}

/// §3.5, where the later request is looked at, and not the one that was stored.
pub(crate) fn authorized(stored: Stored<'_, '_>, later: &RequestPolicy<'_>) -> Authorized {
    let control = &stored.response.control;
    let checked = stored.facts.authorization == Fact::Known(Authorization::CheckedAtReuse);
    if !checked || !later.has_authorization() {
        Authorized::AsAny
    } else if control.must_revalidate.is_present() || control.proxy_revalidate.is_present() {
        Authorized::AfterValidation
    } else if control.public.is_present() {
        Authorized::AsAny
    } else {
        Authorized::Never
    }
}

/// Whether a request is looked up at all.
#[inline(always)]
pub(crate) fn looked_up(later: &RequestPolicy<'_>, facts: &Facts) -> Tri {
    let method = match facts.methods {
        Fact::Known(Methods::None) => Tri::No,
        Fact::Known(Methods::Only(methods)) => methods.contains(&later.head().method()).into(),
        Fact::Known(Methods::Rfc9111) => Tri::Yes,
        Fact::Unknown if later.method == Method::Get => Tri::Yes,
        Fact::Unknown => Tri::Maybe,
    };
    let mut looked_up = method;
    if later.has_authorization() {
        looked_up = looked_up.and(match facts.authorization {
            Fact::Known(Authorization::Bypassed) => Tri::No,
            // §3.5 is about the request that was stored.
            Fact::Known(
                Authorization::Ignored
                | Authorization::NeedsPermission(_)
                | Authorization::NeedsSomeOf(_)
                | Authorization::NeedsOneOf(..),
            ) => Tri::Yes,
            // It depends on what is found: `authorized`.
            Fact::Known(Authorization::CheckedAtReuse) => Tri::Yes,
            Fact::Unknown => Tri::Maybe,
        });
    }
    if later.has_cookie() {
        looked_up = looked_up.and(match facts.request_cookie {
            Fact::Known(RequestRule::Ignored) => Tri::Yes,
            Fact::Known(RequestRule::BypassedWhere(cookies)) => {
                Tri::from(!has_cookie(later, cookies))
            }
            Fact::Known(RequestRule::Bypassed | RequestRule::Honoured) => Tri::No,
            Fact::Unknown => Tri::Maybe,
        });
    }
    // §5.2.1.5: it does not reach back to what is stored already.
    let no_store =
        !later.no_store.is_absent() && facts.request_no_store == Fact::Known(RequestRule::Bypassed);
    if no_store || bypassing_field(later, facts).is_some() {
        return Tri::No;
    }
    looked_up.and(bypass::looked_up(later, facts))
}

/// §2 and §4, items 1 and 2: the key, and whether the stored method answers the later one.
pub(crate) fn same_key(stored: Stored<'_, '_>, later: &RequestPolicy<'_>) -> Tri {
    in_key(stored.facts, stored.request, stored.response, later)
        .and(answers_method(stored.request.method, later.method))
        .and(answers_range(stored, later))
}

/// RFC 9110 §9.3: which methods a response to another method may answer.
pub(crate) fn answers_method(stored: Method, later: Method) -> Tri {
    let with_content = matches!(stored, Method::Get | Method::Post | Method::Patch);
    match later {
        Method::Get => with_content.into(),
        Method::Head => (with_content || stored == Method::Head).into(),
        // RFC 10008 §2.7: the content is in the key, and it is not in view here.
        Method::Query if stored == Method::Query => Tri::Maybe,
        _ => Tri::No,
    }
}

/// §3.3: an incomplete response answers a request for the range it holds, and no other.
fn answers_range(stored: Stored<'_, '_>, later: &RequestPolicy<'_>) -> Tri {
    if stored.response.status() != 206 {
        return Tri::Yes;
    }
    let range = later.scan().first(Field::Range);
    Tri::from(range.is_some() && range == stored.request.scan().first(Field::Range))
}

/// §4, the last item: fresh, or allowed to be stale, and not to be validated.
fn reusable(stored: Stored<'_, '_>, later: &RequestPolicy<'_>) -> Tri {
    let draft = stored.draft;
    let fresh = draft.remaining().is_positive();
    let stale = stale_allowed(stored, later);
    let authorized = Tri::from(authorized(stored, later) == Authorized::AsAny);
    fresh
        .max(stale)
        .and(young_enough(stored, later))
        .and(draft.validated.not())
        .and(no_wish_to_validate(stored, later))
        .and(authorized)
}

/// §5.2.1.4: request no-cache.
fn no_wish_to_validate(stored: Stored<'_, '_>, later: &RequestPolicy<'_>) -> Tri {
    if later.no_cache.is_absent() { Tri::Yes } else { wish_granted(stored.facts).not() }
}

/// §5.2.1: whether the cache does what a request asks of a stored response.
fn wish_granted(facts: &Facts) -> Tri {
    match facts.request_no_cache {
        Fact::Known(RequestRule::Ignored) => Tri::No,
        Fact::Known(_) => Tri::Yes,
        Fact::Unknown => Tri::Maybe,
    }
}

/// §5.2.1.1 max-age and §5.2.1.3 min-fresh of the later request.
fn young_enough(stored: Stored<'_, '_>, later: &RequestPolicy<'_>) -> Tri {
    let left = stored.draft.remaining();
    let young = age_wanted(stored, later);
    let lasting = match later.min_fresh {
        Stated::Seconds(seconds, _) => left.least >= seconds,
        Stated::Invalid(_) | Stated::Doubtful(_) => false,
        Stated::Absent => true,
    };
    if young && lasting { Tri::Yes } else { wish_granted(stored.facts).not() }
}

/// §5.2.1.1: no older than the later request wants it.
fn age_wanted(stored: Stored<'_, '_>, later: &RequestPolicy<'_>) -> bool {
    match later.max_age {
        Stated::Seconds(seconds, _) => stored.draft.age.most <= seconds,
        Stated::Invalid(_) | Stated::Doubtful(_) => false,
        Stated::Absent => true,
    }
}

/// §4.2.4: by RFC 5861 §3 while it is revalidated; a wish to have it (max-stale, §5.2.1.2) is
/// granted where the profile grants wishes and no directive bars it.
fn stale_allowed(stored: Stored<'_, '_>, later: &RequestPolicy<'_>) -> Tri {
    let staleness = stored.draft.staleness();
    let window = stored.draft.stale_window;
    let in_window = if window.most == 0 || staleness.least >= window.most {
        Tri::No
    } else if staleness.most < window.least {
        Tri::Yes
    } else {
        Tri::Maybe
    };
    // §5.2.1.1: a request max-age wants nothing stale, unless max-stale is there too; §5.2.1.3:
    // min-fresh wants what is fresh for a while yet.
    let age_only = later.max_age.is_absent() || !later.max_stale.is_absent();
    let in_window = if age_only && later.min_fresh.is_absent() {
        in_window
    } else {
        in_window.and(wish_granted(stored.facts).not())
    };
    let wished = match later.max_stale {
        Stated::Seconds(seconds, _) => staleness.most <= seconds,
        Stated::Invalid(_) => later.max_stale.is_bare(),
        Stated::Absent | Stated::Doubtful(_) => false,
    };
    // Beside max-stale, max-age still bounds the age.
    let wished = wished && later.min_fresh.is_absent() && age_wanted(stored, later);
    let control = &stored.response.control;
    // §5.2.2.8, §5.2.2.10: the latter two bind shared caches.
    let barred = !control.must_revalidate.is_absent()
        || (stored.cache_type == CacheType::Shared
            && !(control.proxy_revalidate.is_absent() && control.s_maxage.is_absent()));
    if wished && !barred { in_window.max(wish_granted(stored.facts)) } else { in_window }
}

/// §4.3.1: whether the origin is asked with a condition.
fn conditional(stored: Stored<'_, '_>) -> Tri {
    if stored.facts.validation == Fact::Known(Validation::AlwaysConditional) {
        return Tri::Yes;
    }
    if !stored.response.has_validator() {
        return Tri::No;
    }
    match stored.facts.validation {
        Fact::Known(Validation::Conditional | Validation::AlwaysConditional) => Tri::Yes,
        Fact::Known(Validation::Plain) => Tri::No,
        Fact::Known(Validation::ByDate) => stored.response.scan().has(Field::LastModified).into(),
        Fact::Unknown => Tri::Maybe,
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{request, stored, with};
    use super::*;

    const UNKNOWN: Facts = Facts::UNKNOWN;

    /// Every cache that is one looks GET up.
    #[test]
    fn methods_that_are_looked_up() {
        for (method, expected) in [("GET", Tri::Yes), ("HEAD", Tri::Maybe), ("POST", Tri::Maybe)] {
            assert_eq!(looked_up(&request(method, &[]), &UNKNOWN), expected, "{method}");
        }
    }

    /// Of a cache of which nothing is known only that is asked on which the answer hangs.
    #[test]
    fn questions_that_are_open() {
        let alike = ("x", "");
        for (method, line, vary, axis) in [
            ("GET", alike, "cookie", None),
            ("GET", alike, "accept", None),
            ("GET", ("accept", "a"), "cookie", None),
            ("GET", ("accept", "a"), "accept", Some(Axis::VaryFields)),
            ("GET", ("cookie", "a"), "accept", Some(Axis::RequestCookie)),
            ("GET", ("authorization", "a"), "accept", Some(Axis::Authorization)),
            ("GET", ("cache-control", "no-cache"), "accept", Some(Axis::RequestNoCache)),
            ("GET", ("cache-control", "max-age=1"), "accept", Some(Axis::RequestNoCache)),
            ("GET", ("cache-control", "min-fresh=1"), "accept", Some(Axis::RequestNoCache)),
            ("GET", ("cache-control", "max-stale=1"), "accept", Some(Axis::RequestNoCache)),
            ("HEAD", alike, "accept", Some(Axis::Methods)),
        ] {
            with(&UNKNOWN, 200, &[("vary", vary)], |draft, subject| {
                let lines = [(line.0, line.1.as_bytes())];
                let (first, later) = (request("GET", &[]), request(method, &lines));
                let open = open_questions(stored(draft, &first, subject), &later);
                let expected = axis.map_or(AxisSet::EMPTY, |axis| AxisSet::EMPTY.with(axis));
                assert_eq!(open, expected, "{method} {line:?} {vary}");
            });
        }
    }
}
