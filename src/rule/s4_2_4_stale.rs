//! RFC 9111 §4.2.4 and RFC 5861 §3: what is stale on arrival, and for how long it may be used.

use super::s4_2_freshness::Subject;
use super::{Draft, Evidence, Interval, Rule, RuleEffect, Tri};
use crate::field::Field;
use crate::policy::DeltaSeconds;
use crate::profile::{CacheType, Fact, Facts, StaleWindow, ZeroLifetime};

/// §4.2.4 and RFC 5861 §3: for how long a stale answer may be given while the origin is asked.
/// C28: must-revalidate, no-cache and, in a shared cache, proxy-revalidate and s-maxage bar it.
#[inline(always)]
pub(crate) fn stale_window<'a>(draft: &mut Draft<'a>, subject: &Subject<'_, 'a>) {
    let control = &subject.response.control;
    let shared = subject.cache_type == CacheType::Shared;
    let stale_is_barred = control.must_revalidate.is_present()
        || (shared && (control.proxy_revalidate.is_present() || !control.s_maxage.is_absent()));
    let barred =
        stale_is_barred || control.no_cache.is_present() || control.no_cache_fields.is_present();
    let after_s_maxage = |seconds| match control.s_maxage {
        DeltaSeconds::Seconds(1.., _) if shared => seconds,
        _ => 0,
    };
    let (default, effect) = match (subject.facts.stale_while_revalidate, barred) {
        (Fact::Known(StaleWindow::AfterSMaxage(seconds)), _) => {
            let known = !control.must_revalidate.is_present();
            let effect = if known { RuleEffect::Notes } else { RuleEffect::Unknown };
            (after_s_maxage(seconds), effect)
        }
        (Fact::Known(StaleWindow::None | StaleWindow::WhileRenewed(_)), _)
        | (Fact::Known(StaleWindow::UnlessBarred), true) => return,
        (Fact::Known(StaleWindow::DefaultUnlessBarred(_)), _) if stale_is_barred => return,
        (
            Fact::Known(StaleWindow::Default(seconds) | StaleWindow::DefaultUnlessBarred(seconds)),
            _,
        )
        | (Fact::Known(StaleWindow::DefaultUnknownWhereBarred(seconds)), false) => {
            (seconds, RuleEffect::Notes)
        }
        (Fact::Known(StaleWindow::DefaultUnknownWhereBarred(seconds)), true) => {
            (seconds, RuleEffect::Unknown)
        }
        (Fact::Known(StaleWindow::Always | StaleWindow::UnlessBarred), _)
        | (Fact::Known(StaleWindow::UnknownWhereBarred), false) => (0, RuleEffect::Notes),
        (Fact::Known(StaleWindow::UnknownWhereBarred), true) | (Fact::Unknown, _) => {
            (0, RuleEffect::Unknown)
        }
    };
    let (seconds, evidence) = match control.stale_while_revalidate {
        DeltaSeconds::Seconds(seconds, text) => {
            let response = subject.response;
            let field = response.window_field.map_or(response.control_field, Field::name);
            (seconds, Evidence::of(field, text))
        }
        _ => (default, Evidence::NONE),
    };
    // A window of 0 s is none, whoever bars it.
    if seconds > 0 {
        draft.note(Rule::StaleWhileRevalidate, effect, evidence);
        let least = if effect == RuleEffect::Unknown { 0 } else { seconds };
        draft.stale_window = Interval { least, most: seconds };
    }
}

/// §4.2: stale on arrival. That says nothing on storing by the RFC; some caches do not store it.
pub(crate) fn zero_lifetime<'a>(draft: &mut Draft<'a>, facts: &Facts) {
    let stale = draft.remaining().is_positive().not();
    if stale == Tri::No || draft.not_stored == Tri::Yes {
        return;
    }
    let rule = match facts.zero_lifetime {
        Fact::Known(ZeroLifetime::By { directive, targeted, expires }) => {
            let by_source = match (draft.past_expires, draft.targeted) {
                (true, _) => expires,
                (false, true) => targeted,
                (false, false) => directive,
            };
            by_source.known().map_or(Fact::Unknown, |rule| Fact::Known(*rule))
        }
        rule => rule,
    };
    match rule {
        Fact::Known(ZeroLifetime::Stored | ZeroLifetime::By { .. }) => {}
        Fact::Known(ZeroLifetime::NotStored) if stale == Tri::Yes => {
            draft.forbid(Rule::ZeroLifetime, Evidence::NONE);
        }
        Fact::Known(ZeroLifetime::NotStoredUnlessStale)
            if stale == Tri::Yes && draft.stale_window.most == 0 =>
        {
            draft.forbid(Rule::ZeroLifetime, Evidence::NONE);
        }
        Fact::Known(ZeroLifetime::NotStored) => draft.not_stored.raise(Tri::Maybe),
        Fact::Known(ZeroLifetime::NotStoredUnlessStale) | Fact::Unknown => {
            draft.doubt(Rule::ZeroLifetime, Evidence::NONE)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{unknown, with};
    use super::*;
    use crate::profile::Dialect;

    /// RFC 5861 §3, and what bars it (§4.2.4): the window that is stated, and where it is barred.
    #[test]
    fn windows() {
        let exactly = Interval::exactly;
        let up_to = |most| Interval { least: 0, most };
        let none = Interval::ZERO;
        const STATED: &str = "stale-while-revalidate=30";
        for (rule, stated, barred, silent, zero) in [
            (Fact::Known(StaleWindow::None), none, none, none, none),
            (Fact::Known(StaleWindow::WhileRenewed(5)), none, none, none, none),
            (Fact::Known(StaleWindow::Always), exactly(30), exactly(30), none, none),
            (Fact::Known(StaleWindow::UnlessBarred), exactly(30), none, none, none),
            (Fact::Known(StaleWindow::UnknownWhereBarred), exactly(30), up_to(30), none, none),
            (Fact::Known(StaleWindow::Default(9)), exactly(30), exactly(30), exactly(9), none),
            (
                Fact::Known(StaleWindow::DefaultUnknownWhereBarred(9)),
                exactly(30),
                up_to(30),
                exactly(9),
                none,
            ),
            (Fact::Known(StaleWindow::DefaultUnlessBarred(9)), exactly(30), none, exactly(9), none),
            (Fact::Unknown, up_to(30), up_to(30), none, none),
        ] {
            let no_cache_bars = !matches!(rule, Fact::Known(StaleWindow::DefaultUnlessBarred(_)));
            let facts = Facts {
                stale_while_revalidate: rule,
                dialect: Fact::Known(Dialect::Rfc9111),
                ..Facts::UNKNOWN
            };
            let window = |control: &str| {
                with(&facts, 200, &[("cache-control", control)], |draft, subject| {
                    stale_window(draft, subject);
                    let window = draft.stale_window;
                    let reasons = usize::from(window.most > 0);
                    assert_eq!(draft.trace.reasons().len(), reasons, "{rule:?} {control}");
                    let open = window.least < window.most;
                    assert!(!open || unknown(draft) == ["stale-while-revalidate"], "{rule:?}");
                    window
                })
            };
            assert_eq!(window(STATED), stated, "{rule:?}");
            assert_eq!(window("x"), silent, "{rule:?}");
            assert_eq!(window("stale-while-revalidate=0"), zero, "{rule:?}");
            for bar in ["no-cache", "no-cache=\"x\""] {
                let expected = if no_cache_bars { barred } else { stated };
                assert_eq!(window(&format!("{STATED}, {bar}")), expected, "{rule:?} {bar}");
            }
            for bar in ["must-revalidate", "proxy-revalidate", "s-maxage=5"] {
                assert_eq!(window(&format!("{STATED}, {bar}")), barred, "{rule:?} {bar}");
            }
        }
    }

    /// An s-maxage bars stale answers by the RFC; there is a cache in which it brings them.
    #[test]
    fn windows_after_s_maxage() {
        let facts = Facts {
            stale_while_revalidate: Fact::Known(StaleWindow::AfterSMaxage(9)),
            dialect: Fact::Known(Dialect::Rfc9111),
            ..Facts::UNKNOWN
        };
        for (control, least, most) in [
            ("s-maxage=5", 9, 9),
            ("s-maxage=5, stale-while-revalidate=30", 30, 30),
            ("s-maxage=5, stale-while-revalidate=0", 0, 0),
            ("s-maxage=5, must-revalidate", 0, 9),
            ("s-maxage=5, proxy-revalidate", 9, 9),
            ("s-maxage=0", 0, 0),
            ("max-age=5", 0, 0),
        ] {
            with(&facts, 200, &[("cache-control", control)], |draft, subject| {
                stale_window(draft, subject);
                assert_eq!(draft.stale_window, Interval { least, most }, "{control}");
            });
        }
    }
}
