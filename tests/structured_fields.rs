//! The dictionaries that the HTTP working group tests parsers with, and every byte in every place.
//!
//! `tests/data/structured-fields.jsonl` has the facts of github.com/httpwg/structured-field-tests
//! (1e280c3, 2026-06-09): an item or inner list of theirs is the value of the member `a`.

#![allow(missing_docs, clippy::arithmetic_side_effects)]

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};
use storable::field::{Item, dictionary};

#[derive(Deserialize)]
struct Case {
    lines: Vec<String>,
    /// By their keys the type and value of the members; of a field that is no dictionary, nothing.
    members: Option<BTreeMap<String, Value>>,
    /// A parser may refuse it.
    #[serde(default)]
    may_fail: bool,
}

/// What is in a field, the last of several members of one key.
fn read(lines: &[&[u8]]) -> Option<BTreeMap<String, Value>> {
    let members = dictionary(lines.iter().copied()).ok()?;
    Some(members.map(|member| (text(member.key), told(&member.value))).collect())
}

fn told(value: &Item<'_>) -> Value {
    match value {
        Item::Boolean(value) => json!(["boolean", value]),
        Item::Integer(value) => json!(["integer", value]),
        Item::Decimal => json!(["decimal"]),
        Item::Token(token) => json!(["token", text(token)]),
        Item::String(string) => {
            json!(["string", text(string).replace("\\\"", "\"").replace("\\\\", "\\")])
        }
        Item::Other => json!(["other"]),
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn dictionaries_of_the_working_group() -> Result<(), Box<dyn std::error::Error>> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/structured-fields.jsonl");
    let (mut passed, mut failed) = (0, 0);
    for line in std::fs::read_to_string(path)?.lines() {
        let Case { lines, members, may_fail } = serde_json::from_str(line)?;
        let bytes: Vec<_> = lines.iter().map(|line| line.as_bytes()).collect();
        match read(&bytes) {
            None => {
                assert!(may_fail || members.is_none(), "{lines:?} is a dictionary");
                failed += 1;
            }
            found => {
                assert_eq!(found, members, "{lines:?}");
                passed += 1;
            }
        }
    }
    assert!(passed > 90 && failed > 60, "only {passed} fields passed, and {failed} failed");
    Ok(())
}

/// RFC 9651 §3.1.2, §3.3.3, §3.3.4: which bytes a key, a token and a string have, and begin with.
#[test]
fn every_byte_has_its_places() {
    for byte in 0..=u8::MAX {
        let key_begins = matches!(byte, b'a'..=b'z' | b'*');
        let in_key = key_begins || matches!(byte, b'0'..=b'9' | b'_' | b'-' | b'.');
        let token_begins = byte.is_ascii_alphabetic() || byte == b'*';
        let in_token = byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~:/".contains(&byte);
        let escaped = matches!(byte, b'"' | b'\\');
        for (before, after, expected) in [
            ("", "=1", key_begins),
            ("a", "=1", in_key),
            ("a;", "=1", key_begins),
            ("a;b", "=1", in_key),
            ("a=", "", token_begins || byte.is_ascii_digit()),
            ("a=t", "", in_token || matches!(byte, b' ' | b'\t')),
            ("a=\"", "\"", matches!(byte, b' '..=b'~') && !escaped),
            ("a=\"\\", "\"", escaped),
        ] {
            let field = [before.as_bytes(), &[byte], after.as_bytes()].concat();
            assert_eq!(read(&[&field]).is_some(), expected, "{}", field.escape_ascii());
        }
    }
}
