//! Prints how many bytes an entry takes in each cache.

use std::alloc::System;
use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use cap::Cap;
use http::{Request, Response};
use http_body_util::BodyExt;
use storable_layers::{ENTRIES, Pages, Peer, Use, page, put, wanted};
use tower::{Service, ServiceExt};

#[global_allocator]
static ALLOCATED: Cap<System> = Cap::new(System, usize::MAX);

struct Fill;

impl Use for Fill {
    type Out = usize;

    fn with<S, B>(self, cache: S) -> usize
    where
        S: Service<Request<Body>, Response = Response<B>> + Clone,
        B: http_body::Body<Data = Bytes>,
    {
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
