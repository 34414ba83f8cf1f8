//! A test of handlers: under no CDN that we use may another user get a signed-in user's page.
//!
//!     cargo run --example handler_test

use storable::{Profile, storable};

/// The caches that stand before this site, or may stand there after the next change.
const CACHES: [&Profile; 3] = [&Profile::FASTLY, &Profile::CLOUDFRONT, &Profile::CLOUDFLARE];

/// The handler to be tested.
fn account_page() -> Result<http::Response<()>, http::Error> {
    http::Response::builder().header("Cache-Control", "private, no-store").body(())
}

fn main() -> Result<(), http::Error> {
    let request =
        http::Request::get("https://shop.example/account").header("Cookie", "sid=alice").body(())?;
    let response = account_page()?;
    for cache in CACHES {
        let verdict = storable(&request, &response, cache);
        // What nobody knows counts as shared.
        assert!(!verdict.may_share(), "{verdict}");
        println!("{}: no other user gets it", cache.id());
    }
    Ok(())
}
