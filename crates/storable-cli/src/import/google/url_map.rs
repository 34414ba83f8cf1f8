//! A URL map: which requests go to which backend.

use serde::Deserialize;
use serde_json::Value;

use super::super::decision::{Decisions, TooMany};
use super::super::pattern::{self, SEGMENT};
use super::super::request::{Condition, Part, Parts, Target, Truth};

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct UrlMap {
    pub(super) name: String,
    pub(super) host_rules: Vec<HostRule>,
    pub(super) path_matchers: Vec<PathMatcher>,
    #[serde(flatten)]
    pub(super) action: Action,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct HostRule {
    pub(super) hosts: Vec<String>,
    pub(super) path_matcher: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct PathMatcher {
    pub(super) name: String,
    pub(super) path_rules: Vec<PathRule>,
    pub(super) route_rules: Vec<RouteRule>,
    #[serde(flatten)]
    pub(super) action: Action,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct PathRule {
    pub(super) paths: Vec<String>,
    #[serde(flatten)]
    pub(super) action: Action,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct RouteRule {
    pub(super) priority: i64,
    pub(super) match_rules: Vec<MatchRule>,
    #[serde(flatten)]
    pub(super) action: Action,
}

/// What becomes of a request; in defaults the names begin with `default`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Action {
    #[serde(alias = "defaultService")]
    pub(super) service: Option<String>,
    #[serde(alias = "defaultRouteAction")]
    pub(super) route_action: Option<RouteAction>,
    #[serde(alias = "defaultUrlRedirect")]
    pub(super) url_redirect: Option<Value>,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct RouteAction {
    pub(super) weighted_backend_services: Vec<Weighted>,
    pub(super) cache_policy: Option<Value>,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Weighted {
    pub(super) backend_service: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct MatchRule {
    pub(super) prefix_match: Option<String>,
    pub(super) full_path_match: Option<String>,
    pub(super) regex_match: Option<String>,
    pub(super) path_template_match: Option<String>,
    pub(super) ignore_case: bool,
    pub(super) header_matches: Vec<ValueMatch>,
    pub(super) query_parameter_matches: Vec<ValueMatch>,
    pub(super) metadata_filters: Vec<Value>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct ValueMatch {
    #[serde(alias = "headerName")]
    pub(super) name: String,
    pub(super) exact_match: Option<String>,
    pub(super) prefix_match: Option<String>,
    pub(super) suffix_match: Option<String>,
    pub(super) present_match: Option<bool>,
    pub(super) regex_match: Option<String>,
    pub(super) range_match: Option<Value>,
    pub(super) invert_match: bool,
}

impl MatchRule {
    /// All that the rule names holds; `None` where that cannot be told.
    pub(super) fn condition(&self) -> Option<Result<Condition, TooMany>> {
        if !self.metadata_filters.is_empty() {
            return None;
        }
        let case = if self.ignore_case { "(?i)" } else { "" };
        let plain = |text: &String| (!text.contains(['*', '?', '<'])).then(|| text.clone());
        let mut condition = Condition::is(Truth::Yes);
        let mut patterns = Vec::new();
        if let Some(path) = &self.full_path_match {
            patterns.push(format!("{case}{}", plain(path)?));
        }
        if let Some(path) = &self.prefix_match {
            patterns.push(format!("{case}{}*", plain(path)?));
        }
        if let Some(regex) = &self.regex_match {
            patterns.extend(pattern::of_regex(&format!("^(?:{regex})$"), false)?);
        }
        if !patterns.is_empty() {
            condition = Condition::of_target(Target::paths(patterns));
        }
        if let Some(template) = &self.path_template_match {
            let target = Target::paths([paths_of(template)]);
            condition = match template.contains("**") {
                // Whether it is also for the path that ends before these segments is not said.
                true => {
                    let (may, no) =
                        (Decisions::always(Truth::Untold), Decisions::always(Truth::No));
                    Decisions::either(target, may, no)
                }
                false => Condition::of_target(target),
            };
        }
        let fields = self.header_matches.iter().map(|it| (it, true));
        for (own, is_field) in
            fields.chain(self.query_parameter_matches.iter().map(|it| (it, false)))
        {
            let one = own.condition(is_field)?;
            match condition.and(&one) {
                Ok(both) => condition = both,
                Err(many) => return Some(Err(many)),
            }
        }
        Some(Ok(condition))
    }
}

/// The paths of a template: `*` and what stands in braces is one segment, `**` any number of them.
fn paths_of(template: &str) -> String {
    let segments = template.split('/').map(|segment| match segment {
        segment if segment.contains("**") => "*",
        segment if segment.contains(['{', '*']) => SEGMENT,
        segment => segment,
    });
    segments.collect::<Vec<_>>().join("/")
}

impl ValueMatch {
    /// A field or a parameter whose value matches.
    fn condition(&self, is_field: bool) -> Option<Condition> {
        if self.range_match.is_some() || self.name.starts_with(':') {
            return None;
        }
        let plain = |text: &String| (!text.contains(['*', '?', '<'])).then(|| text.clone());
        let patterns = if let Some(text) = &self.exact_match {
            vec![plain(text)?]
        } else if let Some(text) = &self.prefix_match {
            vec![format!("{}*", plain(text)?)]
        } else if let Some(text) = &self.suffix_match {
            vec![format!("*{}", plain(text)?)]
        } else if let Some(regex) = &self.regex_match {
            pattern::of_regex(&format!("^(?:{regex})$"), false)?
        } else {
            vec!["*".to_owned()]
        };
        let part = |pattern: String| match is_field {
            true => Part::Field(format!("{}: {pattern}", self.name.to_ascii_lowercase())),
            false => Part::Query(format!("{}={pattern}", self.name)),
        };
        let condition = Condition::of_parts(Parts::one_of(patterns.into_iter().map(part)));
        let absent = self.present_match == Some(false);
        Some(if absent != self.invert_match { condition.not() } else { condition })
    }
}
