//! `calculate_quality_of_match` (HttpTransactCache.cc): whether an alternate that has a Vary field
//! suits what a request accepts.
//!
//! The `ignore_accept_*_mismatch` settings are 2 in a default installation: the test is left out
//! where there is no Vary, and Vary: Accept-Encoding compares nothing. What the client accepts is
//! held against the stored content and the stored request instead. Accept-Charset is not modelled:
//! no browser sends it (RFC 9110 §12.5.2).

use super::list::quoted_elements;
use crate::bytes::trim;
use crate::field::{Field, FieldLines, Scan};
use crate::kept::Stored;
use crate::message::RequestHead;
use crate::policy::RequestPolicy;
use crate::rule::s4_1_vary::lines_of;

/// The request fields that alternates are chosen by, whatever Vary names.
pub(super) const NEGOTIATED: [&[u8]; 3] = [b"accept", b"accept-encoding", b"accept-language"];

/// Whether a stored response may answer what a later request accepts.
pub(super) fn suits(
    stored: RequestHead<'_>,
    response: &Scan<'_>,
    later: &RequestPolicy<'_>,
) -> bool {
    let asked = |field| later.scan().first(field);
    let negotiation = |field: Field| Negotiation {
        stored: first_line(stored, field, later),
        later: asked(field),
    };
    suits_type(asked(Field::Accept), response.first(Field::ContentType))
        && suits_encoding(
            negotiation(Field::AcceptEncoding),
            response.first(Field::ContentEncoding),
        )
        && suits_language(
            negotiation(Field::AcceptLanguage),
            response.named("content-language").next(),
        )
}

/// What the stored request has of a field. It may be the later one's own lines, which are read.
fn first_line<'a>(
    stored: RequestHead<'a>,
    field: Field,
    later: &RequestPolicy<'a>,
) -> Option<&'a [u8]> {
    let name = field.name().as_bytes();
    if stored.has_lines_of(&later.head(), name) {
        later.scan().first(field)
    } else {
        lines_of(stored, name).next()
    }
}

/// How well an alternate that matches suits a request, to be compared with others': the product of
/// the qualities counts what is equal in both requests as a little more than 1, and identity content
/// in the place of gzip as nearly 0. Weights are left out.
pub(in crate::server) fn quality(stored: &Stored<'_>, later: &RequestPolicy<'_>) -> u16 {
    if !stored.scan().has(Field::Vary) {
        return 1;
    }
    let (one, other) = (stored.variant.request(), later.head());
    let line = |head, name| lines_of(head, name).next();
    let [_, encoding, language] = NEGOTIATED;
    let takes = |head| line(head, encoding).is_some_and(takes_gzip);
    let same_language = line(one, language) == line(other, language);
    match (takes(one), takes(other)) {
        (true, false) => 0,
        (false, true) => 2_u16.saturating_add(same_language.into()),
        _ => 3_u16.saturating_add(same_language.into()),
    }
}

/// A field of the stored and of the later request: the first line, as written.
#[derive(Clone, Copy)]
struct Negotiation<'a> {
    stored: Option<&'a [u8]>,
    later: Option<&'a [u8]>,
}

/// What the members of an Accept field say of one value. A weight of 0 is a refusal.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Says {
    Accepted,
    Refused,
    Nothing,
}

impl Says {
    fn of(weight_is_zero: bool) -> Self {
        if weight_is_zero { Self::Refused } else { Self::Accepted }
    }
}

/// `calculate_quality_of_accept_match`: the type itself, then `type/*`, then `*/*`.
fn suits_type(accept: Option<&[u8]>, content: Option<&[u8]>) -> bool {
    let (Some(accept), Some(content)) = (accept, content) else { return true };
    let Some((kind, subtype)) = media_type(head_of(content)) else { return true };
    let (mut exact, mut by_subtype, mut by_type) = (Says::Nothing, Says::Nothing, Says::Nothing);
    for member in members(accept) {
        let Some((own, own_subtype)) = media_type(member.name) else { continue };
        if own == b"*" {
            by_type = Says::of(member.refuses);
        } else if own.eq_ignore_ascii_case(kind) && own_subtype == b"*" {
            by_subtype = Says::of(member.refuses);
        } else if own.eq_ignore_ascii_case(kind)
            && own_subtype.eq_ignore_ascii_case(subtype)
            && exact != Says::Accepted
        {
            exact = Says::of(member.refuses);
        }
    }
    let says = [exact, by_subtype, by_type].into_iter().find(|&says| says != Says::Nothing);
    says == Some(Says::Accepted)
}

/// `calculate_quality_of_accept_encoding_match`, of requests whose Accept-Encoding is made `gzip` or
/// taken out before (`proxy.config.http.normalize_ae` 1).
fn suits_encoding(fields: Negotiation<'_>, content: Option<&[u8]>) -> bool {
    if fields.later == fields.stored {
        return true;
    }
    let takes = |field: Option<&[u8]>| field.is_some_and(takes_gzip);
    let codings = || quoted_elements(content.into_iter());
    match (takes(fields.stored), takes(fields.later)) {
        (true, true) | (false, false) => true,
        // What the origin has not been asked for yet may be there.
        (false, true) => {
            codings().next().is_some() && codings().all(|coding| same_coding(coding, b"gzip"))
        }
        (true, false) => {
            codings().next().is_none() || codings().any(|coding| starts_with(coding, b"identity"))
        }
    }
}

/// `calculate_quality_of_accept_language_match`.
fn suits_language(fields: Negotiation<'_>, content: Option<&[u8]>) -> bool {
    let Some(later) = fields.later.filter(|_| fields.later != fields.stored) else { return true };
    let Some(content) = content else {
        return first_match(later, |range| in_range(range, b"identity")) != Says::Refused;
    };
    let mut languages = quoted_elements(FieldLines::one(content))
        .map(|language| first_match(later, |range| in_range(range, language)))
        .filter(|&says| says != Says::Nothing)
        .peekable();
    languages.peek().is_some() && languages.all(|says| says == Says::Accepted)
}

/// The first member that a test or `*` holds for decides.
fn first_match(accept: &[u8], holds: impl Fn(&[u8]) -> bool) -> Says {
    members(accept)
        .find(|member| member.name == b"*" || holds(member.name))
        .map_or(Says::Nothing, |member| Says::of(member.refuses))
}

fn takes_gzip(accept: &[u8]) -> bool {
    members(accept)
        .any(|member| !member.refuses && (member.name == b"*" || same_coding(member.name, b"gzip")))
}

/// One member of an Accept field.
#[derive(Clone, Copy)]
struct Member<'a> {
    name: &'a [u8],
    /// Its weight is 0.
    refuses: bool,
}

fn members(accept: &[u8]) -> impl Iterator<Item = Member<'_>> {
    quoted_elements(FieldLines::one(accept)).map(|member| {
        let weight = member.split(|&byte| byte == b';').skip(1).map(trim).find_map(|parameter| {
            let (name, value) = parameter.split_first()?;
            name.eq_ignore_ascii_case(&b'q').then_some(value)?.strip_prefix(b"=")
        });
        Member { name: head_of(member), refuses: weight.is_some_and(is_zero) }
    })
}

fn is_zero(weight: &[u8]) -> bool {
    weight.iter().all(|byte| matches!(byte, b'0' | b'.')) && weight.contains(&b'0')
}

/// What stands before the first semicolon.
fn head_of(member: &[u8]) -> &[u8] {
    member.split(|&byte| byte == b';').next().map(trim).unwrap_or_default()
}

fn media_type(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let (kind, subtype) = text.split_at_checked(text.iter().position(|&byte| byte == b'/')?)?;
    Some((kind, subtype.get(1..)?))
}

fn same_coding(one: &[u8], other: &[u8]) -> bool {
    let plain =
        |text| if starts_with(text, b"x-") { text.get(2..).unwrap_or_default() } else { text };
    plain(one).eq_ignore_ascii_case(plain(other))
}

/// RFC 4647 §3.3.1: the range is the tag, or its beginning up to a hyphen.
fn in_range(range: &[u8], tag: &[u8]) -> bool {
    starts_with(tag, range) && matches!(tag.get(range.len()), None | Some(b'-'))
}

fn starts_with(text: &[u8], start: &[u8]) -> bool {
    text.get(..start.len()).is_some_and(|own| own.eq_ignore_ascii_case(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Seen of Traffic Server 9.2, or read in its source.
    #[test]
    fn an_alternate_suits() {
        for (stored, content, later, expected) in [
            (None, None, None, true),
            (Some("br"), None, None, true),
            (None, None, Some("gzip, br"), false),
            (None, None, Some("br"), true),
            (None, None, Some("identity"), true),
            (Some("gzip"), None, Some("gzip, br"), true),
            (Some("gzip"), None, Some("br"), true),
            (Some("identity"), Some("br"), None, true),
            (None, Some("br"), Some("br"), true),
            (None, Some("br"), Some("gzip"), false),
            (Some("gzip"), Some("gzip"), None, false),
            (Some("gzip"), Some("identity"), None, true),
            (None, Some("identity"), Some("gzip"), false),
            (None, Some("gzip"), Some("x-gzip;q=0.5"), true),
            (Some("gzip"), Some("gzip"), Some("gzip;q=0"), false),
            (Some("gzip"), Some("gzip"), Some("*"), true),
        ] {
            let fields =
                Negotiation { stored: stored.map(str::as_bytes), later: later.map(str::as_bytes) };
            let found = suits_encoding(fields, content.map(str::as_bytes));
            assert_eq!(found, expected, "stored for {stored:?}, is {content:?}, asked {later:?}");
        }
        for (content, later, expected) in [
            (None, "de", true),
            (None, "*;q=0", false),
            (Some("de-CH"), "de", true),
            (Some("de"), "de-CH", false),
            (Some("de, en"), "en", true),
            (Some("fr"), "en;q=0.5, *;q=0.1", true),
        ] {
            let fields = Negotiation { stored: None, later: Some(later.as_bytes()) };
            let found = suits_language(fields, content.map(str::as_bytes));
            assert_eq!(found, expected, "is {content:?}, asked {later:?}");
        }
        for (accept, expected) in [
            (None, true),
            (Some("text/html"), true),
            (Some("text/*;q=0"), false),
            (Some("image/*"), false),
            (Some("image/*, */*;q=0.1"), true),
        ] {
            let found = suits_type(accept.map(str::as_bytes), Some(b"text/html; charset=utf-8"));
            assert_eq!(found, expected, "asked {accept:?}");
        }
    }
}
