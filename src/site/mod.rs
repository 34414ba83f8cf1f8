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
    Factor, HaproxySettings, HttpdSettings, NginxSettings, RefreshPattern, SquidSettings, Switch,
    TrafficServerSettings, VarnishSettings,
};
pub use settings::Settings;
pub use words::*;

use serde::{Deserialize, Serialize};

use crate::glob;
use crate::message::AsRequest;
use crate::profile::Profile;

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
    /// The text of each route's key, where it is told.
    keys: Vec<Option<KeyText>>,
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
        let profiles = file.route.iter().enumerate().map(resolve).collect::<Result<_, _>>()?;
        let key = |(number, route): (usize, &RouteFile)| match &route.settings.key {
            Some(key) => KeyText::of(key)
                .map_err(|problem| SiteError::at(number, &["settings", "key", "text"], problem)),
            None => Ok(None),
        };
        let keys = file.route.iter().enumerate().map(key).collect::<Result<_, _>>()?;
        Ok(Self { file, profiles, keys })
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
        let request = request.as_request();
        let last = self.profiles.len().saturating_sub(1);
        self.file.route.iter().position(|route| route.matches(request)).unwrap_or(last)
    }

    /// Whether a later request finds what the route of another one has stored; `None` where the site
    /// does not tell. Under one route it is the profile that says what a request finds.
    ///
    /// ```
    /// use storable::Site;
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
    /// assert_eq!(site.finds(&a, &b), Some(true));
    /// assert_eq!(site.finds(&a, &c), Some(false));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn finds(
        &self,
        later: &(impl AsRequest + ?Sized),
        first: &(impl AsRequest + ?Sized),
    ) -> Option<bool> {
        let (later, first) = (later.as_request(), first.as_request());
        let (own, other) = (self.route(&later), self.route(&first));
        if own == other {
            return Some(true);
        }
        let cache = |number: usize| {
            let name = self.file.route.get(number).map_or("", |route| route.cache.as_str());
            (!name.is_empty()).then_some(name)
        };
        if cache(own)? != cache(other)? {
            return Some(false);
        }
        let key = |number: usize, request| self.keys.get(number)?.as_ref()?.key(request);
        Some(key(own, later)? == key(other, first)?)
    }

    /// The profile that decides on a request.
    #[must_use]
    pub fn profile(&self, request: &(impl AsRequest + ?Sized)) -> &Profile {
        self.profiles.get(self.route(request)).unwrap_or(&Profile::CACHING_OFF)
    }
}

/// No cache at all: one route, on which caching is off.
impl Default for Site {
    fn default() -> Self {
        let off = Profile::CACHING_OFF;
        let route = RouteFile { profile: off.id().to_owned(), ..RouteFile::default() };
        let file = SiteFile { name: String::new(), route: vec![route] };
        Self { file, profiles: vec![off], keys: vec![None] }
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
