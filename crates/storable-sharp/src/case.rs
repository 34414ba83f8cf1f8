//! What a case says.

use serde::Deserialize;

/// All cases, in the order of `cases.toml`.
///
/// # Errors
///
/// Where the file is not what a case is made of.
pub fn cases() -> Result<Vec<Case>, toml::de::Error> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        case: Vec<Case>,
    }
    toml::from_str::<File>(include_str!("cases.toml")).map(|file| file.case)
}

/// A few requests in a row, or at once, and what has to come of them.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Case {
    /// What the case is called.
    pub name: String,
    /// Why it has to be so, with its source.
    pub why: String,
    /// Whether a cache may do otherwise.
    #[serde(default)]
    pub level: Level,
    /// The requests.
    pub steps: Vec<Step>,
}

/// What it means where a case is not passed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// A requirement is violated, or one user gets what is another one's.
    #[default]
    Must,
    /// The cache does less than it could.
    Better,
}

/// One request.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct Step {
    /// Its method and target.
    pub request: String,
    /// Its fields, as `Name: value`; `@-60` stands for the date of a minute ago.
    pub fields: Vec<String>,
    /// Its content.
    pub content: String,
    /// Seconds to wait before it.
    pub wait: f64,
    /// Whether it is sent while those before and after it that say the same are at the origin.
    pub together: bool,
    /// When the client goes away, if it does not stay.
    pub leaves: Option<Leaves>,
    /// What the origin answers, where it is asked because of this request.
    pub answer: Answer,
    /// Whether the origin is asked.
    pub asks: Option<bool>,
    /// Fields of what the origin is asked: `Name`, `Name: value`, `!Name`.
    pub sends: Vec<String>,
    /// The status that the client gets.
    pub is: Option<u16>,
    /// Fields that the client gets: `Name`, `Name: value`, `Name: 10..12`, `Name: start*`, `!Name`.
    pub has: Vec<String>,
    /// The content that the client gets.
    pub reads: Option<String>,
    /// Texts that are in that content.
    pub shows: Vec<String>,
    /// Texts that are not.
    pub hides: Vec<String>,
    /// Whether its content breaks off.
    pub breaks: Option<bool>,
}

/// What the origin answers.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct Answer {
    /// Its status.
    pub status: u16,
    /// Its fields.
    pub fields: Vec<String>,
    /// Its content, in pieces.
    pub pieces: Vec<String>,
    /// Whether its content breaks off behind them.
    pub breaks: bool,
    /// Fields behind the content.
    pub trailers: Vec<String>,
}

/// When a client goes away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Leaves {
    /// Before there is an answer.
    BeforeHead,
    /// With the first piece of the content.
    InContent,
}

impl Default for Step {
    fn default() -> Self {
        Self {
            request: "GET /".to_owned(),
            fields: Vec::new(),
            content: String::new(),
            wait: 0.0,
            together: false,
            leaves: None,
            answer: Answer::default(),
            asks: None,
            sends: Vec::new(),
            is: None,
            has: Vec::new(),
            reads: None,
            shows: Vec::new(),
            hides: Vec::new(),
            breaks: None,
        }
    }
}

impl Default for Answer {
    fn default() -> Self {
        Self {
            status: 200,
            fields: Vec::new(),
            pieces: vec!["0123456789".to_owned()],
            breaks: false,
            trailers: Vec::new(),
        }
    }
}

impl Step {
    /// Whether it expects anything.
    #[must_use]
    pub fn expects(&self) -> bool {
        self.asks.is_some()
            || self.is.is_some()
            || self.reads.is_some()
            || self.breaks.is_some()
            || [&self.sends, &self.has, &self.shows, &self.hides]
                .iter()
                .any(|list| !list.is_empty())
    }
}
