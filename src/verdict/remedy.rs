//! What would close an exposure: found by judging the changed response again.

use std::fmt;

use super::{Question, Verdict};
use crate::message::{HeaderLines, ResponseHead};
use crate::policy::RequestPolicy;
use crate::rule::RuleEffect;

/// A change of the response that keeps it from other users under a profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Remedy {
    /// Whether the line is added or takes the place of all lines of its name.
    pub change: Change,
    /// The field.
    pub field: &'static str,
    /// Its value.
    pub value: &'static str,
}

/// How a [`Remedy`] changes the response.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Change {
    /// The line is added.
    Add,
    /// The line takes the place of all lines of this name.
    Replace,
}

impl Remedy {
    /// Whether this change makes a greater one of the same field needless.
    fn spares(self, other: Self) -> bool {
        self.field == other.field
            && self.change == Change::Add
            && (other.change == Change::Replace || other.value.contains(self.value))
    }
}

impl fmt::Display for Remedy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verb = match self.change {
            Change::Add => "add",
            Change::Replace => "send exactly",
        };
        write!(f, "{verb} `{}: {}`", self.field, self.value)
    }
}

/// Tried in this order: the smallest change first. A list of fields closes nothing by itself; each
/// is tried under the profile at hand.
const CANDIDATES: &[Remedy] = &[
    add("Cache-Control", "private"),
    add("Cache-Control", "no-store"),
    add("Cache-Control", "private, no-store"),
    replace("Cache-Control", "private"),
    replace("Cache-Control", "private, no-store"),
    replace("Surrogate-Control", "no-store"),
    replace("CDN-Cache-Control", "no-store"),
    replace("CDN-Cache-Control", "private, no-store"),
    replace("Cloudflare-CDN-Cache-Control", "no-store"),
    replace("Vercel-CDN-Cache-Control", "no-store"),
    replace("Netlify-CDN-Cache-Control", "no-store"),
    replace("Edge-Control", "no-store"),
    replace("X-Accel-Expires", "0"),
    replace("Vary", "*"),
];

const fn add(field: &'static str, value: &'static str) -> Remedy {
    Remedy { change: Change::Add, field, value }
}

const fn replace(field: &'static str, value: &'static str) -> Remedy {
    Remedy { change: Change::Replace, field, value }
}

impl Verdict<'_> {
    /// The changes, each sufficient alone, after which no other user can get the response; empty
    /// where none is needed, and where no header helps under this profile.
    ///
    /// ```
    /// use storable::{Profile, storable};
    ///
    /// let request = http::Request::get("https://shop.example/mypage").body(())?;
    /// let response = http::Response::builder().header("Cache-Control", "no-cache").body(())?;
    /// let remedies = storable(&request, &response, &Profile::FASTLY).remedies();
    /// assert_eq!(remedies[0].to_string(), "add `Cache-Control: private`");
    /// # Ok::<(), http::Error>(())
    /// ```
    #[must_use]
    pub fn remedies(&self) -> Vec<Remedy> {
        self.closing(|verdict| verdict.may_share())
    }

    /// The changes, each sufficient alone, after which one answer exposes nothing: that to users who
    /// ask later ([`Question::OtherUser`]) or that to users who wait ([`Question::WaitingUser`]).
    /// Where no header is known to close both, this tells what closes the one; the other stays as
    /// it is. Any other question is about both.
    ///
    /// ```
    /// use storable::{Profile, Question, storable};
    ///
    /// let request = http::Request::get("https://shop.example/mypage").body(())?;
    /// let response = http::Response::builder().header("Cache-Control", "max-age=60").body(())?;
    /// let verdict = storable(&request, &response, &Profile::NETLIFY);
    /// assert!(verdict.remedies().is_empty());
    /// let later = verdict.remedies_for(Question::OtherUser);
    /// assert_eq!(later[0].to_string(), "add `Cache-Control: private`");
    /// # Ok::<(), http::Error>(())
    /// ```
    #[must_use]
    pub fn remedies_for(&self, answer: Question) -> Vec<Remedy> {
        match answer {
            Question::OtherUser => self.closing(|verdict| verdict.may_share_later()),
            Question::WaitingUser => self.closing(|verdict| verdict.may_share_at_once()),
            _ => self.remedies(),
        }
    }

    fn may_share_later(&self) -> bool {
        let another = RequestPolicy::read(self.another_user());
        self.another_later(&self.keep(), &another).may_hit
    }

    fn may_share_at_once(&self) -> bool {
        matches!(self.why_waiting_user().effect, RuleEffect::Shares | RuleEffect::Unknown)
    }

    /// The changes after which what is open no longer is.
    fn closing(&self, is_open: fn(&Verdict<'_>) -> bool) -> Vec<Remedy> {
        let mut remedies: Vec<Remedy> = Vec::new();
        if !is_open(self) {
            return remedies;
        }
        for &candidate in CANDIDATES {
            if !remedies.iter().any(|found| found.spares(candidate))
                && self.is_closed_by(candidate, is_open)
            {
                remedies.push(candidate);
            }
        }
        remedies
    }

    fn is_closed_by(&self, remedy: Remedy, is_open: fn(&Verdict<'_>) -> bool) -> bool {
        let response = self.case.response.head();
        let mut lines: Vec<(&str, &[u8])> = response
            .lines()
            .iter()
            .filter(|(name, _)| {
                remedy.change == Change::Add || !name.eq_ignore_ascii_case(remedy.field)
            })
            .collect();
        lines.push((remedy.field, remedy.value.as_bytes()));
        let changed = ResponseHead::new(response.status(), HeaderLines::from_pairs(&lines))
            .with_version(response.version());
        let mut verdict = self.exchange().with_response(changed).judge(self.profile());
        verdict.routes = self.routes;
        !is_open(&verdict)
    }
}
