//! Writing list fields.

use std::io::Write as _;
use std::time::Duration;

use http::{HeaderName, HeaderValue};

use crate::field::DELTA_SECONDS_MAX;

/// A list field while it is written; members are parted by a comma and a space.
#[derive(Default)]
pub(super) struct Printer(Vec<u8>);

impl Printer {
    /// A field of about so many octets.
    pub(super) fn with_capacity(octets: usize) -> Self {
        Self(Vec::with_capacity(octets))
    }

    /// Begins a member.
    pub(super) fn member(&mut self, name: &str) {
        if !self.0.is_empty() {
            self.0.extend_from_slice(b", ");
        }
        self.0.extend_from_slice(name.as_bytes());
    }

    pub(super) fn text(&mut self, text: &[u8]) {
        self.0.extend_from_slice(text);
    }

    pub(super) fn number(&mut self, number: i64) {
        // Memory does not refuse what is written to it.
        let _ = write!(self.0, "{number}");
    }

    pub(super) fn flag(&mut self, name: &str, set: bool) {
        if set {
            self.member(name);
        }
    }

    /// RFC 9111 §5.2: numbers are never quoted.
    pub(super) fn seconds(&mut self, name: &str, value: Option<Duration>) {
        if let Some(value) = value {
            self.member(name);
            self.text(format!("={}", seconds(value)).as_bytes());
        }
    }

    /// RFC 9111 §5.2.2.4, §5.2.2.7: field names are quoted, even a single one.
    pub(super) fn names(&mut self, name: &str, names: &[HeaderName]) {
        self.member(name);
        for (number, field) in names.iter().enumerate() {
            self.text(if number == 0 { b"=\"" } else { b", " });
            self.text(field.as_str().as_bytes());
        }
        if !names.is_empty() {
            self.text(b"\"");
        }
    }

    /// A quoted string (RFC 9110 §5.6.4, RFC 9651 §3.3.3): only `"` and `\` are escaped.
    pub(super) fn quoted(&mut self, text: &[u8]) {
        self.text(b"\"");
        for &byte in text {
            if matches!(byte, b'"' | b'\\') {
                self.text(b"\\");
            }
            self.text(&[byte]);
        }
        self.text(b"\"");
    }

    /// The value. Whatever the parts hold has been a header value or a token before, so this does
    /// not fail; if it did, the answer that is safe for Cache-Control would be sent.
    pub(super) fn finish(self) -> HeaderValue {
        HeaderValue::try_from(self.0).unwrap_or(HeaderValue::from_static("no-store"))
    }
}

/// Whole seconds, rounded down, at most [`DELTA_SECONDS_MAX`]: no cache tells more apart.
pub(super) fn seconds(value: Duration) -> u64 {
    value.as_secs().min(DELTA_SECONDS_MAX)
}

/// A value for people: bytes beyond ASCII are shown as Unicode where they are UTF-8.
pub(super) fn show(value: &HeaderValue, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
    f.write_str(&String::from_utf8_lossy(value.as_bytes()))
}

/// What has one way of being written.
pub(super) fn value(field: &impl std::fmt::Display) -> HeaderValue {
    let mut printer = Printer::default();
    printer.member(&field.to_string());
    printer.finish()
}
