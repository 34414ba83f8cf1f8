//! A response that comes later is never fresh for longer, where it says when it was made.

use storable::profile::{ExpiresClock, Fact};
use storable::{Exchange, FreshFor, Profile};

use crate::message::Message;

/// How much later. Within a day: Squid and Traffic Server take an older Date for a wrong clock.
const STEPS: [u64; 4] = [1, 59, 3_600, 80_000];

/// The start of the year 9999: later moments may have no date.
const LAST_YEAR: u64 = 253_370_764_800;

pub(crate) fn check(input: &[u8]) {
    let mut message = Message::read(input);
    let Some(received_at) = message.received_at.filter(|at| *at < LAST_YEAR) else { return };
    let made = date_of(received_at);
    message.response.retain(|(name, value)| {
        let dated = ["expires", "last-modified"].iter().any(|own| name.eq_ignore_ascii_case(own));
        // A year of two digits means another one as the clock goes on.
        let moves = dated && value.contains(&b'-');
        !(moves || name.eq_ignore_ascii_case("date"))
    });
    message.response.push(("Date", made.as_bytes()));
    let has =
        |field: &str| message.response.iter().any(|(name, _)| name.eq_ignore_ascii_case(field));
    let (modified, expires) = (has("last-modified"), has("expires"));
    let mut before = message.lend(fresh);
    for step in STEPS {
        message.received_at = received_at.checked_add(step);
        let after = message.lend(fresh);
        for ((profile, before), after) in Profile::ALL.iter().zip(before).zip(&after) {
            let id = profile.id();
            // Squid's heuristic reckons from the time of receipt less Age (src/store.cc,
            // timestampsSet), which moves on. Varnish's Expires runs from its own clock while Date
            // is near that, and from Date when it is not.
            let changes_clocks = matches!(
                profile.facts().expires_clock,
                Fact::Known(ExpiresClock::LocalIfDateWithin(_))
            );
            if (modified && id.starts_with("squid")) || (expires && changes_clocks) {
                continue;
            }
            if let (Some(before), Some(after)) = (before, *after) {
                assert!(after <= before, "{id}: {before} s, and {after} s when it comes later");
            }
        }
        before = after;
    }
}

fn date_of(seconds: u64) -> String {
    let seconds = i64::try_from(seconds).unwrap_or(i64::MAX);
    storable::field::Timestamp::from_unix(seconds).to_string()
}

/// For how long it is fresh under every profile, where that is known; not at all: 0.
fn fresh(exchange: Exchange<'_>) -> Vec<Option<u64>> {
    let of = |profile| match exchange.judge(profile).fresh_for() {
        FreshFor::Seconds(seconds) => Some(seconds),
        FreshFor::NotStored => Some(0),
        FreshFor::Between(..) | FreshFor::Unknown => None,
    };
    Profile::ALL.iter().map(of).collect()
}
