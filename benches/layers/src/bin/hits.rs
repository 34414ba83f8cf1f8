//! Asks one cache for what it has: what `callgrind` counts.
//!
//!     hits PEER TIMES        (the place in the list)

use std::hint::black_box;

use http_body_util::BodyExt;
use storable_layers::{Cache, Content, Pages, Peer, Use, page, put, wanted};
use tower::ServiceExt;

struct Hits(usize);

impl Use for Hits {
    type Out = ();

    fn with<S: Cache<B>, B: Content>(self, cache: S) {
        let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else {
            return;
        };
        runtime.block_on(async {
            let wanted = wanted();
            for _ in 0..=self.0 {
                let response = cache.clone().oneshot(page(&wanted[0])).await;
                let content = response.ok().map(|response| response.into_body().collect());
                if let Some(content) = content {
                    black_box(content.await.ok().map(http_body_util::Collected::to_bytes));
                }
            }
        });
    }
}

fn main() {
    let numbers: Vec<usize> = std::env::args().skip(1).flat_map(|number| number.parse()).collect();
    let [peer, times] = numbers[..] else { unreachable!("hits PEER TIMES") };
    put(Peer::ALL[peer], Pages::default(), Hits(times));
}
