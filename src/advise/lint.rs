//! Lines and directives that change no answer of any cache named: found by judging without them.
//!
//! What nothing here judges is not called needless: `no-transform` is about content, and `immutable`
//! about reloads.

use std::iter::once;

use super::cache::Cache;
use crate::answer::{Answers, Exposure, FreshFor};
use crate::life::{Stored, look_up, on_error};
use crate::message::{Exchange, HeaderLines, RequestHead, ResponseHead};
use crate::policy::RequestPolicy;
use crate::verdict::{Routes, Verdict};

/// A line, or a directive of one, without which every cache named does the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Needless {
    /// The field's name, as it was written.
    pub field: String,
    /// The part of the line that has no effect: one directive, or all of it.
    pub text: String,
    /// The directive that does it alone, where one does.
    pub done_by: Option<String>,
}

/// The fields that steer caches and do nothing else, those first that are given up first.
const STEERING: &[&str] = &[
    "pragma",
    "expires",
    "edge-control",
    "surrogate-control",
    "x-accel-expires",
    "souin-cache-control",
    "akamai-cache-control",
    "netlify-cdn-cache-control",
    "vercel-cdn-cache-control",
    "cloudflare-cdn-cache-control",
    "cdn-cache-control",
    "vary",
    "cache-control",
];

const NOT_JUDGED: &[&str] = &["no-transform", "immutable"];

type OwnedLine = (String, Vec<u8>);

/// The lines and directives of a response that have no effect on any of these caches, nor on a
/// browser.
///
/// They are taken away one after the other, and everything is judged again without them: what is
/// left does what all did, by each user's own route of a [`Site`](crate::Site), also for requests with Authorization, for other variants, for requests
/// that take stale answers, and where the origin fails. A directive that does by itself what the
/// line does is left, and the others are told.
///
/// ```
/// use storable::{Exchange, Profile, advise::lint};
///
/// let request = http::Request::get("https://shop.example/").body(())?;
/// let response = http::Response::builder()
///     .header("Cache-Control", "no-cache, no-store, must-revalidate, max-age=0")
///     .header("Pragma", "no-cache")
///     .body(())?;
/// let found = lint(&Exchange::new(&request, &response), &[&Profile::CLOUDFLARE]);
/// let texts: Vec<&str> = found.iter().map(|needless| needless.text.as_str()).collect();
/// assert_eq!(texts, ["no-cache", "no-cache", "must-revalidate", "max-age=0"]);
/// assert_eq!(found[1].done_by.as_deref(), Some("no-store"));
/// # Ok::<(), http::Error>(())
/// ```
#[must_use]
pub fn lint<R: Routes>(exchange: &Exchange<'_>, caches: &[&R]) -> Vec<Needless> {
    let caches = Cache::with_browser(caches, exchange.request());
    let lines = exchange.response().lines().iter();
    let mut linter = Linter {
        exchange: *exchange,
        caches: &caches,
        lines: lines.map(|(name, value)| (name.to_owned(), value.to_vec())).collect(),
        behaviour: Vec::new(),
        found: Vec::new(),
    };
    linter.behaviour = linter.behaviour_under(&linter.lines);
    for field in STEERING {
        linter.take_away_lines(field);
    }
    for field in STEERING.iter().filter(|field| **field != "expires" && **field != "vary") {
        linter.take_away_directives(field);
    }
    linter.found
}

struct Linter<'x, 'p> {
    exchange: Exchange<'x>,
    caches: &'p [Cache<'p>],
    /// What is left of the response.
    lines: Vec<OwnedLine>,
    behaviour: Vec<Behaviour>,
    found: Vec<Needless>,
}

/// What one cache does on one occasion, as far as anybody can see.
#[derive(Debug, PartialEq)]
struct Behaviour {
    answers: Answers,
    fresh_between: (u64, u64),
    stale_for: FreshFor,
    exposures: Vec<Exposure>,
    later: Vec<String>,
}

impl Linter<'_, '_> {
    fn take_away_lines(&mut self, field: &str) {
        for number in (0..self.lines.len()).rev() {
            let Some((name, value)) = self.lines.get(number) else { continue };
            let text = String::from_utf8_lossy(value).into_owned();
            let says_more = |name: &&str| text.to_ascii_lowercase().contains(*name);
            if !name.eq_ignore_ascii_case(field) || NOT_JUDGED.iter().any(says_more) {
                continue;
            }
            let name = name.clone();
            let mut rest = self.lines.clone();
            rest.remove(number);
            if self.is_same_under(&rest) {
                self.lines = rest;
                self.found.push(Needless { field: name, text, done_by: None });
            }
        }
    }

    fn take_away_directives(&mut self, field: &str) {
        for number in 0..self.lines.len() {
            let Some((name, value)) = self.lines.get(number) else { continue };
            if !name.eq_ignore_ascii_case(field) {
                continue;
            }
            let (name, members) = (name.clone(), members(value));
            let judged: Vec<usize> =
                (0..members.len()).filter(|&member| is_judged(members.get(member))).collect();
            let mut kept: Vec<usize> = (0..members.len()).collect();
            let alone = judged.iter().copied().find(|one| {
                let rest =
                    kept.iter().copied().filter(|other| other == one || !judged.contains(other));
                judged.len() > 1 && self.is_same_under(&self.with_members(number, &members, rest))
            });
            let given_up: Vec<usize> = match alone {
                Some(alone) => judged.iter().copied().filter(|one| *one != alone).collect(),
                None => judged.iter().rev().copied().collect(),
            };
            let mut told: Vec<(usize, Needless)> = Vec::new();
            for one in given_up {
                let rest: Vec<usize> = kept.iter().copied().filter(|other| *other != one).collect();
                let shorter = self.with_members(number, &members, rest.iter().copied());
                // Where one does it alone, that was judged as a whole.
                if rest.is_empty() || alone.is_none() && !self.is_same_under(&shorter) {
                    continue;
                }
                (kept, self.lines) = (rest, shorter);
                let text = members.get(one).cloned().unwrap_or_default();
                let done_by = alone.and_then(|alone| members.get(alone).cloned());
                told.push((one, Needless { field: name.clone(), text, done_by }));
            }
            told.sort_by_key(|(place, _)| *place);
            self.found.extend(told.into_iter().map(|(_, needless)| needless));
        }
    }

    /// The lines with one of them cut down to these members.
    fn with_members(
        &self,
        number: usize,
        members: &[String],
        kept: impl Iterator<Item = usize>,
    ) -> Vec<OwnedLine> {
        let mut lines = self.lines.clone();
        let kept: Vec<&str> = kept.filter_map(|one| members.get(one)).map(String::as_str).collect();
        if let Some((_, value)) = lines.get_mut(number) {
            *value = kept.join(", ").into_bytes();
        }
        lines
    }

    fn is_same_under(&self, lines: &[OwnedLine]) -> bool {
        self.behaviour_under(lines) == self.behaviour
    }

    fn behaviour_under(&self, lines: &[OwnedLine]) -> Vec<Behaviour> {
        let pairs: Vec<(&str, &[u8])> =
            lines.iter().map(|(name, value)| (name.as_str(), value.as_slice())).collect();
        let response = self.exchange.response();
        let changed = ResponseHead::new(response.status(), HeaderLines::from_pairs(&pairs))
            .with_version(response.version());
        let own: Vec<(&str, &[u8])> = self.exchange.request().lines().collect();
        let with = |line: (&'static str, &'static [u8])| {
            let others = own.iter().copied().filter(|(name, _)| !name.eq_ignore_ascii_case(line.0));
            others.chain(once(line)).collect::<Vec<_>>()
        };
        let authorized = with(("authorization", b"Bearer another"));
        let takes_stale = with(("cache-control", b"max-stale"));
        let variants: Vec<Vec<(&str, &[u8])>> = self
            .varied()
            .into_iter()
            .map(|name| {
                let others = own.iter().copied().filter(|(own, _)| !own.eq_ignore_ascii_case(name));
                others.chain(once((name, &b"another"[..]))).collect()
            })
            .collect();
        let request = self.exchange.request();
        let head = |lines| with_lines(request, lines);
        let mut all = Vec::new();
        for asking in [head(&own), head(&authorized)] {
            let others: Vec<RequestHead<'_>> = once(head(&own))
                .chain(once(head(&authorized)))
                .chain(variants.iter().map(|lines| head(lines)))
                .collect();
            let exchange = Exchange::at(self.exchange.times(), asking, changed);
            for cache in self.caches {
                let verdict = exchange.judge_by(cache.routes);
                all.push(behaviour(&verdict, &others, head(&takes_stale)));
            }
        }
        all
    }

    fn varied(&self) -> Vec<&str> {
        let vary = |(name, _): &(&str, &[u8])| name.eq_ignore_ascii_case("vary");
        let lines = self.exchange.response().lines().iter().filter(vary);
        let names = lines.filter_map(|(_, value)| std::str::from_utf8(value).ok());
        names.flat_map(|names| names.split(',')).map(str::trim).collect()
    }
}

fn with_lines<'l>(request: RequestHead<'l>, lines: &'l [(&'l str, &'l [u8])]) -> RequestHead<'l> {
    request.with_lines(HeaderLines::from_pairs(lines))
}

fn behaviour(
    verdict: &Verdict<'_>,
    others: &[RequestHead<'_>],
    takes_stale: RequestHead<'_>,
) -> Behaviour {
    Behaviour {
        answers: verdict.answers(),
        fresh_between: verdict.fresh_between(),
        stale_for: verdict.stale_for(),
        exposures: others.iter().map(|other| verdict.exposure_to(other)).collect(),
        later: later(verdict, others, takes_stale).unwrap_or_default(),
    }
}

/// Answers at moments of the later life: a second after the lifetime, and an hour, a day and a month
/// after that.
fn later(
    verdict: &Verdict<'_>,
    others: &[RequestHead<'_>],
    takes_stale: RequestHead<'_>,
) -> Option<Vec<String>> {
    let policy = verdict.stored_policy()?;
    let (head, vary) = (verdict.response_policy().head(), verdict.vary_key());
    let stored = Stored::new(&policy, &vary, &head);
    let (_, lifetime) = verdict.fresh_between();
    let profile = verdict.profile();
    let mut told = Vec::new();
    for after in [0, 1, 3601, 86_401, 2_592_001_u64] {
        let now = policy.received_at().saturating_add(lifetime.saturating_add(after));
        let Some(now) = now.to_system() else { continue };
        for request in others.iter().copied().chain(once(takes_stale)) {
            let request = RequestPolicy::read(request);
            let reuse = look_up(&request, [stored], profile, now).reuse;
            let failed = on_error(&request, stored, profile, now).is_some();
            told.push(format!("{:?} {failed}", std::mem::discriminant(&reuse)));
        }
    }
    Some(told)
}

/// The members of a list, as they are written; commas in quotes do not cut.
fn members(value: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(value);
    let mut members = vec![String::new()];
    let mut quoted = false;
    for char in text.chars() {
        quoted ^= char == '"';
        match members.last_mut() {
            Some(last) if char != ',' || quoted => last.push(char),
            _ => members.push(String::new()),
        }
    }
    let members = members.iter().map(|member| member.trim().to_owned());
    members.filter(|member| !member.is_empty()).collect()
}

fn is_judged(member: Option<&String>) -> bool {
    let name = member.map(|text| text.split('=').next().unwrap_or_default().to_ascii_lowercase());
    name.is_some_and(|name| !NOT_JUDGED.contains(&name.as_str()))
}
