//! The same as some CDN would do it, with what is stored on disk: it is there after a restart.
//!
//!     cargo run -p storable-tower --features disk --example on_disk

use axum::body::Body;
use axum::{Router, http::Request, routing::get};
use storable::Profile;
use storable_tower::CacheLayer;
use storable_tower::store::DiskStore;
use tower::ServiceExt;

async fn hello() -> ([(&'static str, &'static str); 1], &'static str) {
    ([("Cache-Control", "max-age=60")], "hello")
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    for status in ["fwd=uri-miss", "hit"] {
        let store = DiskStore::open(folder.path(), 64 << 20, 8 << 20).await?;
        let cache = CacheLayer::new(Profile::FASTLY, store).named("edge");
        let app: Router = Router::new().route("/", get(hello)).layer(cache.clone());

        let request = Request::get("/").header("Host", "shop.example").body(Body::empty())?;
        let Ok(response) = app.oneshot(request).await;
        let said = &response.headers()["cache-status"];
        println!("{}: {said:?}", response.status());
        assert!(said.as_bytes().windows(status.len()).any(|part| part == status.as_bytes()));

        // The program ends.
        cache.finish().await;
        cache.store().close().await?;
    }
    Ok(())
}
