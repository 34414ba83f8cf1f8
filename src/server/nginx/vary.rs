//! Vary as nginx keeps it: a text of at most 128 bytes, from which a second key is made
//! (`ngx_http_upstream_process_vary`; `ngx_http_file_cache_vary`).

use crate::field::Field;
use crate::message::RequestHead;
use crate::policy::ResponsePolicy;
use crate::profile::HeaderLogic;
use crate::profile::{Fact, Facts, Treatment, VaryFields};
use crate::rule::{Draft, Evidence, Rule, RuleEffect, Tri};

/// `NGX_HTTP_CACHE_VARY_LEN` (src/http/ngx_http_cache.h).
const LONGEST: usize = 128;

/// A line that is `*` and nothing else forbids storing, and so does a text that is too long.
pub(super) fn judge<'a>(
    draft: &mut Draft<'a>,
    response: &ResponsePolicy<'a>,
    facts: &Facts,
    logic: HeaderLogic,
) {
    let mut length: usize = 0;
    for (place, line) in response.scan().all(Field::Vary).enumerate() {
        let evidence = Evidence::in_field(Field::Vary, line);
        if line == b"*" && facts.vary_star == Fact::Known(Treatment::Ignored) {
            draft.note(Rule::VaryStar, RuleEffect::Ignored, evidence);
        } else if line == b"*" {
            draft.forbid(Rule::VaryStar, evidence);
        }
        length = match logic {
            HeaderLogic::Sequential => line.len(),
            // The lines are joined by a comma and a space.
            HeaderLogic::Flagged if place > 0 => {
                length.saturating_add(line.len()).saturating_add(2)
            }
            HeaderLogic::Flagged => line.len(),
        };
        if length > LONGEST {
            draft.forbid(Rule::VaryTooLong, evidence);
        }
    }
}

/// Whether a later request has the same second key. A field that is absent equals an empty one.
pub(super) fn matches(
    response: &ResponsePolicy<'_>,
    facts: &Facts,
    logic: HeaderLogic,
    stored: RequestHead<'_>,
    later: RequestHead<'_>,
) -> Tri {
    if facts.vary_fields == Fact::Known(VaryFields::Ignored) {
        return Tri::Yes;
    }
    let lines = response.scan().all(Field::Vary);
    let replaced = match logic {
        HeaderLogic::Sequential => lines.clone().count().saturating_sub(1),
        HeaderLogic::Flagged => 0,
    };
    let same = |name: &[u8]| {
        if stored.has_lines_of(&later, name) {
            true
        } else if is_normalised(name) {
            words(name, stored).eq(words(name, later))
        } else {
            joined(name, stored).eq(joined(name, later))
        }
    };
    lines.skip(replaced).flat_map(cut).all(same).into()
}

/// Commas and spaces separate names, and words of the normalised fields.
fn cut(text: &[u8]) -> impl Iterator<Item = &[u8]> + Clone {
    text.split(|byte| matches!(byte, b',' | b' ')).filter(|part| !part.is_empty())
}

/// The fields in which spaces and commas are normalised.
fn is_normalised(name: &[u8]) -> bool {
    [&b"accept-charset"[..], b"accept-encoding", b"accept-language"]
        .iter()
        .any(|known| known.eq_ignore_ascii_case(name))
}

fn values<'a, 'n>(
    name: &'n [u8],
    request: RequestHead<'a>,
) -> impl Iterator<Item = &'a [u8]> + use<'a, 'n> {
    request
        .lines()
        .filter(move |(own, _)| own.as_bytes().eq_ignore_ascii_case(name))
        .map(|(_, value)| value)
}

fn words<'a>(name: &[u8], request: RequestHead<'a>) -> impl Iterator<Item = &'a [u8]> {
    values(name, request).flat_map(cut)
}

/// The bytes of all lines, with a comma between two.
fn joined(name: &[u8], request: RequestHead<'_>) -> impl Iterator<Item = u8> {
    values(name, request).enumerate().flat_map(|(place, value)| {
        let comma = (place > 0).then_some(b',');
        comma.into_iter().chain(value.iter().copied())
    })
}
