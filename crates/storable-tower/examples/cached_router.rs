//! A router of axum with a cache in front of it: three lines, the two `use` among them.
//!
//!     cargo run -p storable-tower --example cached_router

use axum::body::Body;
use axum::{Router, http::Request, routing::get};
use storable::Profile;
use storable_tower::{CacheLayer, MemoryStore};
use tower::ServiceExt;

async fn hello() -> ([(&'static str, &'static str); 1], &'static str) {
    ([("Cache-Control", "max-age=60")], "hello")
}

#[tokio::main]
async fn main() -> Result<(), axum::http::Error> {
    let app: Router = Router::new()
        .route("/", get(hello))
        .layer(CacheLayer::new(Profile::RFC9111_SHARED, MemoryStore::new(64 << 20)));

    // A server would be `axum::serve(listener, app).await`.
    for status in ["fwd=uri-miss", "hit"] {
        let request = Request::get("/").header("Host", "shop.example").body(Body::empty())?;
        let Ok(response) = app.clone().oneshot(request).await;
        let said = &response.headers()["cache-status"];
        println!("{}: {said:?}", response.status());
        assert!(said.as_bytes().windows(status.len()).any(|part| part == status.as_bytes()));
    }
    Ok(())
}
