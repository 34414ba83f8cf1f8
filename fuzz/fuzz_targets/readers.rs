//! The law of `crates/storable-cli/tests/laws/readers.rs`, on arbitrary input.
#![no_main]

#[path = "../../crates/storable-cli/tests/laws/readers.rs"]
mod law;

libfuzzer_sys::fuzz_target!(|input: &[u8]| law::check(input));
