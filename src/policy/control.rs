//! What the directives of a response say.

use super::httpd::httpd_pieces;
use super::squid::{LetterCase, SquidDirective, Value, squid_directives};
use crate::field::{
    Argument, Directive, Directives, FieldLines, Item, Known, Member, Overflow, PlainMember,
    RawLine, RawNumber, Standing, WholeToken, c_seconds, check_dictionary, dictionary_members,
    find_ignore_case, first_integer, quoted_elements, token_length, values, whole_token,
};
use crate::profile::{Dialect, Fact};

/// Whether something was seen in a message, and where.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sighting<'a> {
    /// It is not there.
    #[default]
    Absent,
    /// It is there: the bytes that say so.
    Present(&'a [u8]),
    /// It stands there in a form of which nothing says how this cache reads it.
    Doubtful(&'a [u8]),
}

impl<'a> Sighting<'a> {
    /// Whether it is certainly there.
    #[must_use]
    pub const fn is_present(&self) -> bool {
        matches!(self, Self::Present(_))
    }

    /// Whether it is certainly not there.
    #[must_use]
    pub const fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }

    /// The first certain sighting counts, and any certain one before a doubtful one.
    pub(super) fn see(&mut self, other: Self) {
        match (*self, other) {
            (Self::Absent, _) | (Self::Doubtful(_), Self::Present(_)) => *self = other,
            _ => {}
        }
    }

    pub(crate) const fn text(&self) -> &'a [u8] {
        match self {
            Self::Absent => b"",
            Self::Present(text) | Self::Doubtful(text) => text,
        }
    }
}

/// A number of seconds that a directive states.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Stated<'a> {
    /// The directive is not there.
    #[default]
    Absent,
    /// So many seconds: the bytes that say so.
    Seconds(u64, &'a [u8]),
    /// The directive is there without a usable number; this cache takes that for 0 seconds.
    Invalid(&'a [u8]),
    /// The directive stands there in a form of which nothing says how this cache reads it.
    Doubtful(&'a [u8]),
}

impl Stated<'_> {
    /// Whether the directive is certainly not there.
    #[must_use]
    pub const fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }

    /// Of repeated values the smallest, and 0 if one is invalid: RFC 9111 §4.2.1 lets a cache take
    /// the first or hold the response stale (C1); this is safe under both readings.
    pub(super) fn see_smallest(&mut self, other: Self) {
        match (*self, other) {
            (Self::Absent, _) | (Self::Seconds(..), Self::Invalid(_)) => *self = other,
            (Self::Seconds(ours, _), Self::Seconds(theirs, _)) if theirs < ours => *self = other,
            _ => {}
        }
    }

    /// Of repeated wishes for freshness the greatest, and above all one that is invalid.
    pub(super) fn see_greatest(&mut self, other: Self) {
        match (*self, other) {
            (Self::Absent, _) | (Self::Seconds(..), Self::Invalid(_)) => *self = other,
            (Self::Seconds(ours, _), Self::Seconds(theirs, _)) if theirs > ours => *self = other,
            _ => {}
        }
    }

    /// Whether the directive stands there without an argument.
    pub(crate) fn is_bare(&self) -> bool {
        matches!(self, Self::Invalid(text) if !text.contains(&b'='))
    }

    /// Repeats of the same value are no doubt, others are.
    fn see_alike(&mut self, other: Self) {
        match (*self, other) {
            (Self::Absent, _) => *self = other,
            (Self::Seconds(ours, _), Self::Seconds(theirs, _)) if ours == theirs => {}
            (Self::Seconds(_, text) | Self::Invalid(text) | Self::Doubtful(text), _) => {
                *self = Self::Doubtful(text)
            }
        }
    }
}

/// What the control field of a response says, directive by directive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ResponseControl<'a> {
    /// `no-store`
    pub no_store: Sighting<'a>,
    /// `private` without field names
    pub private: Sighting<'a>,
    /// `private="field"`
    pub private_fields: Sighting<'a>,
    /// `no-cache` without field names
    pub no_cache: Sighting<'a>,
    /// `no-cache="field"`
    pub no_cache_fields: Sighting<'a>,
    /// `must-revalidate`
    pub must_revalidate: Sighting<'a>,
    /// `proxy-revalidate`
    pub proxy_revalidate: Sighting<'a>,
    /// `must-understand`
    pub must_understand: Sighting<'a>,
    /// `public`
    pub public: Sighting<'a>,
    /// `s-maxage`
    pub s_maxage: Stated<'a>,
    /// `max-age`
    pub max_age: Stated<'a>,
    /// `stale-while-revalidate`
    pub stale_while_revalidate: Stated<'a>,
    /// `stale-if-error`
    pub stale_if_error: Stated<'a>,
    /// A directive for whose sake a strict reader refuses the whole field.
    pub malformed: Sighting<'a>,
}

impl<'a> ResponseControl<'a> {
    /// Reads Cache-Control the way of a dialect; where that is unknown, unusual forms are
    /// doubtful.
    #[must_use]
    #[inline]
    pub fn read(lines: FieldLines<'a>, dialect: Fact<Dialect>) -> Self {
        let mut control = Self::default();
        control.add(lines, dialect);
        control
    }

    /// The same, in the place where the reading stays: it is too large to be copied around.
    #[inline(always)]
    pub(crate) fn add(&mut self, lines: FieldLines<'a>, dialect: Fact<Dialect>) {
        match (dialect, lines.only()) {
            (Fact::Known(Dialect::Rfc9111), Some(line)) => self.read_rfc9111_line(line),
            _ => self.add_by_dialect(lines, dialect),
        }
    }

    #[inline(never)]
    fn add_by_dialect(&mut self, lines: FieldLines<'a>, dialect: Fact<Dialect>) {
        match dialect {
            Fact::Known(Dialect::Rfc9111) => self.read_rfc9111(lines),
            Fact::Known(Dialect::RawLine(overflow)) => {
                lines.for_each(|line| self.add_raw(line, overflow));
            }
            Fact::Known(Dialect::FastlyVcl) => lines.for_each(|line| self.add_fastly(line)),
            Fact::Known(dialect @ (Dialect::Haproxy | Dialect::HaproxyWithArguments)) => {
                let lines = Self::after_plain(lines, |member| match member.known {
                    Known::MustRevalidate | Known::ProxyRevalidate => true,
                    _ => self.add_plain_last(member),
                });
                values(lines).for_each(|value| self.add_haproxy(value, dialect));
            }
            Fact::Known(Dialect::Httpd) => {
                let lines = Self::after_plain(lines, |member| self.add_plain_last(member));
                httpd_pieces(lines).for_each(|piece| self.add_httpd(piece));
            }
            Fact::Known(Dialect::Squid5) => self.add_squid(lines, LetterCase::Counts),
            Fact::Known(Dialect::Squid) => self.add_squid(lines, LetterCase::Ignored),
            Fact::Known(Dialect::Varnish) => self.read_varnish(&lines),
            Fact::Known(Dialect::Pingora) => self.read_pingora(lines),
            Fact::Known(Dialect::Souin) => self.read_souin(lines),
            Fact::Known(Dialect::Envoy) => self.read_envoy(lines),
            Fact::Known(Dialect::TrafficServer) => {
                let lines = Self::after_plain(lines, |member| self.add_plain_last(member));
                quoted_elements(lines).for_each(|element| self.add_traffic_server(element));
            }
            Fact::Unknown => {
                let lines =
                    Self::after_plain(lines, |member| self.add_plain(member, Stated::see_alike));
                Directives::of(lines).for_each(|directive| self.add_common(&directive));
            }
        }
    }

    /// Whether there is a directive that restricts storing or reuse, or lifts such a one.
    pub(crate) const fn restricts(&self) -> bool {
        !(self.no_store.is_absent()
            && self.private.is_absent()
            && self.private_fields.is_absent()
            && self.no_cache.is_absent()
            && self.no_cache_fields.is_absent()
            && self.must_revalidate.is_absent()
            && self.proxy_revalidate.is_absent()
            && self.must_understand.is_absent())
    }

    /// Another field may or may not have taken the place of this one.
    pub(crate) fn doubt_restrictions(&mut self) {
        for sighting in [
            &mut self.no_store,
            &mut self.private,
            &mut self.private_fields,
            &mut self.no_cache,
            &mut self.no_cache_fields,
        ] {
            if let Sighting::Present(text) = *sighting {
                *sighting = Sighting::Doubtful(text);
            }
        }
    }

    pub(super) fn restriction(&mut self, known: Known) -> Option<&mut Sighting<'a>> {
        Some(match known {
            Known::MustRevalidate => &mut self.must_revalidate,
            Known::NoCache => &mut self.no_cache,
            Known::NoStore => &mut self.no_store,
            Known::Private => &mut self.private,
            Known::ProxyRevalidate => &mut self.proxy_revalidate,
            _ => return None,
        })
    }

    pub(super) fn number(&mut self, known: Known) -> Option<&mut Stated<'a>> {
        Some(match known {
            Known::MaxAge => &mut self.max_age,
            Known::SMaxage => &mut self.s_maxage,
            Known::StaleIfError => &mut self.stale_if_error,
            Known::StaleWhileRevalidate => &mut self.stale_while_revalidate,
            _ => return None,
        })
    }

    // Part of its callers: where they know that there is one line, so does the loop.
    #[inline(always)]
    pub(super) fn read_rfc9111(&mut self, lines: FieldLines<'a>) {
        let mut directives = Directives::before(lines);
        directives.start();
        while let Some(directive) = directives.advance() {
            self.add_rfc9111(&directive);
        }
    }

    /// RFC 9111 §5.2, failing closed.
    #[inline(always)]
    fn add_rfc9111(&mut self, directive: &Directive<'a>) {
        let (Some(known), seen) = (directive.known(), Sighting::Present(directive.text)) else {
            return;
        };
        let bare = (directive.standing, directive.argument) == (Standing::Proper, Argument::None);
        match known {
            // C6: a restriction with an argument that it does not have is still one.
            Known::MustRevalidate => self.must_revalidate.see(seen),
            Known::NoCache if qualified(directive) => self.no_cache_fields.see(seen),
            Known::NoCache => self.no_cache.see(seen),
            Known::NoStore => self.no_store.see(seen),
            Known::Private if qualified(directive) => self.private_fields.see(seen),
            Known::Private => self.private.see(seen),
            Known::ProxyRevalidate => self.proxy_revalidate.see(seen),
            _ if directive.standing == Standing::Recovered => {}
            // C6: `public` with an argument permits nothing, and `must-understand` lifts nothing.
            Known::Public if bare => self.public.see(seen),
            Known::MustUnderstand if bare => self.must_understand.see(seen),
            Known::MustUnderstand => self.must_understand.see(Sighting::Doubtful(directive.text)),
            known => {
                if let Some(number) = self.number(known) {
                    number.see_smallest(stated(directive));
                }
            }
        }
    }

    /// What every reader of RFC 9111 takes alike is certain, everything else is doubtful.
    fn add_common(&mut self, directive: &Directive<'a>) {
        let (Some(known), text) = (directive.known(), directive.text) else {
            return self.add_look_alikes(directive);
        };
        let plain =
            directive.standing == Standing::Proper && directive.name == known.name().as_bytes();
        let bare = plain && directive.argument == Argument::None;
        let seen = if bare { Sighting::Present(text) } else { Sighting::Doubtful(text) };
        if let (true, Argument::Quoted(_)) = (plain, directive.argument) {
            match known {
                Known::Private => return self.private_fields.see(Sighting::Present(text)),
                Known::NoCache => return self.no_cache_fields.see(Sighting::Present(text)),
                _ => {}
            }
        }
        if let Some(restriction) = self.restriction(known) {
            restriction.see(seen);
        } else if directive.standing == Standing::Recovered {
        } else if let Some(number) = self.number(known) {
            number.see_alike(match (plain, directive.argument) {
                (true, Argument::Token(_)) => directive
                    .argument
                    .delta_seconds()
                    .map_or(Stated::Doubtful(text), |seconds| Stated::Seconds(seconds, text)),
                _ => Stated::Doubtful(text),
            });
        } else {
            match known {
                Known::Public => self.public.see(seen),
                Known::MustUnderstand => self.must_understand.see(seen),
                _ => {}
            }
        }
    }

    /// Some caches find a directive's name anywhere in the line.
    fn add_look_alikes(&mut self, directive: &Directive<'a>) {
        for known in [Known::NoStore, Known::Private, Known::NoCache] {
            if find_ignore_case(directive.text, known.name().as_bytes()).is_some() {
                if let Some(restriction) = self.restriction(known) {
                    restriction.see(Sighting::Doubtful(directive.text));
                }
            }
        }
    }

    /// Nginx: names and numbers found anywhere in the line; a later line's number takes the place
    /// of an earlier one's.
    fn add_raw(&mut self, line: &'a [u8], overflow: Overflow) {
        let raw = RawLine::read(line, overflow);
        for (named, restriction) in [
            (raw.no_store, &mut self.no_store),
            (raw.private, &mut self.private),
            (raw.no_cache, &mut self.no_cache),
        ] {
            if named {
                restriction.see(Sighting::Present(line));
            }
        }
        for (read, number) in [
            (raw.s_maxage, &mut self.s_maxage),
            (raw.max_age, &mut self.max_age),
            (raw.stale_while_revalidate, &mut self.stale_while_revalidate),
            (raw.stale_if_error, &mut self.stale_if_error),
        ] {
            match read {
                RawNumber::Absent => {}
                RawNumber::Malformed(text) => *number = Stated::Invalid(text),
                RawNumber::Seconds(seconds, text) => {
                    *number = u64::try_from(seconds)
                        .map_or(Stated::Invalid(text), |seconds| Stated::Seconds(seconds, text));
                }
            }
        }
    }

    /// Generated VCL tests `beresp.http.Cache-Control ~ "private"`: a case-sensitive search in the
    /// raw text; the lifetime is found by a case-sensitive search too.
    fn add_fastly(&mut self, line: &'a [u8]) {
        let mut rest = line;
        while let [_, after @ ..] = rest {
            if let Some((known, _)) = Known::begins(rest) {
                self.add_fastly_name(known, rest);
            }
            rest = after;
        }
    }

    /// A name, and the line from it on.
    fn add_fastly_name(&mut self, known: Known, text: &'a [u8]) {
        let seen = Sighting::Present(text.get(..known.name().len()).unwrap_or_default());
        if let Some(number) = self.number(known) {
            // Measured: of two max-age the first wins.
            if let (Stated::Absent, Some((seconds, text))) =
                (*number, fastly_seconds(text, known.name()))
            {
                *number = Stated::Seconds(seconds, text);
            }
        } else if known == Known::Public {
            self.public.see(seen);
        } else if let Some(restriction) = self.restriction(known) {
            restriction.see(seen);
        }
    }

    /// The first usable directive of each name counts.
    fn add_squid(&mut self, lines: FieldLines<'a>, case: LetterCase) {
        for SquidDirective { known, value, text } in squid_directives(lines, case) {
            let seen = Sighting::Present(text);
            match (known, value) {
                (Known::Public, _) => self.public.see(seen),
                (Known::Private, _) if !self.private_fields.is_absent() => {}
                (Known::NoCache, _) if !self.no_cache_fields.is_absent() => {}
                (Known::Private, Value::Fields) if self.private.is_absent() => {
                    self.private_fields.see(seen);
                }
                (Known::NoCache, Value::Fields) if self.no_cache.is_absent() => {
                    self.no_cache_fields.see(seen);
                }
                (_, Value::Seconds(seconds)) => {
                    if let Some(number) = self.number(known).filter(|number| number.is_absent()) {
                        *number = Stated::Seconds(seconds, text);
                    }
                }
                (_, Value::None | Value::Fields) => {
                    if let Some(restriction) = self.restriction(known) {
                        restriction.see(seen);
                    }
                }
            }
        }
    }

    /// Varnish: the builtin VCL searches the raw text for restrictions, the engine reads lifetimes
    /// (`RFC2616_Ttl` in cache_rfc2616.c). It looks for s-maxage first, and for max-age only where
    /// there is none; what is found counts if it has a value.
    fn read_varnish(&mut self, lines: &FieldLines<'a>) {
        if let Some(line) = lines.only() {
            // What is found of the line's start is found first by the search, too.
            let rest = PlainMember::take_all(line, |member| self.add_plain_varnish(member));
            if rest.is_empty() {
                if !self.s_maxage.is_absent() {
                    self.max_age = Stated::Absent;
                }
                return;
            }
            (self.s_maxage, self.max_age) = (Stated::Absent, Stated::Absent);
        }
        for known in [Known::NoStore, Known::Private, Known::NoCache] {
            let text = lines.clone().find_map(|line| found_in_any_case(line, known.name()));
            if let (Some(text), Some(restriction)) = (text, self.restriction(known)) {
                restriction.see(Sighting::Present(text));
            }
        }
        let named = |known: Known| whole_token(lines.clone(), known.name().as_bytes());
        let stated = |token: WholeToken<'a>| {
            token
                .value
                .map_or(Stated::Absent, |value| Stated::Seconds(c_seconds(value), token.text))
        };
        match named(Known::SMaxage) {
            Some(token) => self.s_maxage = stated(token),
            None => self.max_age = named(Known::MaxAge).map_or(Stated::Absent, stated),
        }
        self.stale_while_revalidate =
            named(Known::StaleWhileRevalidate).map_or(Stated::Absent, stated);
    }

    /// A field that hides restrictions has come between: only its own no-store counts.
    pub(super) fn hide_restrictions(&mut self, line: &'a [u8]) {
        for known in [Known::NoStore, Known::Private, Known::NoCache] {
            if let Some(restriction) = self.restriction(known) {
                *restriction = Sighting::Absent;
            }
        }
        (self.private_fields, self.no_cache_fields) = (Sighting::Absent, Sighting::Absent);
        if let Some(text) = found_in_any_case(line, Known::NoStore.name()) {
            self.no_store = Sighting::Present(text);
        }
    }

    /// `MIMEHdrImpl::recompute_cooked_stuff` (proxy/hdrs/MIME.cc): a name and whatever follows it;
    /// `private` and `no-cache` with field names count as without. Of two numbers the last one
    /// wins; a directive without a number is 0, or leaves the number that there is.
    fn add_traffic_server(&mut self, element: &'a [u8]) {
        let Some((known, value)) = named_element(element) else { return };
        if let Some(restriction) = self.restriction(known) {
            restriction.see(Sighting::Present(element));
        } else if known == Known::Public {
            self.public.see(Sighting::Present(element));
        } else if let (Known::MaxAge | Known::SMaxage, Some(number)) = (known, self.number(known)) {
            match first_integer(value).map(u64::try_from) {
                Some(Ok(seconds)) => *number = Stated::Seconds(seconds, element),
                Some(Err(_)) => *number = Stated::Invalid(element),
                None if number.is_absent() => *number = Stated::Invalid(element),
                None => {}
            }
        }
    }

    /// A targeted field (RFC 9213): a strict dictionary. `None` where it is to be ignored: it is
    /// empty, does not parse, or gives a directive a value of the wrong type (RFC 9651 §2.2).
    #[must_use]
    pub fn read_targeted(lines: impl Iterator<Item = &'a [u8]> + Clone) -> Option<Self> {
        if check_dictionary(lines.clone()).ok()? == 0 {
            return None;
        }
        let mut control = Self::default();
        // RFC 9651 §4.2.2: of a repeated key the last counts (C2), also to tell what is wrong.
        let mut wrong = [false; Known::ALL.len()];
        for member in dictionary_members(lines) {
            let member = member.ok()?;
            // The grammar has no upper-case keys, so the letter case that `of` ignores is no matter.
            let Some(known) = Known::of(member.key) else { continue };
            if let Some(wrong) = wrong.get_mut(known.number()) {
                *wrong = !control.set_targeted(known, &member);
            }
        }
        (!wrong.contains(&true)).then_some(control)
    }

    /// RFC 9213 §2.1: the map of types. Returns whether the value is of the directive's type.
    fn set_targeted(&mut self, known: Known, member: &Member<'a>) -> bool {
        let text = member.text;
        if let Some(number) = self.number(known) {
            let Item::Integer(seconds) = member.value else { return false };
            let Ok(seconds) = u64::try_from(seconds) else { return false };
            *number = Stated::Seconds(seconds.min(crate::field::DELTA_SECONDS_MAX), text);
            return true;
        }
        let seen = Sighting::Present(text);
        let (bare, fields) = match member.value {
            Item::Boolean(true) => (seen, Sighting::Absent),
            Item::String(_) => (Sighting::Absent, seen),
            _ => (Sighting::Absent, Sighting::Absent),
        };
        match known {
            Known::Private => (self.private, self.private_fields) = (bare, fields),
            Known::NoCache => (self.no_cache, self.no_cache_fields) = (bare, fields),
            Known::Public => self.public = bare,
            Known::MustUnderstand => self.must_understand = bare,
            _ => match self.restriction(known) {
                Some(restriction) => *restriction = bare,
                None => return true,
            },
        }
        match known {
            Known::Private | Known::NoCache => !(bare.is_absent() && fields.is_absent()),
            _ => bare.is_present(),
        }
    }
}

/// A directive whose name is the leading token of an element, and the text after the name.
pub(crate) fn named_element(element: &[u8]) -> Option<(Known, &[u8])> {
    let (name, value) = element.split_at_checked(token_length(element))?;
    Known::of(name).map(|known| (known, value))
}

/// A number by RFC 9111 §1.2.2.
#[inline(always)]
fn stated<'a>(directive: &Directive<'a>) -> Stated<'a> {
    match (directive.standing, directive.delta_seconds()) {
        (Standing::Proper, Some(seconds)) => Stated::Seconds(seconds, directive.text),
        _ => Stated::Invalid(directive.text),
    }
}

/// Whether the argument names fields. C7: an empty list is taken as none, so the directive is bare.
pub(crate) fn qualified(directive: &Directive<'_>) -> bool {
    match (directive.standing, directive.argument) {
        (Standing::Proper, Argument::Quoted(text)) => {
            text.iter().any(|byte| !matches!(byte, b' ' | b'\t' | b','))
        }
        // RFC 9111 §5.2: the token form ought to be accepted alike.
        (Standing::Proper, Argument::Token(_)) => true,
        _ => false,
    }
}

fn found_in_any_case<'a>(line: &'a [u8], needle: &str) -> Option<&'a [u8]> {
    let at = find_ignore_case(line, needle.as_bytes())?;
    line.get(at..at.saturating_add(needle.len()))
}

/// A name, spaces, `=`, spaces, digits; what follows the digits is not looked at.
fn fastly_seconds<'a>(text: &'a [u8], name: &str) -> Option<(u64, &'a [u8])> {
    let [b'=', number @ ..] = text.get(name.len()..)?.trim_ascii_start() else { return None };
    let number = number.trim_ascii_start();
    let digits = number.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (digits, tail) = number.split_at_checked(digits)?;
    // Measured: decimals and quoted values are not used.
    if tail.first() == Some(&b'.') {
        return None;
    }
    let seconds = crate::field::delta_seconds(digits)?;
    Some((seconds, text.get(..text.len().saturating_sub(tail.len()))?))
}
