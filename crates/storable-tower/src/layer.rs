//! The layer, and how it is set up.

use std::sync::Arc;

use http::uri::Scheme;
use storable::Profile;
use storable::visit::{Cache, Unknown};
use tokio_util::task::TaskTracker;
use tower_layer::Layer;

use crate::flight::Flights;
use crate::guesses::Guesses;
use crate::limits::Limits;
use crate::observe::{Event, Observer};
use crate::recording::Budget;
use crate::service::Marks;
use crate::shelf::Shelf;
use crate::store::{MemoryStore, Store};

/// An HTTP cache in front of a service. Clones, and all services that it makes, are one cache.
///
/// The service behind it is cloned for each request that goes there; its content type needs a
/// `Default`, for requests that the cache makes itself. It runs within a tokio runtime.
///
/// ```
/// use axum::{Router, routing::get};
/// use storable::Profile;
/// use storable_tower::{CacheLayer, Limits, MemoryStore};
///
/// let cache = CacheLayer::new(Profile::FASTLY, MemoryStore::new(256 << 20))
///     .named("edge")
///     .with_limits(Limits::default().with_content(1 << 20));
/// let app: Router = Router::new().route("/", get(|| async { "hello" })).layer(cache);
/// ```
pub struct CacheLayer<St = MemoryStore>(pub(crate) Arc<Shared<St>>);

/// What all services of a layer share.
pub(crate) struct Shared<St> {
    pub(crate) cache: Arc<Cache>,
    pub(crate) limits: Limits,
    observer: Option<Arc<dyn Observer>>,
    pub(crate) shelf: Arc<Shelf<St>>,
    pub(crate) flights: Arc<Flights>,
    /// What is being renewed.
    pub(crate) renewals: Arc<Flights>,
    pub(crate) budget: Arc<Budget>,
    pub(crate) marks: Marks,
    /// Of a stand-in only.
    pub(crate) guesses: Option<Guesses>,
    pub(crate) tasks: TaskTracker,
}

impl<St: Store> CacheLayer<St> {
    /// A cache that does what the profile's cache does, with what is stored in a store.
    #[must_use]
    pub fn new(profile: Profile, store: St) -> Self {
        let limits = Limits::default();
        Self(Arc::new(Shared {
            cache: Arc::new(Cache::new(profile)),
            limits,
            observer: None,
            shelf: Arc::new(Shelf::new(Arc::new(store), limits.variants)),
            flights: Arc::default(),
            renewals: Arc::default(),
            budget: Budget::new(limits.arriving),
            marks: Marks::new(),
            guesses: None,
            tasks: TaskTracker::new(),
        }))
    }

    fn with(self, change: impl FnOnce(&mut Shared<St>)) -> Self {
        let mut shared = Arc::unwrap_or_clone(self.0);
        change(&mut shared);
        Self(Arc::new(shared))
    }

    fn with_cache(self, change: impl FnOnce(Cache) -> Cache) -> Self {
        self.with(|shared| {
            let cache = Cache::clone(&shared.cache);
            shared.cache = Arc::new(change(cache));
        })
    }

    /// Follows several profiles, each for the requests that are routed to its number, as
    /// [`Cache::with_routes`] has it: a site of `storable::site`, for one.
    #[must_use]
    pub fn with_routes(
        self,
        profiles: impl IntoIterator<Item = Profile>,
        route: impl Fn(&http::Request<()>) -> usize + Send + Sync + 'static,
    ) -> Self {
        self.with_cache(|cache| cache.with_routes(profiles, route))
    }

    /// Its name in `Cache-Status` (RFC 9211): `storable` where it is not told.
    #[must_use]
    pub fn named(self, name: impl Into<String>) -> Self {
        self.with_cache(|cache| cache.named(name))
    }

    /// The scheme of requests whose target has none, which is every request to a server of HTTP/1.1:
    /// `http` where it is not told. Requests of both protocols share what is stored only where it is
    /// the right one.
    #[must_use]
    pub fn with_scheme(self, scheme: Scheme) -> Self {
        self.with_cache(|cache| cache.with_scheme(scheme))
    }

    pub(crate) fn with_unknown(self, unknown: Unknown) -> Self {
        let guesses = (unknown == Unknown::Shared).then(Guesses::new);
        self.with_cache(|cache| cache.with_unknown(unknown)).with(|shared| shared.guesses = guesses)
    }

    /// Other limits.
    #[must_use]
    pub fn with_limits(self, limits: Limits) -> Self {
        self.with(|shared| {
            shared.limits = limits;
            shared.shelf = Arc::new(Shelf::new(Arc::clone(shared.shelf.store()), limits.variants));
            shared.budget = Budget::new(limits.arriving);
        })
    }

    /// Tells somebody of everything that happens.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use std::sync::atomic::{AtomicUsize, Ordering};
    /// use storable::Profile;
    /// use storable_tower::{CacheLayer, Event, How, MemoryStore};
    ///
    /// let hits = Arc::new(AtomicUsize::new(0));
    /// let count = Arc::clone(&hits);
    /// let cache = CacheLayer::new(Profile::RFC9111_SHARED, MemoryStore::new(1 << 20))
    ///     .with_observer(move |event: &Event<'_>| {
    ///         if let Event::Answered { how: How::Hit, .. } = event {
    ///             count.fetch_add(1, Ordering::Relaxed);
    ///         }
    ///     });
    /// ```
    #[must_use]
    pub fn with_observer(self, observer: impl Observer) -> Self {
        self.with(|shared| shared.observer = Some(Arc::new(observer)))
    }

    /// The store.
    #[must_use]
    pub fn store(&self) -> &St {
        self.0.shelf.store()
    }

    /// Waits until nothing is under way in the background: no fetch, no recording, no renewal. For a
    /// program that ends, after it has stopped taking requests.
    pub async fn finish(&self) {
        self.0.tasks.close();
        self.0.tasks.wait().await;
        self.0.tasks.reopen();
    }
}

impl<St> Clone for CacheLayer<St> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<St> Clone for Shared<St> {
    fn clone(&self) -> Self {
        Self {
            cache: Arc::clone(&self.cache),
            limits: self.limits,
            observer: self.observer.clone(),
            shelf: Arc::clone(&self.shelf),
            flights: Arc::clone(&self.flights),
            renewals: Arc::clone(&self.renewals),
            budget: Arc::clone(&self.budget),
            marks: self.marks.clone(),
            guesses: self.guesses.clone(),
            tasks: self.tasks.clone(),
        }
    }
}

impl<St> std::fmt::Debug for CacheLayer<St> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CacheLayer").field("cache", &self.0.cache).finish_non_exhaustive()
    }
}

impl<St> Shared<St> {
    pub(crate) fn is_observed(&self) -> bool {
        self.observer.is_some()
    }

    pub(crate) fn tell(&self, event: &Event<'_>) {
        if let Some(observer) = &self.observer {
            observer.observe(event);
        }
    }
}

impl<S, St> Layer<S> for CacheLayer<St> {
    type Service = CacheService<S, St>;

    fn layer(&self, inner: S) -> CacheService<S, St> {
        CacheService { shared: Arc::clone(&self.0), inner }
    }
}

/// A service with a cache in front of it; made by [`CacheLayer`].
pub struct CacheService<S, St = MemoryStore> {
    pub(crate) shared: Arc<Shared<St>>,
    pub(crate) inner: S,
}

impl<S: Clone, St> Clone for CacheService<S, St> {
    fn clone(&self) -> Self {
        Self { shared: Arc::clone(&self.shared), inner: self.inner.clone() }
    }
}

impl<S, St> std::fmt::Debug for CacheService<S, St> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CacheService").field("cache", &self.shared.cache).finish_non_exhaustive()
    }
}
