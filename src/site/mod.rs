//! A customer's own cache: which profile, with which settings, for which requests.
//!
//! Nobody runs a vendor's default on every path. A [`Site`] is a list of routes; the first that
//! matches a request decides, and each names a built-in profile and what its operator has set. It
//! reads and prints itself through serde in any format, JSON or TOML.
//!
//! ```
//! use storable::{Site, Storage, storable};
//!
//! let site: Site = serde_json::from_str(r#"{
//!     "name": "shop.example",
//!     "route": [
//!         {"path": "/assets/*", "profile": "cloudfront-caching-optimized"},
//!         {"profile": "cloudflare-cache-everything",
//!          "settings": {"bypass": {"cookies": ["wordpress_logged_in*"]}}}
//!     ]
//! }"#)?;
//! let request = http::Request::get("https://shop.example/account")
//!     .header("Cookie", "wordpress_logged_in_5f=alice")
//!     .body(())?;
//! let response = http::Response::builder().header("Cache-Control", "max-age=60").body(())?;
//! let verdict = storable(&request, &response, site.profile(&request));
//! assert_eq!(verdict.storage(), Storage::Bypass);
//! assert!(verdict.profile().name().ends_with("(route 2 of shop.example)"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod error;
mod hosted;
mod key_text;
mod request;
mod route;
mod servers;
mod settings;
mod words;

pub use error::{Place, Problem, SiteError};
pub use hosted::{Forwarded, NegativeCaching, NoStore, StatusTtl};
use key_text::KeyText;
pub use request::{BypassSettings, ClassCase, ClassKey, CookieKey, KeySettings, QueryKey};
pub use route::{OneOrMore, RouteFile};
pub use servers::{
    Access, CacheAction, EnvoySettings, Factor, HaproxySettings, HttpdSettings, NginxSettings,
    NotJudged, RefreshPattern, SquidSettings, Switch, TrafficServerSettings, VarnishSettings,
};
pub use settings::Settings;
pub use words::*;

use serde::{Deserialize, Serialize};

use crate::glob;
use crate::message::{AsRequest, RequestHead};
use crate::profile::{Axis, Condition, Profile};
use crate::rule::Tri;
use crate::verdict::{Elsewhere, Finds, Routes};

/// Whether a text matches a pattern of a site's file: `*` is any text, `?` any one byte, `<a-f0-9>` one
/// byte of a set, `<a-f0-9>+` one or more; a pattern that begins with `(?i)` has no letter case.
///
/// ```
/// use storable::site::matches;
///
/// assert!(matches("/v<0-9>+/*", "/v12/orders"));
/// assert!(!matches("/v<0-9>+/*", "/version/orders"));
/// assert!(matches("(?i)*.css", "/a/B.CSS"));
/// ```
#[must_use]
pub fn matches(pattern: &str, text: &str) -> bool {
    glob::matches(pattern.as_bytes(), text.as_bytes())
}

/// Routes, each with a profile and settings; the first that matches a request decides.
///
/// It is made of a [`SiteFile`], which is what serde reads and writes in its place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "SiteFile", into = "SiteFile")]
pub struct Site {
    file: SiteFile,
    /// The profile of each route, in their order; there is one at least.
    profiles: Vec<Profile>,
    /// What else is told of each route.
    routes: Vec<Route>,
}

/// What a route's description is read as, beside its profile.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Route {
    /// For which requests it is, beside path, host and method.
    when: Option<Condition>,
    /// The text of the key, where it is told.
    key: Option<KeyText>,
    /// The profile for requests of which it is not known whether they come here.
    open: Option<Profile>,
}

/// A site as a file holds it.
///
/// Names are in kebab-case, unknown ones are refused, times are seconds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SiteFile {
    /// What the site is called in answers.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// The routes. The last one has no condition.
    pub route: Vec<RouteFile>,
}

impl Site {
    /// Makes a site of its description.
    ///
    /// Profiles are made of constants, so texts and lists of the settings are kept for as long as
    /// the program runs: make a site once, and not for each request.
    ///
    /// # Errors
    ///
    /// Where a route names what there is not, sets what has no effect, or is never reached; the
    /// error tells the place.
    pub fn new(file: SiteFile) -> Result<Self, SiteError> {
        route::check_order(&file.route)?;
        let resolve = |(number, route): (usize, &RouteFile)| route.resolve(number, &file);
        let profiles = file.route.iter().enumerate().map(resolve);
        let profiles = profiles.collect::<Result<Vec<Profile>, _>>()?;
        let read = |(number, route): (usize, &RouteFile)| {
            let key = route.settings.key.as_ref().map_or(Ok(None), KeyText::of);
            let key = key
                .map_err(|problem| SiteError::at(number, &["settings", "key", "text"], problem))?;
            let when = route.condition(number)?;
            let profile = profiles.get(number).filter(|_| when.is_some());
            Ok(Route { when, key, open: profile.map(|own| own.with_everything_unknown()) })
        };
        let routes = file.route.iter().enumerate().map(read).collect::<Result<_, _>>()?;
        Ok(Self { file, profiles, routes })
    }

    /// A site of one route: a built-in profile, for every request.
    ///
    /// # Errors
    ///
    /// Where no profile has this id.
    pub fn of_profile(id: &str) -> Result<Self, SiteError> {
        let route = RouteFile { profile: id.to_owned(), ..RouteFile::default() };
        Self::new(SiteFile { name: String::new(), route: vec![route] })
    }

    /// What it was made of.
    #[must_use]
    pub const fn file(&self) -> &SiteFile {
        &self.file
    }

    /// The profile of each route, in their order.
    #[must_use]
    pub fn profiles(&self) -> &[Profile] {
        &self.profiles
    }

    /// The number, from 0, of the route that decides on a request. Nothing is allocated.
    #[must_use]
    pub fn route(&self, request: &(impl AsRequest + ?Sized)) -> usize {
        self.find(request.as_request()).0
    }

    /// The route that decides on a request, and whether that is certain.
    fn find(&self, request: RequestHead<'_>) -> (usize, Tri) {
        let pairs = self.file.route.iter().zip(&self.routes);
        let matched = pairs.map(|(file, route)| file.matches(request, route.when.as_ref()));
        let last = (self.profiles.len().saturating_sub(1), Tri::Yes);
        matched.enumerate().find(|(_, matched)| *matched != Tri::No).unwrap_or(last)
    }

    /// Whether a later request finds what the route of another one has stored: routes of one `cache`
    /// find what the others have stored under the same `key.text`, or, where that is not told, under
    /// one rule for the key.
    ///
    /// ```
    /// use storable::{Finds, Site};
    ///
    /// let site: Site = serde_json::from_str(r#"{"route": [
    ///     {"host": "a.example", "cache": "small", "profile": "nginx",
    ///      "settings": {"key": {"text": "${request_uri}"}}},
    ///     {"host": "b.example", "cache": "small", "profile": "nginx",
    ///      "settings": {"key": {"text": "${request_uri}${cookie_session}"}}},
    ///     {"cache": "large", "profile": "nginx"}
    /// ]}"#)?;
    /// let request = |host: &str| http::Request::get(format!("http://{host}/x")).body(());
    /// let (a, b, c) = (request("a.example")?, request("b.example")?, request("c.example")?);
    /// assert_eq!(site.finds(&a, &b), Finds::Yes);
    /// assert_eq!(site.finds(&a, &c), Finds::No);
    /// assert_eq!(site.finds(&a, &a), Finds::ByKey);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn finds(
        &self,
        later: &(impl AsRequest + ?Sized),
        first: &(impl AsRequest + ?Sized),
    ) -> Finds {
        let (later, first) = (later.as_request(), first.as_request());
        let ((own, is_own), (other, is_other)) = (self.find(later), self.find(first));
        if own == other {
            return Finds::ByKey;
        }
        let cache = |number: usize| {
            let name = self.file.route.get(number).map_or("", |route| route.cache.as_str());
            (!name.is_empty()).then_some(name)
        };
        match (cache(own), cache(other)) {
            (Some(own), Some(other)) if own == other => {}
            (Some(_), Some(_)) => return Finds::No,
            _ => return Finds::Untold,
        }
        if is_own.and(is_other) != Tri::Yes {
            return Finds::Untold;
        }
        let text = |number: usize| self.routes.get(number).and_then(|route| route.key.as_ref());
        match (text(own), text(other)) {
            (Some(own), Some(other)) => match (own.key(later), other.key(first)) {
                (Some(own), Some(other)) if own == other => Finds::Yes,
                (Some(_), Some(_)) => Finds::No,
                _ => Finds::Untold,
            },
            (None, None) if self.key_rules_agree(own, other) => Finds::ByKey,
            _ => Finds::Untold,
        }
    }

    /// Whether two routes make a key of a request in the same way.
    fn key_rules_agree(&self, own: usize, other: usize) -> bool {
        const KEY: [Axis; 5] =
            [Axis::Key, Axis::KeyQuery, Axis::KeyOrigin, Axis::KeyCookies, Axis::KeyClasses];
        let (Some(own), Some(other)) = (self.profiles.get(own), self.profiles.get(other)) else {
            return false;
        };
        let differences = own.differences(other);
        own.algorithm() == other.algorithm() && !KEY.iter().any(|axis| differences.contains(*axis))
    }

    /// The profile that decides on a request.
    #[must_use]
    pub fn profile(&self, request: &(impl AsRequest + ?Sized)) -> &Profile {
        self.decides(request.as_request())
    }
}

impl Routes for Site {
    fn decides(&self, request: RequestHead<'_>) -> &Profile {
        let (number, is_certain) = self.find(request);
        let profile = match is_certain {
            Tri::Yes => self.profiles.get(number),
            _ => self.routes.get(number).and_then(|route| route.open.as_ref()),
        };
        profile.unwrap_or(&Profile::CACHING_OFF)
    }

    fn elsewhere(&self, later: RequestHead<'_>, first: RequestHead<'_>) -> Option<Elsewhere<'_>> {
        let is_here = self.find(later).0 == self.find(first).0;
        let finds = || self.finds(&later, &first);
        (!is_here).then(|| Elsewhere { profile: self.decides(later), finds: finds() })
    }
}

/// No cache at all: one route, on which caching is off.
impl Default for Site {
    fn default() -> Self {
        let off = Profile::CACHING_OFF;
        let route = RouteFile { profile: off.id().to_owned(), ..RouteFile::default() };
        let file = SiteFile { name: String::new(), route: vec![route] };
        Self { file, profiles: vec![off], routes: vec![Route::default()] }
    }
}

impl TryFrom<SiteFile> for Site {
    type Error = SiteError;

    fn try_from(file: SiteFile) -> Result<Self, SiteError> {
        Self::new(file)
    }
}

impl From<Site> for SiteFile {
    fn from(site: Site) -> Self {
        site.file
    }
}
