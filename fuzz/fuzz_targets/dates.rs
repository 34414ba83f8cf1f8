//! The law of `tests/laws/dates.rs`, on arbitrary input.
#![no_main]

#[path = "../../tests/laws/dates.rs"]
mod law;

libfuzzer_sys::fuzz_target!(|input: &[u8]| law::check(input));
