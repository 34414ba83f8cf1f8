//! What differs between two verdicts on one exchange.

use super::Verdict;
use crate::answer::{Answer, Answers, Exposure, FreshFor, Storage, Waiting};
use crate::message::AsRequest;
use crate::policy::RequestPolicy;

/// One change between two caches' answers to the same exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Difference {
    /// Waiting users now get it.
    SharedWithWaiting,
    /// Later users now get it.
    ServedToLater,
    /// Something that was known no longer is.
    Unknown,
    /// It is now stored.
    Stored,
    /// It is fresh for longer.
    LongerLifetime,
    /// It is fresh for less long.
    ShorterLifetime,
    /// Other users no longer get it.
    NoLongerShared,
    /// It is no longer stored.
    NoLongerStored,
}

impl Difference {
    /// The name, in kebab-case.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::SharedWithWaiting => "shared-with-waiting",
            Self::ServedToLater => "served-to-later",
            Self::Unknown => "unknown",
            Self::Stored => "stored",
            Self::LongerLifetime => "longer-lifetime",
            Self::ShorterLifetime => "shorter-lifetime",
            Self::NoLongerShared => "no-longer-shared",
            Self::NoLongerStored => "no-longer-stored",
        }
    }

    /// The difference in a few words.
    #[must_use]
    pub const fn says(self) -> &'static str {
        match self {
            Self::SharedWithWaiting => "newly shared with waiting users",
            Self::ServedToLater => "newly served to later users",
            Self::Unknown => "what happens is not documented",
            Self::Stored => "newly stored",
            Self::LongerLifetime => "longer lifetime",
            Self::ShorterLifetime => "shorter lifetime",
            Self::NoLongerShared => "no longer shared",
            Self::NoLongerStored => "no longer stored",
        }
    }
}

impl Answers {
    /// Whether something is unknown that a user can see: how a later or a waiting request is
    /// answered, or for how long. A response that nobody is given again may be stored or not; that
    /// shows nowhere.
    ///
    /// ```
    /// use storable::{Profile, Storage, storable};
    ///
    /// let request = http::Request::get("https://shop.example/").body(())?;
    /// let response = http::Response::builder().header("Cache-Control", "no-cache").body(())?;
    /// let answers = storable(&request, &response, &Profile::CLOUDFRONT).answers();
    /// assert_eq!(answers.storage, Storage::Unknown);
    /// assert!(!answers.leaves_open());
    /// # Ok::<(), http::Error>(())
    /// ```
    #[must_use]
    pub fn leaves_open(&self) -> bool {
        self.same_request == Answer::Unknown
            || self.other_user == Answer::Unknown
            || self.waiting_user == Waiting::Unknown
            || (self.same_request == Answer::Hit && self.fresh_for == FreshFor::Unknown)
    }

    /// In what ways these answers differ from earlier ones, the gravest first.
    ///
    /// ```
    /// use storable::{Difference, Profile, storable};
    ///
    /// let request = http::Request::get("https://shop.example/").body(())?;
    /// let response = http::Response::builder().header("Cache-Control", "max-age=60").body(())?;
    /// let before = storable(&request, &response, &Profile::CACHING_OFF).answers();
    /// let after = storable(&request, &response, &Profile::FASTLY).answers();
    /// assert_eq!(after.differences(&before).next(), Some(Difference::SharedWithWaiting));
    /// # Ok::<(), http::Error>(())
    /// ```
    pub fn differences(&self, before: &Self) -> impl Iterator<Item = Difference> + use<> {
        let stored = |answers: &Self| answers.storage == Storage::Stored;
        let waiting = |answers: &Self| answers.waiting_user == Waiting::Shared;
        let later = |answers: &Self| answers.other_user == Answer::Hit;
        let (longer, shorter) = match (before.fresh_for.range(), self.fresh_for.range()) {
            (Some((least, most)), Some((new_least, new_most))) => {
                (new_most > most, new_least < least)
            }
            _ => (false, false),
        };
        let less_known =
            before.unknowns().iter().zip(self.unknowns()).any(|(before, after)| after && !before);
        let less_shared = (waiting(before) && !waiting(self)) || (later(before) && !later(self));
        [
            (waiting(self) && !waiting(before), Difference::SharedWithWaiting),
            (later(self) && !later(before), Difference::ServedToLater),
            (less_known, Difference::Unknown),
            (stored(self) && !stored(before), Difference::Stored),
            (longer, Difference::LongerLifetime),
            (shorter, Difference::ShorterLifetime),
            (less_shared, Difference::NoLongerShared),
            (stored(before) && !stored(self), Difference::NoLongerStored),
        ]
        .into_iter()
        .filter_map(|(is_so, difference)| is_so.then_some(difference))
    }

    /// Which answers are unknown.
    fn unknowns(&self) -> [bool; 4] {
        [
            self.storage == Storage::Unknown,
            self.fresh_for == FreshFor::Unknown,
            self.other_user == Answer::Unknown,
            self.waiting_user == Waiting::Unknown,
        ]
    }
}

impl Verdict<'_> {
    /// Whether other users get the response.
    ///
    /// An unknown answer need not be an exposure: it may be open whether the origin is asked with a
    /// condition, and certain that it is asked.
    #[must_use]
    pub fn exposure(&self) -> Exposure {
        let (kept, another) = (self.keep(), RequestPolicy::read(self.another_user()));
        let (_, waiting) = self.another_waiting(&kept, &another, super::WAITING);
        self.another_later(&kept, &another).exposure(waiting.effect)
    }

    /// Whether whoever sends this request gets the response, later or while waiting for it.
    ///
    /// ```
    /// use storable::{Exposure, Profile, storable};
    ///
    /// let in_english = http::Request::get("https://shop.example/").header("Accept-Language", "en").body(())?;
    /// let in_german = http::Request::get("https://shop.example/").header("Accept-Language", "de").body(())?;
    /// let response = http::Response::builder()
    ///     .header("Cache-Control", "max-age=60")
    ///     .header("Vary", "Accept-Language")
    ///     .body(())?;
    /// let verdict = storable(&in_english, &response, &Profile::RFC9111_SHARED);
    /// assert_eq!(verdict.exposure_to(&in_english), Exposure::Known);
    /// assert_eq!(verdict.exposure_to(&in_german), Exposure::None);
    /// # Ok::<(), http::Error>(())
    /// ```
    #[must_use]
    pub fn exposure_to(&self, other: &(impl AsRequest + ?Sized)) -> Exposure {
        let (kept, other) = (self.keep(), RequestPolicy::read(other.as_request()));
        let (_, waiting) = self.waiting(&kept, &other, super::WAITING);
        self.later(&kept, &other).exposure(waiting.effect)
    }
}
