//! What is on disk serves, expires and is validated after a restart; what is damaged is a miss.

#![cfg(feature = "disk")]
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]
#![allow(clippy::arithmetic_side_effects)]

mod support;

use std::path::Path;
use std::time::Duration;

use storable::Profile;
use storable_tower::CacheLayer;
use storable_tower::store::DiskStore;
use support::{CONTENT, Lines, Scene, response};

const BOOK: Profile = Profile::RFC9111_SHARED;

async fn open(folder: &Path) -> DiskStore {
    DiskStore::open(folder, 256 << 20, 4 << 20).await.unwrap()
}

/// A cache before an origin whose lifetimes and tags are in the path.
fn scene(store: DiskStore, profile: Profile) -> Scene<DiskStore> {
    Scene::new(CacheLayer::new(profile, store).named("c"), |request, _| async move {
        let path = request.uri().path().to_owned();
        let seconds = path.strip_prefix('/').unwrap().split('/').next().unwrap();
        let control = format!("max-age={seconds}");
        let tag = format!("\"{path}\"");
        let lines: Lines<'_> = &[
            ("Cache-Control", &control),
            ("ETag", &tag),
            ("Vary", "Accept-Language"),
            ("Cache-Groups", "\"all\""),
            ("Cache-Group-Invalidation", "\"all\""),
        ];
        if request.headers().contains_key("if-none-match") {
            return response(304, lines, "");
        }
        response(200, lines, format!("{CONTENT} of {path}"))
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    let before = scene(store.clone(), BOOK);
    for path in ["/60/a", "/1/b", "/60/c", "/60/d"] {
        before.get(path, &[("Accept-Language", "en")]).await;
    }
    before.layer.finish().await;
    // What is removed stays so.
    before.send("DELETE", "/60/c", &[]).await.unwrap();
    assert_eq!(before.asked(), 5);
    drop(before);
    store.close().await.unwrap();

    tokio::time::sleep(Duration::from_millis(2100)).await;
    let store = open(folder.path()).await;
    // The DELETE has voided the group of all, so nothing is left but what comes now.
    let after = scene(store.clone(), BOOK);
    for (path, status, asked) in [
        ("/60/a", "c; fwd=uri-miss; fwd-status=200; ttl=60; stored; detail=max-age", 1),
        ("/60/a", "c; hit; ttl=", 1),
        ("/60/c", "c; fwd=uri-miss", 2),
    ] {
        let answer = after.get(path, &[("Accept-Language", "en")]).await;
        assert_eq!(answer.text, format!("{CONTENT} of {path}"));
        assert!(answer.field("cache-status").starts_with(status), "{path}: {answer:?}");
        assert_eq!(after.asked(), asked, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_survives() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    let before = scene(store.clone(), BOOK);
    for (path, language) in [("/60/a", "en"), ("/60/a", "de"), ("/1/b", "en")] {
        before.get(path, &[("Accept-Language", language)]).await;
    }
    before.layer.finish().await;
    drop(before);
    store.close().await.unwrap();

    tokio::time::sleep(Duration::from_millis(1100)).await;
    let store = open(folder.path()).await;
    let after = scene(store.clone(), BOOK);
    for (path, language, status) in [
        ("/60/a", "en", "c; hit; ttl="),
        ("/60/a", "de", "c; hit; ttl="),
        ("/60/a", "fr", "c; fwd=vary-miss"),
        ("/1/b", "en", "c; fwd=stale; fwd-status=304"),
    ] {
        let answer = after.get(path, &[("Accept-Language", language)]).await;
        assert_eq!(answer.text, format!("{CONTENT} of {path}"));
        assert!(answer.field("cache-status").starts_with(status), "{path}: {answer:?}");
    }
    // Another profile has stored nothing.
    let other = scene(store.clone(), Profile::FASTLY);
    let answer = other.get("/60/a", &[("Accept-Language", "en")]).await;
    assert!(answer.field("cache-status").starts_with("c; fwd=uri-miss"), "{answer:?}");
    store.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn files_that_are_cut_in_half() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    let before = scene(store.clone(), BOOK);
    let paths: Vec<_> = (0..200).map(|number| format!("/60/{number}")).collect();
    for path in &paths {
        before.get(path, &[]).await;
    }
    before.layer.finish().await;
    drop(before);
    store.close().await.unwrap();
    drop(store);

    let mut cut = 0;
    for file in std::fs::read_dir(folder.path()).unwrap() {
        let path = file.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        let written = bytes.iter().rposition(|byte| *byte != 0).unwrap_or(0);
        if written > 4096 {
            let file = std::fs::OpenOptions::new().write(true).open(&path).unwrap();
            file.set_len(u64::try_from(written / 2).unwrap()).unwrap();
            cut += 1;
        }
    }
    assert!(cut > 0, "nothing was written");
    let after = scene(open(folder.path()).await, BOOK);
    for path in &paths {
        assert_eq!(after.get(path, &[]).await.text, format!("{CONTENT} of {path}"));
    }
    assert!(after.asked() > 0, "a half of the files has everything");
}
