//! The response's header lines, folded in the order of arrival over a few variables
//! (src/http/ngx_http_upstream.c, the `ngx_http_upstream_process_*` functions).

use super::raw_line::{RawLine, RawNumber};
use super::{Now, date};
use crate::field::Field;
use crate::policy::InView;
use crate::profile::HeaderLogic;
use crate::profile::Overflow;
use crate::profile::{Fact, Facts, Treatment};
use crate::rule::{Draft, Evidence, Rule, RuleEffect};

/// The variables, and the draft that the lines write in.
pub(super) struct Fold<'s, 'a> {
    facts: &'s Facts,
    logic: HeaderLogic,
    overflow: Overflow,
    now: Now,
    draft: &'s mut Draft<'a>,
    /// `valid_sec`
    valid: Option<Valid<'a>>,
    /// `updating_sec`
    updating: i64,
    /// `headers_in.x_accel_expires`
    accel_seen: bool,
    /// `headers_in.expires`
    expires_seen: bool,
    /// `headers_in.no_cache`
    no_cache: Option<Bar<'a>>,
    /// `headers_in.expired`
    expired: Option<Bar<'a>>,
}

/// Until when the response is fresh, and who says so.
#[derive(Clone, Copy)]
pub(super) struct Valid<'a> {
    /// Seconds from now on; a negative number is in the past.
    pub(super) left: i64,
    pub(super) rule: Rule,
    pub(super) effect: RuleEffect,
    pub(super) evidence: Evidence<'a>,
}

/// What forbids storing, where a later line may still lift it.
#[derive(Clone, Copy)]
struct Bar<'a> {
    rule: Rule,
    evidence: Evidence<'a>,
}

/// What the lines come to.
pub(super) struct Folded<'a> {
    pub(super) valid: Option<Valid<'a>>,
    /// Seconds after that in which an answer is given while another request renews it.
    pub(super) updating: i64,
}

impl<'s, 'a> Fold<'s, 'a> {
    pub(super) fn new(
        draft: &'s mut Draft<'a>,
        facts: &'s Facts,
        logic: HeaderLogic,
        overflow: Overflow,
        now: Now,
    ) -> Self {
        Self {
            facts,
            logic,
            overflow,
            now,
            draft,
            valid: None,
            updating: 0,
            accel_seen: false,
            expires_seen: false,
            no_cache: None,
            expired: None,
        }
    }

    /// One header line. A field that `proxy_ignore_headers` names is not in view; that it is there
    /// counts all the same.
    pub(super) fn line(&mut self, field: Field, value: &'a [u8], view: InView) {
        match field {
            Field::XAccelExpires => self.accel_expires(value, view),
            Field::CacheControl if view == InView::Yes => self.cache_control(value),
            Field::Expires => self.expires(value, view),
            _ => {}
        }
    }

    /// What still forbids storing forbids it now (`ngx_http_upstream_process_headers`).
    pub(super) fn finish(self) -> Folded<'a> {
        for bar in [self.no_cache, self.expired].into_iter().flatten() {
            self.draft.forbid(bar.rule, bar.evidence);
        }
        if let Some(valid) = self.valid {
            self.draft.note(valid.rule, valid.effect, valid.evidence);
        }
        Folded { valid: self.valid, updating: self.updating }
    }

    /// `ngx_http_upstream_process_accel_expires`: a bare number of seconds, or `@` and a time.
    /// Anything else is as if the line said nothing.
    fn accel_expires(&mut self, value: &'a [u8], view: InView) {
        let (rule, evidence) =
            (Rule::AccelExpires, Evidence::in_field(Field::XAccelExpires, value));
        if self.accel_seen && self.logic == HeaderLogic::Flagged {
            return self.ignored(rule, evidence);
        }
        self.accel_seen = true;
        if view == InView::No {
            return;
        }
        let (absolute, digits) = match value {
            [b'@', digits @ ..] => (true, digits),
            digits => (false, digits),
        };
        match (decimal(digits), absolute) {
            (None, _) => return self.ignored(rule, evidence),
            (Some(0), false) => return self.draft.forbid(rule, evidence),
            (Some(time), true) => self.set_until(time, rule, evidence),
            (Some(seconds), false) => self.set_for(seconds, Overflow::Wraps, rule, evidence),
        }
        for bar in [self.no_cache.take(), self.expired.take()].into_iter().flatten() {
            self.ignored(bar.rule, bar.evidence);
        }
    }

    /// `ngx_http_upstream_process_cache_control`
    fn cache_control(&mut self, line: &'a [u8]) {
        let evidence = Evidence::in_field(Field::CacheControl, line);
        let raw = RawLine::read(line, self.overflow);
        let restriction = self.restriction(&raw, line);
        let (rule, seconds) = lifetime(&raw);
        if self.accel_seen && self.valid.is_some() {
            if let Some(rule) = restriction {
                self.ignored(rule, evidence);
            } else if let RawNumber::Seconds(_, text) | RawNumber::Malformed(text) = seconds {
                self.ignored(rule, Evidence::in_field(Field::CacheControl, text));
            }
            if self.logic == HeaderLogic::Flagged {
                self.extensions(&raw);
            }
            return;
        }
        if let Some(rule) = restriction {
            return self.bar_no_cache(Bar { rule, evidence });
        }
        match seconds {
            RawNumber::Absent => {}
            RawNumber::Malformed(text) => return self.malformed(text),
            RawNumber::Seconds(0, text) => {
                let evidence = Evidence::in_field(Field::CacheControl, text);
                return self.bar_no_cache(Bar { rule: Rule::ZeroLifetime, evidence });
            }
            RawNumber::Seconds(seconds, text) => {
                let evidence = Evidence::in_field(Field::CacheControl, text);
                self.set_for(seconds, self.overflow, rule, evidence);
                if let Some(bar) = self.expired.take() {
                    self.ignored(Rule::Expires, bar.evidence);
                }
            }
        }
        self.extensions(&raw);
    }

    /// One of three names anywhere in the line.
    fn restriction(&mut self, raw: &RawLine<'_>, line: &'a [u8]) -> Option<Rule> {
        for (named, rule, treatment) in [
            (raw.no_cache, Rule::NoCache, self.facts.no_cache),
            (raw.no_store, Rule::NoStore, self.facts.no_store),
            (raw.private, Rule::Private, self.facts.private),
        ] {
            if !named {
                continue;
            }
            if treatment != Fact::Known(Treatment::Ignored) {
                return Some(rule);
            }
            self.ignored(rule, Evidence::in_field(Field::CacheControl, line));
        }
        None
    }

    /// The windows of RFC 5861. stale-if-error is no matter here, save that it may be malformed.
    fn extensions(&mut self, raw: &RawLine<'a>) {
        match raw.stale_while_revalidate {
            RawNumber::Absent => {}
            RawNumber::Malformed(text) => return self.malformed(text),
            RawNumber::Seconds(seconds, text) => {
                let evidence = Evidence::in_field(Field::CacheControl, text);
                self.draft.note(Rule::StaleWhileRevalidate, RuleEffect::Notes, evidence);
                self.updating = seconds;
            }
        }
        if let RawNumber::Malformed(text) = raw.stale_if_error {
            self.malformed(text);
        }
    }

    /// `ngx_http_upstream_process_expires`
    fn expires(&mut self, value: &'a [u8], view: InView) {
        let evidence = Evidence::in_field(Field::Expires, value);
        if self.expires_seen && self.logic == HeaderLogic::Flagged {
            return self.ignored(Rule::Expires, evidence);
        }
        self.expires_seen = true;
        if view == InView::No {
            return;
        }
        if self.valid.is_some() {
            return self.ignored(Rule::Expires, evidence);
        }
        match date::read(value) {
            None => self.bar_expired(Bar { rule: Rule::InvalidExpires, evidence }),
            Some(time) if self.now.left_until(time) < 0 => {
                self.bar_expired(Bar { rule: Rule::ZeroLifetime, evidence });
            }
            Some(time) => self.set_until(time, Rule::Expires, evidence),
        }
    }

    fn bar_no_cache(&mut self, bar: Bar<'a>) {
        match self.logic {
            HeaderLogic::Sequential => self.draft.forbid(bar.rule, bar.evidence),
            HeaderLogic::Flagged => self.no_cache = self.no_cache.or(Some(bar)),
        }
    }

    fn bar_expired(&mut self, bar: Bar<'a>) {
        match self.logic {
            HeaderLogic::Sequential => self.draft.forbid(bar.rule, bar.evidence),
            HeaderLogic::Flagged => self.expired = self.expired.or(Some(bar)),
        }
    }

    /// No later line lifts this.
    fn malformed(&mut self, text: &'a [u8]) {
        let evidence = Evidence::in_field(Field::CacheControl, text);
        self.draft.forbid(Rule::MalformedNumber, evidence);
    }

    fn set_for(&mut self, seconds: i64, overflow: Overflow, rule: Rule, evidence: Evidence<'a>) {
        self.set(self.now.left_for(seconds, overflow), rule, evidence);
    }

    fn set_until(&mut self, time: i64, rule: Rule, evidence: Evidence<'a>) {
        // A time of 0 is none.
        self.set((time != 0).then(|| self.now.left_until(time)), rule, evidence);
        if let (Some(valid), Now::Unknown(_)) = (&mut self.valid, self.now) {
            valid.effect = RuleEffect::Notes;
        }
    }

    fn set(&mut self, left: Option<i64>, rule: Rule, evidence: Evidence<'a>) {
        let new = left.map(|left| {
            let effect = RuleEffect::SetsLifetime(u64::try_from(left).unwrap_or(0));
            Valid { left, rule, effect, evidence }
        });
        if let Some(old) = std::mem::replace(&mut self.valid, new) {
            self.ignored(old.rule, old.evidence);
        }
    }

    fn ignored(&mut self, rule: Rule, evidence: Evidence<'a>) {
        self.draft.note(rule, RuleEffect::Ignored, evidence);
    }
}

/// The number that counts: s-maxage goes before max-age, wherever it stands.
fn lifetime<'a>(raw: &RawLine<'a>) -> (Rule, RawNumber<'a>) {
    match raw.s_maxage {
        RawNumber::Absent => (Rule::MaxAge, raw.max_age),
        seconds => (Rule::SMaxage, seconds),
    }
}

/// `ngx_atoi`: digits alone, at least one, and no more than 63 bits can hold.
fn decimal(digits: &[u8]) -> Option<i64> {
    let text = std::str::from_utf8(digits).ok()?;
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bare_number_is_digits_that_fit() {
        for (text, number) in [
            ("0", Some(0)),
            ("0060", Some(60)),
            ("9223372036854775807", Some(i64::MAX)),
            ("9223372036854775808", None),
            ("", None),
            ("+1", None),
            ("-1", None),
            ("1 ", None),
            ("off", None),
        ] {
            assert_eq!(decimal(text.as_bytes()), number, "{text}");
        }
    }

    #[test]
    fn s_maxage_goes_before_max_age_wherever_it_stands() {
        let read = lifetime(&RawLine::read(b"max-age=1, S-MaxAge=2", Overflow::Wraps));
        assert_eq!(read, (Rule::SMaxage, RawNumber::Seconds(2, b"S-MaxAge=2")));
        let read = lifetime(&RawLine::read(b"x-max-age=1", Overflow::Wraps));
        assert_eq!(read, (Rule::MaxAge, RawNumber::Seconds(1, b"max-age=1")));
    }
}
