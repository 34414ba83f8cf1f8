//! Structured-field dictionaries, the syntax of targeted cache-control fields (RFC 9213 §2.1).
//!
//! One fault anywhere makes a recipient ignore the whole field (RFC 9651 §4.2), so all of it is read
//! before a member is handed out. Functions bear the names of the parsing algorithms
//! of RFC 9651 §4.2; only what a cache compares is kept, the rest is checked and left in the text.

use std::iter::Fuse;

use crate::bytes::is_token_byte;

/// One member of a dictionary (RFC 9651 §3.2).
///
/// Members come in the order of the field, repeated keys included. Of those the last one counts
/// (RFC 9651 §4.2.2), so a later member overwrites an earlier one of any type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Member<'a> {
    /// The key, which is in lower case (RFC 9651 §3.1.2).
    pub key: &'a [u8],
    /// The value; Boolean true if there is none (RFC 9651 §3.2).
    pub value: Item<'a>,
    /// The whole member with its parameters, as it stands in the field.
    pub text: &'a [u8],
    /// Whether parameters follow the value. Targeted fields ignore them (RFC 9213 §2.1), so
    /// `max-age=60;no-store` does not say `no-store`.
    pub has_parameters: bool,
}

/// The value of a [`Member`] without its parameters (RFC 9651 §3.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Item<'a> {
    /// `?0`, `?1` or no value at all.
    Boolean(bool),
    /// A whole number of at most 15 digits, perhaps negative.
    Integer(i64),
    /// A number with a decimal point. No cache directive takes one, so its value is not kept.
    Decimal,
    /// A token.
    Token(&'a [u8]),
    /// What stands between the quotes, escapes included.
    String(&'a [u8]),
    /// A byte sequence or an inner list, which no cache directive takes.
    Other,
}

/// Why a field is not a dictionary: the place, and what should have stood there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, offset {offset}: expected {expected}")]
pub struct DictionaryError {
    line: usize,
    offset: usize,
    expected: Expected,
}

impl DictionaryError {
    /// Which line of the field, counted from 0.
    #[must_use]
    pub const fn line(&self) -> usize {
        self.line
    }

    /// Offset in bytes within that line; its length if the line ended too early.
    #[must_use]
    pub const fn offset(&self) -> usize {
        self.offset
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
enum Expected {
    #[error("`?0` or `?1`")]
    Boolean,
    #[error("base64 up to a closing `:`")]
    ByteSequence,
    #[error("a comma or the end of the field")]
    Comma,
    #[error("a digit")]
    Digit,
    #[error("a space or `)` after an item of an inner list")]
    InnerListSeparator,
    #[error("a key, which starts with a lower-case letter or `*`")]
    Key,
    #[error("a member, not an empty place in the list")]
    Member,
    #[error("a closing quote on the same line")]
    Quote,
    #[error("`\"` or `\\` after a backslash")]
    StringEscape,
    #[error("a printable ASCII character")]
    StringByte,
    #[error("at most 15 digits, or 12 before and 3 after the point")]
    ShorterNumber,
    #[error("a value")]
    Value,
    #[error("a character of a display string, or `%` and two lower-case hexadecimal digits")]
    Escape,
    #[error("UTF-8 behind the escapes of a display string")]
    Utf8,
}

/// The members of a field that is a dictionary (RFC 9651 §4.2.2), in order and borrowed from it. The
/// empty field has none; it targets nothing and is as good as absent (RFC 9213 §2.1).
///
/// `lines` are the values of the field's lines in order. They are read as one text joined with
/// commas (RFC 9651 §4.2), with one difference: nothing but a member's end may meet the end of a
/// line. A string that is cut in two would become whole by the joining; RFC 9651 §4.2 lets a
/// parser fail there, and ours has to because its texts are borrowed.
///
/// ```
/// use storable::field::{FieldLines, Item, dictionary};
///
/// let lines = FieldLines::one(b"max-age=60, private;x=1");
/// let members: Vec<_> = dictionary(lines)?.collect();
/// assert_eq!(members[0].value, Item::Integer(60));
/// assert_eq!(members[1].key, b"private");
/// assert!(dictionary(FieldLines::one(b"Max-Age=60")).is_err()); // keys are in lower case
/// # Ok::<(), storable::field::DictionaryError>(())
/// ```
///
/// # Errors
///
/// The first fault, and its place: what stands before it counts for nothing (RFC 9651 §4.2).
pub fn dictionary<'a, I: Iterator<Item = &'a [u8]> + Clone>(
    lines: I,
) -> Result<impl Iterator<Item = Member<'a>> + Clone + use<'a, I>, DictionaryError> {
    members(lines.clone()).try_for_each(|member| member.map(drop))?;
    Ok(members(lines).map_while(Result::ok))
}

/// The members of a field, up to the first fault if there is one.
fn members<'a, I: Iterator<Item = &'a [u8]>>(lines: I) -> Members<'a, I> {
    Members { lines: lines.fuse(), state: State::Start }
}

#[derive(Clone, Debug)]
struct Members<'a, I> {
    lines: Fuse<I>,
    state: State<'a>,
}

#[derive(Clone, Copy, Debug)]
enum State<'a> {
    Start,
    AfterMember(Cursor<'a>),
    Done,
}

impl<'a, I: Iterator<Item = &'a [u8]>> Iterator for Members<'a, I> {
    type Item = Result<Member<'a>, DictionaryError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.read_next().transpose()
    }
}

impl<'a, I: Iterator<Item = &'a [u8]>> Members<'a, I> {
    /// One turn of the loop of RFC 9651 §4.2.2, "Parsing a Dictionary".
    fn read_next(&mut self) -> Result<Option<Member<'a>>, DictionaryError> {
        let next = match std::mem::replace(&mut self.state, State::Done) {
            State::Start => self.start()?,
            State::AfterMember(cursor) => self.separator(cursor)?,
            State::Done => None,
        };
        let Some(mut cursor) = next else { return Ok(None) };
        let member = cursor.member()?;
        self.state = State::AfterMember(cursor);
        Ok(Some(member))
    }

    /// The place of the first member, if the field is not empty.
    fn start(&mut self) -> Result<Option<Cursor<'a>>, DictionaryError> {
        let Some(line) = self.lines.next() else { return Ok(None) };
        let mut cursor = Cursor { line, rest: line, number: 0 };
        cursor.skip(|byte| byte == b' ');
        if !cursor.rest.is_empty() {
            return Ok(Some(cursor));
        }
        match self.lines.next() {
            None => Ok(None),
            // Joined, the text starts with a comma.
            Some(_) => Err(cursor.fail(Expected::Member)),
        }
    }

    /// The place after the comma, or after the end of a line, which stands for one.
    fn separator(&mut self, mut cursor: Cursor<'a>) -> Result<Option<Cursor<'a>>, DictionaryError> {
        cursor.skip(is_ows);
        if cursor.rest.is_empty() {
            let Some(line) = self.lines.next() else { return Ok(None) };
            cursor = Cursor { line, rest: line, number: cursor.number.saturating_add(1) };
        } else if !cursor.eat(b',') {
            return Err(cursor.fail(Expected::Comma));
        }
        cursor.skip(is_ows);
        // Whether the field ends here or a further line follows, a comma has no member after it.
        if cursor.rest.is_empty() {
            return Err(cursor.fail(Expected::Member));
        }
        Ok(Some(cursor))
    }
}

/// A place in a line.
#[derive(Clone, Copy, Debug)]
struct Cursor<'a> {
    line: &'a [u8],
    rest: &'a [u8],
    number: usize,
}

impl<'a> Cursor<'a> {
    /// A key with its value and parameters (RFC 9651 §4.2.2, steps 1 to 3 of the loop).
    fn member(&mut self) -> Result<Member<'a>, DictionaryError> {
        let start = self.rest;
        let key = self.key()?;
        let value = if self.eat(b'=') { self.item_or_inner_list()? } else { Item::Boolean(true) };
        let has_parameters = self.parameters()?;
        Ok(Member { key, value, text: self.since(start), has_parameters })
    }

    /// RFC 9651 §4.2.1.1, "Parsing an Item or Inner List", without the parameters.
    fn item_or_inner_list(&mut self) -> Result<Item<'a>, DictionaryError> {
        if self.eat(b'(') { self.inner_list() } else { self.bare_item() }
    }

    /// RFC 9651 §4.2.1.2, "Parsing an Inner List", after its `(`. Inner lists do not nest.
    fn inner_list(&mut self) -> Result<Item<'a>, DictionaryError> {
        loop {
            self.skip(|byte| byte == b' ');
            if self.eat(b')') {
                return Ok(Item::Other);
            }
            self.bare_item()?;
            self.parameters()?;
            if !matches!(self.rest, [b' ' | b')', ..]) {
                return Err(self.fail(Expected::InnerListSeparator));
            }
        }
    }

    /// RFC 9651 §4.2.3.2, "Parsing Parameters"; whether there are any.
    fn parameters(&mut self) -> Result<bool, DictionaryError> {
        let start = self.rest;
        while self.eat(b';') {
            self.skip(|byte| byte == b' ');
            self.key()?;
            if self.eat(b'=') {
                self.bare_item()?;
            }
        }
        Ok(self.rest.len() < start.len())
    }

    /// RFC 9651 §4.2.3.3, "Parsing a Key".
    fn key(&mut self) -> Result<&'a [u8], DictionaryError> {
        if !matches!(self.rest, [b'a'..=b'z' | b'*', ..]) {
            return Err(self.fail(Expected::Key));
        }
        Ok(self.skip(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-' | b'.' | b'*')))
    }

    /// RFC 9651 §4.2.3.1, "Parsing a Bare Item".
    fn bare_item(&mut self) -> Result<Item<'a>, DictionaryError> {
        match self.rest {
            [b'-' | b'0'..=b'9', ..] => self.number(),
            [b'"', ..] => self.string(),
            [b'*' | b'a'..=b'z' | b'A'..=b'Z', ..] => Ok(self.token()),
            [b':', ..] => self.byte_sequence(),
            [b'?', ..] => self.boolean(),
            // These two came with RFC 9651, which obsoletes the RFC 8941 that RFC 9213 names.
            [b'@', ..] => self.date(),
            [b'%', b'"', ..] => self.display_string(),
            _ => Err(self.fail(Expected::Value)),
        }
    }

    /// RFC 9651 §4.2.4, "Parsing an Integer or Decimal".
    fn number(&mut self) -> Result<Item<'a>, DictionaryError> {
        let start = *self;
        let negative = self.eat(b'-');
        let whole = self.digits()?;
        if self.eat(b'.') {
            let fraction = self.digits()?;
            let fits = whole.len() <= 12 && fraction.len() <= 3;
            return if fits { Ok(Item::Decimal) } else { Err(start.fail(Expected::ShorterNumber)) };
        }
        if whole.len() > 15 {
            return Err(start.fail(Expected::ShorterNumber));
        }
        let magnitude = whole.iter().fold(0_i64, |number, byte| {
            number.saturating_mul(10).saturating_add(i64::from(byte.saturating_sub(b'0')))
        });
        Ok(Item::Integer(if negative { magnitude.saturating_neg() } else { magnitude }))
    }

    /// One digit or more.
    fn digits(&mut self) -> Result<&'a [u8], DictionaryError> {
        let digits = self.skip(|byte| byte.is_ascii_digit());
        if digits.is_empty() { Err(self.fail(Expected::Digit)) } else { Ok(digits) }
    }

    /// RFC 9651 §4.2.5, "Parsing a String".
    fn string(&mut self) -> Result<Item<'a>, DictionaryError> {
        self.eat(b'"');
        let start = self.rest;
        loop {
            self.skip(|byte| matches!(byte, b' '..=b'~') && byte != b'"' && byte != b'\\');
            match self.rest {
                [b'"', ..] => {
                    let inner = self.since(start);
                    self.eat(b'"');
                    return Ok(Item::String(inner));
                }
                [b'\\', b'"' | b'\\', rest @ ..] => self.rest = rest,
                [b'\\', _, ..] => return Err(self.fail(Expected::StringEscape)),
                [] | [b'\\'] => return Err(self.fail(Expected::Quote)),
                _ => return Err(self.fail(Expected::StringByte)),
            }
        }
    }

    /// RFC 9651 §4.2.6, "Parsing a Token"; the first byte has been looked at.
    fn token(&mut self) -> Item<'a> {
        Item::Token(self.skip(|byte| is_token_byte(byte) || byte == b':' || byte == b'/'))
    }

    /// RFC 9651 §4.2.7, "Parsing a Byte Sequence". Padding may be missing, as that section wishes;
    /// base64 that no padding can complete fails.
    fn byte_sequence(&mut self) -> Result<Item<'a>, DictionaryError> {
        self.eat(b':');
        let digits = self.skip(|byte| byte.is_ascii_alphanumeric() || byte == b'+' || byte == b'/');
        let padding = self.skip(|byte| byte == b'=');
        let most_padding = match digits.len() % 4 {
            0 => Some(0),
            2 => Some(2),
            3 => Some(1),
            _ => None,
        };
        let complete = most_padding.is_some_and(|most| padding.len() <= most);
        if complete && self.eat(b':') {
            Ok(Item::Other)
        } else {
            Err(self.fail(Expected::ByteSequence))
        }
    }

    /// RFC 9651 §4.2.8, "Parsing a Boolean".
    fn boolean(&mut self) -> Result<Item<'a>, DictionaryError> {
        self.eat(b'?');
        if self.eat(b'1') {
            Ok(Item::Boolean(true))
        } else if self.eat(b'0') {
            Ok(Item::Boolean(false))
        } else {
            Err(self.fail(Expected::Boolean))
        }
    }

    /// RFC 9651 §4.2.9, "Parsing a Date".
    fn date(&mut self) -> Result<Item<'a>, DictionaryError> {
        self.eat(b'@');
        let start = *self;
        match self.number()? {
            Item::Integer(_) => Ok(Item::Other),
            _ => Err(start.fail(Expected::Digit)),
        }
    }

    /// RFC 9651 §4.2.10, "Parsing a Display String"; what it stands for has to be UTF-8.
    fn display_string(&mut self) -> Result<Item<'a>, DictionaryError> {
        self.eat(b'%');
        self.eat(b'"');
        let mut character = Utf8::default();
        loop {
            let byte = match self.rest {
                [b'"', ..] if character.is_complete() => {
                    self.eat(b'"');
                    return Ok(Item::Other);
                }
                [b'%', high, low, rest @ ..] => {
                    let byte = hex(*high).zip(hex(*low)).map(|(high, low)| high << 4 | low);
                    self.rest = if byte.is_some() { rest } else { self.rest };
                    byte.ok_or_else(|| self.fail(Expected::Escape))?
                }
                [byte @ (b' '..=b'!' | b'#'..=b'$' | b'&'..=b'~'), rest @ ..] => {
                    self.rest = rest;
                    *byte
                }
                [b'"', ..] => return Err(self.fail(Expected::Utf8)),
                [] => return Err(self.fail(Expected::Quote)),
                _ => return Err(self.fail(Expected::Escape)),
            };
            if !character.push(byte) {
                return Err(self.fail(Expected::Utf8));
            }
        }
    }

    /// Goes past the next byte if it is this one.
    fn eat(&mut self, expected: u8) -> bool {
        match self.rest {
            [byte, rest @ ..] if *byte == expected => {
                self.rest = rest;
                true
            }
            _ => false,
        }
    }

    /// Goes past all bytes of a class, and returns them.
    fn skip(&mut self, class: impl Fn(u8) -> bool) -> &'a [u8] {
        let length = self.rest.iter().take_while(|byte| class(**byte)).count();
        let (skipped, rest) = self.rest.split_at_checked(length).unwrap_or_default();
        self.rest = rest;
        skipped
    }

    /// What has been read since the rest was `start`.
    fn since(&self, start: &'a [u8]) -> &'a [u8] {
        start.get(..start.len().saturating_sub(self.rest.len())).unwrap_or_default()
    }

    fn fail(&self, expected: Expected) -> DictionaryError {
        let offset = self.since(self.line).len();
        DictionaryError { line: self.number, offset, expected }
    }
}

/// The bytes so far of one UTF-8 character.
#[derive(Default)]
struct Utf8 {
    bytes: [u8; 4],
    length: usize,
}

impl Utf8 {
    const fn is_complete(&self) -> bool {
        self.length == 0
    }

    /// Takes the next byte; returns whether the bytes can still be UTF-8.
    fn push(&mut self, byte: u8) -> bool {
        let Some(slot) = self.bytes.get_mut(self.length) else { return false };
        *slot = byte;
        self.length = self.length.saturating_add(1);
        let bytes = self.bytes.get(..self.length).unwrap_or_default();
        match std::str::from_utf8(bytes) {
            Ok(_) => self.length = 0,
            Err(error) if error.error_len().is_some() => return false,
            Err(_) => {}
        }
        true
    }
}

/// A digit of RFC 9651's lower-case hexadecimal.
const fn hex(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte.wrapping_sub(b'0')),
        b'a'..=b'f' => Some(byte.wrapping_sub(b'a').wrapping_add(10)),
        _ => None,
    }
}

/// Optional whitespace (RFC 9110 §5.6.3).
const fn is_ows(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::arithmetic_side_effects)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn bytes<'a>(lines: &[&'a str]) -> impl Iterator<Item = &'a [u8]> + Clone + use<'a> {
        lines.iter().map(|line| line.as_bytes()).collect::<Vec<_>>().into_iter()
    }

    /// How many members a field has.
    fn check<'a>(lines: impl Iterator<Item = &'a [u8]> + Clone) -> Result<usize, DictionaryError> {
        dictionary(lines).map(Iterator::count)
    }

    /// The members of a field that has to pass.
    #[track_caller]
    fn read<'a>(lines: &[&'a str]) -> Vec<Member<'a>> {
        let members = dictionary(bytes(lines));
        members.unwrap_or_else(|error| unreachable!("{lines:?}: {error}")).collect()
    }

    /// The value of the only member of a field of one line.
    #[track_caller]
    fn value(line: &str) -> Item<'_> {
        match read(&[line])[..] {
            [Member { value, .. }] => value,
            ref members => unreachable!("{line} has {} members", members.len()),
        }
    }

    #[track_caller]
    fn assert_fails(lines: &[&str], line: usize, offset: usize, expected: Expected) {
        let error = DictionaryError { line, offset, expected };
        assert_eq!(check(bytes(lines)), Err(error), "{lines:?}");
    }

    #[track_caller]
    fn assert_line_fails(line: &str, offset: usize, expected: Expected) {
        assert_fails(&[line], 0, offset, expected);
    }

    #[test]
    fn targeted_fields_that_fail_whole() {
        assert_line_fails("max-age=60,", 11, Expected::Member); // T071
        assert_line_fails("MAX-AGE=60", 0, Expected::Key); // T072
        assert_line_fails("Max-Age=60", 0, Expected::Key);
        assert_line_fails("mAX-AGE=60", 1, Expected::Comma);
        assert_line_fails("max-age =60", 8, Expected::Comma); // T073
        assert_line_fails("max-age= 60", 8, Expected::Value);
        assert_line_fails("max-age=9999999999999999", 8, Expected::ShorterNumber); // T077
        assert_line_fails(r#"private="a\b""#, 10, Expected::StringEscape); // T082
        assert_line_fails("max-age=60, x=\"é\"", 15, Expected::StringByte); // T083
        assert_fails(&["max-age=60", "&&&"], 1, 0, Expected::Key); // T091
        assert_line_fails("\tmax-age=60", 0, Expected::Key); // T092
    }

    #[test]
    fn targeted_fields_that_pass_with_the_type_that_stands_there() {
        for (line, expected) in [
            ("x=@1700000000", Item::Other),           // T093
            (r#"max-age="60""#, Item::String(b"60")), // T074
            ("max-age=60.5", Item::Decimal),          // T075
            ("max-age=60.0", Item::Decimal),
            ("max-age=-1", Item::Integer(-1)), // T076
            ("max-age=999999999999999", Item::Integer(999_999_999_999_999)), // T077
            ("max-age=60;no-store", Item::Integer(60)), // T079
            ("no-store=?0", Item::Boolean(false)), // T080
            ("no-cache=Set-Cookie", Item::Token(b"Set-Cookie")), // T081
            ("none", Item::Boolean(true)),     // T085
        ] {
            assert_eq!(value(line), expected, "{line}");
        }
    }

    #[test]
    fn an_empty_field_has_no_members() {
        let fields: [&[&str]; 3] = [&[], &[""], &["   "]]; // T084
        for lines in fields {
            assert_eq!(check(bytes(lines)), Ok(0), "{lines:?}");
        }
        assert_line_fails("\t", 0, Expected::Key);
    }

    #[test]
    fn members_keep_their_order_text_and_repetitions() {
        let members = read(&[" max-age=60;a;b=1,\tno-store \t,max-age=0, max-age "]); // T078
        let seen: Vec<_> = members.iter().map(|member| (member.value, member.text)).collect();
        assert_eq!(
            seen,
            [
                (Item::Integer(60), b"max-age=60;a;b=1".as_slice()),
                (Item::Boolean(true), b"no-store"),
                (Item::Integer(0), b"max-age=0"),
                (Item::Boolean(true), b"max-age"),
            ]
        );
        let parameters: Vec<_> = members.iter().map(|member| member.has_parameters).collect();
        assert_eq!(parameters, [true, false, false, false]);
    }

    #[test]
    fn lines_are_joined_with_commas() {
        let members = read(&["max-age=60", " no-store\t", "x=(a b);c"]);
        let keys: Vec<_> = members.iter().map(|member| member.key).collect();
        assert_eq!(keys, [b"max-age".as_slice(), b"no-store", b"x"]);

        assert_fails(&["a", "", "b"], 1, 0, Expected::Member);
        assert_fails(&["", "a"], 0, 0, Expected::Member);
        assert_fails(&["a", ""], 1, 0, Expected::Member);
        assert_fails(&["", ""], 0, 0, Expected::Member);
        assert_fails(&["a,", "b"], 0, 2, Expected::Member);
        assert_fails(&["a", ", b"], 1, 0, Expected::Key);
        assert_fails(&["a=", "1"], 0, 2, Expected::Value);
        assert_fails(&["a=(b", "c)"], 0, 4, Expected::InnerListSeparator);
        // Joined, these are the string `a, b`.
        assert_fails(&["x=\"a", "b\""], 0, 4, Expected::Quote);
    }

    #[test]
    fn empty_places_fail() {
        assert_line_fails(",a", 0, Expected::Key);
        assert_line_fails("a,,b", 2, Expected::Key);
        assert_line_fails("a, , b", 3, Expected::Key);
        assert_line_fails("a, \t", 4, Expected::Member);
        assert_line_fails("a b", 2, Expected::Comma);
        assert_line_fails("a;b c", 4, Expected::Comma);
        assert_line_fails("a\u{a0}", 1, Expected::Comma);
        assert_line_fails("a\0", 1, Expected::Comma);
    }

    #[test]
    fn keys() {
        for key in ["a", "*", "*a", "a*", "a-b_c.d*9", &"k".repeat(64), &"k".repeat(10_000)] {
            assert_eq!(read(&[key])[0].key, key.as_bytes());
        }
        for (line, offset) in [("-a", 0), ("9", 0), ("_", 0), (".", 0), ("=1", 0), ("\"a\"", 0)] {
            assert_line_fails(line, offset, Expected::Key);
        }
        assert_line_fails("a!", 1, Expected::Comma);
    }

    #[test]
    fn numbers() {
        for (line, number) in [
            ("a=0", 0),
            ("a=-0", 0),
            ("a=0042", 42),
            ("a=-42", -42),
            ("a=000000000000001", 1),
            ("a=-999999999999999", -999_999_999_999_999),
        ] {
            assert_eq!(value(line), Item::Integer(number), "{line}");
        }
        for line in ["a=0.0", "a=-1.5", "a=123456789012.123", "a=1.1", "a=00.100"] {
            assert_eq!(value(line), Item::Decimal, "{line}");
        }
        for line in ["a=1000000000000000", "a=-1000000000000000", "a=1234567890123.1", "a=1.1234"] {
            assert_line_fails(line, 2, Expected::ShorterNumber);
        }
        for (line, offset) in [("a=-", 3), ("a=--1", 3), ("a=1.", 4), ("a=1.x", 4), ("a=-.5", 3)] {
            assert_line_fails(line, offset, Expected::Digit);
        }
        for line in ["a=+1", "a=.5"] {
            assert_line_fails(line, 2, Expected::Value);
        }
        assert_line_fails("a=1.2.3", 5, Expected::Comma);
        assert_line_fails("a=60s", 4, Expected::Comma);
        assert_line_fails("a=1e3", 3, Expected::Comma);
    }

    #[test]
    fn strings() {
        for inner in ["", " ", "a, b=\u{7e};", r#"\""#, r"\\", r#"a\\\"b"#, "?0"] {
            assert_eq!(value(&format!("a=\"{inner}\"")), Item::String(inner.as_bytes()));
        }
        assert_eq!(read(&[r#"a="\\", no-store"#]).len(), 2);
        for line in ["a=\"", "a=\"b", r#"a="\""#, r#"a="b\\\""#] {
            assert_line_fails(line, line.len(), Expected::Quote);
        }
        assert_line_fails(r#"a="\"#, 3, Expected::Quote);
        assert_line_fails(r#"a="\n""#, 3, Expected::StringEscape);
        for line in ["a=\"\t\"", "a=\"\0\"", "a=\"\u{7f}\"", "a=\"\u{80}\""] {
            assert_line_fails(line, 3, Expected::StringByte);
        }
        assert_line_fails("a='b'", 2, Expected::Value);
    }

    #[test]
    fn tokens() {
        for token in ["b", "B", "*", "*/*", "a:b/c", "t!#$%&'*+-.^_`|~:/09"] {
            assert_eq!(value(&format!("a={token}")), Item::Token(token.as_bytes()));
        }
        assert_line_fails("a=b(", 3, Expected::Comma);
        assert_line_fails("a=!b", 2, Expected::Value);
        assert_line_fails("a=b=c", 3, Expected::Comma);
    }

    #[test]
    fn booleans() {
        assert_eq!(value("a=?1"), Item::Boolean(true));
        assert_eq!(value("a=?0;x"), Item::Boolean(false));
        for line in ["a=?", "a=?2", "a=?t", "a=? 1"] {
            assert_line_fails(line, 3, Expected::Boolean);
        }
        assert_line_fails("a=?10", 4, Expected::Comma);
    }

    #[test]
    fn byte_sequences() {
        for base64 in ["", "aGVsbG8=", "aGVsbG8", "YQ==", "YQ=", "YQ", "+/+/", "iZ=="] {
            assert_eq!(value(&format!("a=:{base64}:")), Item::Other, "{base64}");
        }
        for base64 in ["=", "a", "a===", "YWJj=", "YQ===", "=aGVsbG8", "a=GVsbG8", " ", "a_-b", "é"]
        {
            let line = format!("a=:{base64}:");
            assert!(check(bytes(&[&line])).is_err(), "{line}");
        }
        assert_line_fails("a=:aGVsbG8=", 11, Expected::ByteSequence);
        assert_line_fails("a=:", 3, Expected::ByteSequence);
    }

    #[test]
    fn types_of_rfc_9651_only() {
        for line in
            ["a=@0", "a=@-1", "a=%\"b\"", "a=%\"f%c3%bc\"", "a=%\"%f0%9f%92%a9\"", "a=(b @1)"]
        {
            assert_eq!(value(line), Item::Other, "{line}");
        }
        for (line, offset, expected) in [
            ("a=@", 3, Expected::Digit),
            ("a=@1.5", 3, Expected::Digit),
            ("a=@x", 3, Expected::Digit),
            ("a=%b", 2, Expected::Value),
            ("a=%\"b", 5, Expected::Quote),
            ("a=%\"%C3%BC\"", 4, Expected::Escape),
            ("a=%\"%f", 4, Expected::Escape),
            ("a=%\"%c3\"", 7, Expected::Utf8),
            ("a=%\"%ff\"", 7, Expected::Utf8),
        ] {
            assert_line_fails(line, offset, expected);
        }
    }

    #[test]
    fn inner_lists() {
        for line in [
            "a=()",
            "a=(  )",
            "a=(b)",
            "a=( b  c )",
            "a=(\"x y\";q=1 2.5 ?0 :YQ==:);p",
            "a=(1;x 2)",
        ] {
            assert_eq!(value(line), Item::Other, "{line}");
        }
        assert!(read(&["a=(b);c"])[0].has_parameters);
        assert!(!read(&["a=(b;c)"])[0].has_parameters);
        assert_line_fails("a=(", 3, Expected::Value);
        assert_line_fails("a=(b", 4, Expected::InnerListSeparator);
        assert_line_fails("a=(b,c)", 4, Expected::InnerListSeparator);
        assert_line_fails("a=(b\tc)", 4, Expected::InnerListSeparator);
        assert_line_fails("a=(\"b\"c)", 6, Expected::InnerListSeparator);
        assert_line_fails("a=((b))", 3, Expected::Value);
        assert_line_fails("a=(b))", 5, Expected::Comma);
        assert_line_fails("a;b=(c)", 4, Expected::Value);
    }

    #[test]
    fn parameters() {
        for line in ["a;b", "a=1;b", "a=1;  b=2;c=\"d\";b", "a=t;*=?0", "a=1;b;b;b"] {
            assert!(read(&[line])[0].has_parameters, "{line}");
        }
        assert_line_fails("a;", 2, Expected::Key);
        assert_line_fails("a=1;B", 4, Expected::Key);
        assert_line_fails("a=1;\tb", 4, Expected::Key);
        assert_line_fails("a=1 ;b", 4, Expected::Comma);
        assert_line_fails("a;b=", 4, Expected::Value);
    }

    #[test]
    fn many_members_and_long_values() {
        let members: Vec<_> = (0..1024).map(|number| format!("k{number}={number}")).collect();
        assert_eq!(check(bytes(&[&members.join(", ")])), Ok(1024));
        let lines: Vec<_> = members.iter().map(String::as_str).collect();
        assert_eq!(read(&lines).len(), 1024);

        let parameters: String = (0..256).map(|number| format!(";p{number}")).collect();
        let items = vec!["1"; 256].join(" ");
        let string = "s".repeat(1024);
        read(&[&format!("a=({items}){parameters}, b=\"{string}\"")]);
        // Neither depth of brackets nor length costs stack.
        assert!(check(bytes(&["a=", &"(".repeat(100_000)])).is_err());
        assert!(check(bytes(&[&",".repeat(100_000)])).is_err());
    }

    #[test]
    fn members_end_at_the_fault() {
        let mut members = members(bytes(&["a=1, b=2, C=3, d=4"]));
        assert_eq!(members.by_ref().take_while(Result::is_ok).count(), 2);
        assert_eq!(members.next(), None);
    }

    #[test]
    fn an_error_says_where_and_what() {
        let error = check(bytes(&["no-store", "max-age= 60"])).unwrap_err();
        assert_eq!((error.line(), error.offset()), (1, 8));
        assert_eq!(error.to_string(), "line 1, offset 8: expected a value");
    }

    fn field() -> impl Strategy<Value = String> {
        let item = r#"(\?[01]|-?[0-9]{1,12}(\.[0-9]{1,3})?|[a-zA-Z*][a-z/:]{0,4}|"([ a-z,]|\\")*"|:YQ==:)"#;
        let member = format!(
            "[a-z*][a-z0-9_.*-]{{0,8}}(=({item}|\\(({item}( {{1,2}}{item}){{0,3}})?\\)))?(;[a-z]{{1,3}}(={item})?){{0,2}}"
        );
        proptest::string::string_regex(&format!(
            "{member}([ \t]{{0,2}},[ \t]{{0,2}}{member}){{0,5}}"
        ))
        .unwrap()
    }

    proptest! {
        #[test]
        fn no_bytes_panic(lines: Vec<Vec<u8>>) {
            let lines = lines.iter().map(Vec::as_slice);
            let _ = check(lines.clone());
            prop_assert!(members(lines.clone()).flatten().count() <= lines.map(<[u8]>::len).sum());
        }

        #[test]
        fn no_almost_field_panics(line in r#"[a-c=0-9"\\:?@%();*., \t]{0,40}"#, cut: usize) {
            let (head, tail) = line.split_at(cut % (line.len() + 1));
            let (whole, halves) = (check(bytes(&[&line])), check(bytes(&[head, tail])));
            for (outcome, lines) in [(whole, vec![&*line]), (halves, vec![head, tail])] {
                let seen = members(bytes(&lines)).flatten().count();
                match outcome {
                    Ok(count) => prop_assert_eq!(seen, count),
                    Err(error) => prop_assert!(error.offset() <= lines[error.line()].len()),
                }
            }
        }

        #[test]
        fn what_the_grammar_makes_is_read(line in field()) {
            let members = read(&[&line]);
            // Each member's text is a field of its own, and so are all of them on lines of theirs.
            let lines: Vec<_> =
                members.iter().map(|member| std::str::from_utf8(member.text).unwrap()).collect();
            prop_assert_eq!(&read(&lines), &members);
            for (line, member) in lines.iter().zip(&members) {
                prop_assert_eq!(read(&[line]), [*member]);
            }
        }

        #[test]
        fn one_fault_fails_the_field(head in field(), tail in field()) {
            prop_assert!(check(bytes(&[&head, "", &tail])).is_err());
            prop_assert!(check(bytes(&[&head, "MAX-AGE=1", &tail])).is_err());
            let trailing = format!("{head},");
            prop_assert!(check(bytes(&[&trailing])).is_err());
        }
    }
}
