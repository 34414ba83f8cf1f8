//! The cache key that a Cache Rule or a Page Rule sets.
//!
//! <https://developers.cloudflare.com/cache/how-to/cache-keys/> (seen 2026-11-30).

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::Value;
use storable::site::{KeySettings, OneOrMore, QueryKey};

use super::super::add_class;
use super::settings::Notes;

/// The cache key.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct CacheKey {
    pub(super) settings: KeySettings,
    pub(super) unknown: BTreeSet<&'static str>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct KeyParameters {
    cache_by_device_type: Option<bool>,
    cache_deception_armor: Option<bool>,
    ignore_query_strings_order: Option<bool>,
    custom_key: Option<CustomKey>,
    #[serde(flatten)]
    others: BTreeMap<String, Value>,
}

/// Also the page rule setting `cache_key_fields`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct CustomKey {
    query_string: Option<QueryParameters>,
    header: Option<HeaderParameters>,
    cookie: Option<CookieParameters>,
    user: Option<UserParameters>,
    host: Option<HostParameters>,
    #[serde(flatten)]
    others: BTreeMap<String, Value>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct QueryParameters {
    include: Option<Names>,
    exclude: Option<Names>,
}

/// All, or a list: the API has had three spellings.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Names {
    Word(String),
    List(Vec<String>),
    Table { all: Option<bool>, list: Option<Vec<String>> },
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct HeaderParameters {
    include: Option<Vec<String>>,
    check_presence: Option<Vec<String>>,
    contains: Option<BTreeMap<String, Vec<String>>>,
    exclude_origin: Option<bool>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct CookieParameters {
    include: Option<Vec<String>>,
    check_presence: Option<Vec<String>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct UserParameters {
    device_type: Option<bool>,
    geo: Option<bool>,
    lang: Option<bool>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct HostParameters {
    resolved: Option<bool>,
}

impl KeyParameters {
    pub(super) fn read(&self, notes: &mut Notes) -> CacheKey {
        let mut key = self.custom_key.as_ref().map(|key| key.read(notes)).unwrap_or_default();
        if self.cache_by_device_type == Some(true) {
            add_class(&mut key.settings, "user-agent");
        }
        if self.ignore_query_strings_order == Some(true) {
            key.settings.query = Some(sorted(key.settings.query.take()));
        }
        if self.cache_deception_armor == Some(true) {
            let says = "what does not have the Content-Type of its extension is not cached";
            notes.push(("cache_key/cache_deception_armor".to_owned(), says.to_owned()));
            key.unknown.insert("eligibility");
        }
        unknown_members(&self.others, "cache_key", &mut key, notes);
        key
    }
}

/// The same of the query, whatever the order of its parameters.
pub(super) fn sorted(query: Option<QueryKey>) -> QueryKey {
    match query {
        None | Some(QueryKey::All) => QueryKey::Sorted,
        Some(QueryKey::AllBut(names)) => QueryKey::SortedAllBut(names),
        Some(query) => query,
    }
}

fn unknown_members(
    others: &BTreeMap<String, Value>,
    within: &str,
    key: &mut CacheKey,
    notes: &mut Notes,
) {
    for name in others.keys() {
        notes.push((format!("{within}/{name}"), format!("`{name}` cannot be expressed")));
        key.unknown.extend(["key", "key-cookies", "key-query"]);
    }
}

impl CustomKey {
    /// Everything in the key beside what the vendor puts there.
    pub(super) fn read(&self, notes: &mut Notes) -> CacheKey {
        const WITHIN: &str = "cache_key/custom_key";
        let mut key = CacheKey::default();
        if let Some(query) = &self.query_string {
            key.settings.query = Some(query.read());
        }
        if let Some(header) = &self.header {
            header.read(&mut key.settings);
        }
        if let Some(cookie) = &self.cookie {
            let names = cookie.include.clone().filter(|names| !names.is_empty());
            key.settings.cookies = names.map(storable::site::CookieKey::Only);
            if cookie.check_presence.as_ref().is_some_and(|names| !names.is_empty()) {
                let says = "a cookie whose presence alone counts";
                notes.push((format!("{WITHIN}/cookie/check_presence"), says.to_owned()));
                key.unknown.insert("key-cookies");
            }
        }
        if let Some(user) = &self.user {
            if user.device_type == Some(true) {
                add_class(&mut key.settings, "user-agent");
            }
            if user.lang == Some(true) {
                add_class(&mut key.settings, "accept-language");
            }
            if user.geo == Some(true) {
                let says = "the visitor's country is no part of a request";
                notes.push((format!("{WITHIN}/user/geo"), says.to_owned()));
                key.unknown.insert("key");
            }
        }
        if self.host.as_ref().is_some_and(|host| host.resolved == Some(true)) {
            let says = "the host that the origin has is no part of a request";
            notes.push((format!("{WITHIN}/host/resolved"), says.to_owned()));
            key.unknown.insert("key");
        }
        unknown_members(&self.others, WITHIN, &mut key, notes);
        key
    }
}

impl HeaderParameters {
    /// Origin is in the key unless it is taken out.
    fn read(&self, key: &mut KeySettings) {
        let mut names = self.include.clone().unwrap_or_default();
        if self.exclude_origin != Some(true) {
            names.push("origin".to_owned());
        }
        let mut lower: Vec<_> = names.iter().map(|name| name.to_ascii_lowercase()).collect();
        lower.dedup();
        key.headers = Some(OneOrMore(lower));
        let present = self.check_presence.iter().flatten();
        let contained = self.contains.iter().flat_map(BTreeMap::keys);
        for name in present.chain(contained) {
            add_class(key, &name.to_ascii_lowercase());
        }
    }
}

impl QueryParameters {
    fn read(&self) -> QueryKey {
        match (&self.include, &self.exclude) {
            (_, Some(names)) if names.are_all() => QueryKey::None,
            (_, Some(names)) => QueryKey::AllBut(names.list()),
            (Some(names), None) if names.are_all() => QueryKey::All,
            (Some(names), None) => QueryKey::Only(names.list()),
            (None, None) => QueryKey::All,
        }
    }
}

impl Names {
    fn are_all(&self) -> bool {
        match self {
            Self::Word(word) => word == "*",
            Self::List(list) => list.iter().any(|name| name == "*"),
            Self::Table { all, .. } => *all == Some(true),
        }
    }

    fn list(&self) -> Vec<String> {
        match self {
            Self::Word(word) => vec![word.clone()],
            Self::List(list) => list.clone(),
            Self::Table { list, .. } => list.clone().unwrap_or_default(),
        }
    }
}
