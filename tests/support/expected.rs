//! The answers that a case expects, and those that differ from them.

use serde::Deserialize;
use storable_wire::{self as wire, Judged};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Expected {
    storage: Option<String>,
    #[serde(default, deserialize_with = "present")]
    fresh_for: Option<serde_json::Value>,
    same_request: Option<String>,
    other_user: Option<String>,
    waiting_user: Option<String>,
    rule: Option<String>,
    /// The codes of all reasons, in their order; the last is that of those who wait.
    reasons: Option<Vec<String>>,
}

/// Tells `null` (not stored) from a member that is not there.
fn present<'de, D: serde::Deserializer<'de>>(
    from: D,
) -> Result<Option<serde_json::Value>, D::Error> {
    serde_json::Value::deserialize(from).map(Some)
}

impl Expected {
    /// Every answer that differs from what is expected.
    pub(crate) fn failures(&self, judged: &Judged<'_>) -> Vec<String> {
        let verdict = &judged.verdict;
        let waiting = verdict.why_waiting_user();
        let rules = verdict.reasons().map(|reason| reason.rule).chain([waiting.rule]);
        let codes: Vec<_> = rules.map(|rule| rule.code()).collect();
        let reasons = self.reasons.as_ref().map(|codes| codes.join(" "));
        let fresh_for = self.fresh_for.as_ref().map(ToString::to_string);
        [
            ("storage", &self.storage, verdict.storage().name()),
            ("fresh_for", &fresh_for, &wire::fresh_for(verdict).to_string()),
            ("same_request", &self.same_request, verdict.same_request().name()),
            ("other_user", &self.other_user, judged.other_user.name()),
            ("waiting_user", &self.waiting_user, judged.waiting_user.name()),
            ("rule", &self.rule, verdict.headline().code()),
            ("reasons", &reasons, &codes.join(" ")),
        ]
        .into_iter()
        .filter_map(|(name, expected, actual)| {
            let expected = expected.as_ref().filter(|expected| *expected != actual)?;
            Some(format!("{name}: expected {expected}, got {actual}"))
        })
        .collect()
    }
}
