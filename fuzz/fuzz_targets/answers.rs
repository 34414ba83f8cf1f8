//! The law of `crates/storable-cli/tests/laws/answers.rs`, on arbitrary input.
#![no_main]

#[path = "../../crates/storable-cli/tests/laws/answers.rs"]
mod law;

libfuzzer_sys::fuzz_target!(|input: &[u8]| law::check(input));
