//! The cache that is visited, and the request that visits it.

use std::sync::Arc;

use http::header::{CONNECTION, HOST, UPGRADE};
use http::uri::{Authority, PathAndQuery, Scheme};
use http::{HeaderMap, HeaderValue, Method, Request, Uri};

use super::Unknown;
use crate::life::{CacheKey, forwarded_map, forwarded_of};
use crate::message::AsRequest;
use crate::policy::RequestPolicy;
use crate::profile::{Marker, Profile};

/// A cache as its visitors need it: whose rules it follows, and what it is called.
#[derive(Clone)]
pub struct Cache {
    /// Of each route.
    profiles: Vec<Profile>,
    route: Option<Arc<Route>>,
    pub(super) name: String,
    scheme: Scheme,
    pub(super) unknown: Unknown,
}

/// Which of the profiles decides on a request.
type Route = dyn Fn(&Request<()>) -> usize + Send + Sync;

impl Cache {
    /// A cache that follows this profile. It calls itself `storable`, and takes a request whose
    /// target has no scheme for one by plain HTTP.
    #[must_use]
    pub fn new(profile: Profile) -> Self {
        Self {
            profiles: vec![profile],
            route: None,
            name: "storable".to_owned(),
            scheme: Scheme::HTTP,
            unknown: Unknown::KeptApart,
        }
    }

    /// Follows several profiles, each for the requests that are routed to its number: a cache whose
    /// operator has set it up by path, host or method. What is stored under a URI is stored once, so that
    /// an unsafe request on one route invalidates it for all. A number that there is not is no cache.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use storable::Profile;
    /// use storable::visit::{Cache, RequestContent};
    ///
    /// let assets = |request: &http::Request<()>| usize::from(request.uri().path().starts_with("/assets/"));
    /// let cache = Cache::new(Profile::CLOUDFRONT)
    ///     .with_routes([Profile::CLOUDFRONT, Profile::CLOUDFRONT_CACHING_OPTIMIZED], assets);
    /// let (parts, ()) = http::Request::get("https://shop.example/assets/a.css").body(())?.into_parts();
    /// let visit = Cache::visit(&Arc::new(cache), &parts, RequestContent::Absent).unwrap();
    /// assert_eq!(visit.profile().id(), "cloudfront-caching-optimized");
    /// # Ok::<(), http::Error>(())
    /// ```
    #[must_use]
    pub fn with_routes(
        self,
        profiles: impl IntoIterator<Item = Profile>,
        route: impl Fn(&Request<()>) -> usize + Send + Sync + 'static,
    ) -> Self {
        Self { profiles: profiles.into_iter().collect(), route: Some(Arc::new(route)), ..self }
    }

    /// Its name in `Cache-Status` (RFC 9211 §2).
    #[must_use]
    pub fn named(self, name: impl Into<String>) -> Self {
        Self { name: name.into(), ..self }
    }

    /// The scheme of requests whose target has none: of every request to a server of HTTP/1.1.
    #[must_use]
    pub fn with_scheme(self, scheme: Scheme) -> Self {
        Self { scheme, ..self }
    }

    /// How it behaves where nobody knows what the profile's cache does.
    #[must_use]
    pub fn with_unknown(self, unknown: Unknown) -> Self {
        Self { unknown, ..self }
    }

    /// Whose rules it follows, route by route.
    #[must_use]
    pub fn profiles(&self) -> &[Profile] {
        &self.profiles
    }

    fn profile(&self, route: usize) -> &Profile {
        self.profiles.get(route).unwrap_or(&Profile::CACHING_OFF)
    }

    /// A request comes. `None` where it is not a cache's business and goes on untouched: a tunnel
    /// (CONNECT) or an upgrade of the connection, WebSocket for one.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use storable::Profile;
    /// use storable::visit::{Cache, RequestContent};
    ///
    /// let cache = Arc::new(Cache::new(Profile::RFC9111_SHARED));
    /// let (parts, ()) = http::Request::get("/a").header("Host", "Shop.example").body(())?.into_parts();
    /// let visit = Cache::visit(&cache, &parts, RequestContent::Absent).unwrap();
    /// assert_eq!(visit.key().uri(), b"http://shop.example/a");
    /// # Ok::<(), http::Error>(())
    /// ```
    #[must_use]
    pub fn visit(
        this: &Arc<Self>,
        parts: &http::request::Parts,
        content: RequestContent<'_>,
    ) -> Option<Visit> {
        is_for_caches(parts).then(|| {
            let place = Place::of(parts, &this.scheme);
            Self::begin(this, parts, place, forwarded_map(&parts.headers), content)
        })
    }

    /// [`Cache::visit`] for a host that has no more use for the fields of the request, because it sends
    /// what it is to [ask](super::Ask::fields): they are taken out of it, and not copied.
    #[must_use]
    pub fn visit_taking(
        this: &Arc<Self>,
        parts: &mut http::request::Parts,
        content: RequestContent<'_>,
    ) -> Option<Visit> {
        is_for_caches(parts).then(|| {
            let place = Place::of(parts, &this.scheme);
            let fields = forwarded_of(std::mem::take(&mut parts.headers));
            Self::begin(this, parts, place, fields, content)
        })
    }

    fn begin(
        this: &Arc<Self>,
        parts: &http::request::Parts,
        place: Place,
        fields: HeaderMap,
        content: RequestContent<'_>,
    ) -> Visit {
        let (mut request, target) = (Request::new(()), place.target);
        *request.method_mut() = parts.method.clone();
        *request.version_mut() = parts.version;
        *request.uri_mut() = place.uri;
        *request.headers_mut() = fields;
        if let Some(host) = place.host {
            request.headers_mut().insert(HOST, host);
        }
        let route = this.route.as_ref().map_or(0, |route| route(&request));
        let key = CacheKey::new(&request, this.profile(route));
        let (key, content) = match content {
            RequestContent::Read(content) if parts.method == Method::QUERY => {
                (key.with_content(content), RequestContent::Absent)
            }
            content => (key, content),
        };
        let handling = match (target, content) {
            (Target::Unclear, _) => Handling::Bypassed,
            // RFC 9110 §9.3.1: the content of a GET has no meaning, but an origin may see one, and
            // then its answer is not for all. That of a QUERY belongs into its key.
            (_, RequestContent::Read(_) | RequestContent::Unread)
                if matches!(parts.method, Method::GET | Method::HEAD | Method::QUERY) =>
            {
                Handling::Bypassed
            }
            _ => Handling::LookedUp,
        };
        Visit { cache: Arc::clone(this), route, request, key, handling, marker: Marker::None }
    }
}

impl std::fmt::Debug for Cache {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let ids: Vec<_> = self.profiles.iter().map(Profile::id).collect();
        let mut cache = f.debug_struct("Cache");
        cache.field("name", &self.name).field("profiles", &ids).finish_non_exhaustive()
    }
}

/// What content a request has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestContent<'a> {
    /// None.
    Absent,
    /// Some, which the cache does not see: GET, HEAD and QUERY then bypass it.
    Unread,
    /// All of it: a QUERY is looked up by it (RFC 10008 §2.7).
    Read(&'a [u8]),
}

/// One request's visit to a cache.
#[derive(Clone, Debug)]
pub struct Visit {
    pub(super) cache: Arc<Cache>,
    route: usize,
    /// As it is judged and forwarded: with an absolute URI, and without the fields of the client's
    /// connection.
    pub(super) request: Request<()>,
    key: CacheKey,
    pub(super) handling: Handling,
    pub(super) marker: Marker,
}

/// Whether a request is one for the cache.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Handling {
    LookedUp,
    Bypassed,
    /// It renews what is stored, in the background.
    Renewing,
}

impl Visit {
    /// Under what responses to such requests are stored: scheme and authority (from Host where the
    /// target has none, RFC 9110 §7.1), path and query, and what else the profile's cache has in
    /// its key.
    #[must_use]
    pub const fn key(&self) -> &CacheKey {
        &self.key
    }

    /// Whose rules are followed.
    #[must_use]
    pub fn profile(&self) -> &Profile {
        self.cache.profile(self.route)
    }

    /// The method of the request.
    #[must_use]
    pub fn method(&self) -> &Method {
        self.request.method()
    }

    /// Says what an earlier response has left behind under this key, which was not stored
    /// ([`Changes::marker`](super::Changes::marker)), while it lasts.
    pub const fn set_marker(&mut self, marker: Marker) {
        self.marker = marker;
    }

    /// The visit of the request that renews a stale response in the background. It is for
    /// everybody, so it asks for all of the response, without the client's conditions and ranges.
    #[must_use]
    pub fn renewal(&self) -> Self {
        let mut renewal = Self { handling: Handling::Renewing, ..self.clone() };
        if renewal.request.method() == Method::HEAD {
            *renewal.request.method_mut() = Method::GET;
        }
        remove_conditions(renewal.request.headers_mut());
        renewal
    }

    pub(super) fn policy(&self) -> RequestPolicy<'_> {
        RequestPolicy::read(self.request.as_request())
    }
}

/// Takes out the client's conditions and ranges that a cache answers itself.
pub(super) fn remove_conditions(fields: &mut HeaderMap) {
    for name in ["if-none-match", "if-modified-since", "if-range", "range"] {
        fields.remove(name);
    }
}

/// Whether it is clear what a request is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Target {
    Clear,
    /// It has several Hosts, or one that is no authority.
    Unclear,
}

/// Whether a request is a cache's business: no tunnel, and no upgrade of the connection.
fn is_for_caches(parts: &http::request::Parts) -> bool {
    parts.method != Method::CONNECT && !is_upgrade(&parts.headers)
}

fn is_upgrade(fields: &HeaderMap) -> bool {
    fields.contains_key(UPGRADE)
        && crate::field::elements(fields.get_all(CONNECTION).iter().map(HeaderValue::as_bytes))
            .any(|option| option.eq_ignore_ascii_case(b"upgrade"))
}

/// What a request is for.
struct Place {
    /// Absolute (RFC 9110 §7.1), unless there is no authority.
    uri: Uri,
    /// What Host has to say in the place of what it says.
    host: Option<HeaderValue>,
    target: Target,
}

impl Place {
    /// Where the target has an authority that one counts, and Host says the same from here on
    /// (RFC 9112 §3.2.2): what the origin sees is what the response is stored under.
    fn of(parts: &http::request::Parts, scheme: &Scheme) -> Self {
        let mut hosts = parts.headers.get_all(HOST).iter();
        let (host, more) = (hosts.next(), hosts.next());
        let (authority, target) = match (parts.uri.authority(), host, more) {
            (Some(own), ..) => (Some(own.clone()), Target::Clear),
            (None, None, _) => (None, Target::Clear),
            (None, Some(host), None) => match Authority::try_from(host.as_bytes()) {
                Ok(host) => (Some(host), Target::Clear),
                Err(_) => (None, Target::Unclear),
            },
            (None, Some(_), Some(_)) => (None, Target::Unclear),
        };
        let says_other = |host: &HeaderValue, own: &Authority| {
            more.is_some() || host.as_bytes() != own.as_str().as_bytes()
        };
        let host = match (parts.uri.authority(), host) {
            (Some(own), Some(host)) if says_other(host, own) => {
                HeaderValue::from_str(own.as_str()).ok()
            }
            _ => None,
        };
        let mut uri = http::uri::Parts::default();
        // `*`, the target of OPTIONS for a whole server, is no path.
        let path = parts.uri.path_and_query().filter(|path| path.as_str().starts_with('/'));
        uri.path_and_query = Some(path.cloned().unwrap_or_else(|| PathAndQuery::from_static("/")));
        if let Some(authority) = authority {
            uri.scheme = Some(parts.uri.scheme().unwrap_or(scheme).clone());
            uri.authority = Some(authority);
        }
        match Uri::from_parts(uri) {
            Ok(uri) => Self { uri, host, target },
            Err(_) => Self { uri: Uri::default(), host, target: Target::Unclear },
        }
    }
}
