//! Which header lines have every cache named do what is wanted: found by search, proven by judging.
//!
//! Each cache reads another field, and a wrong guess is a well-formed response that does nothing.
//! There is no table of advice here. [`advise`] tries the values of a small space of fields and
//! directives, and what it says of a cache is what that cache's own verdicts say.
//!
//! ```
//! use std::time::Duration;
//! use storable::advise::{Achieved, Intent};
//! use storable::{Profile, advise};
//!
//! // For everyone: an hour at the edge, never in browsers, stale for a day.
//! let hour = Duration::from_secs(3600);
//! let intent = Intent::everyone(hour).stale(24 * hour);
//! let advice = advise(&intent, &[&Profile::CLOUDFLARE_CACHE_EVERYTHING]);
//! let lines: Vec<String> = advice.lines().iter().map(ToString::to_string).collect();
//! assert_eq!(
//!     lines,
//!     ["Cache-Control: max-age=0", "CDN-Cache-Control: max-age=3600, stale-while-revalidate=86400"]
//! );
//! assert!(advice.caches().iter().all(|cache| cache.achieved == Achieved::Yes));
//! ```

mod cache;
mod candidates;
mod configuration;
mod fit;
mod intent;
mod lint;
mod plan;
mod reading;
mod report;
mod search;
mod trial;

pub use intent::{Audience, Intent, SetCookie, WaitingUsers};
pub use lint::{Needless, lint};

use std::fmt;

use crate::message::{HeaderLines, RequestHead};
use crate::profile::Profile;
use crate::verdict::Routes;
use cache::Cache;
use fit::Fit;
use search::Search;
use trial::{Pair, Trial};

/// The header lines to send, and what each cache makes of them.
#[derive(Clone, Debug)]
pub struct Advice<'p> {
    lines: Vec<Line<'p>>,
    caches: Vec<ForCache<'p>>,
    verdicts: u64,
}

/// One header line of an [`Advice`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line<'p> {
    /// The field's name, as it is usually written.
    pub name: String,
    /// Its value.
    pub value: String,
    /// The caches that would do something worse without it. Empty for no line but a `private` that
    /// says what is one user's: that is sent even where another line does it for all that are named,
    /// because another cache may come to stand in the way.
    pub needed_by: Vec<&'p Profile>,
}

/// What becomes of the intent at one cache.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForCache<'p> {
    /// The cache; the browser is `rfc9111-private`.
    pub profile: &'p Profile,
    /// Whether it does what is wanted.
    pub achieved: Achieved,
    /// What it does, and why, in whole sentences.
    pub why: String,
    /// What its operator would have to configure, where headers do not do it.
    pub configuration: Option<String>,
}

/// Whether a cache does what is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Achieved {
    /// It does.
    Yes,
    /// It keeps the response for less long, or gives it to fewer, and never the other way round.
    Stricter,
    /// It does something else, and no header line that was tried changes that.
    NotByHeaders,
    /// No public source says what it does; the lines are those under which the least can go wrong.
    NotDocumented,
}

impl Achieved {
    /// The name, in kebab-case.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::Stricter => "stricter",
            Self::NotByHeaders => "not-by-headers",
            Self::NotDocumented => "not-documented",
        }
    }
}

impl From<Fit> for Achieved {
    fn from(fit: Fit) -> Self {
        match fit {
            Fit::Yes => Self::Yes,
            Fit::Stricter => Self::Stricter,
            Fit::Within | Fit::Open | Fit::MayExpose => Self::NotDocumented,
            Fit::Missed | Fit::Longer | Fit::Exposed => Self::NotByHeaders,
        }
    }
}

impl<'p> Advice<'p> {
    /// The lines to send, beside those that the response carries anyway.
    #[must_use]
    pub fn lines(&self) -> &[Line<'p>] {
        &self.lines
    }

    /// What each cache makes of them, in the order in which they were named; the browser is last
    /// where none was named.
    #[must_use]
    pub fn caches(&self) -> &[ForCache<'p>] {
        &self.caches
    }

    /// How many verdicts the search has taken.
    #[must_use]
    pub const fn verdicts(&self) -> u64 {
        self.verdicts
    }
}

impl fmt::Display for Line<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.name, self.value)
    }
}

/// The fewest header lines under which every one of these caches, and a browser, does what is wanted.
///
/// Standard fields go before those of vendors. Where not all can be served, fewer fare badly: that
/// somebody gets what is not for them is worst, then that this is not known, then that something is
/// kept for too long. No line is without effect ([`Line::needed_by`]).
///
/// A cache is a profile, or a [`Site`](crate::Site), of which each user's own route counts.
///
/// The search is bounded: by the directives of RFC 9111, RFC 5861 and RFC 9213 that have to do with
/// the intent, in Cache-Control and in the fields that the profiles say they read.
///
/// ```
/// use storable::advise::{Achieved, Intent};
/// use storable::{Profile, advise};
///
/// let advice = advise(&Intent::one_user(), &[&Profile::FASTLY, &Profile::SUCURI]);
/// assert_eq!(advice.lines()[0].to_string(), "Cache-Control: private, no-cache");
/// assert_eq!(advice.caches()[0].achieved, Achieved::Yes);
/// // Sucuri gives pages to everybody, whatever they say.
/// assert_eq!(advice.caches()[1].achieved, Achieved::NotByHeaders);
/// ```
#[must_use]
pub fn advise<'p, R: Routes>(intent: &Intent, caches: &[&'p R]) -> Advice<'p> {
    let lines: Vec<Pair<'_>> = intent.request_pairs().collect();
    let request = RequestHead::new("GET", &intent.target, HeaderLines::from_pairs(&lines));
    let caches = Cache::with_browser(caches, request);
    let trial = Trial::new(intent);
    let mut search = Search::new(&trial, &caches);
    let plan = search.run();
    let texts: Vec<String> = plan.lines.iter().map(|line| line.value.text()).collect();
    let needed_by = search.needed_by(&plan);
    let pairs: Vec<Pair<'_>> =
        plan.lines.iter().zip(&texts).map(|(line, text)| (line.field, text.as_bytes())).collect();
    let for_caches =
        caches.iter().zip(&plan.outcomes).enumerate().map(|(number, (cache, outcome))| {
            let alone = search.better_alone(number, *outcome);
            report::for_cache(&trial, *cache, &pairs, alone)
        });
    Advice {
        caches: for_caches.collect(),
        lines: plan
            .lines
            .iter()
            .zip(&texts)
            .zip(needed_by)
            .map(|((line, text), needed_by)| Line {
                name: usual_name(line.field),
                value: text.clone(),
                needed_by: needed_by
                    .iter()
                    .filter_map(|&cache| Some(caches.get(cache)?.profile))
                    .collect(),
            })
            .collect(),
        verdicts: trial.verdicts(),
    }
}

/// `cdn-cache-control` as `CDN-Cache-Control`.
fn usual_name(field: &str) -> String {
    let word = |word: &str| match word {
        "cdn" => "CDN".to_owned(),
        word => {
            let mut letters = word.chars();
            let first = letters.next().map(|first| first.to_ascii_uppercase());
            first.into_iter().chain(letters).collect()
        }
    };
    field.split('-').map(word).collect::<Vec<_>>().join("-")
}
