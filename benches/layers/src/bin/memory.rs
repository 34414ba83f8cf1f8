//! Prints how many bytes an entry takes in each cache.

use std::alloc::System;
use std::time::Duration;

use cap::Cap;
use http_body_util::BodyExt;
use storable_layers::{Cache, Content, ENTRIES, Pages, Peer, Use, page, put, wanted};
use tower::ServiceExt;

#[global_allocator]
static ALLOCATED: Cap<System> = Cap::new(System, usize::MAX);

struct Fill;

impl Use for Fill {
    type Out = usize;

    fn with<S: Cache<B>, B: Content>(self, cache: S) -> usize {
        let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else {
            return 0;
        };
        let wanted = wanted();
        let mut taken = 0;
        runtime.block_on(async {
            let before = ALLOCATED.allocated();
            for wanted in &wanted {
                if let Ok(response) = cache.clone().oneshot(page(wanted)).await {
                    let _ = response.into_body().collect().await;
                }
            }
            // What is to be done later is done.
            tokio::time::sleep(Duration::from_secs(1)).await;
            taken = ALLOCATED.allocated().saturating_sub(before);
        });
        taken / ENTRIES
    }
}

fn main() {
    for peer in Peer::ALL {
        println!("{}", put(peer, Pages::default(), Fill));
    }
}
