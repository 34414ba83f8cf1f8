//! One experiment: requests, the origin's answer between them, and how long it waits.
//!
//! An experiment is data. The same one is sent to a real cache, judged under each profile that the
//! cache might have, and written down as a recording.

use std::time::{Duration, SystemTime};

use storable::Axis;

/// One thing that is tried on a cache, at a path of its own.
#[derive(Clone, Debug)]
pub(crate) struct Experiment {
    /// The question that it was made for; what it shows may settle others too.
    pub(crate) axis: Axis,
    /// What is tried, in words that no other experiment has.
    pub(crate) name: String,
    /// What comes before, where something does.
    pub(crate) before: Option<Before>,
    /// The request that fetches the answer.
    pub(crate) first: Ask,
    /// The request whose answer tells.
    pub(crate) second: Ask,
    /// What the origin answers.
    pub(crate) answer: OriginAnswer,
    /// When the second request comes.
    pub(crate) trial: Trial,
}

/// A request before the first one, with an answer of its own.
#[derive(Clone, Debug)]
pub(crate) struct Before {
    pub(crate) ask: Ask,
    pub(crate) answer: OriginAnswer,
}

/// A request, but for its path.
#[derive(Clone, Debug)]
pub(crate) struct Ask {
    pub(crate) method: &'static str,
    pub(crate) query: &'static str,
    pub(crate) headers: Vec<(String, String)>,
}

/// What the origin answers at one path.
#[derive(Clone, Debug)]
pub(crate) struct OriginAnswer {
    pub(crate) status: u16,
    /// The lines. `{+60}` in a value is a date that many seconds from now; `{serial}` the number of
    /// the answer.
    lines: Vec<(String, String)>,
    /// What the path ends in; `None`: as the whole run has it.
    pub(crate) suffix: Option<&'static str>,
    /// What becomes of requests after the first one.
    pub(crate) later: Later,
}

/// What the origin does with requests after the first one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Later {
    /// The same answer with a new serial, or 304 where the request has its validator.
    Same,
    /// 503.
    Unavailable,
    /// It closes the connection.
    HangsUp,
}

/// When the second request comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trial {
    /// As soon as the first is answered.
    Again,
    /// So long after the first was answered.
    After(Duration),
    /// Several of them while the origin is still answering the first.
    Crowd,
}

/// How many users ask at once in a [`Trial::Crowd`], the first included.
pub(crate) const CROWD: usize = 5;

impl Ask {
    fn get() -> Self {
        Self { method: "GET", query: "", headers: Vec::new() }
    }

    fn with(mut self, line: &str) -> Self {
        self.headers.push(parsed(line));
        self
    }

    /// Whether the request has this line.
    pub(crate) fn says(&self, line: &str) -> bool {
        self.headers.contains(&parsed(line))
    }

    /// Whether the client has a copy, and says which.
    pub(crate) fn is_conditional(&self) -> bool {
        let own = |name: &str| self.headers.iter().any(|(own, _)| own == name);
        own("If-None-Match") || own("If-Modified-Since")
    }
}

/// A field whose value is another one in each answer of the origin, in experiments that ask what
/// becomes of it.
pub(crate) const CHANGING: &str = "X-Probe";
const NUMBERED: &str = "{serial}";

impl OriginAnswer {
    /// The lines as they are sent at a time, Date included.
    pub(crate) fn lines_at(&self, now: SystemTime, serial: u64) -> Vec<(String, String)> {
        let mut lines: Vec<_> = self
            .lines
            .iter()
            .map(|(name, value)| (name.clone(), filled(value, now, serial)))
            .collect();
        if !lines.iter().any(|(name, _)| name == "Date") {
            lines.push(("Date".to_owned(), filled("{+0}", now, serial)));
        }
        lines
    }

    /// Whether each answer has another value of [`CHANGING`].
    pub(crate) fn changes_a_field(&self) -> bool {
        self.line(CHANGING) == Some(NUMBERED)
    }

    /// The value of a line, as it is written down here.
    pub(crate) fn line(&self, name: &str) -> Option<&str> {
        self.lines.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }
}

/// A value with its dates and its serial written out.
fn filled(value: &str, now: SystemTime, serial: u64) -> String {
    let Some((before, (inside, after))) =
        value.split_once('{').and_then(|(before, rest)| Some((before, rest.split_once('}')?)))
    else {
        return value.to_owned();
    };
    let text = match inside.parse::<i64>() {
        Ok(seconds) => httpdate::fmt_http_date(shifted(now, seconds)),
        Err(_) => serial.to_string(),
    };
    format!("{before}{text}{}", filled(after, now, serial))
}

fn shifted(now: SystemTime, seconds: i64) -> SystemTime {
    let by = Duration::from_secs(seconds.unsigned_abs());
    let at = if seconds < 0 { now.checked_sub(by) } else { now.checked_add(by) };
    at.unwrap_or(now)
}

fn parsed(line: &str) -> (String, String) {
    let (name, value) = line.split_once(':').unwrap_or((line, ""));
    (name.to_owned(), value.trim().to_owned())
}

impl Experiment {
    pub(super) fn new(axis: Axis, lines: &[&str]) -> Self {
        let lines: Vec<_> = lines.iter().map(|line| parsed(line)).collect();
        Self {
            axis,
            name: String::new(),
            before: None,
            first: Ask::get(),
            second: Ask::get(),
            answer: OriginAnswer { status: 200, lines, suffix: None, later: Later::Same },
            trial: Trial::Again,
        }
    }

    pub(super) fn status(mut self, status: u16) -> Self {
        self.answer.status = status;
        if (300..=308).contains(&status) {
            self.answer.lines.push(parsed("Location: /elsewhere"));
        }
        self
    }

    pub(super) fn after(mut self, seconds: u64) -> Self {
        self.trial = Trial::After(Duration::from_secs(seconds));
        self
    }

    pub(super) fn crowd(mut self) -> Self {
        self.trial = Trial::Crowd;
        self
    }

    pub(super) fn first(mut self, line: &str) -> Self {
        self.first = self.first.with(line);
        self
    }

    pub(super) fn second(mut self, line: &str) -> Self {
        self.second = self.second.with(line);
        self
    }

    pub(super) fn methods(mut self, first: &'static str, second: &'static str) -> Self {
        self.first.method = first;
        self.second.method = second;
        self
    }

    /// A GET comes first, and the origin answers it with these lines.
    pub(super) fn after_get_of(mut self, lines: &[&str]) -> Self {
        let lines = lines.iter().map(|line| parsed(line)).collect();
        let answer = OriginAnswer { lines, ..self.answer.clone() };
        self.before = Some(Before { ask: Ask::get(), answer });
        self
    }

    pub(super) fn queries(mut self, first: &'static str, second: &'static str) -> Self {
        self.first.query = first;
        self.second.query = second;
        self
    }

    pub(super) fn suffix(mut self, suffix: &'static str) -> Self {
        self.answer.suffix = Some(suffix);
        self
    }

    pub(super) fn later(mut self, later: Later) -> Self {
        self.answer.later = later;
        self
    }

    /// What is tried, in words.
    pub(super) fn described(&self) -> String {
        let mut parts = Vec::new();
        if self.answer.status != 200 {
            parts.push(self.answer.status.to_string());
        }
        let lines = self.answer.lines.iter().filter(|(name, _)| name != "Location");
        parts.extend(lines.map(|(name, value)| match name.as_str() {
            "Cache-Control" => value.clone(),
            _ => format!("{name}: {value}"),
        }));
        if self.answer.lines.is_empty() {
            parts.push("nothing said".to_owned());
        }
        let mut text = parts.join(" + ");
        if let Some(before) = &self.before {
            let lines = before.answer.lines.iter();
            let lines: Vec<_> = lines.map(|(name, value)| format!("{name}: {value}")).collect();
            text = format!("{text}; after a GET of {}", lines.join(" + "));
        }
        for (which, ask) in [("first", &self.first), ("then", &self.second)] {
            let lines = ask.headers.iter().map(|(name, value)| format!("{name}: {value}"));
            let method = (ask.method != "GET").then(|| ask.method.to_owned());
            let query = (!ask.query.is_empty()).then(|| ask.query.to_owned());
            let said: Vec<_> = method.into_iter().chain(query).chain(lines).collect();
            if !said.is_empty() {
                text = format!("{text}; {which} {}", said.join(", "));
            }
        }
        if let Some(suffix) = self.answer.suffix {
            let place = if suffix.is_empty() { "a path without an extension" } else { suffix };
            text = format!("{text}; at {place}");
        }
        let text = match self.answer.later {
            Later::Same => text,
            Later::Unavailable => format!("{text}; then the origin says 503"),
            Later::HangsUp => format!("{text}; then the origin hangs up"),
        };
        match self.trial {
            Trial::Again => text,
            Trial::After(wait) => format!("{text}; again after {} s", wait.as_secs()),
            Trial::Crowd => format!("{text}; {CROWD} at once"),
        }
    }

    /// What the origin answers to the request of this number.
    pub(crate) fn answer_to(&self, number: usize) -> &OriginAnswer {
        match &self.before {
            Some(before) if number == 0 => &before.answer,
            _ => &self.answer,
        }
    }

    /// How long the second request waits for once the first is answered.
    pub(crate) const fn wait(&self) -> Duration {
        match self.trial {
            Trial::After(wait) => wait,
            Trial::Again | Trial::Crowd => Duration::ZERO,
        }
    }
}
