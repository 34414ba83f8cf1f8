//! A test of handlers: under no CDN that we use may another user get a signed-in user's page.
//!
//!     cargo run --example handler_test

use std::time::Duration;

use storable::Profile;
use storable::testing::{assert_fresh_for, assert_never_shared, group};

/// The handlers to be tested.
fn account_page() -> Result<http::Response<()>, http::Error> {
    http::Response::builder().header("Cache-Control", "private, no-store").body(())
}

fn logo() -> Result<http::Response<()>, http::Error> {
    http::Response::builder().header("Cache-Control", "public, max-age=3600").body(())
}

fn main() -> Result<(), http::Error> {
    let request =
        http::Request::get("https://shop.example/account").header("Cookie", "sid=alice").body(())?;
    // The caches that stand before this site, or may stand there after the next change.
    let caches = [&Profile::CLOUDFRONT, &Profile::CLOUDFLARE].into_iter().chain(group("fastly"));
    assert_never_shared(&request, &account_page()?, caches);

    let request = http::Request::get("https://shop.example/logo.svg").body(())?;
    let hours = Duration::from_secs(3600)..=Duration::from_secs(7200);
    assert_fresh_for(&request, &logo()?, &Profile::FASTLY, hours);
    println!("the account page is for nobody else, and the logo lasts an hour");
    Ok(())
}
