//! The law of `tests/laws/later.rs`, on arbitrary input.
#![no_main]

#[path = "../../tests/laws/later.rs"]
mod law;
#[path = "../../tests/laws/message.rs"]
mod message;

libfuzzer_sys::fuzz_target!(|input: &[u8]| law::check(input));
