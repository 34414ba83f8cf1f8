//! RFC 9111 §4.1: which requests a stored response answers, by the fields that Vary names.

use std::iter::once;

use super::quality::WeightedList;
use super::{Draft, Evidence, Rule, RuleEffect};
use crate::bytes::one_by_one;
use crate::field::{Field, cut_member, elements, is_plain_list};
use crate::message::{FieldCount, RequestHead};
use crate::policy::{Presence, ResponsePolicy};
use crate::profile::{Fact, Facts, Treatment, VaryFields, VaryName};

/// Whether a field name is one of these, in any letter case.
pub(crate) fn is_among(names: &[&str], name: &[u8]) -> bool {
    names.iter().any(|known| known.as_bytes().eq_ignore_ascii_case(name))
}

/// §4.1: equal after what the RFC allows: lines combined, and in what is known to be a list white
/// space around its commas. An absent field matches only an absent one.
pub(crate) fn same_field(name: &[u8], one: RequestHead<'_>, other: RequestHead<'_>) -> bool {
    if one.has_lines_of(&other, name) {
        return true;
    }
    let settled = settled(one.named(name), other.named(name));
    settled.unwrap_or_else(|| same_values(name, lines_of(one, name), lines_of(other, name)))
}

/// Whether a field is the same by any comparison, if that can be told without one.
pub(crate) fn settled(ours: FieldCount<'_>, theirs: FieldCount<'_>) -> Option<bool> {
    match (ours, theirs) {
        (FieldCount::Nowhere, FieldCount::Nowhere) => Some(true),
        (FieldCount::Nowhere, _) | (_, FieldCount::Nowhere) => Some(false),
        (FieldCount::Once(ours), FieldCount::Once(theirs)) if ours == theirs => Some(true),
        _ => None,
    }
}

/// Request fields whose syntax is a list, so that white space around commas and the cut into lines
/// say nothing (RFC 9110 §5.6.1). Of any other field the text is compared: an unknown one may be
/// anything, and a comma in Cookie or User-Agent is text.
const LISTS: [&str; 20] = [
    "accept",
    "accept-charset",
    "accept-encoding",
    "accept-language",
    "access-control-request-headers",
    "cache-control",
    "connection",
    "content-encoding",
    "content-language",
    "expect",
    "forwarded",
    "if-match",
    "if-none-match",
    "prefer",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "via",
    "x-forwarded-for",
];

fn same_values<'a>(
    name: &[u8],
    ours: impl Iterator<Item = &'a [u8]> + Clone,
    theirs: impl Iterator<Item = &'a [u8]> + Clone,
) -> bool {
    // HTTP/2 cuts Cookie at its semicolons (RFC 9113 §8.2.3).
    if name.eq_ignore_ascii_case(b"cookie") {
        return joined(ours, b"; ").eq(joined(theirs, b"; "));
    }
    // White space inside a quoted string is text: such values are compared as they stand.
    let quoted = ours.clone().chain(theirs.clone()).any(|line| line.contains(&b'"'));
    if quoted || !is_among(&LISTS, name) {
        return joined(ours, b", ").eq(joined(theirs, b", "));
    }
    // Letter case says nothing here, and of codings the order does not either (RFC 9110 §12.5.3,
    // §12.5.4).
    let codings = name.eq_ignore_ascii_case(b"accept-encoding");
    if codings || name.eq_ignore_ascii_case(b"accept-language") {
        let weighted = [WeightedList::read(ours.clone()), WeightedList::read(theirs.clone())];
        if let [Some(ours), Some(theirs)] = weighted {
            return if codings { ours.is_same(&theirs) } else { ours.is_same_in_order(&theirs) };
        }
    }
    elements(ours).eq(elements(theirs))
}

/// Equal to the letter, the lines of a field joined by a comma and a space.
pub(crate) fn same_joined(name: &[u8], one: RequestHead<'_>, other: RequestHead<'_>) -> bool {
    let (ours, theirs) = (lines_of(one, name), lines_of(other, name));
    ours.clone().next().is_some() == theirs.clone().next().is_some()
        && joined(ours, b", ").eq(joined(theirs, b", "))
}

/// Equal to the letter, looking at the first line of a field alone.
pub(crate) fn same_first_line(name: &[u8], one: RequestHead<'_>, other: RequestHead<'_>) -> bool {
    lines_of(one, name).next() == lines_of(other, name).next()
}

/// The bytes of all lines, with a separator between two.
pub(crate) fn joined<'a>(
    lines: impl Iterator<Item = &'a [u8]>,
    separator: &'a [u8],
) -> impl Iterator<Item = &'a u8> {
    lines.enumerate().flat_map(move |(place, line)| {
        let before = if place == 0 { b"" } else { separator };
        before.iter().chain(line)
    })
}

/// The lines of a field, in order.
pub(crate) fn lines_of<'a, 'n>(
    request: RequestHead<'a>,
    name: &'n [u8],
) -> impl Iterator<Item = &'a [u8]> + Clone + use<'a, 'n> {
    let named = request.lines().filter(move |(own, _)| own.as_bytes().eq_ignore_ascii_case(name));
    one_by_one(named.map(|(_, value)| value))
}

/// §4.1: a Vary field.
pub(crate) fn vary<'a>(draft: &mut Draft<'a>, response: &ResponsePolicy<'a>, facts: &Facts) {
    let scan = response.scan();
    let Some(line) = scan.first(Field::Vary) else { return };
    let compared = matches!(
        facts.vary_fields,
        Fact::Known(VaryFields::Compared | VaryFields::ComparedExcept(_))
    );
    let plain = !scan.repeats(Field::Vary) && is_plain_list(line);
    if plain && compared {
        // There is nothing to tell of names that are compared.
        return;
    }
    let first = if plain { elements(once(line)).next() } else { vary_star(draft, response, facts) };
    if let Some(name) = first {
        vary_fields(draft, response, facts, Evidence::in_field(Field::Vary, name));
    }
}

/// §4.1: a `*` in Vary. A member that is no field name counts as one. Returns the first name,
/// unless that makes no difference any more.
#[inline(never)]
fn vary_star<'a>(
    draft: &mut Draft<'a>,
    response: &ResponsePolicy<'a>,
    facts: &Facts,
) -> Option<&'a [u8]> {
    let mut named = None;
    for mut line in response.scan().all(Field::Vary) {
        while let Some((member, token)) = cut_member(&mut line) {
            if member != b"*" && token == member.len() {
                named = named.or(Some(member));
                continue;
            }
            let field = Field::Vary.name();
            draft.treat(Rule::VaryStar, Presence::Present(member), field, facts.vary_star, facts);
            if facts.vary_star != Fact::Known(Treatment::Ignored) {
                return None;
            }
        }
    }
    named
}

/// §4.1: a Vary that names fields; `first` is the first of them.
#[inline(never)]
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
        Fact::Known(VaryFields::ByName { names, others }) => {
            let is = |wanted| {
                elements(response.scan().all(Field::Vary))
                    .find(|name| VaryFields::by_name(names, others, name) == wanted)
                    .map(|name| Evidence::in_field(Field::Vary, name))
            };
            match (is(VaryName::NotStored), is(VaryName::Unknown)) {
                (Some(barred), _) => draft.forbid(rule, barred),
                (None, Some(untold)) => draft.doubt(rule, untold),
                (None, None) => {}
            }
        }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::HeaderLines;

    type Lines<'a> = &'a [(&'a str, &'a [u8])];

    fn request<'a>(lines: Lines<'a>) -> RequestHead<'a> {
        RequestHead::new("GET", "/", HeaderLines::from_pairs(lines))
    }

    const NONE: Lines<'_> = &[("other", b"x")];
    const EMPTY: Lines<'_> = &[("Accept", b"")];
    const ONE: Lines<'_> = &[("accept", b"a, b")];
    const CLOSE: Lines<'_> = &[("ACCEPT", b"a,b")];
    const TWO: Lines<'_> = &[("accept", b"a"), ("accept", b"b")];
    const MORE: Lines<'_> = &[("accept", b"a, b, c")];
    const TURNED: Lines<'_> = &[("accept", b"b"), ("accept", b"a")];
    const QUOTED: Lines<'_> = &[("accept", b"a;x=\"1, 2\"")];
    const QUOTED_CLOSE: Lines<'_> = &[("accept", b"a;x=\"1,2\"")];

    /// One pair, and whether it is equal by the RFC, joined, and in the first line.
    const PAIRS: [(Lines<'_>, Lines<'_>, [bool; 3]); 11] = [
        (NONE, NONE, [true, true, true]),
        (NONE, EMPTY, [false, false, false]),
        (NONE, ONE, [false, false, false]),
        (EMPTY, &[("accept", b"")], [true, true, true]),
        (ONE, &[("accept", b"a, b")], [true, true, true]),
        (ONE, CLOSE, [true, false, false]),
        (ONE, TWO, [true, true, false]),
        (ONE, MORE, [false, false, false]),
        (TWO, TURNED, [false, false, false]),
        (TWO, &[("accept", b"a"), ("accept", b"c")], [false, false, true]),
        (QUOTED, QUOTED_CLOSE, [false, false, false]),
    ];

    /// §4.1, and the caches that normalise less.
    #[test]
    fn fields_are_compared() {
        for (one, other, expected) in PAIRS {
            for (one, other) in [(one, other), (other, one)] {
                let (ours, theirs) = (request(one), request(other));
                let equal = [same_field, same_joined, same_first_line]
                    .map(|same| same(b"accept", ours, theirs));
                assert_eq!(equal, expected, "{one:?} {other:?}");
                assert!(same_field(b"other", ours, ours) && same_joined(b"accept", ours, ours));
            }
        }
    }
}
