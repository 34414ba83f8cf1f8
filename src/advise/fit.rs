//! How near what a verdict says is to one thing that is wanted.

use std::time::Duration;

use crate::answer::{Exposure, Storage};
use crate::rule::RuleEffect;
use crate::verdict::Verdict;

/// How far what a cache does is from what is wanted, the best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fit {
    /// It is what is wanted.
    Yes,
    /// It is kept for less long, or given to fewer.
    Stricter,
    /// Not known, but nothing beyond what is wanted can happen.
    Within,
    /// Not known; it may be kept for longer than is wanted.
    Open,
    /// Every request goes to the origin, though that was not wanted.
    Missed,
    /// It is kept for longer, or stored though nobody may.
    Longer,
    /// Not known; somebody may get what is not for them.
    MayExpose,
    /// Somebody gets what is not for them.
    Exposed,
}

impl Fit {
    pub(super) const COUNT: usize = 8;

    /// How bad it is when plans are compared: what is not known to be as wanted, and never beyond it,
    /// is as good as what is known to be stricter.
    pub(super) const fn level(self) -> usize {
        match self {
            Self::Within => Self::Stricter.rank(),
            fit => fit.rank(),
        }
    }

    /// Whether it is known that this is not what is wanted, nor stricter.
    pub(super) const fn is_failure(self) -> bool {
        matches!(self, Self::Missed | Self::Longer | Self::Exposed)
    }

    /// Its place among all, the best being 0.
    pub(super) const fn rank(self) -> usize {
        match self {
            Self::Yes => 0,
            Self::Stricter => 1,
            Self::Within => 2,
            Self::Open => 3,
            Self::Missed => 4,
            Self::Longer => 5,
            Self::MayExpose => 6,
            Self::Exposed => 7,
        }
    }
}

/// How well a wish is met, and which one it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Finding {
    pub(super) fit: Fit,
    pub(super) wish: Wish,
}

/// How well everything is met that is wanted of one cache, the best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Outcome {
    /// The worst of all findings.
    pub(super) fit: Fit,
    /// How far all of them are from what is wanted, added up.
    pub(super) distance: usize,
}

impl Outcome {
    pub(super) const BEST: Self = Self { fit: Fit::Yes, distance: 0 };
    pub(super) const WORST: Self = Self { fit: Fit::Exposed, distance: usize::MAX };
}

/// One thing that is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wish {
    /// It is fresh for so long.
    Lifetime,
    /// It answers stale for so long while the origin is asked.
    Stale,
    /// It answers stale for so long where the origin fails.
    StaleIfError,
    /// Others get it later, too.
    ForOthers,
    /// No store has it.
    NotStored,
    /// Nobody but the user gets it.
    OneUser,
    /// Whoever asks for another variant does not get this one.
    Variant,
    /// Nobody but the user gets the cookie.
    Cookie,
    /// Who waits for the same fetch does not get it.
    Apart,
}

/// For how long it is fresh.
pub(super) fn lifetime(verdict: &Verdict<'_>, wanted: Duration) -> Finding {
    let wanted = wanted.as_secs();
    let (least, most) = verdict.fresh_between();
    // Some caches count in fractions of a second, or keep what is as old as its lifetime: a second
    // less or more is what is wanted, unless nothing is.
    let second = u64::from(wanted > 0);
    let (shortest, longest) = (wanted.saturating_sub(second), wanted.saturating_add(second));
    let fit = match () {
        () if least > longest => Fit::Longer,
        () if most > longest => Fit::Open,
        () if least >= shortest => Fit::Yes,
        () if most == 0 => Fit::Missed,
        () if most.saturating_sub(least) <= second => Fit::Stricter,
        () => Fit::Within,
    };
    Finding { fit, wish: Wish::Lifetime }
}

/// Whether others get what is fresh, as is wanted of what is for everyone.
pub(super) fn for_others(verdict: &Verdict<'_>) -> Finding {
    let (_, most) = verdict.fresh_between();
    let fit = match verdict.exposure() {
        Exposure::Known => Fit::Yes,
        _ if most == 0 => Fit::Yes,
        Exposure::Unknown => Fit::Within,
        Exposure::None => Fit::Stricter,
    };
    Finding { fit, wish: Wish::ForOthers }
}

pub(super) fn not_stored(verdict: &Verdict<'_>) -> Finding {
    let fit = match verdict.storage() {
        Storage::NotStored | Storage::Bypass => Fit::Yes,
        Storage::Unknown => Fit::Open,
        Storage::Stored => Fit::Longer,
    };
    Finding { fit, wish: Wish::NotStored }
}

pub(super) fn exposed(wish: Wish, exposure: Exposure) -> Finding {
    let fit = match exposure {
        Exposure::None => Fit::Yes,
        Exposure::Unknown => Fit::MayExpose,
        Exposure::Known => Fit::Exposed,
    };
    Finding { fit, wish }
}

pub(super) fn exposure_of_cookie(verdict: &Verdict<'_>) -> Exposure {
    let kept = verdict.lines_to_store().any(|(name, _)| name.eq_ignore_ascii_case("set-cookie"));
    if kept { verdict.exposure() } else { Exposure::None }
}

pub(super) fn apart(verdict: &Verdict<'_>) -> Finding {
    let exposure = match verdict.why_waiting_user().effect {
        RuleEffect::Shares => Exposure::Known,
        RuleEffect::Unknown => Exposure::Unknown,
        _ => Exposure::None,
    };
    exposed(Wish::Apart, exposure)
}
