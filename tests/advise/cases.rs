//! Advice for what people ask most.

use storable::advise::{Achieved, Intent};
use storable::profile::Treatment;
use storable::{Profile, advise};

use crate::observer::{Departure, complaints};
use crate::{DAY, HOUR, hold, lines_of, named};

/// For everyone: an hour at the edge, never in browsers, stale for a day.
#[test]
fn an_hour_at_the_edge_and_never_in_browsers() {
    let caches = named(&[
        "fastly",
        "cloudflare-cache-everything",
        "cloudfront",
        "vercel",
        "netlify",
        "google-cloud-cdn-use-origin-headers",
    ]);
    let intent = Intent::everyone(HOUR).stale(DAY);
    let advice = advise(&intent, &caches);
    hold(&intent, &caches);
    let told: Vec<String> = advice.lines().iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "Cache-Control: max-age=0, s-maxage=3600",
            "CDN-Cache-Control: max-age=3600, stale-while-revalidate=86400",
        ]
    );
    // s-maxage bars stale answers (RFC 9111 §5.2.2.10), and it is the one way to tell a cache that
    // reads nothing but Cache-Control from a browser.
    for (id, achieved) in [
        ("fastly", Achieved::Stricter),
        ("cloudflare-cache-everything", Achieved::Yes),
        ("cloudfront", Achieved::NotDocumented),
        ("vercel", Achieved::Yes),
        ("netlify", Achieved::Yes),
        ("google-cloud-cdn-use-origin-headers", Achieved::NotDocumented),
        ("rfc9111-private", Achieved::Yes),
    ] {
        let cache = advice.caches().iter().find(|cache| cache.profile.id() == id).unwrap();
        assert_eq!(cache.achieved, achieved, "{id}: {}", cache.why);
    }
    // What is not documented goes nowhere beyond what is wanted.
    let lines = lines_of(&advice);
    for id in ["cloudfront", "google-cloud-cdn-use-origin-headers"] {
        let profile = Profile::find(id).unwrap().with_control_fields(&[]);
        let complaints = complaints(&intent, &lines, &profile);
        assert!(complaints.iter().all(|(how, _)| *how == Departure::Below), "{id}: {complaints:?}");
    }
}

/// A personal page: `private` first wherever it works, and where it does not, what closes it there.
#[test]
fn a_personal_page() {
    const EDGE_TTL: Profile = Profile::CLOUDFLARE_CACHE_EVERYTHING
        .with_fixed_ttl(600)
        .with_private(Treatment::Ignored)
        .with_no_store(Treatment::Ignored)
        .with_no_cache(Treatment::Ignored);
    let mut caches = named(&["fastly", "cloudflare", "cloudfront", "akamai", "sucuri"]);
    caches.push(&EDGE_TTL);
    let intent = Intent::one_user();
    hold(&intent, &caches);
    let advice = advise(&intent, &caches);
    assert!(advice.lines()[0].to_string().starts_with("Cache-Control: private"));
    let achieved: Vec<_> = advice.caches().iter().map(|cache| cache.achieved).collect();
    assert_eq!(achieved[..3], [Achieved::Yes; 3]);
    for cache in &advice.caches()[3..5] {
        let does = cache.achieved;
        assert!(matches!(does, Achieved::NotByHeaders | Achieved::NotDocumented), "{}", cache.why);
        // The path is taken out of the cache, or the cache is made to obey.
        let closes = cache.configuration.as_deref().unwrap();
        assert!(closes.contains("bypass") || closes.contains("obey"), "{closes}");
    }
    // An Edge TTL wins over Cache-Control: what closes it is a Vary that no request matches.
    assert_eq!(advice.caches()[5].achieved, Achieved::Yes);
    let closing = advice.lines().iter().find(|line| line.value == "*").unwrap();
    assert!(closing.needed_by.contains(&&EDGE_TTL));
}

/// Every value of `private` that the search may send has the word; so has every single cache's.
#[test]
fn what_is_one_users_says_private() {
    for profile in Profile::ALL {
        let advice = advise(&Intent::one_user(), &[profile]);
        assert!(advice.lines()[0].value.starts_with("private"), "{}", profile.id());
    }
}
