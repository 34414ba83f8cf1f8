//! Where experiments take place: the site, its paths, and the lines of all messages.

use std::time::SystemTime;

use super::experiment::{Ask, Experiment, OriginAnswer, Trial};

/// Where and when experiments take place, as far as a verdict depends on it.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    /// Scheme and authority.
    pub(crate) site: String,
    /// What paths end in where an experiment does not say.
    pub(crate) suffix: String,
    /// Whether each of several users who ask at once has a cookie of its own.
    pub(crate) cookies: bool,
}

impl Place {
    /// What the path of an experiment ends in.
    pub(crate) fn suffix_of<'a>(&'a self, experiment: &Experiment) -> &'a str {
        experiment.answer.suffix.unwrap_or(&self.suffix)
    }

    /// The Content-Type of what the origin answers there.
    pub(crate) fn content_type(&self, experiment: &Experiment) -> &'static str {
        match self.suffix_of(experiment) {
            ".css" => "text/css",
            ".js" => "text/javascript",
            ".png" => "image/png",
            ".txt" => "text/plain",
            _ => "text/html",
        }
    }

    /// The lines of the request of one of several users.
    pub(crate) fn request_lines(
        &self,
        experiment: &Experiment,
        ask: &Ask,
        user: usize,
    ) -> Vec<(String, String)> {
        let mut lines = ask.headers.clone();
        if self.cookies && experiment.trial == Trial::Crowd {
            lines.push(("Cookie".to_owned(), format!("u={user}")));
        }
        let agent = (USER_AGENT.0.to_owned(), USER_AGENT.1.to_owned());
        if !lines.iter().any(|(name, _)| name.eq_ignore_ascii_case(USER_AGENT.0)) {
            lines.push(agent);
        }
        lines
    }

    /// The lines of one of the origin's answers at a time.
    pub(crate) fn response_lines(
        &self,
        experiment: &Experiment,
        answer: &OriginAnswer,
        now: SystemTime,
        serial: u64,
    ) -> Vec<(String, String)> {
        let mut lines = answer.lines_at(now, serial);
        lines.push(("Content-Type".to_owned(), self.content_type(experiment).to_owned()));
        lines
    }
}

/// Names the tool to whoever reads a log.
pub(crate) const USER_AGENT: (&str, &str) =
    ("User-Agent", concat!("storable-probe/", env!("CARGO_PKG_VERSION")));
