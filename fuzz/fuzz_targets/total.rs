//! No input makes any profile panic, and every verdict has a reason.
#![no_main]

mod message;

use libfuzzer_sys::fuzz_target;
use storable::Profile;

fuzz_target!(|message: message::Message| {
    message.with(&[], |exchange| {
        for profile in Profile::ALL {
            let verdict = exchange.judge(profile);
            let _ = verdict.answers();
            assert!(!verdict.headline().code().is_empty());
            assert_eq!(verdict.warning_count(), verdict.warnings().len());
            let _ = verdict.remedies();
            let _ = verdict.to_string();
        }
    });
});
