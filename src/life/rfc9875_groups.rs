//! RFC 9875: cache groups.

use super::s4_4_invalidation::is_safe;
use crate::message::{AsRequest, AsResponse, HeaderLines};

/// The groups that a response belongs to (RFC 9875 §2): in the order of the field, repeats kept.
/// A field that is no list of strings names none.
///
/// ```
/// let response =
///     http::Response::builder().header("Cache-Groups", "\"cart\", \"a \\\"b\\\"\"").body(())?;
/// assert_eq!(storable::life::groups(&response), ["cart", "a \"b\""]);
/// # Ok::<(), http::Error>(())
/// ```
#[must_use]
pub fn groups(response: &(impl AsResponse + ?Sized)) -> Vec<String> {
    strings(response.as_response().lines(), "cache-groups").unwrap_or_default()
}

/// The groups of which everything stored for the request's origin is invalidated by an exchange
/// (RFC 9875 §3): groups of one name are one group only within an origin (§2.1), which
/// [`CacheKey::is_same_origin`](super::CacheKey::is_same_origin) tells. None for a safe method,
/// whatever the response says.
///
/// ```
/// use storable::life::groups_invalidated_by;
///
/// let response =
///     http::Response::builder().header("Cache-Group-Invalidation", "\"cart\"").body(())?;
/// let asked = |method| http::Request::builder().method(method).uri("/").body(());
/// assert_eq!(groups_invalidated_by(&asked("POST")?, &response), ["cart"]);
/// assert!(groups_invalidated_by(&asked("GET")?, &response).is_empty());
/// # Ok::<(), http::Error>(())
/// ```
#[must_use]
pub fn groups_invalidated_by(
    request: &(impl AsRequest + ?Sized),
    response: &(impl AsResponse + ?Sized),
) -> Vec<String> {
    if is_safe(request.as_request().method()) {
        return Vec::new();
    }
    strings(response.as_response().lines(), "cache-group-invalidation").unwrap_or_default()
}

/// RFC 9651 §4.2.1: a list of strings; parameters are read and not looked at.
fn strings(lines: HeaderLines<'_>, name: &str) -> Option<Vec<String>> {
    let mut all = Vec::new();
    for (_, line) in lines.iter().filter(|(own, _)| own.eq_ignore_ascii_case(name)) {
        let mut rest = line;
        if rest.is_empty() {
            continue;
        }
        loop {
            let (text, after) = string(rest)?;
            all.push(text);
            rest = skip(parameters(after)?, b" \t");
            match rest {
                [] => break,
                [b',', after @ ..] => rest = skip(after, b" \t"),
                _ => return None,
            }
        }
    }
    Some(all)
}

fn skip<'a>(mut text: &'a [u8], bytes: &[u8]) -> &'a [u8] {
    while let Some((first, rest)) = text.split_first().filter(|(first, _)| bytes.contains(first)) {
        let _ = first;
        text = rest;
    }
    text
}

/// RFC 9651 §4.2.5.
pub(super) fn string(text: &[u8]) -> Option<(String, &[u8])> {
    let mut rest = text.strip_prefix(b"\"")?;
    let mut read = String::new();
    loop {
        match rest {
            [b'\\', byte @ (b'"' | b'\\'), after @ ..] => {
                read.push(char::from(*byte));
                rest = after;
            }
            [b'"', after @ ..] => return Some((read, after)),
            [byte @ (0x20..=0x5b | 0x5d..=0x7e), after @ ..] => {
                read.push(char::from(*byte));
                rest = after;
            }
            _ => return None,
        }
    }
}

/// RFC 9651 §4.2.3.2, as far as it takes to see where they end.
fn parameters(mut text: &[u8]) -> Option<&[u8]> {
    while let [b';', after @ ..] = text {
        let key = skip(after, b" ");
        if !matches!(key.first(), Some(b'a'..=b'z' | b'*')) {
            return None;
        }
        text = skip(key, b"abcdefghijklmnopqrstuvwxyz0123456789_-.*");
        if let [b'=', value @ ..] = text {
            text = match value {
                [b'"', ..] => string(value)?.1,
                [b':', bytes @ ..] => {
                    let end = bytes.iter().position(|&byte| byte == b':')?;
                    bytes.get(end.checked_add(1)?..)?
                }
                [byte, ..] if byte.is_ascii_alphanumeric() || b"?-*@".contains(byte) => {
                    let end = value.iter().position(|byte| b",; \t\"".contains(byte));
                    value.get(end.unwrap_or(value.len())..)?
                }
                _ => return None,
            };
        }
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_strings() {
        for (lines, expected) in [
            (&["\"a\""][..], Some(&["a"][..])),
            (&["\"a\", \"B\"", "\"c\""], Some(&["a", "B", "c"])),
            (&["\"a\";x=1;y=\"z,\";w, \"b\""], Some(&["a", "b"])),
            (&["\"a\";x=:aGk=:;y=?1;z=-1, \"b\""], Some(&["a", "b"])),
            (&["\"a\";x=:aGk=, \"b\""], None),
            (&["\"a\";x=+1"], None),
            (&["\"a\\\\\""], Some(&["a\\"])),
            (&[""], Some(&[])),
            (&["a"], None),
            (&["\"a\","], None),
            (&["\"a\" \"b\""], None),
            (&["\"a"], None),
            (&["\"a\\b\""], None),
            (&["\"a\";X=1"], None),
            (&["(\"a\" \"b\")"], None),
        ] {
            let lines: Vec<_> =
                lines.iter().map(|line| ("Cache-Groups", line.as_bytes())).collect();
            let found = strings(HeaderLines::from_pairs(&lines), "cache-groups");
            let expected: Option<Vec<String>> =
                expected.map(|all| all.iter().map(|&one| one.to_owned()).collect());
            assert_eq!(found, expected, "{lines:?}");
        }
    }

    #[test]
    fn what_is_no_list_names_no_group() {
        for (value, expected) in
            [("\"cart\", \"a\", \"cart\"", &["cart", "a", "cart"][..]), ("cart", &[])]
        {
            let lines = [("Cache-Groups", value.as_bytes())];
            let head = crate::ResponseHead::new(200, HeaderLines::from_pairs(&lines));
            assert_eq!(groups(&head), expected);
        }
    }

    #[test]
    fn many_and_long_groups_are_read() {
        let names: Vec<_> =
            (0..40).map(|number| format!("\"{}{number}\"", "x".repeat(64))).collect();
        let line = names.join(", ");
        let lines = [("cache-groups", line.as_bytes())];
        let found = strings(HeaderLines::from_pairs(&lines), "cache-groups");
        assert_eq!(found.map(|all| all.len()), Some(40));
    }
}
