//! RFC 3986 §5.2: a reference, resolved against a URI.

use crate::message::TargetParts;

/// The absolute URI that a reference in a field stands for; `None` where it is none that a cache
/// has keys for (another scheme than the two of HTTP, or nothing to resolve it against).
pub(super) fn resolve(reference: &str, base: TargetParts<'_>) -> Option<String> {
    let reference = reference.split_once('#').map_or(reference, |(before, _)| before);
    let scheme_end = reference
        .find(':')
        .filter(|&at| reference.get(..at).is_some_and(|scheme| !scheme.contains(['/', '?'])));
    if let Some(at) = scheme_end {
        let scheme = reference.get(..at)?;
        let http = scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https");
        let parts = TargetParts::of(reference);
        return (http && !parts.origin.is_empty())
            .then(|| absolute(parts.scheme, parts.origin, &without_dots(parts.path), parts.query));
    }
    if base.scheme.is_empty() || base.origin.is_empty() {
        return None;
    }
    if let Some(rest) = reference.strip_prefix("//") {
        let (origin, rest) =
            rest.find(['/', '?']).and_then(|at| rest.split_at_checked(at)).unwrap_or((rest, ""));
        let (path, query) = cut(rest);
        return Some(absolute(base.scheme, origin, &without_dots(path), query));
    }
    let (path, query) = cut(reference);
    let path = match path.bytes().next() {
        None => {
            return Some(absolute(base.scheme, base.origin, base.path, query.or(base.query)));
        }
        Some(b'/') => without_dots(path),
        Some(_) => {
            let directory = base.path.rfind('/').and_then(|at| base.path.get(..=at)).unwrap_or("/");
            without_dots(&format!("{directory}{path}"))
        }
    };
    Some(absolute(base.scheme, base.origin, &path, query))
}

fn cut(text: &str) -> (&str, Option<&str>) {
    text.split_once('?').map_or((text, None), |(path, query)| (path, Some(query)))
}

fn absolute(scheme: &str, origin: &str, path: &str, query: Option<&str>) -> String {
    let path = if path.is_empty() { "/" } else { path };
    match query {
        Some(query) => format!("{scheme}://{origin}{path}?{query}"),
        None => format!("{scheme}://{origin}{path}"),
    }
}

/// RFC 3986 §5.2.4, for a path that begins with a slash.
fn without_dots(path: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    let mut segments = path.split('/').skip(1).peekable();
    while let Some(segment) = segments.next() {
        let last = segments.peek().is_none();
        match segment {
            "." if last => kept.push(""),
            "." => {}
            ".." => {
                kept.pop();
                if last {
                    kept.push("");
                }
            }
            _ => kept.push(segment),
        }
    }
    format!("/{}", kept.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references() {
        let base = TargetParts::of("http://shop.example/a/b?x=1");
        for (reference, expected) in [
            ("", Some("http://shop.example/a/b?x=1")),
            ("?y=2", Some("http://shop.example/a/b?y=2")),
            ("c", Some("http://shop.example/a/c")),
            ("../c", Some("http://shop.example/c")),
            ("../../../c", Some("http://shop.example/c")),
            ("./", Some("http://shop.example/a/")),
            (".", Some("http://shop.example/a/")),
            ("..", Some("http://shop.example/")),
            ("/c/./d/../e", Some("http://shop.example/c/e")),
            ("//other.example/x", Some("http://other.example/x")),
            ("//other.example", Some("http://other.example/")),
            ("https://other.example", Some("https://other.example/")),
            ("HTTP://shop.example/c#f", Some("HTTP://shop.example/c")),
            ("mailto:a@b.example", None),
            ("http:c", None),
            ("c:d/e", None),
            ("c/d:e", Some("http://shop.example/a/c/d:e")),
        ] {
            assert_eq!(resolve(reference, base).as_deref(), expected, "{reference}");
        }
        for base in ["/a", "http:///a"] {
            assert_eq!(resolve("c", TargetParts::of(base)), None, "{base}");
        }
    }
}
