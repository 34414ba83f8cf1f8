//! A verdict as JSON.

use serde::Serialize;
use storable::{Axis, FreshFor, Reason, Verdict};

use crate::exchange::Judged;

/// One verdict, as a line of JSON.
#[derive(Debug, Serialize)]
pub struct VerdictLine<'a> {
    id: &'a serde_json::Value,
    profile: &'a str,
    storage: &'static str,
    fresh_for: serde_json::Value,
    same_request: &'static str,
    other_user: &'static str,
    waiting_user: &'static str,
    rule: &'static str,
    reasons: Vec<ReasonLine>,
    deviations: Vec<String>,
    /// What is not known, where an answer is unknown.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    open_questions: Vec<&'static str>,
}

#[derive(Debug, Serialize)]
struct ReasonLine {
    code: &'static str,
    says: String,
    evidence: String,
    source: String,
    /// What has been said or seen against it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    against: Vec<String>,
}

impl<'a> VerdictLine<'a> {
    /// The line for a judgement of the exchange with this id.
    #[must_use]
    pub fn of(id: &'a serde_json::Value, judged: &Judged<'a>) -> Self {
        let verdict = &judged.verdict;
        let reasons = verdict.reasons().chain(std::iter::once(&judged.why_waiting));
        Self {
            id,
            profile: verdict.profile().id(),
            storage: verdict.storage().name(),
            fresh_for: fresh_for(verdict),
            same_request: verdict.same_request().name(),
            other_user: judged.other_user.name(),
            waiting_user: judged.waiting_user.name(),
            rule: verdict.headline().code(),
            reasons: reasons.map(|reason| ReasonLine::of(verdict, reason)).collect(),
            open_questions: verdict.open_questions().iter().map(Axis::name).collect(),
            deviations: verdict.deviations().map(|deviation| deviation.to_string()).collect(),
        }
    }
}

impl ReasonLine {
    fn of(verdict: &Verdict<'_>, reason: &Reason<'_>) -> Self {
        Self {
            code: reason.code(),
            says: reason.to_string(),
            evidence: reason.evidence.to_string(),
            source: verdict.source(reason).to_string(),
            against: verdict
                .disputes(reason)
                .map(|claim| format!("{} ({})", claim.says, claim.source))
                .collect(),
        }
    }
}

/// `fresh_for` as JSON: seconds, `null` where nothing is stored, or `"unknown"`. Where a cache's
/// clock leaves one second open, it is the middle of that second.
#[must_use]
pub fn fresh_for(verdict: &Verdict<'_>) -> serde_json::Value {
    match verdict.fresh_for() {
        FreshFor::Seconds(seconds) => seconds.into(),
        FreshFor::NotStored => serde_json::Value::Null,
        FreshFor::Between(least, most) => {
            match (u32::try_from(least), most.saturating_sub(least)) {
                (Ok(least), 1) => (f64::from(least) + 0.5).into(),
                // After more than a century half a second is no matter.
                (Err(_), 1) => least.into(),
                _ => "unknown".into(),
            }
        }
        FreshFor::Unknown => "unknown".into(),
    }
}
