//! The target of a request, cut into what a cache key is made of.

/// A target URI as text, or as `http` has parsed it.
#[derive(Clone, Copy, Debug)]
pub(super) enum Target<'a> {
    Text(&'a str),
    Uri(&'a http::Uri),
}

impl<'a> Target<'a> {
    /// Whether it is the other one, in the same place.
    pub(super) fn is(self, other: Self) -> bool {
        match (self, other) {
            (Self::Text(one), Self::Text(other)) => std::ptr::eq(one, other),
            (Self::Uri(one), Self::Uri(other)) => std::ptr::eq(one, other),
            _ => false,
        }
    }

    pub(super) fn parts(self) -> TargetParts<'a> {
        match self {
            Self::Text(text) => TargetParts::of(text),
            Self::Uri(uri) => TargetParts {
                origin: uri.authority().map_or("", http::uri::Authority::as_str),
                scheme: uri.scheme_str().unwrap_or(""),
                path: uri.path(),
                query: uri.query(),
            },
        }
    }
}

/// A target URI cut into what a cache key is made of; empty text where a part is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TargetParts<'a> {
    pub(crate) scheme: &'a str,
    pub(crate) origin: &'a str,
    pub(crate) path: &'a str,
    pub(crate) query: Option<&'a str>,
}

impl<'a> TargetParts<'a> {
    /// The authority without the default port of its scheme (RFC 9110 §4.2.3).
    pub(crate) fn host(&self) -> &'a str {
        let port = if self.scheme.eq_ignore_ascii_case("https") { ":443" } else { ":80" };
        self.origin.strip_suffix(port).unwrap_or(self.origin)
    }

    pub(crate) fn of(text: &'a str) -> Self {
        let text = text.split_once('#').map_or(text, |(before, _)| before);
        let (scheme, rest) = text.split_once("://").unwrap_or(("", text));
        let (origin, rest) = if scheme.is_empty() {
            ("", rest)
        } else {
            rest.find(['/', '?']).and_then(|at| rest.split_at_checked(at)).unwrap_or((rest, ""))
        };
        let (path, query) =
            rest.split_once('?').map_or((rest, None), |(path, query)| (path, Some(query)));
        // RFC 9110 §4.2.3: an empty path is `/`.
        Self { scheme, origin, path: if path.is_empty() { "/" } else { path }, query }
    }
}
