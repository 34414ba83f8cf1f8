//! Cache-Control as a type: build it, check it, print it.
//!
//!     cargo run --example build_headers

use std::time::Duration;

use storable::header::CacheControl;

fn main() {
    let minute = Duration::from_secs(60);
    let shared = CacheControl::new().public().s_maxage(minute).stale_while_revalidate(minute);
    println!("Cache-Control: {}", shared.to_value().to_str().unwrap_or_default());

    // Two directives that do not go together are told before they reach a cache.
    let confused = CacheControl::new().no_store().max_age(minute);
    for conflict in confused.check() {
        println!("{}: {}", confused.to_value().to_str().unwrap_or_default(), conflict.says());
    }
}
