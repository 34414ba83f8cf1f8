//! What is read as a date is printed as one, and is read as the same date again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use storable::field::{DateReading, Timestamp, read_http_date};

fuzz_target!(|input: (&[u8], i64)| {
    let (text, now) = input;
    if let DateReading::Valid(at) = read_http_date(text, Some(Timestamp::from_unix(now))) {
        let printed = at.to_string();
        assert_eq!(read_http_date(printed.as_bytes(), None), DateReading::Valid(at), "{printed}");
    }
});
