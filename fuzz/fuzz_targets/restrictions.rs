//! A restriction that is added never lets anybody have more under the profiles of RFC 9111.
#![no_main]

mod message;

use libfuzzer_sys::fuzz_target;
use storable::{Profile, Storage};

fuzz_target!(|message: message::Message| {
    let shares = |added: &[(&str, &[u8])]| {
        message.with(added, |exchange| {
            let verdict = exchange.judge(&Profile::RFC9111_SHARED);
            (verdict.storage() == Storage::Stored, verdict.may_share())
        })
    };
    let (stored, shared) = shares(&[]);
    for restriction in [&b"private"[..], b"no-store", b"no-cache", b"Private"] {
        let (stored_too, shared_too) = shares(&[("Cache-Control", restriction)]);
        assert!(shared || !shared_too, "shared by {}", restriction.escape_ascii());
        assert!(stored || !stored_too, "stored by {}", restriction.escape_ascii());
    }
});
