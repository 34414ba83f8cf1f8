//! A stand-in shares what a cache may share for all that is known; the cache itself does not.

#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]
#![allow(clippy::arithmetic_side_effects)]

mod support;

use std::time::SystemTime;

use http_body_util::Full;
use storable::{Answer, Exchange, Profile};
use storable_tower::StandIn;
use support::{Lines, Origin, layer, response};
use tower::ServiceExt;
use tower::util::BoxCloneSyncService;
use tower_layer::Layer;

const PERSONAL: Lines<'_> = &[("Cache-Control", "max-age=60"), ("Set-Cookie", "sid=1")];

const OPEN: Lines<'_> = &[("Cache-Control", "max-age=60")];

fn origin(lines: Lines<'static>) -> Origin {
    BoxCloneSyncService::new(tower::service_fn(
        move |request: http::Request<Full<bytes::Bytes>>| async move {
            let user = request.headers()["cookie"].to_str().unwrap().to_owned();
            Ok(response(200, lines, user))
        },
    ))
}

/// What bob gets after alice.
async fn bob<L>(layer: L, lines: Lines<'static>) -> String
where
    L: Layer<Origin, Service = storable_tower::CacheService<Origin>>,
{
    let service = layer.layer(origin(lines));
    let mut page = String::new();
    for user in ["alice", "bob"] {
        let request = http::Request::get("/account").header("Host", "shop.example");
        let request = request.header("Cookie", user).body(Full::default()).unwrap();
        let response = service.clone().oneshot(request).await.unwrap();
        let content = http_body_util::BodyExt::collect(response.into_body()).await.unwrap();
        page = String::from_utf8(content.to_bytes().to_vec()).unwrap();
    }
    page
}

/// In every profile, with headers that leave much open: a later user gets the first one's page from the
/// cache where the verdict says so, and from the stand-in also where it leaves that open.
#[tokio::test]
async fn in_every_profile() {
    let mut guessed = 0;
    for profile in Profile::ALL {
        for lines in [PERSONAL, OPEN, &[], &[("Cache-Control", "private")]] {
            let request = |user| {
                let request = http::Request::get("http://shop.example/account");
                request.header("Host", "shop.example").header("Cookie", user).body(()).unwrap()
            };
            let (alice, response) = (request("alice"), response(200, lines, ""));
            let exchange = Exchange::new(&alice, &response).received_at(SystemTime::now());
            let later = exchange.judge(profile).for_other(&request("bob"));
            let case = format!("{} {lines:?}: {later:?}", profile.id());
            let page = bob(layer(*profile), lines).await;
            assert_eq!(page == "alice", later == Answer::Hit, "{case}");
            let page = bob(StandIn::new(*profile), lines).await;
            let may_be = matches!(later, Answer::Hit | Answer::Unknown);
            assert_eq!(page == "alice", may_be, "{case}");
            guessed += usize::from(later == Answer::Unknown);
        }
    }
    assert!(guessed > 0, "no profile leaves anything open");
}
