//! A typed field reads any lines, and what it prints reads back as the same value.
#![no_main]

use libfuzzer_sys::fuzz_target;
use storable::field::FieldLines;
use storable::header::{CacheControl, CacheStatus, RequestCacheControl, SurrogateControl, Vary};

fuzz_target!(|bytes: &[u8]| {
    let lines: Vec<&[u8]> = bytes.split(|&byte| byte == b'\n').collect();
    macro_rules! reads_back {
        ($($type:ident)*) => {$(
            let read = $type::from_lines(FieldLines::from_slices(&lines));
            let value = read.to_value();
            assert_eq!($type::from_lines(FieldLines::one(value.as_bytes())), read);
        )*};
    }
    reads_back!(CacheControl RequestCacheControl SurrogateControl Vary);

    if let Ok(Some(read)) = CacheControl::from_targeted_lines(lines.iter().copied()) {
        let value = read.to_targeted_value().expect("a structured field wrote it");
        let again = CacheControl::from_targeted_lines(std::iter::once(value.as_bytes()));
        assert_eq!(again.expect("it was printed").unwrap_or_default(), read);
    }
    for member in CacheStatus::read(lines.iter().copied()) {
        let value = member.to_value();
        assert_eq!(CacheStatus::read([value.as_bytes()]).len(), 1);
    }
});
