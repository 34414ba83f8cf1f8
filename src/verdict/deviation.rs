//! Where a cache goes beyond RFC 9111, or is stricter: found by judging again, never by hand.

use std::fmt;

use super::Verdict;
use crate::answer::{Answer, FreshFor, Storage, Waiting};
use crate::profile::{CacheType, Profile};
use crate::rule::Rule;

/// One answer that is not the one of RFC 9111.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deviation {
    /// Beyond what the RFC allows, or stricter than it asks for.
    pub direction: Direction,
    /// Which answer differs.
    pub question: Question,
    /// The rule of the RFC that decides there.
    pub rule: Rule,
}

/// On which side of RFC 9111 an answer lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// Beyond the loosest behaviour that the RFC allows.
    Beyond,
    /// Stricter than the RFC asks for, which is allowed.
    Stricter,
}

/// The answers of a verdict that can deviate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Question {
    /// Whether the response is stored.
    Storage,
    /// How long it is fresh.
    FreshFor,
    /// How an identical request is answered.
    SameRequest,
    /// How another user's request is answered.
    OtherUser,
    /// What waiting requests get.
    WaitingUser,
}

impl Question {
    /// The question in a few words.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Storage => "storage",
            Self::FreshFor => "fresh_for",
            Self::SameRequest => "same_request",
            Self::OtherUser => "other_user",
            Self::WaitingUser => "waiting_user",
        }
    }
}

impl fmt::Display for Deviation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let goes = match self.direction {
            Direction::Beyond => "beyond RFC 9111",
            Direction::Stricter => "stricter than RFC 9111",
        };
        write!(
            f,
            "{}: {goes}: {} ({})",
            self.question.name(),
            self.rule.says(),
            self.rule.section()
        )
    }
}

/// An answer to a question, as a number that grows with what is shared.
fn looseness(verdict: &Verdict<'_>, question: Question) -> Option<u64> {
    match question {
        Question::Storage => match verdict.storage() {
            Storage::Bypass | Storage::NotStored => Some(0),
            Storage::Stored => Some(1),
            Storage::Unknown => None,
        },
        Question::FreshFor => match verdict.fresh_for() {
            FreshFor::Seconds(seconds) => Some(seconds),
            FreshFor::NotStored => Some(0),
            FreshFor::Between(..) | FreshFor::Unknown => None,
        },
        Question::SameRequest => of_answer(verdict.same_request()),
        Question::OtherUser => of_answer(verdict.other_user()),
        Question::WaitingUser => match verdict.waiting_user() {
            Waiting::Shared => Some(1),
            Waiting::Validated | Waiting::OwnFetch => Some(0),
            Waiting::Unknown => None,
        },
    }
}

const fn of_answer(answer: Answer) -> Option<u64> {
    match answer {
        Answer::Hit => Some(1),
        Answer::Validated | Answer::Miss | Answer::GatewayTimeout => Some(0),
        Answer::Unknown => None,
    }
}

const QUESTIONS: [Question; 5] = [
    Question::Storage,
    Question::FreshFor,
    Question::SameRequest,
    Question::OtherUser,
    Question::WaitingUser,
];

impl Verdict<'_> {
    /// Where this answer is not the one of RFC 9111 for a cache of the same type.
    ///
    /// "Beyond" is measured against the loosest behaviour that the RFC allows, "stricter" against
    /// the profile `rfc9111-shared` or `rfc9111-private`; an unknown answer is neither.
    ///
    /// ```
    /// use storable::{Direction, Profile, Question, storable};
    ///
    /// let request = http::Request::get("https://shop.example/mypage").body(())?;
    /// let response = http::Response::builder().header("Cache-Control", "no-store, max-age=60").body(())?;
    /// let verdict = storable(&request, &response, &Profile::FASTLY);
    /// assert!(verdict.deviations().any(|deviation| {
    ///     deviation.direction == Direction::Beyond && deviation.question == Question::Storage
    /// }));
    /// # Ok::<(), http::Error>(())
    /// ```
    pub fn deviations(&self) -> impl Iterator<Item = Deviation> {
        let (asked, allowed) = match self.profile().cache_type() {
            CacheType::Shared => (&Profile::RFC9111_SHARED, &Profile::RFC9111_SHARED_LIMIT),
            CacheType::Private => (&Profile::RFC9111_PRIVATE, &Profile::RFC9111_PRIVATE_LIMIT),
        };
        let asked = self.exchange().judge(asked);
        let allowed = self.exchange().judge(allowed);
        QUESTIONS.into_iter().filter_map(move |question| {
            let own = looseness(self, question)?;
            let (direction, rule) = if own > looseness(&allowed, question)? {
                (Direction::Beyond, deciding(&allowed, question))
            } else if own < looseness(&asked, question)? {
                (Direction::Stricter, deciding(&asked, question))
            } else {
                return None;
            };
            Some(Deviation { direction, question, rule })
        })
    }
}

/// The rule that decides a question under an RFC profile.
fn deciding(verdict: &Verdict<'_>, question: Question) -> Rule {
    match question {
        Question::WaitingUser => match verdict.why_waiting_user().rule {
            Rule::WaitingFresh | Rule::WaitingNotStored => verdict.headline().rule,
            rule => rule,
        },
        _ => verdict.headline().rule,
    }
}
