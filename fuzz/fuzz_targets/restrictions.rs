//! The law of `tests/laws/restrictions.rs`, on arbitrary input.
#![no_main]

#[path = "../../tests/laws/restrictions.rs"]
mod law;
#[path = "../../tests/laws/message.rs"]
#[allow(dead_code)]
mod message;

libfuzzer_sys::fuzz_target!(|input: &[u8]| law::check(input));
