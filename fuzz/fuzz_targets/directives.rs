//! The law of `tests/laws/directives.rs`, on arbitrary input.
#![no_main]

#[path = "../../tests/laws/directives.rs"]
mod law;

libfuzzer_sys::fuzz_target!(|input: &[u8]| law::check(input));
