//! No input makes anything of a stored response's later life panic, and no request gets past what
//! its response prohibits.
#![no_main]

mod message;

use std::time::{Duration, SystemTime};

use libfuzzer_sys::fuzz_target;
use storable::life::{
    Condition, NoVarySearch, Reply, Reuse, after_head, combine, groups_invalidated_by,
    invalidated_by, look_up, on_error, reply,
};
use storable::policy::RequestPolicy;
use storable::profile::StaleIfError;
use storable::{Exchange, Profile};

fn live(first: Exchange<'_>, second: Exchange<'_>, profile: &Profile, length: u64, later: u32) {
    let _ = invalidated_by(&first.request(), &first.response(), profile);
    let _ = groups_invalidated_by(&first.request(), &first.response());
    let _ = NoVarySearch::of(&first.response()).is_same("http://a/?b=%", "http://a/?c=+");
    let verdict = first.judge(profile);
    let Some(entry) = verdict.to_store() else { return };
    let received = entry.policy.received_at().to_system().unwrap_or(SystemTime::UNIX_EPOCH);
    let now = received.checked_add(Duration::from_secs(later.into())).unwrap_or(received);
    let policy = RequestPolicy::read(second.request());
    let stored = [entry.stored().with_length(length)];
    let choice = look_up(&policy, stored, profile, now);
    if let Reuse::Serve(served) = choice.reuse {
        assert!(!entry.policy.must_validate());
        assert!(served.remaining > 0 || !entry.policy.bars_stale_use());
    }
    let replied = reply(&policy, stored[0], profile);
    let _ = replied.head(stored[0], Some(1), profile);
    if let Reply::Parts(parts) = replied {
        assert!(parts.iter().count() > 1);
    }
    let setting = profile.with_stale_if_error(StaleIfError::UnlessBarred);
    let _ = on_error(&policy, stored[0], &setting, now);
    let condition = Condition::new(&stored, 0, profile);
    let _ = condition.request_fields(&second.request());
    let _ = condition.answered(&second.response());
    let _ = after_head(&policy, &second.response(), stored[0], profile);
    let _ = entry.freshened(&second.requested_at(now).received_at(now), profile);
    let _ = combine(&first.response(), length, &second.response());
}

fuzz_target!(|input: (message::Message, message::Message, u64, u32)| {
    let (first, second, length, later) = input;
    first.with(&[], |first| {
        second.with(&[], |second| {
            for profile in Profile::ALL {
                live(first, second, profile, length, later);
            }
        });
    });
});
