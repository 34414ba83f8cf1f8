//! The leak of 22 June 2017, on loopback: a slow personal page, its first reader, and twenty
//! requests of somebody else that wait for it.

use std::time::Duration;

use crate::support::{Answer, Origin, Running, settings};
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use hyper::body::Incoming;
use tokio::task::JoinSet;

const WAITING: usize = 20;

/// A page with the name of its reader, the way nginx's `expires -1` sends it.
async fn page(request: Request<Incoming>, control: &str) -> Response<Full<Bytes>> {
    tokio::time::sleep(Duration::from_millis(300)).await;
    let reader = request.headers().get("cookie").map_or("nobody", |it| it.to_str().unwrap());
    let mut response = Response::builder().header("Expires", "Thu, 22 Jun 2017 00:40:59 GMT");
    if !control.is_empty() {
        response = response.header("Cache-Control", control);
    }
    response.body(Full::from(format!("the page of {reader}"))).unwrap()
}

/// What Alice gets, what Bob gets who waits twenty times, and how often the origin was asked.
async fn scene(profile: &str, control: &'static str) -> (Answer, Vec<Answer>, usize) {
    let origin = Origin::start(move |request, _| page(request, control)).await;
    let proxy = Running::start(settings(profile, &origin)).await;
    let alice = proxy.get("/mypage", &[("Cookie", "alice")]);
    let bob = async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        let mut waiting = JoinSet::new();
        for _ in 0..WAITING {
            let browser = proxy.browser.clone();
            waiting.spawn(async move {
                browser.send("GET", "/mypage", &[("Cookie", "bob")]).await.unwrap()
            });
        }
        waiting.join_all().await
    };
    let (alice, bob) = tokio::join!(alice, bob);
    let count = origin.count();
    proxy.stop().await;
    (alice, bob, count)
}

#[tokio::test]
async fn who_gets_whose_page() {
    for (profile, control, leaks) in [
        ("rfc9111-shared", "no-cache", false),
        ("rfc9111-shared", "", false),
        ("nginx", "no-cache", false),
        ("nginx-1.22-lock", "no-cache", false),
        ("mercari-2017", "no-cache", true),
        ("mercari-2017", "no-cache, private", false),
        ("squid-5-collapsed", "no-cache", true),
        ("squid-5-collapsed", "no-cache, private", false),
        ("ats-9", "", true),
        ("ats-9", "private", false),
        ("caching-off", "no-cache", false),
    ] {
        let (alice, bob, asked) = scene(profile, control).await;
        assert_eq!(alice.text, "the page of alice", "{profile} {control}");
        assert_eq!(bob.len(), WAITING);
        let exposed = bob.iter().filter(|page| page.text == "the page of alice").count();
        let own = bob.iter().filter(|page| page.text == "the page of bob").count();
        assert_eq!(exposed + own, WAITING, "{profile} {control}: {bob:?}");
        if leaks {
            assert!(exposed > 0, "{profile} `{control}` does not show the leak");
            let said = bob.iter().find(|page| page.text == "the page of alice").unwrap();
            assert!(said.field("cache-status").contains("collapsed"), "{said:?}");
        } else {
            assert_eq!(exposed, 0, "{profile} `{control}` leaks");
            assert_eq!(asked, WAITING + 1, "{profile} `{control}`: everybody is fetched for");
        }
    }
}
