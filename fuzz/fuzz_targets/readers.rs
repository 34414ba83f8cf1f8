//! The law of `tests/laws/readers.rs`, on arbitrary input.
#![no_main]

#[path = "../../examples/support/har.rs"]
#[allow(dead_code)]
mod har;
#[path = "../../tests/laws/readers.rs"]
mod law;
#[path = "../../examples/support/wire.rs"]
#[allow(dead_code)]
mod wire;

libfuzzer_sys::fuzz_target!(|input: &[u8]| law::check(input));
