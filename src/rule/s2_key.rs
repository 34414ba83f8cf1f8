//! RFC 9111 §2: the cache key, part by part, as a profile says which parts it has.

use std::hash::{DefaultHasher, Hash, Hasher};

use super::Tri;
use super::bypass::holds;
use super::s4_1_vary::same_field;
use crate::bytes::one_by_one;
use crate::glob;
use crate::message::{FieldCount, HeaderLines, RequestHead};
use crate::policy::{RequestPolicy, ResponsePolicy};
use crate::profile::{Condition, Fact, Facts, KeyClass, KeyCookies, KeyOrigin, KeyQuery};

/// Whether a later request has the key of the one whose answer is stored. A cache of which nothing
/// is known is taken to keep targets apart by origin, path and whole query, and by nothing else.
pub(crate) fn in_key(
    facts: &Facts,
    one: &RequestPolicy<'_>,
    response: &ResponsePolicy<'_>,
    other: &RequestPolicy<'_>,
) -> Tri {
    let (one, other) = (one.head(), other.head());
    let same_target = if one.has_target_of(&other) && one.has_lines_of(&other, b"host") {
        Tri::Yes
    } else {
        let (target, wanted) = (one.target(), other.target());
        let same = Tri::from(same_origin(facts, one, other) && target.path == wanted.path);
        // A key of which nothing is known may be the same for two paths.
        let is_untold = matches!(facts.key_classes, Fact::Known([KeyClass::Field("*")]));
        let same = if is_untold { same.max(Tri::Maybe) } else { same };
        same.and(same_query(facts, response, target.query, wanted.query))
    };
    same_selected(facts, one, other).and(same_target)
}

/// The members of a response field that lists parts of a request, as Netlify-Vary does: `header=a|b`,
/// `cookie=a|b`, `language=en|de`.
fn listed<'a>(
    rule: Fact<KeyQuery>,
    lines: HeaderLines<'a>,
) -> impl Iterator<Item = (&'a [u8], &'a [u8])> {
    let field = match rule {
        Fact::Known(KeyQuery::WholeUnless(field)) => Some(field),
        _ => None,
    };
    let named = move |field: &'static str| {
        lines.iter().filter(move |(name, _)| name.eq_ignore_ascii_case(field))
    };
    field.into_iter().flat_map(named).flat_map(|(_, line)| pairs(line, b','))
}

fn alternatives(listed: &[u8]) -> impl Iterator<Item = &[u8]> {
    listed.split(|&byte| byte == b'|').map(<[u8]>::trim_ascii)
}

/// Whether a later request has what a stored response lists of the one that it answered.
pub(crate) fn same_listed(
    rule: Fact<KeyQuery>,
    response: HeaderLines<'_>,
    one: RequestHead<'_>,
    other: RequestHead<'_>,
) -> Tri {
    if !matches!(rule, Fact::Known(KeyQuery::WholeUnless(_))) {
        return Tri::Yes;
    }
    let same = |(kind, names): (&[u8], &[u8])| match kind {
        b"header" => Tri::from(alternatives(names).all(|name| same_field(name, one, other))),
        b"cookie" => {
            Tri::from(alternatives(names).all(|name| cookie(one, name) == cookie(other, name)))
        }
        // Two values may come to one of the languages.
        b"language" if !same_field(b"accept-language", one, other) => Tri::Maybe,
        _ => Tri::Yes,
    };
    listed(rule, response).map(same).min().unwrap_or(Tri::Yes)
}

/// The request fields that what is listed stands in.
pub(crate) fn listed_fields<'a>(
    rule: Fact<KeyQuery>,
    response: HeaderLines<'a>,
) -> impl Iterator<Item = &'a [u8]> {
    listed(rule, response).flat_map(|(kind, names)| {
        let of_kind: Option<&[u8]> = match kind {
            b"cookie" => Some(b"cookie"),
            b"language" => Some(b"accept-language"),
            _ => None,
        };
        let names = if kind == b"header" { names } else { b"" };
        of_kind.into_iter().chain(alternatives(names).filter(|name| !name.is_empty()))
    })
}

fn cookie<'a>(request: RequestHead<'a>, name: &[u8]) -> Option<&'a [u8]> {
    cookies(request).find(|(own, _)| *own == name).map(|(_, value)| value)
}

/// The request fields and cookies that the key has.
pub(crate) fn same_selected(facts: &Facts, one: RequestHead<'_>, other: RequestHead<'_>) -> Tri {
    let is_empty = |head: RequestHead<'_>, name: &str| {
        head.lines().all(|(own, value)| value.is_empty() || !own.eq_ignore_ascii_case(name))
    };
    let same = |name: &&str| match *name {
        "*" => Tri::from(one.lines().eq(other.lines())),
        name if same_field(name.as_bytes(), one, other) => Tri::Yes,
        // nginx takes a field that is not there for an empty one; of others nobody says.
        name if is_empty(one, name) && is_empty(other, name) => Tri::Maybe,
        _ => Tri::No,
    };
    let fields = facts.key.known().unwrap_or_default().iter().map(same).min();
    let same_class = |class: &KeyClass| match class {
        // Two values may be of one class: a cache sorts them by rules of its own.
        KeyClass::Field(name) => same(name).max(Tri::Maybe),
        KeyClass::Cases(cases) => match (class_of(cases, one), class_of(cases, other)) {
            (Some(one), Some(other)) => Tri::from(one == other),
            _ => Tri::Maybe,
        },
    };
    let classes = facts.key_classes.known().unwrap_or_default().iter().map(same_class);
    fields.unwrap_or(Tri::Yes).and(classes.min().unwrap_or(Tri::Yes)).and(same_cookies(
        facts.key_cookies,
        one,
        other,
    ))
}

/// The number of the first case that holds, or 0; `None` where that is not known.
pub(crate) fn class_of(cases: &[(Condition, u8)], request: RequestHead<'_>) -> Option<u8> {
    for (condition, class) in cases {
        match holds(request, condition) {
            Tri::Yes => return Some(*class),
            Tri::Maybe => return None,
            Tri::No => {}
        }
    }
    Some(0)
}

fn same_origin(facts: &Facts, one: RequestHead<'_>, other: RequestHead<'_>) -> bool {
    let same_scheme = || one.target().scheme.eq_ignore_ascii_case(other.target().scheme);
    let same_host = || host(one).eq_ignore_ascii_case(host(other));
    let same_name = || host_name(one).eq_ignore_ascii_case(host_name(other));
    match facts.key_origin {
        Fact::Known(KeyOrigin::Nothing) => true,
        Fact::Known(KeyOrigin::Scheme) => same_scheme(),
        Fact::Known(KeyOrigin::Host) => same_host(),
        Fact::Known(KeyOrigin::HostWithPort) => {
            authority(one).eq_ignore_ascii_case(authority(other))
        }
        Fact::Known(KeyOrigin::HostAsItStands) => authority(one) == authority(other),
        Fact::Known(KeyOrigin::SchemeAndHostAsItStands) => {
            same_scheme() && authority(one) == authority(other)
        }
        Fact::Known(KeyOrigin::HostName) => same_name(),
        Fact::Known(KeyOrigin::SchemeAndHostName) => same_scheme() && same_name(),
        Fact::Known(KeyOrigin::SchemeAndHost) | Fact::Unknown => same_scheme() && same_host(),
    }
}

/// What Host says, else the target's authority, with its port.
pub(crate) fn authority<'a>(request: RequestHead<'a>) -> &'a [u8] {
    match request.named(b"host") {
        FieldCount::Once(host) => host,
        FieldCount::Nowhere | FieldCount::Repeatedly => request.target().origin.as_bytes(),
    }
}

/// The host without its port.
pub(crate) fn host_name<'a>(request: RequestHead<'a>) -> &'a [u8] {
    let host = host(request);
    let port = host.iter().rposition(|&byte| byte == b':');
    let digits = |at: usize| {
        host.get(at.saturating_add(1)..).is_some_and(|port| port.iter().all(u8::is_ascii_digit))
    };
    port.filter(|at| digits(*at)).and_then(|at| host.get(..at)).unwrap_or(host)
}

/// The target's authority; where the target has none, what Host says (RFC 9112 §3.3).
pub(crate) fn host<'a>(request: RequestHead<'a>) -> &'a [u8] {
    let target = request.target();
    if !target.origin.is_empty() {
        return target.host().as_bytes();
    }
    match request.named(b"host") {
        FieldCount::Once(host) => host,
        FieldCount::Nowhere | FieldCount::Repeatedly => b"",
    }
}

pub(crate) fn same_query(
    facts: &Facts,
    response: &ResponsePolicy<'_>,
    one: Option<&str>,
    other: Option<&str>,
) -> Tri {
    if one == other {
        return Tri::Yes;
    }
    let [one, other] = [one, other].map(|query| query.unwrap_or_default().as_bytes());
    match facts.key_query {
        Fact::Known(KeyQuery::Absent) => Tri::Yes,
        Fact::Known(KeyQuery::Configured) => Tri::Maybe,
        Fact::Known(KeyQuery::WholeUnless(field)) => {
            let narrowed = response.scan().named(field).next().is_some();
            if narrowed { Tri::Maybe } else { Tri::No }
        }
        Fact::Known(KeyQuery::Sorted(but)) => {
            (in_any_order(but, one) == in_any_order(but, other)).into()
        }
        Fact::Known(KeyQuery::Only(names)) => {
            same_named(names, pairs(one, b'&'), pairs(other, b'&')).into()
        }
        Fact::Known(KeyQuery::AllBut(names)) => {
            same_rest(names, pairs(one, b'&'), pairs(other, b'&')).into()
        }
        Fact::Known(KeyQuery::Whole) | Fact::Unknown => Tri::No,
    }
}

/// How many parameters a query has that no pattern covers, and a sum over them that no order
/// changes. Two queries with one sum by chance are taken for one: that is the side on which a leak is seen.
fn in_any_order(patterns: &[&str], query: &[u8]) -> (usize, u64) {
    let rest = pairs(query, b'&').filter(|(name, _)| !is_named(patterns, name));
    rest.fold((0, 0), |(count, sum): (usize, u64), pair| {
        let mut hasher = DefaultHasher::new();
        pair.hash(&mut hasher);
        (count.wrapping_add(1), sum.wrapping_add(hasher.finish()))
    })
}

fn same_cookies(rule: Fact<KeyCookies>, one: RequestHead<'_>, other: RequestHead<'_>) -> Tri {
    let rule = match rule {
        Fact::Known(KeyCookies::Nothing) | Fact::Unknown => return Tri::Yes,
        _ if one.has_lines_of(&other, b"cookie") => return Tri::Yes,
        Fact::Known(rule) => rule,
    };
    match rule {
        KeyCookies::Nothing => Tri::Yes,
        KeyCookies::Configured if cookies(one).eq(cookies(other)) => Tri::Yes,
        KeyCookies::Configured => Tri::Maybe,
        KeyCookies::Only(names) => same_named(names, cookies(one), cookies(other)).into(),
        KeyCookies::AllBut(names) => same_rest(names, cookies(one), cookies(other)).into(),
    }
}

/// The cookies of a request as name and value (RFC 6265 §5.4), over all its Cookie lines.
pub(crate) fn cookies<'a>(
    request: RequestHead<'a>,
) -> impl Iterator<Item = (&'a [u8], &'a [u8])> + Clone {
    let lines = request.lines().filter(|(name, _)| name.eq_ignore_ascii_case("cookie"));
    one_by_one(lines.flat_map(|(_, line)| pairs(line, b';')))
}

/// `name=value` pairs between separators, without spaces around them; empty ones are left out.
pub(crate) fn pairs(text: &[u8], separator: u8) -> impl Iterator<Item = (&[u8], &[u8])> + Clone {
    let pairs = text.split(move |&byte| byte == separator).map(<[u8]>::trim_ascii);
    one_by_one(pairs.filter(|pair| !pair.is_empty()).map(|pair| {
        let at = pair.iter().position(|&byte| byte == b'=').unwrap_or(pair.len());
        let (name, value) = pair.split_at_checked(at).unwrap_or((pair, b""));
        (name, value.get(1..).unwrap_or_default())
    }))
}

/// Whether one of the patterns covers a name.
pub(crate) fn is_named(patterns: &[&str], name: &[u8]) -> bool {
    patterns.iter().any(|pattern| glob::matches(pattern.as_bytes(), name))
}

/// Name by name, the first value of each; one that is absent is like an empty one. Under a pattern
/// that covers several names these are compared in their order.
fn same_named<'a>(
    patterns: &[&str],
    one: impl Iterator<Item = (&'a [u8], &'a [u8])> + Clone,
    other: impl Iterator<Item = (&'a [u8], &'a [u8])> + Clone,
) -> bool {
    patterns
        .iter()
        .all(|pattern| selected(pattern, one.clone()).eq(selected(pattern, other.clone())))
}

/// What one pattern puts into the key.
pub(crate) fn selected<'p, 'a, I>(
    pattern: &'p str,
    pairs: I,
) -> impl Iterator<Item = (&'a [u8], &'a [u8])> + use<'p, 'a, I>
where
    I: Iterator<Item = (&'a [u8], &'a [u8])>,
{
    let one_name = !pattern.contains(['*', '?']);
    pairs
        .filter(move |(name, _)| glob::matches(pattern.as_bytes(), name))
        .take(if one_name { 1 } else { usize::MAX })
        .filter(|(_, value)| !value.is_empty())
}

/// In their order, all that no pattern covers.
fn same_rest<'a>(
    patterns: &[&str],
    one: impl Iterator<Item = (&'a [u8], &'a [u8])>,
    other: impl Iterator<Item = (&'a [u8], &'a [u8])>,
) -> bool {
    let rest = |(name, _): &(&[u8], &[u8])| !is_named(patterns, name);
    one.filter(rest).eq(other.filter(rest))
}
