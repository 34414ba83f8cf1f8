//! RFC 9111 §4.1: which requests a stored response answers, by the fields that Vary names.

use std::iter::once;

use super::{Draft, Evidence, Rule, RuleEffect, Tri};
use crate::field::{Field, cut_member, elements, is_plain_list};
use crate::message::{Named, RequestHead};
use crate::policy::{ResponsePolicy, Sighting};
use crate::profile::{Fact, Facts, Treatment, VaryFields};

/// §4.1: every named field of the later request matches that of the request that was stored.
pub(crate) fn matches(
    response: &ResponsePolicy<'_>,
    rule: Fact<VaryFields>,
    stored: RequestHead<'_>,
    later: RequestHead<'_>,
) -> Tri {
    let mut names = elements(response.scan().all(Field::Vary)).filter(|name| *name != b"*");
    match rule {
        Fact::Known(VaryFields::Ignored) => Tri::Yes,
        Fact::Known(
            VaryFields::Compared | VaryFields::OnlyThese(_) | VaryFields::NoneOfThese(_),
        ) => Tri::from(names.all(|name| same_field(name, stored, later))),
        Fact::Known(VaryFields::ComparedExcept(exempt)) => {
            Tri::from(names.all(|name| is_among(exempt, name) || same_field(name, stored, later)))
        }
        Fact::Known(VaryFields::Normalised(counting)) => {
            let mut counted = names.filter(|name| is_among(counting, name));
            if counted.all(|name| same_field(name, stored, later)) { Tri::Yes } else { Tri::Maybe }
        }
        Fact::Known(VaryFields::EncodedOnly { .. })
            if names.all(|name| same_field(name, stored, later)) =>
        {
            Tri::Yes
        }
        Fact::Known(VaryFields::EncodedOnly { .. }) => Tri::Maybe,
        // Where the named fields are equal it makes no difference.
        Fact::Unknown if names.all(|name| same_field(name, stored, later)) => Tri::Yes,
        Fact::Unknown => Tri::Maybe,
    }
}

/// Whether a field name is one of these, in any letter case.
pub(crate) fn is_among(names: &[&str], name: &[u8]) -> bool {
    names.iter().any(|known| known.as_bytes().eq_ignore_ascii_case(name))
}

/// §4.1: equal after what the RFC allows for every field: lines combined, white space around
/// commas ignored. An absent field matches only an absent one.
pub(crate) fn same_field(name: &[u8], one: RequestHead<'_>, other: RequestHead<'_>) -> bool {
    if one.has_lines_of(&other, name) {
        return true;
    }
    match (one.named(name), other.named(name)) {
        (Named::Nowhere, Named::Nowhere) => true,
        (Named::Nowhere, _) | (_, Named::Nowhere) => false,
        (Named::Once(ours), Named::Once(theirs)) if ours == theirs => true,
        (Named::Once(ours), Named::Once(theirs)) => same_values(once(ours), once(theirs)),
        _ => same_values(values(name, one), values(name, other)),
    }
}

fn same_values<'a>(
    ours: impl Iterator<Item = &'a [u8]> + Clone,
    theirs: impl Iterator<Item = &'a [u8]> + Clone,
) -> bool {
    // White space inside a quoted string is text: such values are compared as they stand.
    if ours.clone().chain(theirs.clone()).any(|line| line.contains(&b'"')) {
        return ours.eq(theirs);
    }
    elements(ours).eq(elements(theirs))
}

/// Equal to the letter after the lines are joined, as caches compare that take the RFC's leave to
/// normalise nothing. An absent field matches only an absent one.
pub(crate) fn same_joined(name: &[u8], one: RequestHead<'_>, other: RequestHead<'_>) -> bool {
    if one.has_lines_of(&other, name) {
        return true;
    }
    let (ours, theirs) = (values(name, one), values(name, other));
    ours.clone().next().is_some() == theirs.clone().next().is_some()
        && joined(ours).eq(joined(theirs))
}

/// Equal to the letter in the first line, or absent in both, as caches compare that look at no
/// other.
pub(crate) fn same_first_line(name: &[u8], one: RequestHead<'_>, other: RequestHead<'_>) -> bool {
    one.has_lines_of(&other, name) || values(name, one).next() == values(name, other).next()
}

/// The bytes of lines that are joined by commas.
fn joined<'a>(lines: impl Iterator<Item = &'a [u8]>) -> impl Iterator<Item = &'a u8> {
    lines.enumerate().flat_map(|(place, line)| {
        let separator: &[u8] = if place == 0 { b"" } else { b", " };
        separator.iter().chain(line)
    })
}

fn values<'a, 'n>(
    name: &'n [u8],
    request: RequestHead<'a>,
) -> impl Iterator<Item = &'a [u8]> + Clone + use<'a, 'n> {
    request
        .lines()
        .filter(move |(own, _)| own.as_bytes().eq_ignore_ascii_case(name))
        .map(|(_, value)| value)
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
            draft.treat(Rule::VaryStar, Sighting::Present(member), field, facts.vary_star, facts);
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
    use crate::message::{HeaderLines, ResponseHead};

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

    #[test]
    fn rules_choose_the_fields_that_count() {
        const HELD: Lines<'_> = &[("accept", b"a"), ("cookie", b"1")];
        const LATER: Lines<'_> = &[("accept", b"a"), ("cookie", b"2")];
        let encoded = VaryFields::EncodedOnly { stored: &[], disputed: &[] };
        for (rule, equal, differing) in [
            (Fact::Known(VaryFields::Compared), Tri::Yes, Tri::No),
            (Fact::Known(VaryFields::OnlyThese(&[])), Tri::Yes, Tri::No),
            (Fact::Known(VaryFields::NoneOfThese(&[])), Tri::Yes, Tri::No),
            (Fact::Known(VaryFields::Ignored), Tri::Yes, Tri::Yes),
            (Fact::Known(VaryFields::ComparedExcept(&["cookie"])), Tri::Yes, Tri::Yes),
            (Fact::Known(VaryFields::ComparedExcept(&["accept"])), Tri::Yes, Tri::No),
            (Fact::Known(VaryFields::Normalised(&["cookie"])), Tri::Yes, Tri::Maybe),
            (Fact::Known(VaryFields::Normalised(&["accept"])), Tri::Yes, Tri::Yes),
            (Fact::Known(encoded), Tri::Yes, Tri::Maybe),
            (Fact::Unknown, Tri::Yes, Tri::Maybe),
        ] {
            let matched = |names: &[u8], later| {
                let lines = [("vary", names)];
                let head = ResponseHead::new(200, HeaderLines::from_pairs(&lines));
                let policy = ResponsePolicy::read(head, &Facts::UNKNOWN);
                matches(&policy, rule, request(HELD), request(later))
            };
            // A `*` is judged where it is stored.
            assert_eq!(matched(b"accept, *", LATER), Tri::Yes, "{rule:?}");
            assert_eq!(matched(b"accept, Cookie", HELD), equal, "{rule:?}");
            assert_eq!(matched(b"accept, Cookie", LATER), differing, "{rule:?}");
        }
    }
}
