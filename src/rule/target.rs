//! One URI against another (RFC 3986 §5.2, RFC 9110 §4.2.3).

use crate::message::TargetParts;

/// Whether a reference, resolved against a URI (RFC 3986 §5.2), is that URI itself.
///
/// No dot segments are taken out and no escapes undone: a reference that needs it is taken for
/// another URI, which is the safe answer.
pub(super) fn resolves_to(reference: &str, target: TargetParts<'_>) -> bool {
    let reference = reference.split_once('#').map_or(reference, |(before, _)| before);
    if let Some(rest) = reference.strip_prefix("//") {
        let (origin, rest) =
            rest.find(['/', '?']).and_then(|at| rest.split_at_checked(at)).unwrap_or((rest, ""));
        return origin.eq_ignore_ascii_case(target.origin) && same_path(rest, target);
    }
    if let Some((scheme, _)) = reference.split_once("://") {
        if !scheme.contains(['/', '?']) {
            return same_target(TargetParts::of(reference), target);
        }
    }
    match reference.bytes().next() {
        None => true,
        Some(b'/') => same_path(reference, target),
        Some(b'?') => reference.get(1..) == target.query,
        Some(_) => {
            let directory = target.path.rfind('/').and_then(|at| target.path.get(..=at));
            let (path, query) = cut_query(reference);
            let own = directory.and_then(|directory| target.path.strip_prefix(directory));
            own == Some(path) && query == target.query
        }
    }
}

fn cut_query(text: &str) -> (&str, Option<&str>) {
    text.split_once('?').map_or((text, None), |(path, query)| (path, Some(query)))
}

fn same_path(path_and_query: &str, target: TargetParts<'_>) -> bool {
    let (path, query) = cut_query(path_and_query);
    let path = if path.is_empty() { "/" } else { path };
    path == target.path && query == target.query
}

/// RFC 9110 §4.2.3: scheme and host without letter case, the rest to the letter.
fn same_target(one: TargetParts<'_>, other: TargetParts<'_>) -> bool {
    one.scheme.eq_ignore_ascii_case(other.scheme)
        && one.host().eq_ignore_ascii_case(other.host())
        && one.path == other.path
        && one.query == other.query
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_to_the_uri_itself() {
        let target = TargetParts::of("https://shop.test/a/b?q=1");
        for (reference, expected) in [
            ("", true),
            ("#part", true),
            ("https://shop.test/a/b?q=1", true),
            ("HTTPS://SHOP.test:443/a/b?q=1#part", true),
            ("http://shop.test/a/b?q=1", false),
            ("https://shop.test/a/b", false),
            ("https://shop.test/a/B?q=1", false),
            ("//shop.test/a/b?q=1", true),
            ("//SHOP.test/a/b?q=1", true),
            ("//other.test/a/b?q=1", false),
            ("//shop.test/a/c?q=1", false),
            ("//shop.test", false),
            ("/a/b?q=1", true),
            ("/a/b", false),
            ("/b?q=1", false),
            ("?q=1", true),
            ("?q=2", false),
            ("b?q=1", true),
            ("b", false),
            ("c?q=1", false),
            ("a/b?q=1", false),
            // What looks like a scheme only behind a slash or a question mark is none.
            ("b?q=http://x", false),
            ("/a/b://c?q=1", false),
        ] {
            assert_eq!(resolves_to(reference, target), expected, "{reference}");
        }
        let plain = TargetParts::of("https://shop.test/?u=http://x");
        for (reference, expected) in [
            ("/?u=http://x", true),
            ("?u=http://x", true),
            ("//shop.test?u=http://x", true),
            ("//shop.test", false),
            ("https://shop.test?u=http://x", true),
        ] {
            assert_eq!(resolves_to(reference, plain), expected, "{reference}");
        }
    }
}
