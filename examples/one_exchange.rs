//! What would this cache do with this response?
//!
//!     cargo run --example one_exchange
//!
//! A personal page as nginx's `expires -1` sends it, on the cache of the incident of 2017.

use storable::{Profile, Waiting, storable};

fn main() -> Result<(), http::Error> {
    let request =
        http::Request::get("https://shop.example/mypage").header("Cookie", "sid=alice").body(())?;
    let response = http::Response::builder()
        .header("Date", "Thu, 22 Jun 2017 00:41:00 GMT")
        .header("Expires", "Thu, 22 Jun 2017 00:40:59 GMT")
        .header("Cache-Control", "no-cache")
        .body(())?;

    let verdict = storable(&request, &response, &Profile::MERCARI_2017);
    println!("stored: {}, fresh for: {}", verdict.storage().name(), verdict.fresh_for());
    for reason in verdict.reasons() {
        println!("- {reason}, says {}", verdict.source(reason));
    }
    if verdict.waiting_user() == Waiting::Shared {
        println!("Users who ask while it is being fetched all get this page.");
    }
    for remedy in verdict.remedies() {
        println!("What would close it: {remedy}");
    }
    Ok(())
}
