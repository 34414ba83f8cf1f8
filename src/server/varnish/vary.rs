//! Vary: cache_vary.c.

use super::first_line;
use crate::field::{Field, FieldLines, elements};
use crate::kept::{Stored, Variant};
use crate::message::RequestHead;
use crate::profile::{Fact, Facts, VaryFields};
use crate::rule::s4_1_vary::is_among;
use crate::rule::{Draft, Evidence, Rule, Tri};
use crate::server::Case;

/// `VRY_Create`, after VCL: a Vary that cannot be put into a key makes a marker of the object.
pub(super) fn storable<'a>(draft: &mut Draft<'a>, case: &Case<'a>) {
    let misfit = names(case.response.scan().all(Field::Vary))
        .find(|name| !is_name(name) || !fits(case.request.head(), name));
    if let Some(name) = misfit {
        draft.forbid(Rule::VaryUnusable, Evidence::in_field(Field::Vary, name));
    }
}

/// The names in Vary; `*` is one of them, the name of a field that no request has.
pub(in crate::server) fn names(lines: FieldLines<'_>) -> impl Iterator<Item = &[u8]> {
    elements(lines)
}

/// A name holds no space and has at most `INT8_MAX` bytes.
fn is_name(name: &[u8]) -> bool {
    name.len() <= 127 && !name.iter().any(|byte| matches!(byte, b' ' | b'\t'))
}

/// The length of a value is kept in 16 bits.
fn fits(request: RequestHead<'_>, name: &[u8]) -> bool {
    fetched(request, name).is_none_or(|value| value.len() < 65_535)
}

/// `VRY_Match`: byte for byte, but for the fields that the profile exempts.
pub(super) fn matches(facts: &Facts, stored: &Stored<'_>, later: RequestHead<'_>) -> Tri {
    matches_variant(facts, stored.variant, later)
}

/// The same of a response that need not be stored.
pub(super) fn matches_variant(facts: &Facts, variant: Variant<'_>, later: RequestHead<'_>) -> Tri {
    let one = variant.request();
    let same = |name: &[u8]| {
        let (one, other) = (fetched(one, name), first_line(later, name));
        // The builtin VCL writes Host in lower case before anything is done with it.
        let is_alike = |(one, other): (&[u8], &[u8])| one.eq_ignore_ascii_case(other);
        one == other || (is_among(&["host"], name) && one.zip(other).is_some_and(is_alike))
    };
    match facts.vary_fields {
        Fact::Known(VaryFields::Ignored) => Tri::Yes,
        Fact::Known(VaryFields::ComparedExcept(exempt)) => {
            variant.all(names, |name| is_among(exempt, name) || same(name)).into()
        }
        Fact::Known(VaryFields::Compared | VaryFields::OnlyThese(_)) => {
            variant.all(names, same).into()
        }
        // Varnish normalises nothing, so of the other rules there is no more to say.
        _ if variant.all(names, same) => Tri::Yes,
        _ => Tri::Maybe,
    }
}

/// What is kept of a request field with the object: what the origin was sent of it.
fn fetched<'a>(request: RequestHead<'a>, name: &[u8]) -> Option<&'a [u8]> {
    if is_among(&NOT_SENT, name) { None } else { first_line(request, name) }
}

/// Fields that a fetch is sent without (`HTTPH_R_FETCH` in tbl/http_headers.h).
const NOT_SENT: [&str; 18] = [
    "accept-ranges",
    "cache-control",
    "connection",
    "content-range",
    "http2-settings",
    "if-match",
    "if-modified-since",
    "if-none-match",
    "if-range",
    "if-unmodified-since",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "range",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::HeaderLines;

    /// What only some values of a field make different is open where they differ. Letter case says
    /// nothing in Host alone.
    #[test]
    fn what_is_normalised_may_match() {
        let rule = Fact::Known(VaryFields::Normalised(&["x-a"]));
        let facts = Facts { vary_fields: rule, ..*crate::Profile::VARNISH_7.facts() };
        for (name, one, other, expected) in [
            ("X-A", b"a", b"a", Tri::Yes),
            ("X-A", b"a", b"b", Tri::Maybe),
            ("X-A", b"a", b"A", Tri::Maybe),
            ("Host", b"a", b"A", Tri::Yes),
            ("Host", b"a", b"b", Tri::Maybe),
        ] {
            let response = [("Vary", name.as_bytes())];
            let scan = crate::field::Scan::of(HeaderLines::from_pairs(&response));
            let lines = [one, other].map(|value| [(name, &value[..])]);
            let [one, other] = lines
                .each_ref()
                .map(|lines| RequestHead::new("GET", "/", HeaderLines::from_pairs(lines)));
            let variant = Variant::AtHand(one, &scan);
            assert_eq!(matches_variant(&facts, variant, other), expected, "{name}");
        }
    }

    #[test]
    fn a_value_of_16_bits_fits_into_the_key() {
        for (length, expected) in [(65_534, true), (65_535, false)] {
            let value = vec![b'x'; length];
            let lines = [("x-a", &*value)];
            let request = RequestHead::new("GET", "/", HeaderLines::from_pairs(&lines));
            assert_eq!(fits(request, b"x-a"), expected, "{length}");
            assert!(fits(request, b"x-b"));
        }
    }
}
