//! A test that no cache in front of an application hands one user's page to another: a handler that
//! fails it, and the same one mended.
//!
//!     cargo run -p storable-tower --example handler_test

use std::panic::{AssertUnwindSafe, catch_unwind};

use axum::body::Body;
use axum::http::{Error, HeaderMap, Request};
use axum::{Router, routing::get};
use storable::Profile;
use storable::testing::{assert_never_shared, group};
use tower::ServiceExt;

type Page = ([(&'static str, &'static str); 1], String);

fn account_of(headers: &HeaderMap) -> String {
    format!("the account of {:?}", headers.get("cookie"))
}

/// It means: ask me each time. Of two users who ask at once, many a CDN asks for one.
async fn leaks(headers: HeaderMap) -> Page {
    ([("Cache-Control", "no-cache")], account_of(&headers))
}

/// It means: for nobody else.
async fn mended(headers: HeaderMap) -> Page {
    ([("Cache-Control", "private, no-cache")], account_of(&headers))
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    let app: Router = Router::new().route("/leaks", get(leaks)).route("/mended", get(mended));
    for (path, passes) in [("/leaks", false), ("/mended", true)] {
        let url = format!("https://shop.example{path}");
        let asked = Request::get(&url).header("Cookie", "sid=alice").body(())?;
        let request = Request::from_parts(asked.clone().into_parts().0, Body::empty());
        let Ok(response) = app.clone().oneshot(request).await;
        let head = response.map(drop);

        // The caches that stand before this site, or may stand there after the next change.
        let caches = || group("fastly").chain([&Profile::CLOUDFRONT, &Profile::NGINX]);
        // A test has the assertion alone. Here it is shown to fail as well.
        let test = AssertUnwindSafe(|| assert_never_shared(&asked, &head, caches()));
        let tested = catch_unwind(test);
        println!("{path} {}", if tested.is_ok() { "passes" } else { "fails" });
        assert_eq!(tested.is_ok(), passes, "{path}");
    }
    Ok(())
}
