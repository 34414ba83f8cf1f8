//! An exchange that a property can change, judge and change again.

use std::time::{Duration, SystemTime};

use proptest::sample::Index;
use storable::{Answers, Exchange, HeaderLines, Profile, RequestHead, ResponseHead, Verdict};

/// The moment around which all generated clocks and dates lie: 15 January 2027.
pub const NOW: i64 = 1_800_000_000;

pub type Line = (String, Vec<u8>);

/// An exchange, owned; its response's Cache-Control is kept as a list of members.
#[derive(Clone, Debug)]
pub struct Case {
    pub method: String,
    pub request: Vec<Line>,
    pub status: u16,
    pub control: Vec<String>,
    /// How the members are laid out on lines.
    pub layout: Layout,
    pub response: Vec<Line>,
    pub received_at: Option<i64>,
    /// Seconds between request and response.
    pub delay: Option<u32>,
}

/// How a list is written: one choice per gap, used again from the first on when they run out.
#[derive(Clone, Debug)]
pub struct Layout(pub Vec<Gap>);

/// What stands between two members: text, or the end of a line.
#[derive(Clone, Debug)]
pub enum Gap {
    Text(&'static str),
    NewLine,
}

pub const ONE_LINE: Layout = Layout(Vec::new());

impl Layout {
    /// What stands before a member.
    fn before(&self, number: usize) -> Gap {
        let Self(gaps) = self;
        gaps.get(number % gaps.len().max(1)).cloned().unwrap_or(Gap::Text(", "))
    }
}

impl Case {
    /// The Cache-Control lines of the response.
    pub fn control_lines(&self) -> Vec<String> {
        lay_out(&self.control, &self.layout)
    }

    /// All lines of the response.
    pub fn response_lines(&self) -> Vec<Line> {
        let control = self.control_lines().into_iter().map(|line| header("cache-control", &line));
        control.chain(self.response.iter().cloned()).collect()
    }

    pub fn judge<R>(&self, profile: &Profile, read: impl FnOnce(Verdict<'_>) -> R) -> R {
        let (request, response) = (self.request.clone(), self.response_lines());
        let (request, response) = (pairs(&request), pairs(&response));
        let request = RequestHead::new(
            &self.method,
            "https://a.example/x",
            HeaderLines::from_pairs(&request),
        );
        let response = ResponseHead::new(self.status, HeaderLines::from_pairs(&response));
        let mut exchange = Exchange::new(&request, &response);
        if let Some(at) = self.received_at {
            exchange = exchange.received_at(system(at));
            if let Some(delay) = self.delay {
                exchange = exchange.requested_at(system(at - i64::from(delay)));
            }
        }
        read(exchange.judge(profile))
    }

    pub fn answers(&self, profile: &Profile) -> Answers {
        self.judge(profile, |verdict| verdict.answers())
    }

    /// With a member more in Cache-Control of the response; what stood between the others stays: a
    /// comma that became the end of a line could close what is quoted.
    pub fn with_member(&self, at: Index, member: &str) -> Self {
        let mut case = self.clone();
        let at = at.index(case.control.len() + 1);
        let mut gaps: Vec<_> =
            (0..=case.control.len()).map(|number| self.layout.before(number)).collect();
        gaps.insert(at, self.layout.before(at));
        case.control.insert(at, member.to_owned());
        case.layout = Layout(gaps);
        case
    }

    /// With a member more at the end.
    pub fn saying(&self, member: &str) -> Self {
        let mut case = self.clone();
        case.control.push(member.to_owned());
        case
    }

    /// Without the members of these names.
    pub fn without_members(&self, names: &[&str]) -> Self {
        let mut case = self.clone();
        case.control.retain(|member| !names.contains(&&*name_of(member)));
        case
    }

    pub fn has_member(&self, name: &str) -> bool {
        self.control.iter().any(|member| name_of(member) == name)
    }

    pub fn with_response(&self, name: &str, value: &str) -> Self {
        let mut case = self.clone();
        case.response.push(header(name, value));
        case
    }

    pub fn without_response(&self, name: &str) -> Self {
        let mut case = self.clone();
        case.response.retain(|(own, _)| !own.eq_ignore_ascii_case(name));
        case
    }

    pub fn has_response(&self, name: &str) -> bool {
        self.response.iter().any(|(own, _)| own.eq_ignore_ascii_case(name))
    }

    pub fn with_request(&self, name: &str, value: &str) -> Self {
        let mut case = self.clone();
        case.request.push(header(name, value));
        case
    }

    pub fn without_request(&self, name: &str) -> Self {
        let mut case = self.clone();
        case.request.retain(|(own, _)| !own.eq_ignore_ascii_case(name));
        case
    }

    pub fn has_request(&self, name: &str) -> bool {
        self.request.iter().any(|(own, _)| own.eq_ignore_ascii_case(name))
    }
}

pub fn header(name: &str, value: &str) -> Line {
    (name.to_owned(), value.as_bytes().to_vec())
}

pub fn pairs(lines: &[Line]) -> Vec<(&str, &[u8])> {
    lines.iter().map(|(name, value)| (name.as_str(), value.as_slice())).collect()
}

pub fn system(at: i64) -> SystemTime {
    let distance = Duration::from_secs(at.unsigned_abs());
    if at < 0 { SystemTime::UNIX_EPOCH - distance } else { SystemTime::UNIX_EPOCH + distance }
}

/// The name of a member in lower case.
pub fn name_of(member: &str) -> String {
    member.split('=').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// Members on lines.
pub fn lay_out(members: &[String], layout: &Layout) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for (number, member) in members.iter().enumerate() {
        match (lines.last_mut(), layout.before(number)) {
            (Some(line), Gap::Text(text)) => {
                line.push_str(text);
                line.push_str(member);
            }
            _ => lines.push(member.clone()),
        }
    }
    lines
}

/// Asks a verdict about a later request.
pub fn with_follower<R>(
    (method, lines): &(String, Vec<Line>),
    ask: impl FnOnce(&RequestHead<'_>) -> R,
) -> R {
    let lines = pairs(lines);
    ask(&RequestHead::new(method, "https://a.example/x", HeaderLines::from_pairs(&lines)))
}
