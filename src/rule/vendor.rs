//! Rules that no standard knows: which responses a cache considers, and what an operator excludes.

use super::s3_storing::states_lifetime;
use super::{Draft, Evidence, Rule, RuleEffect, Tri};
use crate::policy::{RequestPolicy, ResponsePolicy};
use crate::profile::{CacheType, Eligibility, ErrorTtl, Fact, Facts, Treatment};

/// Fields that the operator has the cache ignore; no standard knows such a setting.
#[inline]
pub(crate) fn ignored_fields<'a>(
    draft: &mut Draft<'a>,
    response: &ResponsePolicy<'a>,
    facts: &Facts,
) {
    if let Fact::Known(names @ [_, ..]) = facts.ignored_fields {
        note_ignored(draft, response, names);
    }
}

#[inline(never)]
fn note_ignored<'a>(
    draft: &mut Draft<'a>,
    response: &ResponsePolicy<'a>,
    names: &'static [&'static str],
) {
    for &name in names {
        let there = |(own, _): (&str, &[u8])| own.eq_ignore_ascii_case(name);
        if response.head().lines().iter().any(there) {
            // The value may be a credential: the field is named, never shown.
            draft.note(Rule::IgnoredField, RuleEffect::Notes, Evidence::of(name, b""));
        }
    }
}

/// What the cache goes by where the response is an error that has rules of its own.
pub(crate) fn error_facts(facts: &Facts, status: u16) -> Option<Facts> {
    let Fact::Known(rule @ (ErrorTtl::AtLeast { .. } | ErrorTtl::ByStatus { .. })) =
        facts.error_ttl
    else {
        return None;
    };
    let treatment =
        Fact::Known(if rule.is_barred(status) { Treatment::NotStored } else { Treatment::Ignored });
    rule.least(status).is_some().then_some(Facts {
        no_store: treatment,
        private: treatment,
        no_cache: treatment,
        ..*facts
    })
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
#[inline(always)]
pub(crate) fn eligibility<'a>(draft: &mut Draft<'a>, request: &RequestPolicy<'a>, facts: &Facts) {
    if let Fact::Known(Eligibility::All | Eligibility::QueryNeedsLifetime) = facts.eligibility {
        return;
    }
    let path = request.head().target().path;
    let evidence = Evidence::of("path", path.as_bytes());
    match is_eligible(path, facts) {
        Tri::Yes => {}
        Tri::Maybe => draft.doubt(Rule::Eligibility, evidence),
        Tri::No => draft.forbid(Rule::Eligibility, evidence),
    }
}

/// Whether a cache considers responses for a path at all.
pub(crate) fn is_eligible(path: &str, facts: &Facts) -> Tri {
    match facts.eligibility {
        Fact::Known(Eligibility::All | Eligibility::QueryNeedsLifetime) => Tri::Yes,
        Fact::Known(Eligibility::Paths { extensions, names }) => {
            Tri::from(names.contains(&last_segment(path)) || has_extension(path, extensions))
        }
        Fact::Known(Eligibility::AllButPaths(extensions)) => {
            Tri::from(!has_extension(path, extensions))
        }
        Fact::Unknown => Tri::Maybe,
    }
}

fn last_segment(path: &str) -> &str {
    behind_last(path, b'/').unwrap_or(path)
}

/// Whether a path ends in one of these extensions, in any letter case.
pub(crate) fn has_extension(path: &str, extensions: &[&str]) -> bool {
    behind_last(last_segment(path), b'.')
        .is_some_and(|own| extensions.iter().any(|known| known.eq_ignore_ascii_case(own)))
}

/// What stands behind the last of these bytes. Texts are short: a search for a `char` does not pay.
fn behind_last(text: &str, byte: u8) -> Option<&str> {
    let at = text.bytes().rposition(|own| own == byte)?;
    text.get(at..)?.get(1..)
}
