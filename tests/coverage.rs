//! Every rule is shown at work: it fires in one of the cases, and is silent in another.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic, clippy::arithmetic_side_effects)]

#[path = "support/cases.rs"]
mod cases;
#[path = "support/profiles.rs"]
mod profiles;

use std::collections::BTreeMap;

use cases::cases;
use profiles::profile;
use serde::Deserialize;
use storable::site::{RouteFile, SiteFile};
use storable::{Exchange, HeaderLines, Profile, Reason, ResponseHead, Rule, Site, Verdict};
use storable_wire::{self as wire, WireExchange};

#[derive(Deserialize)]
struct Case {
    profile: String,
    #[serde(flatten)]
    exchange: WireExchange,
}

/// A case on a site of several routes.
#[derive(Deserialize)]
struct Routed {
    route: RouteFile,
    behind: Vec<RouteFile>,
    #[serde(flatten)]
    exchange: WireExchange,
}

impl Routed {
    fn count(self, tallies: &mut Tallies) {
        let route = std::iter::once(self.route).chain(self.behind).collect();
        let site = Site::new(SiteFile { name: String::new(), route }).unwrap();
        let judged = |judged: wire::Judged<'_>| tallies.add(&judged.verdict, judged.why_waiting);
        self.exchange.judge(&site, judged).unwrap();
    }
}

/// How often a rule fired and did not, where it was asked.
#[derive(Default)]
struct Tally {
    fired: usize,
    silent: usize,
}

impl Case {
    /// Counts the rules that fire.
    fn count(&self, profile: &Profile, tallies: &mut Tallies) {
        let judged = |judged: wire::Judged<'_>| tallies.add(&judged.verdict, judged.why_waiting);
        self.exchange.judge(profile, judged).unwrap();
    }

    /// The same where the order of differently named lines is lost.
    fn count_without_order(&self, profile: &Profile, tallies: &mut Tallies) {
        let received_at = self.exchange.received_at().unwrap();
        let times = wire::Times { requested_at: None, received_at };
        wire::lend(&self.exchange.request, &self.exchange.response, times, |exchange| {
            let (request, response) = (exchange.request(), exchange.response());
            let mut map = http::HeaderMap::new();
            for (name, value) in response.lines() {
                map.append(
                    http::HeaderName::from_bytes(name.as_bytes()).unwrap(),
                    http::HeaderValue::from_bytes(value).unwrap(),
                );
            }
            let response = ResponseHead::new(response.status(), HeaderLines::from_map(&map));
            let verdict = Exchange::new(&request, &response).judge(profile);
            tallies.add(&verdict, verdict.why_waiting_user());
        });
    }
}

/// How often each rule fired and did not.
#[derive(Default)]
struct Tallies(BTreeMap<&'static str, Tally>);

impl Tallies {
    fn add(&mut self, verdict: &Verdict<'_>, waiting: Reason<'_>) {
        let reasons = verdict.reasons().chain([&waiting]);
        let fired: Vec<Rule> = reasons.map(|reason| reason.rule).collect();
        for rule in Rule::ALL {
            let tally = self.0.entry(rule.code()).or_default();
            if fired.contains(rule) {
                tally.fired += 1;
            } else {
                tally.silent += 1;
            }
        }
    }
}

#[test]
fn every_rule_fires_somewhere_and_not_elsewhere() {
    let mut tallies = Tallies::default();
    for case in cases::<Case>() {
        let profile = profile(&case.profile);
        case.count(profile, &mut tallies);
        case.count_without_order(profile, &mut tallies);
    }
    for line in include_str!("cases/sites/routes.jsonl").lines() {
        serde_json::from_str::<Routed>(line).unwrap().count(&mut tallies);
    }
    let lacking: Vec<String> = Rule::ALL
        .iter()
        .filter(|rule| **rule != Rule::Overflow)
        .filter_map(|rule| {
            let tally = tallies.0.get(rule.code())?;
            let lacks = tally.fired == 0 || tally.silent == 0;
            lacks
                .then(|| format!("{}: fired {}, silent {}", rule.code(), tally.fired, tally.silent))
        })
        .collect();
    assert!(lacking.is_empty(), "rules that no case shows:\n{}", lacking.join("\n"));
    assert!(tallies.0.len() == Rule::ALL.len(), "the rules were not counted");
}
