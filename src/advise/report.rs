//! What a cache makes of the lines, in words.

use super::cache::Cache;
use super::candidates::Value;
use super::configuration::configuration;
use super::fit::{Finding, Fit, Wish};
use super::intent::Audience;
use super::reading::READINGS;
use super::trial::{Occasions, Pair, Trial};
use super::{Achieved, ForCache, usual_name};
use crate::answer::{Answer, FreshFor, Storage};
use crate::profile::{Axis, CacheType};
use crate::verdict::{Source, Verdict};

/// What becomes of the intent at one cache; `alone` is what would serve it better if the others were
/// not there.
pub(super) fn for_cache<'p>(
    trial: &Trial<'_>,
    cache: Cache<'p>,
    lines: &[Pair<'_>],
    alone: Option<&Value>,
) -> ForCache<'p> {
    let fit = trial.judge(cache, lines, Occasions::All).fit;
    let tell = |met: fn(Fit) -> bool| {
        trial.of_the_worst(cache, lines, met, |finding, verdict| {
            why(trial, cache, finding, verdict, lines)
        })
    };
    // What is known to fail is no question for the vendor, whatever else is open.
    let failure = if fit > Fit::Within { tell(Fit::is_failure) } else { None };
    let (achieved, mut why) = match failure {
        Some(failure) => {
            let open = tell(|fit| matches!(fit, Fit::Open | Fit::MayExpose));
            let all: Vec<String> = [failure].into_iter().chain(open).collect();
            (Achieved::NotByHeaders, all.join(" "))
        }
        None => (Achieved::from(fit), tell(|_| true).unwrap_or_default()),
    };
    if let Some(value) = alone {
        why.push_str(&format!(
            " With `Cache-Control: {}` it would do better, but then another of these caches, or the browser, would not do what is wanted.",
            value.text()
        ));
    }
    let configuration = match achieved {
        Achieved::Yes => None,
        _ => configuration(trial, cache, lines),
    };
    ForCache { profile: cache.profile, achieved, why, configuration }
}

fn why(
    trial: &Trial<'_>,
    cache: Cache<'_>,
    finding: Finding,
    verdict: &Verdict<'_>,
    lines: &[Pair<'_>],
) -> String {
    let does = does(trial, finding, verdict);
    if finding.fit == Fit::Yes {
        return format!("{does}.");
    }
    if trial.is_within_either_way(cache, lines) {
        return format!(
            "It is not documented whether it reads {}; in either case it keeps to what is wanted, or stays below it.",
            steering(lines)
        );
    }
    if matches!(finding.fit, Fit::Within | Fit::Open | Fit::MayExpose) {
        let questions = open_questions(finding, verdict);
        if !questions.is_empty() {
            return format!("{does}. To ask its vendor: {}", questions.join(" "));
        }
    }
    let of_waiting =
        matches!(finding.wish, Wish::OneUser | Wish::Variant | Wish::Cookie | Wish::Apart)
            && !is_for_later(verdict);
    let reason = if of_waiting { verdict.why_waiting_user() } else { verdict.headline() };
    match verdict.source(&reason) {
        Source::Claim(claim) => format!(
            "{does}: \"{}\" ({}, {} {}).",
            claim.says, claim.source, claim.basis, claim.seen
        ),
        source => format!("{does}: {reason} ({source})."),
    }
}

/// What is not known of the cache, as far as it has to do with the wish.
fn open_questions(finding: Finding, verdict: &Verdict<'_>) -> Vec<String> {
    let of_waiting = matches!(finding.wish, Wish::OneUser | Wish::Cookie | Wish::Apart)
        && !is_for_later(verdict);
    let about_waiting = [
        Axis::Collapsing,
        Axis::WaitingNoCache,
        Axis::WaitingZero,
        Axis::WaitingPastExpires,
        Axis::WaitingNotStored,
    ];
    verdict
        .open_questions()
        .iter()
        .filter(|axis| about_waiting.contains(axis) == of_waiting)
        .map(|axis| format!("{} ({axis})", axis.question()))
        .collect()
}

/// Whether later users may get it, and not only those who wait.
fn is_for_later(verdict: &Verdict<'_>) -> bool {
    matches!(verdict.other_user(), Answer::Hit)
        || verdict.other_user() == Answer::Unknown && verdict.storage() != Storage::NotStored
}

/// The fields among these lines that any cache may read.
fn steering(lines: &[Pair<'_>]) -> String {
    let names = lines.iter().map(|line| line.0);
    let read = names.filter(|name| READINGS.iter().any(|(field, _)| field == name));
    let names: Vec<_> = read.map(usual_name).collect();
    if names.is_empty() { "other vendors' fields".to_owned() } else { names.join(" or ") }
}

/// What the cache does about the wish that it meets worst.
fn does(trial: &Trial<'_>, finding: Finding, verdict: &Verdict<'_>) -> String {
    let intent = trial.intent();
    let private = verdict.profile().cache_type() == CacheType::Private;
    let wanted = if private { intent.browser } else { intent.shared }.as_secs();
    match (finding.wish, finding.fit) {
        (_, Fit::Yes) => match intent.audience {
            Audience::Nobody => "It stores nothing of it".to_owned(),
            Audience::OneUser if !private => "Nobody but the user gets it".to_owned(),
            _ => kept(verdict),
        },
        (Wish::Lifetime, Fit::Missed) => {
            format!("Every request goes to the origin, where {wanted} s in the cache are wanted")
        }
        (Wish::Lifetime, Fit::Within) => {
            format!("It is not documented whether it is fresh for {wanted} s; for longer it is not")
        }
        (Wish::Lifetime, Fit::Open) => match verdict.fresh_for() {
            FreshFor::Unknown => {
                format!("It is not documented for how long it is fresh; {wanted} s are wanted")
            }
            fresh => format!("It may be fresh for {fresh}, where {wanted} s are wanted"),
        },
        (Wish::Lifetime, _) => {
            format!("It is fresh for {}, where {wanted} s are wanted", verdict.fresh_for())
        }
        (Wish::Stale, fit) => {
            let wanted =
                if private && intent.browser.is_zero() { 0 } else { intent.stale.as_secs() };
            match fit {
                Fit::Within | Fit::Open => format!(
                    "It is not documented for how long it answers stale while it asks the origin; {wanted} s are wanted"
                ),
                _ => format!(
                    "It answers stale for {} while it asks the origin, where {wanted} s are wanted",
                    verdict.stale_for()
                ),
            }
        }
        (Wish::StaleIfError, fit) => {
            let wanted = intent.stale_if_error.unwrap_or_default().as_secs();
            let so = match fit {
                Fit::Within | Fit::Open => "It is not documented whether it answers stale",
                Fit::Longer => "It answers stale for longer",
                _ => "It does not answer stale for as long",
            };
            format!("{so} where the origin fails; {wanted} s are wanted")
        }
        (Wish::ForOthers, Fit::Within) => {
            "It is not documented whether others get it, too".to_owned()
        }
        (Wish::ForOthers, _) => "Others are not answered with it".to_owned(),
        (Wish::NotStored, Fit::Open) => "It is not documented whether it is stored".to_owned(),
        (Wish::NotStored, _) => "It is stored".to_owned(),
        (wish, Fit::Exposed) => format!("{} get it", whom(wish, verdict)),
        (wish, _) => {
            format!("It is not documented whether {} get it", whom(wish, verdict).to_lowercase())
        }
    }
}

fn whom(wish: Wish, verdict: &Verdict<'_>) -> &'static str {
    match wish {
        Wish::Variant => "Users who ask for another variant",
        Wish::Cookie => "Other users, with the cookie,",
        Wish::OneUser if is_for_later(verdict) => "Other users",
        _ => "Users who wait for the same fetch",
    }
}

fn kept(verdict: &Verdict<'_>) -> String {
    let fresh = match (verdict.storage(), verdict.fresh_for()) {
        (Storage::Bypass | Storage::NotStored, _) => return "It is not stored".to_owned(),
        (_, FreshFor::Seconds(0)) => "Every use is validated at the origin".to_owned(),
        (_, fresh) => format!("It is fresh for {fresh}"),
    };
    match verdict.stale_for() {
        FreshFor::Seconds(0) | FreshFor::NotStored => fresh,
        stale => format!("{fresh}, and answers stale for {stale} more while the origin is asked"),
    }
}
