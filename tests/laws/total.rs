//! No input makes any profile panic, and every verdict has a reason.

use storable::Profile;

use crate::message::Message;

pub(crate) fn check(input: &[u8]) {
    Message::read(input).lend(|exchange| {
        for profile in Profile::ALL {
            let verdict = exchange.judge(profile);
            let answers = verdict.answers();
            assert!(!verdict.headline().code().is_empty());
            assert_eq!(verdict.warning_count(), verdict.warnings().len());
            let _ = (verdict.remedies(), verdict.deviations(), verdict.to_string());
            assert_eq!(answers, exchange.judge(profile).answers(), "{}", profile.id());
        }
    });
}
