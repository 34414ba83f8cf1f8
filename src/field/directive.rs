//! Cache directives (RFC 9111 §5.2) cut out of their lines, nothing dropped.
//!
//! The joined lines are a list of `token [ "=" ( token / quoted-string ) ]`. What does not follow
//! that grammar is still cut up, so that a broken member hides neither its neighbours nor a
//! restrictive name in its own rest: see [`Standing`].

use super::{FieldLines, delta, is_token_byte};

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
}

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
    pub fn delta_seconds(&self) -> Option<u64> {
        match self {
            Self::Token(text) => delta::delta_seconds(text),
            Self::Quoted(text) => quoted_delta_seconds(text),
            Self::None | Self::Malformed(_) => None,
        }
    }
}

/// delta-seconds in a quoted string, where `\6` is `6` (RFC 9110 §5.6.4).
fn quoted_delta_seconds(text: &[u8]) -> Option<u64> {
    if !text.contains(&b'\\') {
        return delta::delta_seconds(text);
    }
    let mut seconds: u64 = 0;
    let mut bytes = text.iter();
    while let Some(&byte) = bytes.next() {
        let byte = if byte == b'\\' { *bytes.next()? } else { byte };
        seconds = seconds
            .saturating_mul(10)
            .saturating_add(delta::digit(byte)?)
            .min(delta::DELTA_SECONDS_MAX);
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
    pub fn of(name: &[u8]) -> Option<Self> {
        let candidates: &[Self] = match name.len() {
            6 => &[Self::Public],
            7 => &[Self::MaxAge, Self::Private],
            8 => &[Self::NoCache, Self::NoStore, Self::SMaxage],
            9 => &[Self::Immutable, Self::MaxStale, Self::MinFresh],
            12 => &[Self::NoTransform],
            14 => &[Self::OnlyIfCached, Self::StaleIfError],
            15 => &[Self::MustRevalidate, Self::MustUnderstand],
            16 => &[Self::ProxyRevalidate],
            22 => &[Self::StaleWhileRevalidate],
            _ => return None,
        };
        candidates.iter().copied().find(|known| known.name().as_bytes().eq_ignore_ascii_case(name))
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
    pub fn known(&self) -> Option<Known> {
        Known::of(self.name)
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
    /// Where in `line` the next byte is read.
    at: usize,
    number: usize,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    BeforeFirstLine,
    /// Between members.
    Member,
    /// In the rest of a malformed member.
    Rest,
    /// As `Rest`, inside a quoted string there: no comma ends it.
    RestQuoted,
    /// In a quoted argument that began on an earlier line, at this line and place.
    Quoted {
        line: usize,
        at: usize,
    },
}

impl<'a> Directives<'a> {
    /// Cuts up the lines of one field.
    #[must_use]
    pub const fn of(lines: FieldLines<'a>) -> Self {
        Self { lines, line: b"", at: 0, number: 0, state: State::BeforeFirstLine }
    }

    fn peek(&self) -> Option<u8> {
        self.line.get(self.at).copied()
    }

    fn step(&mut self) {
        self.at = self.at.saturating_add(1);
    }

    fn skip(&mut self, skipped: impl Fn(u8) -> bool) {
        while self.peek().is_some_and(&skipped) {
            self.step();
        }
    }

    fn since(&self, start: usize) -> &'a [u8] {
        self.line.get(start..self.at).unwrap_or_default()
    }

    fn next_line(&mut self) -> Option<()> {
        let Some(line) = self.lines.next() else { return self.recover_quoted() };
        self.line = line;
        self.at = 0;
        if self.state == State::BeforeFirstLine {
            self.state = State::Member;
            return Some(());
        }
        self.number = self.number.saturating_add(1);
        match self.state {
            // The comma that joins lines ends the member.
            State::Rest => self.state = State::Member,
            State::Quoted { .. } => {
                if let Some(length) = quote_length(line) {
                    self.at = length.saturating_add(1);
                    self.state = State::Rest;
                    self.skip(|byte| matches!(byte, b' ' | b'\t'));
                    if matches!(self.peek(), None | Some(b',')) {
                        self.state = State::Member;
                    }
                } else {
                    self.at = line.len();
                }
            }
            _ => {}
        }
        Some(())
    }

    /// The quote was never closed: what follows it is read once more, for restrictions only.
    fn recover_quoted(&mut self) -> Option<()> {
        let State::Quoted { line: number, at } = self.state else { return None };
        if number != self.number {
            let mut lines = self.lines.restart()?;
            self.line = lines.nth(number)?;
            self.lines = lines;
            self.number = number;
        }
        self.at = at;
        self.state = State::RestQuoted;
        Some(())
    }

    /// One well-begun member, or `None` where the member begins with something else.
    fn member(&mut self) -> Option<Directive<'a>> {
        let start = self.at;
        self.skip(is_token_byte);
        let name = self.since(start);
        if name.is_empty() {
            self.state = State::Rest;
            return None;
        }
        let mut argument = Argument::None;
        if self.peek() == Some(b'=') {
            self.step();
            argument = self.argument();
        }
        let text = self.since(start);
        if self.state == State::Member && !self.at_member_end() {
            self.state = State::Rest;
        }
        let standing = match (self.state, argument) {
            (State::Member, Argument::Malformed(_)) => Standing::Malformed,
            (State::Member, _) => Standing::Proper,
            _ => Standing::Malformed,
        };
        if let (Standing::Malformed, Argument::Token(text) | Argument::Quoted(text)) =
            (standing, argument)
        {
            argument = Argument::Malformed(text);
        }
        Some(Directive { name, argument, standing, text, line: self.number, offset: start })
    }

    /// Whether nothing but white space stands before the next comma or the line's end.
    fn at_member_end(&self) -> bool {
        let rest = self.line.get(self.at..).unwrap_or_default();
        matches!(super::trim(rest).first(), None | Some(b','))
    }

    fn argument(&mut self) -> Argument<'a> {
        let start = self.at;
        if self.peek() == Some(b'"') {
            return self.quoted();
        }
        self.skip(is_token_byte);
        match self.since(start) {
            b"" => Argument::Malformed(b""),
            token => Argument::Token(token),
        }
    }

    /// A quoted string (RFC 9110 §5.6.4). One that is not closed on its line runs on over the
    /// comma that joins the lines.
    fn quoted(&mut self) -> Argument<'a> {
        self.step();
        let start = self.at;
        let rest = self.line.get(start..).unwrap_or_default();
        let (text, end) = match quote_length(rest) {
            Some(length) => (rest.get(..length), start.saturating_add(length).saturating_add(1)),
            None => {
                self.state = State::Quoted { line: self.number, at: start };
                (None, self.line.len())
            }
        };
        self.at = end;
        text.map_or(Argument::Malformed(rest), Argument::Quoted)
    }

    /// The next name in the rest of a malformed member.
    fn rest(&mut self) -> Option<Directive<'a>> {
        loop {
            let byte = self.peek()?;
            if is_token_byte(byte) {
                let start = self.at;
                self.skip(is_token_byte);
                let name = self.since(start);
                return Some(Directive {
                    name,
                    argument: Argument::None,
                    standing: Standing::Recovered,
                    text: name,
                    line: self.number,
                    offset: start,
                });
            }
            self.step();
            match (byte, self.state) {
                (b',', State::Rest) => {
                    self.state = State::Member;
                    return None;
                }
                (b'"', State::Rest) => self.state = State::RestQuoted,
                (b'"', State::RestQuoted) => self.state = State::Rest,
                (b'\\', State::RestQuoted) => self.step(),
                _ => {}
            }
        }
    }
}

/// The length of a quoted string's text up to its closing quote.
fn quote_length(text: &[u8]) -> Option<usize> {
    let mut escaped = false;
    text.iter().position(|&byte| match byte {
        _ if escaped => {
            escaped = false;
            false
        }
        b'\\' => {
            escaped = true;
            false
        }
        _ => byte == b'"',
    })
}

impl<'a> Iterator for Directives<'a> {
    type Item = Directive<'a>;

    fn next(&mut self) -> Option<Directive<'a>> {
        loop {
            if self.peek().is_none() {
                self.next_line()?;
                continue;
            }
            let found = match self.state {
                State::Rest | State::RestQuoted => self.rest(),
                State::BeforeFirstLine | State::Member | State::Quoted { .. } => {
                    self.skip(|byte| matches!(byte, b' ' | b'\t' | b','));
                    if self.peek().is_none() { continue } else { self.member() }
                }
            };
            if found.is_some() {
                return found;
            }
        }
    }
}
