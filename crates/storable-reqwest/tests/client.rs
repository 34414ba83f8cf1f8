//! A client with a cache before a server on loopback.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects
)]

mod support;

use storable_reqwest::CachedClient;
use storable_tower::{MemoryStore, Store};
use support::{CONTENT, Server};

fn client<St: Store>(store: St) -> CachedClient<St> {
    CachedClient::private(reqwest::Client::builder(), store).unwrap()
}

/// Gets with a field; the status, the content and what Cache-Status says.
async fn get<St: Store>(
    client: &CachedClient<St>,
    url: &str,
    field: Option<(&str, &str)>,
) -> (u16, String, String) {
    let mut request = client.client().get(url);
    if let Some((name, value)) = field {
        request = request.header(name, value);
    }
    let response = client.execute(request.build().unwrap()).await.unwrap();
    let (status, said) =
        (response.status().as_u16(), response.headers().get("cache-status").cloned());
    let said = said.map_or_else(String::new, |said| said.to_str().unwrap().to_owned());
    (status, response.text().await.unwrap(), said)
}

#[tokio::test]
async fn out_of_the_cache() {
    let server = Server::start().await;
    let client = client(MemoryStore::new(1 << 20));
    for (path, field, status, text, says, requests) in [
        ("/mine", None, 200, CONTENT, "storable; fwd=uri-miss", 1),
        ("/mine", None, 200, CONTENT, "storable; hit", 1),
        ("/mine", Some(("Range", "bytes=2-4")), 206, "234", "storable; hit", 1),
        ("/mine", Some(("If-None-Match", "\"a\"")), 304, "", "storable; hit", 1),
        ("/mine", Some(("Cache-Control", "no-cache")), 200, CONTENT, "storable; fwd=request", 2),
        ("/stale", None, 200, CONTENT, "storable; fwd=uri-miss", 3),
        ("/stale", None, 200, CONTENT, "storable; fwd=stale; fwd-status=304", 4),
        ("/never", Some(("Cache-Control", "only-if-cached")), 504, "", "storable; fwd=miss", 4),
        ("/never", None, 200, CONTENT, "storable; fwd=uri-miss", 5),
        ("/never", None, 200, CONTENT, "storable; fwd=uri-miss", 6),
        // What reqwest adds by itself.
        ("/kinds", None, 200, CONTENT, "storable; fwd=uri-miss", 7),
        ("/kinds", Some(("Accept", "*/*")), 200, CONTENT, "storable; hit", 7),
        ("/kinds", Some(("Accept", "text/html")), 200, CONTENT, "storable; fwd=vary-miss", 8),
        ("/packed", None, 200, CONTENT, "storable; fwd=uri-miss", 9),
        ("/packed", None, 200, CONTENT, "storable; hit", 9),
        ("/packed", Some(("Range", "bytes=2-4")), 206, "234", "storable; hit", 9),
    ] {
        let (code, content, said) = get(&client, &server.url(path), field).await;
        assert_eq!((code, &*content), (status, text), "{path} {field:?}");
        assert!(said.starts_with(says), "{path} {field:?}: {said}");
        assert_eq!(server.requests(), requests, "{path} {field:?}");
    }
}

/// A redirection and what it leads to are stored for themselves.
#[tokio::test]
async fn redirections() {
    let server = Server::start().await;
    let client = client(MemoryStore::new(1 << 20));
    for requests in [2, 2] {
        let response = client.get(server.url("/moved")).await.unwrap();
        assert_eq!(response.url().path(), "/mine");
        assert_eq!(response.text().await.unwrap(), CONTENT);
        assert_eq!(server.requests(), requests);
    }
    let (_, _, said) = get(&client, &server.url("/mine"), None).await;
    assert!(said.starts_with("storable; hit"), "{said}");
    assert_eq!(server.requests(), 2);
    // One that leads nowhere ends, with the last answer.
    let last = client.get(server.url("/round")).await.unwrap();
    assert_eq!(last.status(), 307);
}

/// Without the server what is stored is served where it may be, and the error is told else.
#[tokio::test]
async fn without_the_server() {
    let server = Server::start().await;
    let client = client(MemoryStore::new(1 << 20));
    let (mine, never) = (server.url("/mine"), server.url("/never"));
    get(&client, &mine, None).await;
    drop(server);
    let (code, content, _) = get(&client, &mine, None).await;
    assert_eq!((code, &*content), (200, CONTENT));
    assert!(client.get(never).await.is_err());
}

#[cfg(feature = "disk")]
#[tokio::test(flavor = "multi_thread")]
async fn after_a_restart() {
    let server = Server::start().await;
    let folder = std::env::temp_dir().join(format!("storable-reqwest-{}", std::process::id()));
    for requests in [1, 1] {
        let store =
            storable_tower::store::DiskStore::open(&folder, 64 << 20, 1 << 20).await.unwrap();
        let client = client(store.clone());
        let (code, content, _) = get(&client, &server.url("/mine"), None).await;
        assert_eq!((code, &*content, server.requests()), (200, CONTENT, requests));
        client.cache().finish().await;
        store.close().await.unwrap();
    }
    std::fs::remove_dir_all(folder).unwrap();
}
