//! The law of `tests/laws/total.rs`, on arbitrary input.
#![no_main]

#[path = "../../tests/laws/total.rs"]
mod law;
#[path = "../../tests/laws/message.rs"]
#[allow(dead_code)]
mod message;

libfuzzer_sys::fuzz_target!(|input: &[u8]| law::check(input));
