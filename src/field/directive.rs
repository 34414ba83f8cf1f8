//! Cache directives (RFC 9111 §5.2) cut out of their lines, nothing dropped.
//!
//! The joined lines are a list of `token [ "=" ( token / quoted-string ) ]`. What does not follow
//! that grammar is still cut up, so that a broken member hides neither its neighbours nor a
//! restrictive name in its own rest: see [`Standing`].

use super::{FieldLines, delta};
use crate::bytes::digit;
use crate::bytes::{is_token_byte, token_length};

/// One directive, or what is left of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Directive<'a> {
    /// The name as sent; names compare without letter case (RFC 9111 §5.2).
    pub name: &'a [u8],
    /// The argument.
    pub argument: Argument<'a>,
    /// How well the member follows the grammar.
    pub standing: Standing,
    /// All bytes of the directive, as sent: the evidence.
    pub text: &'a [u8],
    /// Which line of the field it begins on, counted from 0.
    pub line: usize,
    /// Where it begins in that line.
    pub offset: usize,
    pub(crate) known: Option<Known>,
    /// The argument as delta-seconds, where it is a token.
    pub(crate) seconds: Option<u64>,
}

/// A name as sent, and the directive that it is of.
type Name<'a> = (&'a [u8], Option<Known>);

/// An argument, and the delta-seconds that it is.
type Value<'a> = (Argument<'a>, Option<u64>);

/// The argument of a directive, as sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Argument<'a> {
    /// No `=` follows the name.
    None,
    /// A token.
    Token(&'a [u8]),
    /// A quoted string without its quotes; quoted pairs are still escaped.
    Quoted(&'a [u8]),
    /// Something that is neither, or a string that runs over a line's end.
    Malformed(&'a [u8]),
}

impl Argument<'_> {
    /// The argument as delta-seconds; token and quoted form alike, as RFC 9111 §5.2 advises.
    #[must_use]
    #[inline]
    pub fn delta_seconds(&self) -> Option<u64> {
        match self {
            Self::Token(text) => delta::delta_seconds(text),
            Self::Quoted(text) => quoted_delta_seconds(text),
            Self::None | Self::Malformed(_) => None,
        }
    }
}

/// delta-seconds in a quoted string, where `\6` is `6` (RFC 9110 §5.6.4).
#[inline(never)]
fn quoted_delta_seconds(text: &[u8]) -> Option<u64> {
    if !text.contains(&b'\\') {
        return delta::delta_seconds(text);
    }
    let mut seconds: u64 = 0;
    let mut bytes = text.iter();
    while let Some(&byte) = bytes.next() {
        let byte = if byte == b'\\' { *bytes.next()? } else { byte };
        seconds =
            seconds.saturating_mul(10).saturating_add(digit(byte)?).min(delta::DELTA_SECONDS_MAX);
    }
    Some(seconds)
}

/// How well a member follows the grammar, and so how far it can be trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// By the grammar.
    Proper,
    /// A member that begins with this name and goes on in a way the grammar does not know.
    Malformed,
    /// A name found inside the rest of a malformed member, or after a quote that is never closed.
    /// It counts only where it restricts.
    Recovered,
}

macro_rules! names {
    ($($(#[$doc:meta])* $name:ident = $text:literal,)*) => {
        /// The directives of RFC 9111, RFC 5861 and RFC 8246.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Known {
            $($(#[$doc])* #[doc = concat!("`", $text, "`")] $name,)*
        }

        impl Known {
            /// Every known directive.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The name in lower case.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)*
                }
            }
        }
    };
}

names! {
    Immutable = "immutable",
    MaxAge = "max-age",
    MaxStale = "max-stale",
    MinFresh = "min-fresh",
    MustRevalidate = "must-revalidate",
    MustUnderstand = "must-understand",
    NoCache = "no-cache",
    NoStore = "no-store",
    NoTransform = "no-transform",
    OnlyIfCached = "only-if-cached",
    Private = "private",
    ProxyRevalidate = "proxy-revalidate",
    Public = "public",
    SMaxage = "s-maxage",
    StaleIfError = "stale-if-error",
    StaleWhileRevalidate = "stale-while-revalidate",
}

impl Known {
    /// The directive of this name in any letter case.
    #[must_use]
    #[inline(always)]
    pub fn of(name: &[u8]) -> Option<Self> {
        // Length and the letter that tells those of one length apart leave one candidate.
        match (name.len(), name) {
            (6, _) => Self::Public.if_named(name),
            (7, [b'm' | b'M', ..]) => Self::MaxAge.if_named(name),
            (7, _) => Self::Private.if_named(name),
            (8, [b's' | b'S', ..]) => Self::SMaxage.if_named(name),
            (8, [.., b'h' | b'H', _]) => Self::NoCache.if_named(name),
            (8, _) => Self::NoStore.if_named(name),
            (9, [b'i' | b'I', ..]) => Self::Immutable.if_named(name),
            (9, [_, b'a' | b'A', ..]) => Self::MaxStale.if_named(name),
            (9, _) => Self::MinFresh.if_named(name),
            (12, _) => Self::NoTransform.if_named(name),
            (14, [b'o' | b'O', ..]) => Self::OnlyIfCached.if_named(name),
            (14, _) => Self::StaleIfError.if_named(name),
            (15, [_, _, _, _, _, b'r' | b'R', ..]) => Self::MustRevalidate.if_named(name),
            (15, _) => Self::MustUnderstand.if_named(name),
            (16, _) => Self::ProxyRevalidate.if_named(name),
            (22, _) => Self::StaleWhileRevalidate.if_named(name),
            _ => None,
        }
    }

    /// The directive whose name a text begins with, in lower case, of those that responses have, and
    /// what follows; no name begins another.
    #[inline(always)]
    pub(crate) fn begins(text: &[u8]) -> Option<(Self, &[u8])> {
        let after = |known: Self| Some((known, text.strip_prefix(known.name().as_bytes())?));
        match *text.first()? {
            b'i' => after(Self::Immutable),
            b'm' => after(Self::MaxAge).or_else(|| after(Self::MustRevalidate)),
            b'n' => after(Self::NoCache)
                .or_else(|| after(Self::NoStore))
                .or_else(|| after(Self::NoTransform)),
            b'p' => after(Self::Public)
                .or_else(|| after(Self::Private))
                .or_else(|| after(Self::ProxyRevalidate)),
            b's' => after(Self::SMaxage)
                .or_else(|| after(Self::StaleIfError))
                .or_else(|| after(Self::StaleWhileRevalidate)),
            _ => None,
        }
    }

    /// The directive whose name is the token that a text begins with, and what follows; nearly every
    /// member has one.
    #[inline(always)]
    fn at_start_of(text: &[u8]) -> Option<(Self, &[u8])> {
        Self::begins(text).filter(|(_, rest)| rest.first().is_none_or(|&byte| !is_token_byte(byte)))
    }

    // Where the caller knows the directive, the first comparison is one of constant length.
    #[inline(always)]
    fn if_named(self, name: &[u8]) -> Option<Self> {
        let own = self.name().as_bytes();
        (own == name || own.eq_ignore_ascii_case(name)).then_some(self)
    }

    #[expect(
        clippy::as_conversions,
        reason = "a fieldless enum's discriminant is its place in ALL"
    )]
    pub(crate) const fn number(self) -> usize {
        self as usize
    }

    /// Whether the directive, in a response, can only take permissions away.
    #[must_use]
    pub const fn restricts(self) -> bool {
        matches!(
            self,
            Self::MustRevalidate
                | Self::NoCache
                | Self::NoStore
                | Self::Private
                | Self::ProxyRevalidate
        )
    }
}

impl Directive<'_> {
    /// Which directive it is.
    #[must_use]
    #[inline(always)]
    pub const fn known(&self) -> Option<Known> {
        self.known
    }

    /// The argument as delta-seconds; mostly they were read when it was cut out.
    #[inline(always)]
    pub(crate) fn delta_seconds(&self) -> Option<u64> {
        self.seconds.or_else(|| match self.argument {
            Argument::Quoted(text) => quoted_delta_seconds(text),
            _ => None,
        })
    }
}

/// The directives of a field, over all its lines, in order; made by [`Directives::of`].
///
/// ```
/// use storable::field::{Directives, FieldLines, Standing};
///
/// let names: Vec<_> = Directives::of(FieldLines::one(b"max-age=60; no-store, x=\"a, b\""))
///     .map(|directive| (directive.name, directive.standing))
///     .collect();
/// assert_eq!(names, [
///     (&b"max-age"[..], Standing::Malformed),
///     (b"no-store", Standing::Recovered),
///     (b"x", Standing::Proper),
/// ]);
/// ```
#[derive(Clone, Debug)]
pub struct Directives<'a> {
    lines: FieldLines<'a>,
    line: &'a [u8],
    /// The rest of `line`, still to be read.
    rest: &'a [u8],
    number: usize,
    state: State<'a>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State<'a> {
    /// Between members.
    Member,
    /// In the rest of a malformed member.
    Rest,
    /// As `Rest`, inside a quoted string there: no comma ends it.
    RestQuoted,
    /// In a quoted argument that runs on from an earlier line; `begun` is its text there.
    Quoted { number: usize, begun: &'a [u8] },
}

impl<'a> Directives<'a> {
    /// Cuts up the lines of one field.
    #[must_use]
    pub fn of(lines: FieldLines<'a>) -> Self {
        let mut directives = Self::before(lines);
        directives.start();
        directives
    }

    /// Before the first line; [`start`](Self::start) goes to it, where the directives stay.
    #[inline(always)]
    pub(crate) const fn before(lines: FieldLines<'a>) -> Self {
        Self { lines, line: b"", rest: b"", number: 0, state: State::Member }
    }

    #[inline(always)]
    pub(crate) fn start(&mut self) {
        self.line = self.lines.next().unwrap_or_default();
        self.rest = self.line;
    }

    /// Goes past a token, and returns it; an empty one where there is none.
    #[inline(always)]
    fn token(&mut self) -> &'a [u8] {
        let (token, rest) = self.rest.split_at_checked(token_length(self.rest)).unwrap_or_default();
        self.rest = rest;
        token
    }

    /// Goes past a token, and returns it with the directive of this name.
    #[inline(always)]
    fn name(&mut self) -> Name<'a> {
        if let Some((known, rest)) = Known::at_start_of(self.rest) {
            let name = up_to(self.rest, rest);
            self.rest = rest;
            return (name, Some(known));
        }
        let name = self.token();
        (name, Known::of(name))
    }

    // Most fields have one line: what comes after it stays out of the way.
    #[inline(never)]
    fn next_line(&mut self) -> Option<()> {
        let Some(line) = self.lines.next() else { return self.recover_quoted() };
        (self.line, self.rest) = (line, line);
        self.number = self.number.saturating_add(1);
        match self.state {
            // The comma that joins lines ends the member.
            State::Rest => self.state = State::Member,
            State::Quoted { .. } => match cut_quoted(line) {
                Some((_, rest)) => {
                    self.rest = rest;
                    self.state = if ends_member(rest) { State::Member } else { State::Rest };
                }
                None => self.rest = b"",
            },
            _ => {}
        }
        Some(())
    }

    /// The next directive. Where it is called, it is made part of the loop.
    #[inline(always)]
    pub(crate) fn advance(&mut self) -> Option<Directive<'a>> {
        loop {
            let recovering = matches!(self.state, State::Rest | State::RestQuoted);
            if !recovering {
                while let [b' ' | b'\t' | b',', rest @ ..] = self.rest {
                    self.rest = rest;
                }
            }
            if self.rest.is_empty() {
                if self.is_last_line() {
                    return None;
                }
                self.next_line()?;
                continue;
            }
            let start = self.rest;
            let ((name, known), standing, (argument, seconds)) = if recovering {
                let Some(name) = self.rest() else { continue };
                ((name, Known::of(name)), Standing::Recovered, (Argument::None, None))
            } else {
                let Some(member) = self.member() else { continue };
                member
            };
            let text = match standing {
                Standing::Recovered => name,
                _ => up_to(start, self.rest),
            };
            let after = text.len().saturating_add(self.rest.len());
            let offset = self.line.len().saturating_sub(after);
            let line = self.number;
            return Some(Directive {
                name,
                argument,
                standing,
                text,
                line,
                offset,
                known,
                seconds,
            });
        }
    }

    fn is_last_line(&self) -> bool {
        self.state == State::Member && self.lines.is_empty()
    }

    /// The quote was never closed: what follows it is read once more, for restrictions only.
    fn recover_quoted(&mut self) -> Option<()> {
        let State::Quoted { number, begun } = self.state else { return None };
        if number != self.number {
            let mut lines = self.lines.restart()?;
            self.line = lines.nth(number)?;
            self.lines = lines;
            self.number = number;
        }
        self.rest = begun;
        self.state = State::RestQuoted;
        Some(())
    }

    /// One well-begun member, or `None` where the member begins with something else.
    #[inline(always)]
    fn member(&mut self) -> Option<(Name<'a>, Standing, Value<'a>)> {
        let name = self.name();
        if name.0.is_empty() {
            self.state = State::Rest;
            return None;
        }
        let mut value = (Argument::None, None);
        if let [b'=', rest @ ..] = self.rest {
            self.rest = rest;
            value = self.value();
        }
        if self.state == State::Member && !ends_member(self.rest) {
            self.state = State::Rest;
        }
        Some(match (self.state, value.0) {
            (State::Member, Argument::Malformed(_)) => (name, Standing::Malformed, value),
            (State::Member, _) => (name, Standing::Proper, value),
            (_, Argument::Token(text) | Argument::Quoted(text)) => {
                (name, Standing::Malformed, (Argument::Malformed(text), None))
            }
            _ => (name, Standing::Malformed, value),
        })
    }

    /// Nearly every argument is a number, which is read while it is cut out.
    #[inline(always)]
    fn value(&mut self) -> Value<'a> {
        match delta::leading_seconds(self.rest) {
            Some((seconds, rest)) if !rest.first().is_some_and(|&byte| is_token_byte(byte)) => {
                let digits = up_to(self.rest, rest);
                self.rest = rest;
                (Argument::Token(digits), Some(seconds))
            }
            _ => (self.argument(), None),
        }
    }

    #[inline(never)]
    fn argument(&mut self) -> Argument<'a> {
        if let [b'"', rest @ ..] = self.rest {
            return self.quoted(rest);
        }
        match self.token() {
            b"" => Argument::Malformed(b""),
            token => Argument::Token(token),
        }
    }

    /// A quoted string (RFC 9110 §5.6.4). One that is not closed on its line runs on over the
    /// comma that joins the lines.
    #[inline(never)]
    fn quoted(&mut self, begun: &'a [u8]) -> Argument<'a> {
        if let Some((text, rest)) = cut_quoted(begun) {
            self.rest = rest;
            return Argument::Quoted(text);
        }
        self.rest = b"";
        self.state = State::Quoted { number: self.number, begun };
        Argument::Malformed(begun)
    }

    /// The next name in the rest of a malformed member.
    #[inline(never)]
    fn rest(&mut self) -> Option<&'a [u8]> {
        loop {
            let name = self.token();
            if !name.is_empty() {
                return Some(name);
            }
            let [byte, rest @ ..] = self.rest else { return None };
            self.rest = rest;
            match (byte, self.state, rest) {
                (b',', State::Rest, _) => {
                    self.state = State::Member;
                    return None;
                }
                (b'"', State::Rest, _) => self.state = State::RestQuoted,
                (b'"', State::RestQuoted, _) => self.state = State::Rest,
                (b'\\', State::RestQuoted, [_, after @ ..]) => self.rest = after,
                _ => {}
            }
        }
    }
}

/// The part of a text before its rest.
pub(super) fn up_to<'a>(text: &'a [u8], rest: &[u8]) -> &'a [u8] {
    text.get(..text.len().saturating_sub(rest.len())).unwrap_or_default()
}

/// A quoted string's text and what follows its closing quote.
fn cut_quoted(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut escaped = false;
    let end = text.iter().position(|&byte| {
        let closes = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        closes
    })?;
    let (inner, rest) = text.split_at_checked(end)?;
    Some((inner, rest.get(1..)?))
}

/// Whether nothing but white space stands before the next comma or the line's end.
fn ends_member(rest: &[u8]) -> bool {
    match rest {
        [] | [b',', ..] => true,
        [b' ' | b'\t', ..] => {
            let after = rest.iter().find(|byte| !matches!(byte, b' ' | b'\t'));
            matches!(after, None | Some(b','))
        }
        _ => false,
    }
}

impl<'a> Iterator for Directives<'a> {
    type Item = Directive<'a>;

    fn next(&mut self) -> Option<Directive<'a>> {
        self.advance()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_known_name_is_found_in_any_case() {
        for &known in Known::ALL {
            assert_eq!(Known::of(known.name().as_bytes()), Some(known));
            assert_eq!(Known::of(known.name().to_ascii_uppercase().as_bytes()), Some(known));
        }
        for name in ["", "privat", "privates", "no_store", "s-max-age", "max-agE "] {
            assert_eq!(Known::of(name.as_bytes()), None, "{name}");
        }
    }

    #[test]
    fn every_reading_of_a_broken_list() {
        // Name by name, as they stand: `!` malformed, `?` recovered, `/` begins a line's names.
        for (lines, expected) in [
            (&["max-age=60, private"][..], "/max-age private"),
            (&["max-age=60 x", "private"], "/max-age! x? /private"),
            (&["max-age=60 x, public", "private"], "/max-age! x? public /private"),
            (&["=, public"], "/public"),
            (&["no-cache=\"a", "b\", public"], "/no-cache! /public"),
            (&["x=\"a, private", "no-store"], "/x! a? private? /no-store?"),
            (&["x=\"a", "b", "no-store"], "/x! a? /b? /no-store?"),
            // The comma that joins lines is what is escaped, and the next quote closes.
            (&["x=\"a\\", "\"b\", public"], "/x! /b? public?"),
            (&[";private, \"x, y\" no-store"], "/private? x? y? no-store?"),
            (&["", ",,", "public"], "/public"),
        ] {
            let lines: Vec<_> = lines.iter().map(|line| line.as_bytes()).collect();
            let (mut found, mut line) = (String::new(), None);
            for directive in Directives::of(FieldLines::from_slices(&lines)) {
                if line.replace(directive.line) != Some(directive.line) {
                    found.push_str(if found.is_empty() { "/" } else { " /" });
                } else {
                    found.push(' ');
                }
                found.push_str(std::str::from_utf8(directive.name).unwrap_or_default());
                found.push_str(match directive.standing {
                    Standing::Proper => "",
                    Standing::Malformed => "!",
                    Standing::Recovered => "?",
                });
            }
            assert_eq!(found, expected, "{lines:?}");
        }
    }

    #[test]
    fn a_malformed_member_has_no_other_argument() {
        for (line, text) in [
            ("max-age=", ""),
            ("max-age=, public", ""),
            ("max-age=60 x", "60"),
            ("max-age=x y", "x"),
            ("private=\"a\" b", "a"),
            ("private=\"a", "a"),
        ] {
            let first = Directives::of(FieldLines::one(line.as_bytes())).next();
            let read = first.map(|first| (first.standing, first.argument, first.delta_seconds()));
            let malformed = (Standing::Malformed, Argument::Malformed(text.as_bytes()), None);
            assert_eq!(read, Some(malformed), "{line}");
        }
    }

    #[test]
    fn restrictions_take_permissions_away() {
        let all = Known::ALL.iter().filter(|known| known.restricts());
        let names: Vec<_> = all.map(|known| known.name()).collect();
        assert_eq!(
            names,
            ["must-revalidate", "no-cache", "no-store", "private", "proxy-revalidate"]
        );
    }
}
