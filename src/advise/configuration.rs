//! What an operator could configure where no header does it: proven, like everything here, by
//! judging the profile so configured.

use super::cache::{Cache, Changed};
use super::fit::Fit;
use super::intent::Intent;
use super::trial::{Occasions, Pair, Trial};
use crate::profile::{Collapsing, Eligibility, Methods, Profile, StaleWindow, Treatment};

/// Profiles that are configurations of one product.
const PRODUCTS: &[&[&str]] = &[
    &["akamai", "akamai-honor-origin"],
    &["cloudflare", "cloudflare-occ-off", "cloudflare-cache-everything"],
    &["cloudfront", "cloudfront-caching-optimized", "cloudfront-caching-disabled"],
    &["fastly", "fastly-boilerplate"],
    &[
        "google-cloud-cdn-use-origin-headers",
        "google-cloud-cdn-cache-all-static",
        "google-cloud-cdn-force-cache-all",
    ],
];

/// A setting, as it is made and as it is said.
struct Setting {
    says: &'static str,
    make: fn(Profile, &Intent) -> Profile,
}

/// In this order: what has the cache obey the response before what decides without it, and at last
/// what keeps it out of the cache.
const SETTINGS: &[Setting] = &[
    Setting {
        says: "have it obey private",
        make: |profile, _| profile.with_private(Treatment::NotStored),
    },
    Setting {
        says: "have it obey no-store",
        make: |profile, _| profile.with_no_store(Treatment::NotStored),
    },
    Setting {
        says: "have it consider every response, whatever its path (cache everything)",
        make: |profile, _| profile.with_eligibility(Eligibility::All),
    },
    Setting {
        says: "have it keep Set-Cookie out of what it stores",
        make: |profile, _| profile.with_set_cookie(Treatment::Stripped),
    },
    Setting { says: "set its least lifetime to 0", make: |profile, _| profile.with_minimum_ttl(0) },
    Setting {
        says: "set its greatest lifetime to the one that is wanted",
        make: |profile, intent| profile.with_maximum_ttl(intent.shared.as_secs()),
    },
    Setting {
        says: "set for how long it answers stale while it asks the origin",
        make: |profile, intent| {
            profile.with_stale_while_revalidate(match intent.stale.as_secs() {
                0 => StaleWindow::None,
                seconds => StaleWindow::Default(seconds),
            })
        },
    },
    Setting {
        says: "switch the collapsing of requests off",
        make: |profile, _| profile.with_collapsing(Collapsing::Off),
    },
    Setting {
        says: "set the lifetime for this path in its own rules",
        make: |profile, intent| profile.with_fixed_ttl(intent.shared.as_secs()),
    },
    Setting {
        says: "have this path bypass the cache",
        make: |profile, _| profile.with_methods(Methods::None),
    },
];

/// The first configuration under which these lines do what is wanted.
pub(super) fn configuration(
    trial: &Trial<'_>,
    cache: Cache<'_>,
    lines: &[Pair<'_>],
) -> Option<String> {
    let profile = cache.profile;
    let serves = |configured: &Profile| {
        let changed = Changed::new(cache, *configured);
        trial.judge(changed.cache(), lines, Occasions::All).fit == Fit::Yes
    };
    let siblings = PRODUCTS.iter().find(|product| product.contains(&profile.id()));
    for id in siblings.into_iter().copied().flatten().filter(|id| **id != profile.id()) {
        if let Some(sibling) = Profile::find(id).filter(|sibling| serves(sibling)) {
            return Some(format!("configure it as `{}` has it: {}", sibling.id(), sibling.name()));
        }
    }
    let intent = trial.intent();
    let setting = SETTINGS.iter().find(|setting| serves(&(setting.make)(*profile, intent)))?;
    Some(setting.says.to_owned())
}
