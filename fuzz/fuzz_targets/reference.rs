//! The law of `tests/laws/reference.rs`, on arbitrary input.
#![no_main]

#[path = "../../tests/laws/reference.rs"]
mod law;
#[path = "../../tests/reference/model/mod.rs"]
mod model;
#[path = "../../tests/reference/subject.rs"]
#[allow(dead_code)]
mod subject;
#[path = "../../tests/reference/wide.rs"]
mod wide;

libfuzzer_sys::fuzz_target!(|input: &[u8]| law::check(input));
