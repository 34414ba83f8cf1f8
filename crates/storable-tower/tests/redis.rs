//! Several caches on one server, which comes and goes.

#![cfg(feature = "redis")]
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]
#![allow(clippy::arithmetic_side_effects)]

mod server;
mod support;

use std::process::Command;
use std::time::Duration;

use server::Server;
use storable::Profile;
use storable_tower::CacheLayer;
use storable_tower::store::RedisStore;
use support::{Answer, CONTENT, Lines, Scene, response};

const BOOK: Profile = Profile::RFC9111_SHARED;

fn store(server: &Server) -> RedisStore {
    RedisStore::new(&format!("redis://127.0.0.1:{}/", server.port), "test:").unwrap()
}

const STEADY: Lines<'_> =
    &[("Cache-Control", "max-age=60"), ("ETag", "\"a\""), ("Vary", "Accept-Language")];

fn steady(server: &Server) -> Scene<RedisStore> {
    Scene::steady(CacheLayer::new(BOOK, store(server)).named("c"), STEADY)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_stores_another_serves() {
    let server = Server::start().await;
    let (one, two) = (steady(&server), steady(&server));
    for language in ["en", "de"] {
        let lines = &[("Accept-Language", language)];
        assert_eq!(one.get("/", lines).await.text, CONTENT);
        one.layer.finish().await;
        let answer = two.get("/", lines).await;
        assert_eq!(answer.text, CONTENT);
        assert!(answer.field("cache-status").starts_with("c; hit"), "{answer:?}");
        let part = two.get("/", &[("Accept-Language", language), ("Range", "bytes=2-4")]).await;
        assert_eq!((part.status.as_u16(), &*part.text), (206, "234"));
    }
    assert_eq!((one.asked(), two.asked()), (2, 0));
    // What one invalidates, no other serves.
    two.send("POST", "/", &[]).await.unwrap();
    one.get("/", &[("Accept-Language", "en")]).await;
    assert_eq!((one.asked(), two.asked()), (3, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn groups_of_all() {
    let server = Server::start().await;
    let scene = |lines| Scene::steady(CacheLayer::new(BOOK, store(&server)).named("c"), lines);
    let one = scene(&[("Cache-Control", "max-age=60"), ("Cache-Groups", "\"shop\"")]);
    let two = scene(&[("Cache-Group-Invalidation", "\"shop\"")]);
    for path in ["/a", "/b", "/a", "/b"] {
        one.get(path, &[]).await;
        one.layer.finish().await;
    }
    assert_eq!(one.asked(), 2);
    two.send("POST", "/c", &[]).await.unwrap();
    for path in ["/a", "/b"] {
        one.get(path, &[]).await;
    }
    assert_eq!(one.asked(), 4);
}

/// Of two machines one fetches, and the other one waits for it.
#[tokio::test(flavor = "multi_thread")]
async fn one_machine_fetches() {
    let server = Server::start().await;
    let slow = || {
        Scene::new(CacheLayer::new(BOOK, store(&server)).named("c"), |_, _| async {
            tokio::time::sleep(Duration::from_millis(300)).await;
            response(200, STEADY, CONTENT)
        })
    };
    let (one, two) = (slow(), slow());
    let asking = (0..10).map(|number| {
        let scene = if number % 2 == 0 { one.clone() } else { two.clone() };
        tokio::spawn(async move { scene.get("/", &[]).await.text })
    });
    for answer in asking.collect::<Vec<_>>() {
        assert_eq!(answer.await.unwrap(), CONTENT);
    }
    assert_eq!(one.asked() + two.asked(), 1);
}

fn assert_hit(answer: &Answer) {
    assert!(answer.field("cache-status").starts_with("c; hit"), "{answer:?}");
}

/// A server that is back is found again within seconds.
async fn hit_at_last(scene: &Scene<RedisStore>, path: &str) -> Answer {
    for _ in 0..50 {
        let answer = scene.get(path, &[]).await;
        assert_eq!(answer.text, CONTENT);
        if answer.field("cache-status").starts_with("c; hit") {
            return answer;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("the server is not found again");
}

/// A lost server means misses. What was invalidated meanwhile is not served when it is back.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_lost() {
    let mut server = Server::start().await;
    let scene = steady(&server);
    scene.get("/a", &[]).await;
    scene.get("/b", &[]).await;
    scene.layer.finish().await;
    for path in ["/a", "/b"] {
        assert_hit(&scene.get(path, &[]).await);
    }
    // It is there and does not answer, so that it remembers all.
    let id = server.process.id().to_string();
    let signal = |name: &str| {
        assert!(Command::new("kill").args([name, &id]).status().unwrap().success());
    };
    signal("-STOP");
    for number in 3..6 {
        let answer = scene.get("/a", &[]).await;
        assert_eq!((&*answer.text, answer.field("x-number")), (CONTENT, &*number.to_string()));
    }
    scene.send("DELETE", "/a", &[]).await.unwrap();
    signal("-CONT");
    // What was stored before is there, but for what the DELETE has invalidated.
    assert_eq!(hit_at_last(&scene, "/b").await.field("x-number"), "2");
    let number: u32 = hit_at_last(&scene, "/a").await.field("x-number").parse().unwrap();
    assert!(number > 6, "{number}");

    // It dies, and is started again with nothing in it.
    server.stop();
    let asked = scene.asked();
    scene.get("/b", &[]).await;
    assert_eq!(scene.asked(), asked + 1);
    server.start_again().await;
    hit_at_last(&scene, "/b").await;
}

#[test]
fn what_is_no_server() {
    let says = RedisStore::new("shop.example", "").unwrap_err().to_string();
    assert!(says.starts_with("the server of the store cannot be used: "), "{says}");
}
