//! An application behind a CDN, in process.

use storable::Profile;
use storable::visit::Unknown;
use tower_layer::Layer;

use crate::layer::{CacheLayer, CacheService};
use crate::store::MemoryStore;

/// The cache of a profile as a layer for tests: the application behind that CDN, in process.
///
/// Unlike [`CacheLayer`] it takes what nobody knows of the cache for the worst: whoever might get a
/// response gets it, with the rule in `Cache-Status` that leaves it open. So a test that finds one
/// user's page with another one fails where the CDN may leak, and not only where it is known to.
///
/// ```
/// use axum::{Router, body::Body, routing::get};
/// use http::{HeaderMap, Request};
/// use http_body_util::BodyExt;
/// use storable::Profile;
/// use storable_tower::StandIn;
/// use tower::ServiceExt;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// async fn account(headers: HeaderMap) -> ([(&'static str, &'static str); 1], String) {
///     let user = headers["cookie"].to_str().unwrap_or("nobody");
///     ([("Cache-Control", "max-age=60")], format!("the account of {user}"))
/// }
/// let app: Router =
///     Router::new().route("/account", get(account)).layer(StandIn::new(Profile::FASTLY));
///
/// for user in ["alice", "bob"] {
///     let request = Request::get("/account").header("Host", "shop.example").header("Cookie", user);
///     let response = app.clone().oneshot(request.body(Body::empty())?).await?;
///     let page = response.into_body().collect().await?.to_bytes();
///     // A test would assert that each gets the own page, and fail here: bob gets that of alice.
///     assert_eq!(page, "the account of alice");
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct StandIn(CacheLayer<MemoryStore>);

impl StandIn {
    /// A stand-in with an empty store of 64 MiB, which calls itself by the profile's id.
    #[must_use]
    pub fn new(profile: Profile) -> Self {
        let id = profile.id();
        let layer = CacheLayer::new(profile, MemoryStore::new(64 << 20));
        Self(layer.named(id).with_unknown(Unknown::Shared))
    }

    /// Stands in for a cache that is set up by route, as [`CacheLayer::with_routes`] has it.
    #[must_use]
    pub fn with_routes(
        self,
        profiles: impl IntoIterator<Item = Profile>,
        route: impl Fn(&http::Request<()>) -> usize + Send + Sync + 'static,
    ) -> Self {
        Self(self.0.with_routes(profiles, route))
    }

    /// Waits until nothing is under way in the background: after it, what was being renewed is.
    pub async fn finish(&self) {
        self.0.finish().await;
    }
}

impl<S> Layer<S> for StandIn {
    type Service = CacheService<S>;

    fn layer(&self, inner: S) -> CacheService<S> {
        self.0.layer(inner)
    }
}
