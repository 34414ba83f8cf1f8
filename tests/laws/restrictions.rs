//! A restriction that is added never lets anybody have more, under every profile that honours it.

use storable::profile::{Authorization, Fact, Permission, Treatment};
use storable::{Exchange, Profile, Storage};

use crate::message::Message;

/// What a profile does with a restriction.
type Honoured = fn(&Profile) -> Fact<Treatment>;

/// What is added, and where it stands in a profile's facts.
const RESTRICTIONS: [(&[u8], Honoured); 3] = [
    (b"private", |profile| profile.facts().private),
    (b"no-store", |profile| profile.facts().no_store),
    (b"no-cache", |profile| match profile.facts().authorization {
        // To Squid it permits storing the answer to a request with Authorization.
        Fact::Known(
            Authorization::NeedsPermission(permissions) | Authorization::NeedsSomeOf(permissions),
        ) if permissions.contains(&Permission::NoCache) => Fact::Unknown,
        _ => profile.facts().no_cache,
    }),
];

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
            // What is validated at every use may be stored without a lifetime.
            let (bars, honours) = match honoured(profile) {
                Fact::Known(Treatment::NotStored) => (true, true),
                Fact::Known(Treatment::Validated) => (false, true),
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
