//! A server on loopback that counts what it is asked.

use std::io::Write;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse, Redirect, Response};
use flate2::Compression;
use flate2::write::GzEncoder;
use tokio::task::JoinHandle;

pub(crate) const CONTENT: &str = "0123456789";

pub(crate) struct Server {
    address: SocketAddr,
    requests: Arc<AtomicUsize>,
    task: JoinHandle<()>,
}

fn answer(uri: &Uri, fields: &HeaderMap) -> Response {
    let page = |control: &'static str| {
        ([(header::CACHE_CONTROL, control), (header::ETAG, "\"a\"")], CONTENT).into_response()
    };
    match uri.path() {
        "/mine" => page("private, max-age=60"),
        "/stale" if fields.contains_key(header::IF_NONE_MATCH) => {
            StatusCode::NOT_MODIFIED.into_response()
        }
        "/stale" => page("max-age=0"),
        "/moved" => {
            let mut response = Redirect::permanent("/mine").into_response();
            response.headers_mut().insert(header::CACHE_CONTROL, "max-age=60".parse().unwrap());
            response
        }
        "/renewed" => page("max-age=0, stale-while-revalidate=60"),
        "/slow" => page("max-age=60"),
        "/kinds" => {
            let mut response = page("max-age=60");
            response.headers_mut().insert(header::VARY, "Accept".parse().unwrap());
            response
        }
        "/packed" => {
            let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
            packed.write_all(CONTENT.as_bytes()).unwrap();
            let fields = [
                ("Cache-Control", "max-age=60"),
                ("Content-Encoding", "gzip"),
                ("Vary", "Accept-Encoding"),
            ];
            (fields, packed.finish().unwrap()).into_response()
        }
        "/round" => Redirect::temporary("/round").into_response(),
        _ => page("no-store"),
    }
}

impl Server {
    pub(crate) async fn start() -> Self {
        let requests = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&requests);
        let app = Router::new().fallback(move |uri: Uri, fields: HeaderMap| {
            count.fetch_add(1, Ordering::SeqCst);
            async move {
                if uri.path() == "/slow" {
                    tokio::time::sleep(Duration::from_millis(200)).await;
                }
                answer(&uri, &fields)
            }
        });
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let task = tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self { address, requests, task }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub(crate) fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}
