//! A header line as JSON: a name, and a value in which each code point stands for a byte.

use std::time::SystemTime;

use serde::Deserialize;
use storable::HeaderLines;

/// A header line, owned: a name that is a token, and a value of any bytes but CR, LF and NUL, which
/// is what a recipient may take (RFC 9110 §5.5).
///
/// In JSON it is `["name", "value"]`, and U+0000 to U+00FF in the value stand for the byte of that
/// number.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "(String, String)")]
pub struct Line {
    name: String,
    value: Vec<u8>,
}

/// Why a text is not a header line.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LineError {
    /// There is no colon between a name and a value.
    #[error("`{0}` is no header line: it has no colon")]
    NoColon(String),
    /// The name is not a token (RFC 9110 §5.6.2).
    #[error("`{0}` is no header name")]
    Name(String),
    /// HTTP cannot carry this byte in a value.
    #[error("{name}: HTTP cannot carry the byte 0x{byte:02X} in a value")]
    Byte {
        /// The field's name.
        name: String,
        /// The byte.
        byte: u8,
    },
    /// The value has a code point above U+00FF, which stands for no byte.
    #[error("{name}: U+{code_point:04X} is no byte")]
    CodePoint {
        /// The field's name.
        name: String,
        /// The code point.
        code_point: u32,
    },
}

impl Line {
    /// A line with this name and this value.
    pub fn new(name: &str, value: Vec<u8>) -> Result<Self, LineError> {
        if http::HeaderName::from_bytes(name.as_bytes()).is_err() {
            return Err(LineError::Name(name.escape_debug().to_string()));
        }
        let line = Self { name: name.to_owned(), value };
        line.is_carried().map(|()| line)
    }

    fn is_carried(&self) -> Result<(), LineError> {
        match self.value.iter().find(|byte| matches!(byte, b'\r' | b'\n' | b'\0')) {
            Some(&byte) => Err(LineError::Byte { name: self.name.clone(), byte }),
            None => Ok(()),
        }
    }

    /// A line as it is written: `Name: value`.
    pub fn parse(text: &[u8]) -> Result<Self, LineError> {
        let mut parts = text.splitn(2, |&byte| byte == b':');
        let (Some(name), Some(value)) = (parts.next(), parts.next()) else {
            return Err(LineError::NoColon(text.escape_ascii().to_string()));
        };
        let name = std::str::from_utf8(name)
            .map_err(|_| LineError::Name(name.escape_ascii().to_string()))?;
        Self::new(name, value.trim_ascii().to_vec())
    }

    /// Goes on with what stands on the next line (RFC 9112 §5.2): the break counts as a space.
    pub fn unfold(&mut self, next: &[u8]) -> Result<(), LineError> {
        self.value.push(b' ');
        self.value.extend_from_slice(next.trim_ascii());
        self.is_carried()
    }

    /// Name and value, as they came.
    pub fn parts(&self) -> (&str, &[u8]) {
        (&self.name, &self.value)
    }

    /// Whether the line has this name; letter case does not count.
    pub fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }

    /// The value as a date, if it is one.
    pub fn date(&self) -> Option<SystemTime> {
        httpdate::parse_http_date(std::str::from_utf8(&self.value).ok()?).ok()
    }

    /// The line with another text, where it is a Cache-Control line.
    #[must_use]
    pub fn respelled(&self, respell: impl Fn(&str) -> String) -> Self {
        let value = match std::str::from_utf8(&self.value) {
            Ok(text) if self.is("cache-control") => respell(text).into_bytes(),
            _ => self.value.clone(),
        };
        Self { name: self.name.clone(), value }
    }
}

impl TryFrom<(String, String)> for Line {
    type Error = LineError;

    fn try_from((name, value): (String, String)) -> Result<Self, LineError> {
        let value = value
            .chars()
            .map(|char| {
                u8::try_from(char).map_err(|_| LineError::CodePoint {
                    name: name.escape_debug().to_string(),
                    code_point: u32::from(char),
                })
            })
            .collect::<Result<Vec<u8>, LineError>>()?;
        Self::new(&name, value)
    }
}

/// Header lines borrowed as the library takes them.
pub(crate) struct Pairs<'a>(Vec<(&'a str, &'a [u8])>);

impl<'a> Pairs<'a> {
    pub(crate) fn of(lines: &'a [Line]) -> Self {
        Self(lines.iter().map(Line::parts).collect())
    }

    pub(crate) fn lines(&self) -> HeaderLines<'_> {
        HeaderLines::from_pairs(&self.0)
    }
}
