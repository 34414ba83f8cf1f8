//! What a response states.

use super::{DeltaSeconds, Presence, ResponseControl};
use crate::calendar::Timestamp;
use crate::field::{
    DateReading, Directives, Field, FieldLines, Known, Scan, delta_seconds, elements,
    read_http_date,
};
use crate::message::ResponseHead;
use crate::profile::{ControlField, Dialect, Fact, Facts};

/// A response, read the way a profile's cache reads it.
#[derive(Clone, Copy, Debug)]
pub struct ResponsePolicy<'a> {
    head: ResponseHead<'a>,
    scan: Scan<'a>,
    ignored: &'static [&'static str],
    /// What its control field says.
    pub control: ResponseControl<'a>,
    /// The field that `control` was read from.
    pub control_field: &'static str,
    /// The field that stale-while-revalidate was read from, where that is another one.
    pub(crate) window_field: Option<Field>,
    /// The `max-age` of a field that is the first source of the lifetime.
    pub surrogate_max_age: DeltaSeconds<'a>,
    /// Whether Cache-Control and Expires are in view.
    pub expires_in_view: InView,
    /// A control field is there, and nothing says whether this cache reads it.
    pub doubtful_control: Presence<'a>,
}

/// Whether a field is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InView {
    /// It is.
    Yes,
    /// Another field has taken its place.
    No,
}

/// How a cache reads the lines of a control field: the server's own reader of its dialect.
pub(crate) type ReadControl = for<'a> fn(&mut ResponseControl<'a>, FieldLines<'a>, Fact<Dialect>);

/// What a date field says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DateField<'a> {
    Absent,
    At(Timestamp, &'a [u8]),
    Invalid(&'a [u8]),
    /// A two-digit year, and no clock to tell the century.
    NeedsClock(&'a [u8]),
}

/// The fields that steer some cache.
const STEERING: [Field; 8] = [
    Field::CdnCacheControl,
    Field::SurrogateControl,
    Field::CloudflareCdnCacheControl,
    Field::AkamaiCacheControl,
    Field::VercelCdnCacheControl,
    Field::NetlifyCdnCacheControl,
    Field::EdgeControl,
    Field::XAccelExpires,
];

impl<'a> ResponsePolicy<'a> {
    #[inline]
    pub(crate) fn unread(head: ResponseHead<'a>) -> Self {
        Self {
            head,
            scan: Scan::empty(head.lines()),
            ignored: &[],
            control: ResponseControl::default(),
            control_field: Field::CacheControl.name(),
            window_field: None,
            surrogate_max_age: DeltaSeconds::Absent,
            expires_in_view: InView::Yes,
            doubtful_control: Presence::Absent,
        }
    }

    /// Reads the head, in the place where the policy stays.
    pub(crate) fn fill(&mut self, facts: &Facts, read: ReadControl) {
        self.scan.read();
        self.ignored = facts.ignored_fields.known().unwrap_or_default();
        for field in self.ignored.iter().filter_map(|name| Field::of(name)) {
            self.scan.remove(field);
        }
        self.select(facts, read);
    }

    /// Which fields count, and with what precedence (RFC 9213 §2.2 for targeted fields).
    #[inline(always)]
    fn select(&mut self, facts: &Facts, read: ReadControl) {
        match facts.control_fields.known() {
            Some([]) => self.read_cache_control(facts, read),
            Some([ControlField::BarsElseUnknown(_)]) if self.barred_by(facts).is_some() => {
                self.read_cache_control(facts, read);
            }
            Some([ControlField::BarsElseUnknown(_)]) | None => self.select_in_doubt(facts, read),
            Some(fields) => self.select_by(fields, facts, read),
        }
    }

    #[inline(never)]
    fn select_by(&mut self, fields: &[ControlField], facts: &Facts, read: ReadControl) {
        for field in fields {
            if self.apply(field, facts, read) == InView::No {
                self.expires_in_view = InView::No;
                return;
            }
        }
        if self.control_field == Field::CacheControl.name() {
            self.read_cache_control(facts, read);
            self.read_first_windows(fields, facts, read);
        }
        if let Some((_, line)) = self.restrictions_hidden_by(facts) {
            self.control.hide_restrictions(line);
        }
    }

    /// The windows for stale answers of the field whose lifetime comes first, which come first too.
    fn read_first_windows(&mut self, fields: &[ControlField], facts: &Facts, read: ReadControl) {
        for field in fields {
            let ControlField::SurrogateMaxAge(name) = *field else { continue };
            if self.named(name).next().is_some() {
                let mut first = ResponseControl::default();
                read(&mut first, self.named(name), facts.dialect);
                if !first.stale_while_revalidate.is_absent() {
                    self.window_field = Field::of(name);
                }
                self.control.prefer_windows(&first);
            }
        }
    }

    /// Where nothing says which fields count, another may have taken the place of Cache-Control.
    #[inline(never)]
    fn select_in_doubt(&mut self, facts: &Facts, read: ReadControl) {
        self.read_cache_control(facts, read);
        if self.scan.has_any(&STEERING) {
            let mut lines = STEERING.iter().flat_map(|&field| self.scan.all(field));
            let decisive = lines.clone().find(|line| !only_gives_lifetime(line));
            if let Some(text) = decisive.or_else(|| lines.next()) {
                self.doubtful_control = Presence::Doubtful(text);
                self.control.doubt_restrictions();
            }
        }
    }

    /// A field that steers some cache.
    pub(crate) fn steering_field(&self) -> Option<(Field, &'a [u8])> {
        STEERING.iter().find_map(|&field| Some((field, self.scan.first(field)?)))
    }

    #[inline(always)]
    fn read_cache_control(&mut self, facts: &Facts, read: ReadControl) {
        if self.scan.has(Field::CacheControl) {
            let lines = self.scan.all(Field::CacheControl);
            match facts.dialect {
                // `read` would do the same, by a call that most verdicts are spared.
                Fact::Known(Dialect::Rfc9111) => self.control.read_rfc9111(lines),
                dialect => read(&mut self.control, lines, dialect),
            }
        }
    }

    /// The field, and its first line, that takes the restrictions in Cache-Control out of view.
    pub(crate) fn restrictions_hidden_by(&self, facts: &Facts) -> Option<(&'static str, &'a [u8])> {
        facts.control_fields.known()?.iter().find_map(|field| match *field {
            ControlField::HidesRestrictions(name) => Some((name, self.named(name).next()?)),
            _ => None,
        })
    }

    /// The field, and the line of it, that keeps the response from being stored.
    pub(crate) fn barred_by(&self, facts: &Facts) -> Option<(&'static str, &'a [u8])> {
        facts.control_fields.known()?.iter().find_map(|field| match *field {
            ControlField::BarsElseUnknown(field) => {
                let line = self.scan.all(field).find(|line| says_not_to_store(line))?;
                Some((field.name(), line))
            }
            _ => None,
        })
    }

    /// Lets one control field have its say; returns whether Cache-Control is still in view.
    fn apply(&mut self, field: &ControlField, facts: &Facts, read: ReadControl) -> InView {
        match *field {
            ControlField::Targeted(name) => {
                if let Some(control) = ResponseControl::read_targeted(self.named(name)) {
                    self.control = control;
                    self.control_field = name;
                    return InView::No;
                }
            }
            ControlField::SurrogateMaxAge(name) => {
                if let Some(line) = self.named(name).next() {
                    self.surrogate_max_age = max_age_of(line);
                }
            }
            ControlField::BareSeconds(name) => {
                if let Some(seconds) = self.named(name).find_map(bare_seconds) {
                    self.surrogate_max_age = seconds;
                }
            }
            ControlField::InsteadOfCacheControl(field) => {
                if self.scan.has(field) {
                    self.control = ResponseControl::default();
                    read(&mut self.control, self.scan.all(field), facts.dialect);
                    self.control_field = field.name();
                    return InView::No;
                }
            }
            ControlField::InsteadOfDirectives(field) => {
                if self.scan.has(field) && self.control_field == Field::CacheControl.name() {
                    self.control = ResponseControl::default();
                    read(&mut self.control, self.scan.all(field), facts.dialect);
                    self.control_field = field.name();
                }
            }
            // Which restrictions it lifts is decided where they are applied.
            ControlField::LiftsRestrictions(_) => {}
            ControlField::HidesCacheControl(name) => {
                if self.named(name).next().is_some() {
                    self.control_field = name;
                    return InView::No;
                }
            }
            // It needs Cache-Control to be read first.
            ControlField::HidesRestrictions(_) => {}
            // What it may do besides is not known: `select_in_doubt`.
            ControlField::BarsElseUnknown(_) => {}
        }
        InView::Yes
    }

    /// The lines of any field, by name; none where the operator has the cache ignore it.
    pub(crate) fn named(&self, name: &'static str) -> FieldLines<'a> {
        let absent = match Field::of(name) {
            Some(field) => !self.scan.has(field),
            None => is_in(self.ignored, name),
        };
        if absent { FieldLines::NONE } else { self.scan.named(name) }
    }

    /// All lines of a field, also where the operator has the cache ignore it.
    pub(crate) fn sent(&self, field: Field) -> FieldLines<'a> {
        if self.ignored.is_empty() {
            self.scan.all(field)
        } else {
            FieldLines::of(field, self.head.lines())
        }
    }

    /// Whether a field has a line, also where the operator has the cache ignore it.
    pub(crate) fn is_sent(&self, field: Field) -> bool {
        self.scan.has(field) || self.sent(field).next().is_some()
    }

    /// The head it was read from.
    #[must_use]
    pub const fn head(&self) -> ResponseHead<'a> {
        self.head
    }

    pub(crate) const fn scan(&self) -> &Scan<'a> {
        &self.scan
    }

    /// The status code.
    #[must_use]
    pub const fn status(&self) -> u16 {
        self.head.status()
    }

    /// The Age field in seconds: its first member, or nothing where that is invalid
    /// (RFC 9111 §5.1).
    #[must_use]
    pub fn age(&self) -> Option<u64> {
        let line = self.scan.first(Field::Age)?;
        // Mostly it is a number and nothing else.
        delta_seconds(line)
            .or_else(|| elements(self.scan.all(Field::Age)).next().and_then(delta_seconds))
    }

    /// The Date field. C18: of several different lines none is believed.
    #[inline(always)]
    pub(crate) fn date(&self, now: Option<Timestamp>) -> DateField<'a> {
        self.date_field(Field::Date, now)
    }

    /// The Expires field. C18: several different lines are no date, and so in the past.
    #[inline(always)]
    pub(crate) fn expires(&self, now: Option<Timestamp>) -> DateField<'a> {
        match self.expires_in_view {
            InView::Yes => self.date_field(Field::Expires, now),
            InView::No => DateField::Absent,
        }
    }

    pub(crate) fn last_modified(&self, now: Option<Timestamp>) -> DateField<'a> {
        self.date_field(Field::LastModified, now)
    }

    // A part of its callers, which know the field.
    #[inline(always)]
    fn date_field(&self, field: Field, now: Option<Timestamp>) -> DateField<'a> {
        let Some(text) = self.scan.first(field) else { return DateField::Absent };
        if self.scan.repeats(field) && self.is_disputed(field, text) {
            return DateField::Invalid(text);
        }
        match read_http_date(text, now) {
            DateReading::Valid(at) => DateField::At(at, text),
            DateReading::Invalid => DateField::Invalid(text),
            DateReading::NeedsClock => DateField::NeedsClock(text),
        }
    }

    /// `Pragma: no-cache`
    #[must_use]
    pub fn pragma_no_cache(&self) -> Presence<'a> {
        if !self.scan.has(Field::Pragma) {
            return Presence::Absent;
        }
        elements(self.scan.all(Field::Pragma))
            .find(|text| text.eq_ignore_ascii_case(b"no-cache"))
            .map_or(Presence::Absent, Presence::Present)
    }

    /// The first Set-Cookie field.
    #[must_use]
    pub fn set_cookie(&self) -> Presence<'a> {
        self.scan.first(Field::SetCookie).map_or(Presence::Absent, Presence::Present)
    }

    /// The entity-tag field; several different lines are none.
    fn entity_tag(&self) -> Option<&'a [u8]> {
        let text = self.scan.first(Field::Etag)?;
        let disputed = self.scan.repeats(Field::Etag) && self.is_disputed(Field::Etag, text);
        (!disputed).then_some(text)
    }

    /// Whether a field has a line other than this one.
    #[inline(never)]
    fn is_disputed(&self, field: Field, text: &[u8]) -> bool {
        self.scan.all(field).any(|line| line != text)
    }

    /// Whether a validation request can carry a condition: there is an entity-tag
    /// (RFC 9110 §8.8.3) or a Last-Modified date.
    #[must_use]
    pub fn has_validator(&self) -> bool {
        self.has_entity_tag() || self.has_last_modified()
    }

    pub(crate) fn has_entity_tag(&self) -> bool {
        self.entity_tag().is_some_and(is_entity_tag)
    }

    pub(crate) fn has_last_modified(&self) -> bool {
        matches!(self.last_modified(None), DateField::At(..) | DateField::NeedsClock(_))
    }
}

/// RFC 9110 §8.8.3: `W/` in this letter case, then a quoted string without escapes.
fn is_entity_tag(text: &[u8]) -> bool {
    let opaque = text.strip_prefix(b"W/").unwrap_or(text);
    matches!(opaque, [b'"', inner @ .., b'"'] if !inner.contains(&b'"'))
}

/// Whether a field, where it is read as a control field, gives a lifetime and restricts nothing.
pub(crate) fn only_gives_lifetime(line: &[u8]) -> bool {
    let mut lifetime = false;
    let harmless = Directives::of(FieldLines::one(line)).all(|directive| match directive.known() {
        Some(Known::MaxAge | Known::SMaxage) => {
            lifetime = directive.argument.delta_seconds().is_some_and(|seconds| seconds > 0);
            lifetime
        }
        Some(known) => matches!(known, Known::Public | Known::StaleWhileRevalidate),
        None => false,
    });
    harmless && lifetime
}

/// Edge-Control: one of its members forbids storing.
fn says_not_to_store(line: &[u8]) -> bool {
    elements(FieldLines::one(line)).any(|member| {
        [&b"no-store"[..], b"bypass-cache"].iter().any(|bar| member.eq_ignore_ascii_case(bar))
    })
}

/// The `max-age` of a Surrogate-Control line.
fn max_age_of(line: &[u8]) -> DeltaSeconds<'_> {
    Directives::of(FieldLines::one(line))
        .find(|directive| directive.known() == Some(Known::MaxAge))
        .map_or(DeltaSeconds::Absent, |directive| {
            directive
                .argument
                .delta_seconds()
                .map_or(DeltaSeconds::Invalid(directive.text), |seconds| {
                    DeltaSeconds::Seconds(seconds, directive.text)
                })
        })
}

/// A number of seconds without a name; what is none is not looked at.
fn bare_seconds(line: &[u8]) -> Option<DeltaSeconds<'_>> {
    delta_seconds(line).map(|seconds| DeltaSeconds::Seconds(seconds, line))
}

fn is_in(names: &[&str], field: &str) -> bool {
    names.iter().any(|name| name.eq_ignore_ascii_case(field))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::HeaderLines;
    use crate::profile::{Fact, Profile};

    fn with<T>(lines: &[(&str, &str)], then: impl FnOnce(ResponsePolicy<'_>) -> T) -> T {
        let lines: Vec<_> = lines.iter().map(|(name, value)| (*name, value.as_bytes())).collect();
        let head = ResponseHead::new(200, HeaderLines::from_pairs(&lines));
        then(ResponsePolicy::read(head, Profile::RFC9111_SHARED.facts()))
    }

    #[test]
    fn ages() {
        for (lines, age) in [
            (&[][..], None),
            (&["7"], Some(7)),
            (&["7, 9"], Some(7)),
            (&[" 7 "], Some(7)),
            (&["7", "9"], Some(7)),
            (&["x", "9"], None),
            (&["-1"], None),
            (&["1.5"], None),
            (&["99999999999"], Some(2_147_483_648)),
        ] {
            let named: Vec<_> = lines.iter().map(|line| ("age", *line)).collect();
            assert_eq!(with(&named, |policy| policy.age()), age, "{lines:?}");
        }
    }

    /// RFC 9110 §8.8.
    #[test]
    fn validators() {
        const DATE: &str = "Mon, 19 Oct 2026 12:00:00 GMT";
        for (lines, expected) in [
            (&[][..], false),
            (&[("etag", "\"a\"")], true),
            (&[("etag", "\"\"")], true),
            (&[("etag", "W/\"a\"")], true),
            (&[("etag", "w/\"a\"")], false),
            (&[("etag", "a")], false),
            (&[("etag", "\"")], false),
            (&[("etag", "\"a\"b\"")], false),
            (&[("etag", "\"a\""), ("etag", "\"a\"")], true),
            (&[("etag", "\"a\""), ("etag", "\"b\"")], false),
            (&[("last-modified", DATE)], true),
            (&[("last-modified", "Monday, 19-Oct-26 12:00:00 GMT")], true),
            (&[("last-modified", "yesterday")], false),
            (&[("last-modified", DATE), ("last-modified", DATE)], true),
            (&[("last-modified", DATE), ("last-modified", "yesterday")], false),
            (&[("etag", "a"), ("last-modified", DATE)], true),
        ] {
            assert_eq!(with(lines, |policy| policy.has_validator()), expected, "{lines:?}");
        }
    }

    #[test]
    fn single_fields() {
        let lines = [("pragma", "x, No-Cache"), ("set-cookie", "a=1"), ("set-cookie", "b=2")];
        with(&lines, |policy| {
            assert_eq!(policy.pragma_no_cache(), Presence::Present(b"No-Cache"));
            assert_eq!(policy.set_cookie(), Presence::Present(b"a=1"));
            assert_eq!(policy.status(), 200);
            assert_eq!(policy.head().lines().iter().count(), 3);
        });
        with(&[("pragma", "no-cache=1")], |policy| {
            assert_eq!(policy.pragma_no_cache(), Presence::Absent);
            assert_eq!(policy.set_cookie(), Presence::Absent);
        });
    }

    /// Where it is not known which fields steer the cache, the one is named that restricts.
    #[test]
    fn steering_fields() {
        let lifetime = ("cdn-cache-control", &b"max-age=60"[..]);
        let restriction = ("edge-control", &b"no-store"[..]);
        for (lines, doubtful, first) in [
            (&[][..], Presence::Absent, None),
            (&[("cache-control", &b"no-store"[..])], Presence::Absent, None),
            (
                &[lifetime],
                Presence::Doubtful(lifetime.1),
                Some((Field::CdnCacheControl, lifetime.1)),
            ),
            (
                &[restriction, lifetime],
                Presence::Doubtful(restriction.1),
                Some((Field::CdnCacheControl, lifetime.1)),
            ),
        ] {
            let head = ResponseHead::new(200, HeaderLines::from_pairs(lines));
            let policy = ResponsePolicy::read(head, &Facts::UNKNOWN);
            assert_eq!((policy.doubtful_control, policy.steering_field()), (doubtful, first));
        }
    }

    #[test]
    fn control_fields() {
        const SECONDS: ControlField = ControlField::BareSeconds("x-own");
        const HIDING: ControlField = ControlField::HidesCacheControl("x-own");
        const OWN: &[&str] = &["X-Own"];
        let book = Field::CacheControl.name();
        let sixty = DeltaSeconds::Seconds(60, b"60");
        for (field, ignored, text, lifetime, read_from) in [
            (&[SECONDS], &[][..], "60", sixty, book),
            (&[SECONDS], &[], "@60", DeltaSeconds::Absent, book),
            (&[SECONDS], OWN, "60", DeltaSeconds::Absent, book),
            (&[HIDING], &[], "60", DeltaSeconds::Absent, "x-own"),
            (&[HIDING], OWN, "60", DeltaSeconds::Absent, book),
        ] {
            let facts = Facts {
                control_fields: Fact::Known(field),
                ignored_fields: Fact::Known(ignored),
                ..Facts::UNKNOWN
            };
            let lines = [("x-own", text.as_bytes())];
            let head = ResponseHead::new(200, HeaderLines::from_pairs(&lines));
            let policy = ResponsePolicy::read(head, &facts);
            let read = (policy.surrogate_max_age, policy.control_field);
            assert_eq!(read, (lifetime, read_from), "{field:?} {ignored:?} {text}");
        }
    }

    /// What such a field says can be taken for no more than a lifetime.
    #[test]
    fn harmless_fields() {
        for (line, expected) in [
            ("max-age=60", true),
            ("s-maxage=60, public, stale-while-revalidate=5", true),
            ("max-age=0", false),
            ("max-age=x", false),
            ("max-age=60, s-maxage=0", false),
            ("max-age=60, no-store", false),
            ("max-age=60, x", false),
            ("public", false),
            ("", false),
        ] {
            assert_eq!(only_gives_lifetime(line.as_bytes()), expected, "{line}");
        }
    }
}
