//! What exchanges get under two profiles, alike ones together.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Duration;

use serde::Serialize;
use storable::{
    Answers, Axis, Difference, Direction, Exposure, FreshFor, Question, Reason, Remedy, RuleEffect,
    Verdict,
};

use storable_wire::{Times, WireRequest, WireResponse};

use crate::input::har::{AnsweredBy, Entry, Exchange, Skipped};
use crate::marker::Did;
use crate::named_site::Cache;
use crate::output::terminal;
use crate::subject::{Judgement, Subject};
use crate::words;

/// All exchanges of a file, under both profiles.
pub(crate) struct Comparison {
    pub(crate) from: Cache,
    pub(crate) to: Cache,
    settings: Settings,
    groups: Vec<Group>,
    places: HashMap<Likeness, usize>,
    bad: Vec<BadEntry>,
    /// The names of the files.
    files: Vec<String>,
    /// How many entries there were so far.
    entries: usize,
    pub(crate) seen: Seen,
    /// On how many changed exchanges a question decided that the profiles answer differently.
    /// With the routes that decided, before and after.
    pub(crate) axes: BTreeMap<(Axis, [usize; 2]), usize>,
}

/// How a comparison is made.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Settings {
    pub(crate) unknown: Unknown,
    pub(crate) heads: Heads,
}

/// What is made of an exposure that no public source settles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unknown {
    /// It counts as one.
    Counts,
    /// It is tolerated.
    Tolerated,
}

/// Whose heads the recording shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Heads {
    /// As their fields tell: some may have been sent by a cache.
    AsTheyTell,
    /// The origin's, whatever their fields tell.
    OfTheOrigin,
}

/// What is counted over the whole file.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Seen {
    pub(crate) judged: usize,
    pub(crate) not_http: usize,
    pub(crate) no_response: usize,
    pub(crate) not_modified: usize,
    pub(crate) from_browser_cache: usize,
    pub(crate) from_service_worker: usize,
    /// How many came out of a cache on the way, and through one, by its name.
    pub(crate) out_of_caches: BTreeMap<&'static str, usize>,
    pub(crate) through_caches: BTreeMap<&'static str, usize>,
    pub(crate) left_out_lines: usize,
    pub(crate) with_other_clock: usize,
    pub(crate) with_marks: usize,
    pub(crate) with_cdn_fields: usize,
    pub(crate) with_unsorted_lines: usize,
}

/// An entry that cannot be read.
#[derive(Debug, Serialize)]
pub(crate) struct BadEntry {
    pub(crate) file: String,
    /// Where in the file it stands.
    pub(crate) place: String,
    pub(crate) error: String,
}

/// Exchanges with the same method, URL and outcome.
#[derive(Clone, Debug)]
pub(crate) struct Group {
    pub(crate) likeness: Likeness,
    /// What makes the new cache's answer uncertain: on what it hangs.
    pub(crate) hangs_on: Option<String>,
    pub(crate) entries: Vec<usize>,
    pub(crate) marks: PersonalMarks,
    pub(crate) exposure: Exposure,
    /// Whether RFC 9111 lets no cache share it: then nobody meant it to be shared.
    pub(crate) beyond_rfc: bool,
    pub(crate) from: Span,
    pub(crate) to: Span,
    pub(crate) why: Why,
    pub(crate) remedies: Vec<String>,
    /// Where none is known to close it, what keeps it from later users at least.
    pub(crate) best_known: Option<Remedy>,
}

/// What makes two exchanges alike. Lifetimes may differ by the second between two recordings of
/// one page, so only their change counts.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Likeness {
    pub(crate) method: String,
    pub(crate) url: String,
    pub(crate) status: u16,
    pub(crate) from: Answers,
    pub(crate) to: Answers,
    pub(crate) changes: Vec<Difference>,
    pub(crate) rule: &'static str,
}

/// What shows that an exchange is about one user.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct PersonalMarks {
    cookie: bool,
    authorization: bool,
    set_cookie: bool,
}

/// The lifetimes of alike exchanges.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Span {
    /// From the least to the greatest number of seconds.
    Seconds(u64, u64),
    NotStored,
    Unknown,
}

/// The deciding rule under the new profile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Why {
    pub(crate) rule: &'static str,
    /// The same without a number of seconds, so that alike stories can be told together.
    #[serde(skip)]
    pub(crate) story: String,
    pub(crate) says: String,
    pub(crate) evidence: String,
    pub(crate) source: String,
}

impl Comparison {
    pub(crate) fn new(from: Cache, to: Cache, settings: Settings) -> Self {
        Self {
            from,
            to,
            settings,
            groups: Vec::new(),
            places: HashMap::new(),
            bad: Vec::new(),
            files: Vec::new(),
            entries: 0,
            seen: Seen::default(),
            axes: BTreeMap::new(),
        }
    }

    /// Begins with a file.
    pub(crate) fn open(&mut self, file: &str) {
        self.files.push(file.to_owned());
    }

    pub(crate) fn files(&self) -> &[String] {
        &self.files
    }

    /// Judges an entry of a file; entries are counted over all files.
    pub(crate) fn add(&mut self, file: &str, place: String, entry: Result<Entry, String>) {
        let index = self.entries;
        count(&mut self.entries);
        match entry {
            Ok(Entry::Exchange(exchange)) => self.judge(index, *exchange),
            Ok(Entry::Skipped(why)) => count(match why {
                Skipped::NotHttp => &mut self.seen.not_http,
                Skipped::NoResponse => &mut self.seen.no_response,
                Skipped::NotModified => &mut self.seen.not_modified,
            }),
            Err(error) => self.bad.push(BadEntry { file: file.to_owned(), place, error }),
        }
    }

    fn judge(&mut self, index: usize, exchange: Exchange) {
        self.seen.note(&exchange);
        let Exchange { request, response, times, .. } = exchange;
        let subject = Subject { request, response, times, assumed: Vec::new(), seen: None };
        let subject = match self.settings.heads {
            Heads::AsTheyTell => subject.with_markers_read(),
            Heads::OfTheOrigin => subject,
        };
        self.seen.note_caches(&subject);
        let routes = [self.from, self.to].map(|cache| subject.route(cache));
        let [from, to] = [self.from, self.to].map(|cache| subject.profile(cache));
        let (before, after) = (subject.judgement(self.from), subject.judgement(self.to));
        let old_axis = subject.judge(self.from.site(), |verdict| verdict.headline().rule.axis());
        let (mut group, new_axis): (Group, _) = subject.judge(self.to.site(), |verdict| {
            let headline = verdict.headline();
            let group = Group {
                likeness: Likeness {
                    method: subject.request.method.clone(),
                    url: subject.request.url.clone(),
                    status: subject.response.status,
                    from: alike(before.answers),
                    to: alike(after.answers),
                    changes: after.answers.differences(&before.answers).collect(),
                    rule: headline.code(),
                },
                hangs_on: hangs_on(&subject, &after),
                entries: vec![index],
                marks: PersonalMarks::of(&subject.request, &subject.response),
                exposure: self.new_exposure(&before, &after),
                beyond_rfc: shares_beyond_rfc(verdict),
                from: Span::of(before.answers.fresh_for),
                to: Span::of(after.answers.fresh_for),
                why: Why::of(verdict, &headline),
                best_known: None,
                remedies: verdict.remedies().iter().map(ToString::to_string).collect(),
            };
            (group, headline.rule.axis())
        });
        if group.exposure != Exposure::None && group.remedies.is_empty() {
            group.best_known = subject.best_known(self.to);
        }
        let axes: BTreeSet<Axis> = [old_axis, new_axis].into_iter().flatten().collect();
        if group.has_changed() {
            let differences = from.differences(to);
            for axis in axes.into_iter().filter(|axis| differences.contains(*axis)) {
                count(self.axes.entry((axis, routes)).or_default());
            }
        }
        self.insert(group);
    }

    /// Whether other users may newly get a response.
    fn new_exposure(&self, before: &Judgement, after: &Judgement) -> Exposure {
        let tolerated = match self.settings.unknown {
            Unknown::Counts => Exposure::None,
            Unknown::Tolerated => Exposure::Unknown,
        };
        // Of what was before only what is known counts: what is in doubt must not hide a change.
        let before = if before.was_stored { Exposure::Known } else { before.answers.exposure };
        let after = after.exposure();
        if before > tolerated || after <= tolerated { Exposure::None } else { after }
    }

    /// Why nothing can be said of the site, where nothing can.
    pub(crate) fn nothing_judged(&self) -> Option<&'static str> {
        let out_of_caches: usize = self.seen.out_of_caches.values().sum();
        match self.seen.judged {
            0 => {
                Some("there was nothing to judge: no entry has a request and a response over HTTP")
            }
            judged if judged == out_of_caches => Some(
                "every response came out of a cache, so none shows what the origin sends: record at \
                 the origin, or past the cache",
            ),
            _ => None,
        }
    }

    fn insert(&mut self, group: Group) {
        let place = *self.places.entry(group.likeness.clone()).or_insert(self.groups.len());
        match self.groups.get_mut(place) {
            Some(present) => present.join(group),
            None => self.groups.push(group),
        }
    }

    /// What is exposed first, of that what is personal, of that what was never meant to be shared;
    /// then by the deciding rule, and of one rule in the file's order.
    pub(crate) fn sort(&mut self) {
        self.groups.sort_by_key(|group| {
            let safe = group.exposure == Exposure::None;
            let personal = group.marks.are_personal();
            (safe, !personal, Reverse(group.exposure), !group.beyond_rfc, group.likeness.rule)
        });
        self.places.clear();
    }

    /// The groups in which something changes.
    pub(crate) fn changed(&self) -> impl Iterator<Item = &Group> {
        self.groups.iter().filter(|group| group.has_changed())
    }

    /// The groups that are newly in reach of other users.
    pub(crate) fn exposed(&self) -> impl Iterator<Item = &Group> {
        self.groups.iter().filter(|group| group.exposure != Exposure::None)
    }

    /// How many exchanges fare as before.
    pub(crate) fn unchanged(&self) -> usize {
        self.groups
            .iter()
            .filter(|group| !group.has_changed())
            .map(|group| group.entries.len())
            .sum()
    }

    pub(crate) fn bad(&self) -> &[BadEntry] {
        &self.bad
    }

    /// Whether the file shows who is logged in. A file in which nothing does is taken for one
    /// that was "sanitised".
    pub(crate) const fn shows_users(&self) -> bool {
        self.seen.with_marks > 0
    }
}

impl Group {
    pub(crate) fn has_changed(&self) -> bool {
        !self.likeness.changes.is_empty() || self.exposure != Exposure::None
    }

    fn join(&mut self, other: Self) {
        self.entries.extend(other.entries);
        self.marks = self.marks.or(other.marks);
        self.from = self.from.join(other.from);
        self.to = self.to.join(other.to);
    }

    /// The request in one line.
    pub(crate) fn request(&self) -> String {
        terminal::printable(&format!("{} {}", self.likeness.method, self.likeness.url))
    }
}

impl Seen {
    fn note(&mut self, exchange: &Exchange) {
        let Exchange { request, response, times, answered_by, left_out } = exchange;
        let has = |names: &[&str]| {
            response.headers.iter().any(|line| names.iter().any(|name| line.is(name)))
        };
        count(&mut self.judged);
        count_if(*answered_by == AnsweredBy::BrowserCache, &mut self.from_browser_cache);
        count_if(*answered_by == AnsweredBy::ServiceWorker, &mut self.from_service_worker);
        count_if(!has(&["age"]) && clocks_differ(response, *times), &mut self.with_other_clock);
        count_if(PersonalMarks::of(request, response).are_personal(), &mut self.with_marks);
        count_if(has(CDN_FIELDS), &mut self.with_cdn_fields);
        let sorted = response.headers.is_sorted_by_key(|line| line.parts().0.to_ascii_lowercase());
        count_if(!sorted, &mut self.with_unsorted_lines);
        self.left_out_lines = self.left_out_lines.saturating_add(left_out.len());
    }

    fn note_caches(&mut self, subject: &Subject) {
        if let Some(seen) = &subject.seen {
            let caches = match seen.did {
                Did::Answered => &mut self.out_of_caches,
                Did::Passed => &mut self.through_caches,
            };
            count(caches.entry(seen.cache.name).or_default());
        }
    }
}

/// Whether the origin's clock and the browser's are further apart than a response takes.
fn clocks_differ(response: &WireResponse, times: Times) -> bool {
    let date = response.headers.iter().find(|line| line.is("date")).and_then(|line| line.date());
    date.zip(times.received_at).is_some_and(|(date, received)| {
        let apart = received.duration_since(date).unwrap_or_else(|error| error.duration());
        apart > Duration::from_secs(60)
    })
}

/// Fields that CDNs read and take away.
const CDN_FIELDS: &[&str] = &["surrogate-control", "edge-control", "x-accel-expires"];

fn count(counter: &mut usize) {
    *counter = counter.saturating_add(1);
}

fn count_if(condition: bool, counter: &mut usize) {
    *counter = counter.saturating_add(usize::from(condition));
}

impl PersonalMarks {
    fn of(request: &WireRequest, response: &WireResponse) -> Self {
        Self {
            cookie: request.headers.iter().any(|line| line.is("cookie")),
            authorization: request.headers.iter().any(|line| line.is("authorization")),
            set_cookie: response.headers.iter().any(|line| line.is("set-cookie")),
        }
    }

    const fn or(self, other: Self) -> Self {
        Self {
            cookie: self.cookie || other.cookie,
            authorization: self.authorization || other.authorization,
            set_cookie: self.set_cookie || other.set_cookie,
        }
    }

    pub(crate) fn are_personal(self) -> bool {
        self.names().next().is_some()
    }

    /// The fields that show it.
    pub(crate) fn names(self) -> impl Iterator<Item = &'static str> {
        [
            (self.cookie, "Cookie"),
            (self.authorization, "Authorization"),
            (self.set_cookie, "Set-Cookie"),
        ]
        .into_iter()
        .filter_map(|(is_there, name)| is_there.then_some(name))
    }
}

/// What the safety of an answer depends on, where something was assumed.
fn hangs_on(subject: &Subject, after: &Judgement) -> Option<String> {
    if after.exposure() <= after.answers.exposure {
        return None;
    }
    let seen = subject.seen.as_ref()?;
    let example =
        after.hanging.first().map_or_else(String::new, |other| format!(", as {}", other.with));
    Some(format!("this head {seen}{example}"))
}

/// Answers without what may differ by the second.
fn alike(answers: Answers) -> Answers {
    let fresh_for = match answers.fresh_for {
        FreshFor::Seconds(seconds) => FreshFor::Seconds(seconds.min(1)),
        FreshFor::Between(..) => FreshFor::Between(0, 1),
        other => other,
    };
    Answers { fresh_for, ..answers }
}

impl Span {
    const fn of(fresh: FreshFor) -> Self {
        match fresh.range() {
            Some((least, most)) => Self::Seconds(least, most),
            None if matches!(fresh, FreshFor::NotStored) => Self::NotStored,
            None => Self::Unknown,
        }
    }

    fn join(self, other: Self) -> Self {
        match (self, other) {
            (Self::Seconds(least, most), Self::Seconds(other_least, other_most)) => {
                Self::Seconds(least.min(other_least), most.max(other_most))
            }
            _ => self,
        }
    }
}

impl std::fmt::Display for Span {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Seconds(least, most) if least == most => write!(f, "{least} s"),
            Self::Seconds(least, most) => write!(f, "{least}-{most} s"),
            Self::NotStored => f.write_str("-"),
            Self::Unknown => f.write_str("not documented"),
        }
    }
}

impl Why {
    fn of(verdict: &Verdict<'_>, reason: &Reason<'_>) -> Self {
        let story = match reason.effect {
            RuleEffect::SetsLifetime(_) | RuleEffect::LimitsLifetime(_) | RuleEffect::Ages(_) => {
                words::capital(reason.rule.says())
            }
            _ => words::sentence(reason),
        };
        Self {
            rule: reason.code(),
            story,
            says: words::sentence(reason),
            evidence: reason.evidence.to_string(),
            source: verdict.source(reason).to_string(),
        }
    }
}

fn shares_beyond_rfc(verdict: &Verdict<'_>) -> bool {
    verdict.deviations().any(|deviation| {
        deviation.direction == Direction::Beyond
            && matches!(deviation.question, Question::OtherUser | Question::WaitingUser)
    })
}
