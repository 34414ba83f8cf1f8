//! What can be wrong with a site, and where.

use std::fmt;

/// A site that says what there is not.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {problem}")]
pub struct SiteError {
    /// Where it stands.
    pub place: Place,
    /// What is wrong there.
    pub problem: Problem,
}

/// A place in a site's file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The number of the route, from 0; `None` where it is about the whole.
    pub route: Option<usize>,
    /// The names that lead to it within the route.
    pub names: Vec<&'static str>,
}

/// What is wrong in a site.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// There is no route.
    #[error("a site has one route at least; write a last one with a profile and no condition")]
    NoRoute,
    /// A request may match no route.
    #[error(
        "the last route has a condition, so nothing says what becomes of other requests; add one \
         with a profile alone"
    )]
    NoLastRoute,
    /// An earlier route takes every request that it could match.
    #[error("no request ever gets here, for route {} takes them all; move this one before it", .0 + 1)]
    NeverReached(usize),
    /// No built-in profile has this id.
    #[error("no profile has the id `{0}`; `storable profiles` lists them")]
    UnknownProfile(String),
    /// The profile's cache does not look at it.
    #[error(
        "`{profile}` has no use for this setting: its algorithm never asks that question; leave \
         the setting out, or say it in the words of that cache"
    )]
    WithoutEffect {
        /// The profile that is set.
        profile: &'static str,
    },
    /// It is another vendor's setting.
    #[error("this is a setting of {of}, and `{profile}` is another cache; leave it out")]
    NotItsSetting {
        /// Whose setting it is.
        of: &'static str,
        /// The profile that is set.
        profile: &'static str,
    },
    /// This is no name of a header field.
    #[error("`{0}` is no name of a header field")]
    NoFieldName(String),
    /// This is neither a status code nor a range of them.
    #[error("`{0}` is no status; write a code as `404`, a class as `5xx`, or `any`")]
    NoStatus(String),
    /// No question has this name.
    #[error("`{0}` is no question that is asked of caches; `storable pages` lists them")]
    NoQuestion(String),
    /// The profile's cache does not answer this question by itself.
    #[error(
        "`{profile}` does not go by `{name}`, so nothing changes where that is not known; leave it \
         out, or write `everything`"
    )]
    NotAsked {
        /// The profile's id.
        profile: String,
        /// The question.
        name: String,
    },
    /// A condition says nothing.
    #[error(
        "what names nothing applies to no request; name cookies, headers, query, paths, methods, \
         hosts or exceptions"
    )]
    EmptyBypass,
    /// A setting that is told together with another one.
    #[error("set `{with}` to the same value: with one of the two alone answers cannot be told")]
    NotAlone {
        /// The other one.
        with: &'static str,
    },
    /// A setting that does nothing by itself.
    #[error("this does nothing without `{needs}`; set that too, or leave this out")]
    DoesNothing {
        /// The other one.
        needs: &'static str,
    },
    /// A number stands for nothing.
    #[error("this is a number from 0 to {most}")]
    OutOfRange {
        /// The greatest one.
        most: u8,
    },
    /// A pattern with sets is too long.
    #[error("a pattern with sets has 511 bytes at most; write several: `{0}`")]
    PatternTooLong(String),
    /// A key's text names what there is not.
    #[error(
        "`{0}` is no variable of a key's text; write `${{request_uri}}`, `${{cookie_NAME}}`, `${{class 1}}`"
    )]
    NoVariable(String),
    /// A condition that is no bypass says what it leaves out.
    #[error(
        "`of` stands in a bypass itself, not in its exceptions, in a class or in a route's condition; \
         leave it out here"
    )]
    NoBypass,
    /// A key has more classes than there is room for.
    #[error("a list of cases has 255 classes at most; give several cases one class")]
    TooManyClasses,
}

impl SiteError {
    pub(super) fn at(route: usize, names: &[&'static str], problem: Problem) -> Self {
        Self { place: Place { route: Some(route), names: names.to_vec() }, problem }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.route {
            None => f.write_str("site"),
            Some(number) => write!(f, "route {}", number.saturating_add(1)),
        }?;
        match self.names.as_slice() {
            [] => Ok(()),
            names => write!(f, ", {}", names.join(".")),
        }
    }
}
