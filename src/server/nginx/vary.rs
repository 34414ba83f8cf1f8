//! Vary as nginx keeps it: a text of at most 128 bytes, from which a second key is made
//! (`ngx_http_upstream_process_vary`; `ngx_http_file_cache_vary`).

use crate::bytes::one_by_one;
use crate::field::{Field, FieldLines};
use crate::kept::Stored;
use crate::message::RequestHead;
use crate::policy::ResponsePolicy;
use crate::profile::HeaderLogic;
use crate::profile::{Fact, Facts, Treatment, VaryFields};
use crate::rule::s4_1_vary::{is_among, joined, lines_of};
use crate::rule::{Draft, Evidence, Rule, RuleEffect};

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
    facts: &Facts,
    logic: HeaderLogic,
    stored: &Stored<'_>,
    later: RequestHead<'_>,
) -> bool {
    if facts.vary_fields == Fact::Known(VaryFields::Ignored) {
        return true;
    }
    let one = stored.variant.request();
    stored.variant.all(
        |vary| names(vary, logic),
        |name| {
            if one.has_lines_of(&later, name) {
                true
            } else if is_normalised(name) {
                lines_of(one, name).flat_map(cut).eq(lines_of(later, name).flat_map(cut))
            } else {
                joined(lines_of(one, name), b",").eq(joined(lines_of(later, name), b","))
            }
        },
    )
}

/// The names from which the second key is made.
pub(in crate::server) fn names(
    vary: FieldLines<'_>,
    logic: HeaderLogic,
) -> impl Iterator<Item = &[u8]> {
    let replaced = match logic {
        HeaderLogic::Sequential => vary.clone().count().saturating_sub(1),
        HeaderLogic::Flagged => 0,
    };
    vary.skip(replaced).flat_map(cut)
}

/// Commas and spaces separate names, and words of the normalised fields.
fn cut(text: &[u8]) -> impl Iterator<Item = &[u8]> + Clone {
    one_by_one(text.split(|byte| matches!(byte, b',' | b' ')).filter(|part| !part.is_empty()))
}

/// The fields in which spaces and commas are normalised.
fn is_normalised(name: &[u8]) -> bool {
    is_among(&["accept-charset", "accept-encoding", "accept-language"], name)
}
