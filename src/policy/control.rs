//! What the directives of a response say.

use crate::bytes::{find_ignore_case, token_length};
use crate::field::{
    Argument, Directive, Directives, FieldLines, Item, Known, Member, Standing, dictionary,
};

/// Whether something was seen in a message, and where.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Presence<'a> {
    /// It is not there.
    #[default]
    Absent,
    /// It is there: the bytes that say so.
    Present(&'a [u8]),
    /// It is written in a form that no public source says how this cache reads.
    Doubtful(&'a [u8]),
}

impl<'a> Presence<'a> {
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

    /// The first certain presence counts, and any certain one before a doubtful one.
    pub(crate) fn see(&mut self, other: Self) {
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
pub enum DeltaSeconds<'a> {
    /// The directive is not there.
    #[default]
    Absent,
    /// So many seconds: the bytes that say so.
    Seconds(u64, &'a [u8]),
    /// The directive is there without a usable number; this cache takes that for 0 seconds.
    Invalid(&'a [u8]),
    /// The directive is written in a form that no public source says how this cache reads.
    Doubtful(&'a [u8]),
}

impl DeltaSeconds<'_> {
    /// Whether the directive is certainly not there.
    #[must_use]
    pub const fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }

    /// Of repeated values the smallest, and 0 if one is invalid: RFC 9111 §4.2.1 lets a cache take
    /// the first or hold the response stale (C1); this is safe under both readings.
    pub(crate) fn see_smallest(&mut self, other: Self) {
        match (*self, other) {
            (Self::Absent, _) | (Self::Seconds(..), Self::Invalid(_)) => *self = other,
            (Self::Seconds(ours, _), Self::Seconds(theirs, _)) if theirs < ours => *self = other,
            _ => {}
        }
    }

    /// Of repeated wishes for freshness the greatest, and above all one that is invalid.
    pub(crate) fn see_greatest(&mut self, other: Self) {
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
    pub(crate) fn see_alike(&mut self, other: Self) {
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
    pub no_store: Presence<'a>,
    /// `private` without field names
    pub private: Presence<'a>,
    /// `private="field"`
    pub private_fields: Presence<'a>,
    /// `no-cache` without field names
    pub no_cache: Presence<'a>,
    /// `no-cache="field"`
    pub no_cache_fields: Presence<'a>,
    /// `must-revalidate`
    pub must_revalidate: Presence<'a>,
    /// `proxy-revalidate`
    pub proxy_revalidate: Presence<'a>,
    /// `must-understand`
    pub must_understand: Presence<'a>,
    /// `public`
    pub public: Presence<'a>,
    /// `s-maxage`
    pub s_maxage: DeltaSeconds<'a>,
    /// `max-age`
    pub max_age: DeltaSeconds<'a>,
    /// `stale-while-revalidate`
    pub stale_while_revalidate: DeltaSeconds<'a>,
    /// `stale-if-error`
    pub stale_if_error: DeltaSeconds<'a>,
    /// A directive for whose sake a strict reader refuses the whole field.
    pub malformed: Presence<'a>,
    /// Whether `must-revalidate` stands nowhere by the grammar: it restricts, and permits nothing.
    pub(crate) only_restricts: bool,
}

impl<'a> ResponseControl<'a> {
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
        for presence in [
            &mut self.no_store,
            &mut self.private,
            &mut self.private_fields,
            &mut self.no_cache,
            &mut self.no_cache_fields,
        ] {
            if let Presence::Present(text) = *presence {
                *presence = Presence::Doubtful(text);
            }
        }
    }

    pub(crate) fn restriction(&mut self, known: Known) -> Option<&mut Presence<'a>> {
        Some(match known {
            Known::MustRevalidate => &mut self.must_revalidate,
            Known::NoCache => &mut self.no_cache,
            Known::NoStore => &mut self.no_store,
            Known::Private => &mut self.private,
            Known::ProxyRevalidate => &mut self.proxy_revalidate,
            _ => return None,
        })
    }

    pub(crate) fn number(&mut self, known: Known) -> Option<&mut DeltaSeconds<'a>> {
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
    pub(super) fn read_rfc9111_members(&mut self, lines: FieldLines<'a>) {
        let mut directives = Directives::before(lines);
        directives.start();
        while let Some(directive) = directives.advance() {
            self.add_rfc9111(&directive);
        }
    }

    /// RFC 9111 §5.2, failing closed.
    #[inline(always)]
    fn add_rfc9111(&mut self, directive: &Directive<'a>) {
        let (Some(known), seen) = (directive.known(), Presence::Present(directive.text)) else {
            return;
        };
        let bare = (directive.standing, directive.argument) == (Standing::Proper, Argument::None);
        match known {
            // C6: a restriction with an argument that it does not have is still one.
            Known::MustRevalidate => {
                let only_so_far = self.only_restricts || self.must_revalidate.is_absent();
                self.only_restricts = !bare && only_so_far;
                self.must_revalidate.see(seen);
            }
            Known::NoCache if qualified(directive) => self.no_cache_fields.see(seen),
            Known::NoCache => self.no_cache.see(seen),
            Known::NoStore => self.no_store.see(seen),
            Known::Private if qualified(directive) => self.private_fields.see(seen),
            Known::Private => self.private.see(seen),
            Known::ProxyRevalidate => self.proxy_revalidate.see(seen),
            Known::MustUnderstand if directive.standing == Standing::Recovered => {}
            // C6: `public` with an argument permits nothing, and `must-understand` lifts nothing.
            Known::Public if bare => self.public.see(seen),
            Known::MustUnderstand if bare => self.must_understand.see(seen),
            Known::MustUnderstand => self.must_understand.see(Presence::Doubtful(directive.text)),
            // A lifetime that is lost in the rest of a malformed member is none to guess at: it counts
            // as one without a usable number, and not as absent.
            known => {
                if let Some(number) = self.number(known) {
                    number.see_smallest(stated(directive));
                }
            }
        }
    }

    /// What every reader of RFC 9111 takes alike is certain, everything else is doubtful.
    pub(crate) fn add_common(&mut self, directive: &Directive<'a>) {
        let (Some(known), text) = (directive.known(), directive.text) else {
            return self.add_look_alikes(directive);
        };
        let plain =
            directive.standing == Standing::Proper && directive.name == known.name().as_bytes();
        let bare = plain && directive.argument == Argument::None;
        let seen = if bare { Presence::Present(text) } else { Presence::Doubtful(text) };
        if let (true, Argument::Quoted(_)) = (plain, directive.argument) {
            match known {
                Known::Private => return self.private_fields.see(Presence::Present(text)),
                Known::NoCache => return self.no_cache_fields.see(Presence::Present(text)),
                _ => {}
            }
        }
        if let Some(restriction) = self.restriction(known) {
            restriction.see(seen);
        } else if let Some(number) = self.number(known) {
            number.see_alike(match (plain, directive.argument) {
                (true, Argument::Token(_)) => directive
                    .argument
                    .delta_seconds()
                    .map_or(DeltaSeconds::Doubtful(text), |seconds| {
                        DeltaSeconds::Seconds(seconds, text)
                    }),
                _ => DeltaSeconds::Doubtful(text),
            });
        } else if directive.standing != Standing::Recovered {
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
                    restriction.see(Presence::Doubtful(directive.text));
                }
            }
        }
    }

    /// Takes the stale windows that another field states, in the place of its own.
    pub(super) fn prefer_windows(&mut self, first: &Self) {
        if !first.stale_while_revalidate.is_absent() {
            self.stale_while_revalidate = first.stale_while_revalidate;
        }
        if !first.stale_if_error.is_absent() {
            self.stale_if_error = first.stale_if_error;
        }
    }

    /// A field that hides restrictions has come between: only its own no-store counts.
    pub(crate) fn hide_restrictions(&mut self, line: &'a [u8]) {
        for known in [Known::NoStore, Known::Private, Known::NoCache] {
            if let Some(restriction) = self.restriction(known) {
                *restriction = Presence::Absent;
            }
        }
        (self.private_fields, self.no_cache_fields) = (Presence::Absent, Presence::Absent);
        if let Some(text) = found_in_any_case(line, Known::NoStore.name()) {
            self.no_store = Presence::Present(text);
        }
    }

    /// A targeted field (RFC 9213): a strict dictionary. `None` where it is to be ignored: it is
    /// empty, does not parse, or gives a directive a value of the wrong type (RFC 9651 §2.2).
    #[must_use]
    pub fn read_targeted(lines: impl Iterator<Item = &'a [u8]> + Clone) -> Option<Self> {
        let members = dictionary(lines).ok()?;
        members.clone().next()?;
        let mut control = Self::default();
        // RFC 9651 §4.2.2: of a repeated key the last counts (C2), also to tell what is wrong.
        let mut wrong = [false; Known::ALL.len()];
        for member in members {
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
            *number = DeltaSeconds::Seconds(seconds.min(crate::field::DELTA_SECONDS_MAX), text);
            return true;
        }
        let seen = Presence::Present(text);
        let (bare, fields) = match member.value {
            Item::Boolean(true) => (seen, Presence::Absent),
            Item::String(_) => (Presence::Absent, seen),
            _ => (Presence::Absent, Presence::Absent),
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
fn stated<'a>(directive: &Directive<'a>) -> DeltaSeconds<'a> {
    match (directive.standing, directive.delta_seconds()) {
        (Standing::Proper, Some(seconds)) => DeltaSeconds::Seconds(seconds, directive.text),
        _ => DeltaSeconds::Invalid(directive.text),
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
