//! The crate agrees with the second reading of RFC 9111; the bytes are choices.

use crate::{model, subject, wide};

pub(crate) fn check(input: &[u8]) {
    let mut bytes = input.iter();
    let mut choose = |below: u64| {
        let mut number = 0;
        let mut room = 1;
        while room < below {
            number = number * 256 + bytes.next().map_or(0, |&byte| u64::from(byte));
            room *= 256;
        }
        number % below
    };
    let exchange = wide::exchange(&mut choose);
    assert_eq!(subject::judge(&exchange), model::answers(&exchange), "{exchange:?}");
}
