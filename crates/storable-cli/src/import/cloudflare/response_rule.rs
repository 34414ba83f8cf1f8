//! What Cache Response Rules make of an origin's response before it is cached.
//!
//! <https://developers.cloudflare.com/cache/how-to/cache-response-rules/> (cloudflare-docs 068d53a) and
//! `settings/` under it (24fec10), seen 2026-11-30: they go before Cache Rules, an s-maxage of theirs before
//! an Edge TTL, and what they do to Cache-Control before CDN-Cache-Control; where one matches, origin
//! cache control is on by default.

use serde::Deserialize;
use serde_json::Value;
use storable::site::{Outcome, Settings as RouteSettings};

use super::settings::{EVERYTHING, Settings};

/// What becomes of a directive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Directive {
    Set,
    Removed,
}

/// All that rules of this phase say together.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct ResponseRules {
    /// Some rule matches.
    pub(super) matches: bool,
    pub(super) strips_set_cookie: bool,
    no_store: Option<Directive>,
    private: Option<Directive>,
    no_cache: Option<Directive>,
    s_maxage: Option<u64>,
}

impl ResponseRules {
    /// Lets another rule have the last word.
    pub(super) fn then(&mut self, later: &Self) {
        self.matches |= later.matches;
        self.strips_set_cookie |= later.strips_set_cookie;
        self.no_store = later.no_store.or(self.no_store);
        self.private = later.private.or(self.private);
        self.no_cache = later.no_cache.or(self.no_cache);
        self.s_maxage = later.s_maxage.or(self.s_maxage);
    }

    /// Whether they keep every response out. no-store does so against everything; what private does
    /// against an Edge TTL is not said.
    pub(super) fn bars_storing(&self, settings: &RouteSettings) -> bool {
        let private = self.private == Some(Directive::Set) && !has_edge_ttl(settings);
        self.no_store == Some(Directive::Set) || private
    }

    /// Writes them into a route; the questions that then are open.
    pub(super) fn apply(&self, settings: &mut RouteSettings) -> Vec<&'static str> {
        let mut open = Vec::new();
        if self.private == Some(Directive::Set) {
            open.push("bypass");
        }
        let ignored =
            |directive| (directive == Some(Directive::Removed)).then_some(Outcome::Ignored);
        settings.no_store = ignored(self.no_store);
        settings.private = ignored(self.private);
        settings.no_cache = ignored(self.no_cache);
        if self.strips_set_cookie {
            settings.set_cookie = Some(Outcome::Stripped);
        }
        // With no-cache everything is stored, and validated at each use, as with a lifetime of 0.
        let validated = (self.no_cache == Some(Directive::Set)).then_some(0);
        let lifetime = validated.or(self.s_maxage);
        if lifetime.is_some() && has_edge_ttl(settings) {
            // Their lifetime counts; whether the Edge TTL still beats the origin's bars is not said.
            const BEATEN: &[&str] = &[
                "authorization",
                "control-fields",
                "no-cache",
                "no-store",
                "private",
                "set-cookie",
            ];
            open.extend(BEATEN);
            if !settings.edge_ttl_by_status.is_empty() {
                open.push("fixed-ttl");
            }
            settings.edge_ttl = None;
            settings.edge_ttl_by_status.clear();
        }
        settings.fixed_ttl = lifetime;
        open
    }
}

fn has_edge_ttl(settings: &RouteSettings) -> bool {
    settings.edge_ttl.is_some() || !settings.edge_ttl_by_status.is_empty()
}

/// A member of `set_cache_control`.
#[derive(Debug, Deserialize)]
struct Parameters {
    operation: String,
    value: Option<u64>,
    #[serde(default)]
    qualifiers: Option<Vec<String>>,
}

/// `action_parameters` of `set_cache_control`, by directive; Terraform has `_` in their names. Of a
/// targeted field that stands in a response besides nothing is known.
pub(super) fn cache_control(parameters: &Value, notes: &mut Vec<(String, String)>) -> Settings {
    let mut settings = Settings::default();
    settings.unknown.insert("control-fields");
    let members = parameters.as_object().into_iter().flatten();
    for (name, value) in members.filter(|(_, value)| !value.is_null()) {
        let Ok(directive) = Parameters::deserialize(value) else {
            notes.push((name.clone(), format!("`{name}` cannot be read")));
            settings.unknown.extend(EVERYTHING);
            continue;
        };
        let fields = directive.qualifiers.as_deref().unwrap_or_default();
        let does = match directive.operation.as_str() {
            "set" => Some(Directive::Set),
            "remove" => Some(Directive::Removed),
            _ => None,
        };
        let rules = &mut settings.response;
        match (name.replace('_', "-").as_str(), does) {
            ("no-store", Some(does)) => rules.no_store = Some(does),
            ("private", Some(does)) if fields.is_empty() => rules.private = Some(does),
            ("no-cache", Some(does)) if fields.is_empty() => rules.no_cache = Some(does),
            ("s-maxage", Some(Directive::Set)) => {
                rules.s_maxage = directive.value;
                // It is also a permission, and bars stale answers.
                settings.unknown.extend(["authorization", "stale-while-revalidate"]);
            }
            ("no-transform" | "immutable" | "stale-if-error", Some(_)) => {}
            (name, _) => {
                let operation = &directive.operation;
                notes.push((name.to_owned(), format!("{operation} `{name}` cannot be expressed")));
                settings.unknown.extend(questions(name, fields));
            }
        }
    }
    settings
}

/// What a directive is about.
fn questions(directive: &str, fields: &[String]) -> &'static [&'static str] {
    let names_cookies = fields.iter().any(|field| field.eq_ignore_ascii_case("set-cookie"));
    match directive {
        "max-age" => &["fixed-ttl", "lifetime-sources"],
        "stale-while-revalidate" | "must-revalidate" | "proxy-revalidate" => {
            &["authorization", "stale-while-revalidate"]
        }
        "public" => &["authorization"],
        "private" if names_cookies => &["private-fields", "set-cookie"],
        "no-cache" if names_cookies => &["no-cache-fields", "set-cookie"],
        "private" => &["private-fields"],
        "no-cache" => &["no-cache-fields"],
        _ => EVERYTHING,
    }
}
