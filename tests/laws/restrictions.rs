//! A restriction that is added never lets anybody have more, under every profile that honours it.

use storable::profile::{Authorization, Fact, ForWaiting, Permission, Treatment};
use storable::{Exchange, Profile, Storage};

use crate::message::Message;

/// What a profile does with a restriction.
type Honoured = fn(&Profile) -> Fact<Treatment>;

/// What is added, and where it stands in a profile's facts.
const RESTRICTIONS: [(&[u8], Honoured); 3] = [
    (b"private", |profile| profile.facts().private),
    (b"no-store", |profile| profile.facts().no_store),
    (b"no-cache", no_cache),
];

/// Where no-cache is also a permit it can add: to Squid for the answer to a request with
/// Authorization, to Envoy for any response, which it then shares with those who wait.
fn no_cache(profile: &Profile) -> Fact<Treatment> {
    let facts = profile.facts();
    let permits = match facts.authorization {
        Fact::Known(
            Authorization::NeedsPermission(permissions) | Authorization::NeedsSomeOf(permissions),
        ) => permissions.contains(&Permission::NoCache),
        _ => false,
    };
    if permits || facts.waiting_no_cache == Fact::Known(ForWaiting::Shared) {
        return Fact::Unknown;
    }
    facts.no_cache
}

pub(crate) fn check(input: &[u8]) {
    let mut message = Message::read(input);
    let before = message.lend(shared);
    for (restriction, honoured) in RESTRICTIONS {
        message.response.push(("Cache-Control", restriction));
        let after = message.lend(shared);
        message.response.pop();
        for ((profile, before), after) in Profile::ALL.iter().zip(&before).zip(&after) {
            let id = profile.id();
            let restriction = restriction.escape_ascii();
            // What is not stored may be shared with those who wait all the same, or nobody knows;
            // what is validated at every use may be stored without a lifetime.
            let apart = profile.facts().waiting_not_stored == Fact::Known(ForWaiting::OwnFetch);
            let (bars, honours) = match honoured(profile) {
                Fact::Known(Treatment::NotStored) => (true, apart),
                Fact::Known(Treatment::Validated) => (false, apart),
                _ => (false, false),
            };
            assert!(!bars || before.0 || !after.0, "{id}: {restriction} makes it stored");
            assert!(!honours || before.1 || !after.1, "{id}: {restriction} makes it shared");
        }
    }
}

/// Under every profile: whether it may be stored, and whether another user may get it.
fn shared(exchange: Exchange<'_>) -> Vec<(bool, bool)> {
    let of = |profile| {
        let verdict = exchange.judge(profile);
        let stored = matches!(verdict.storage(), Storage::Stored | Storage::Unknown);
        (stored, verdict.may_share())
    };
    Profile::ALL.iter().map(of).collect()
}
