//! An origin, a proxy before it and a client, on loopback; what a test starts ends with it.

use std::convert::Infallible;
use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::client::legacy::Client;
use hyper_util::rt::{TokioExecutor, TokioIo};
use storable_cli::proxy::{Proxy, Settings, serve};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// Nothing in a test takes longer.
pub(crate) const LIMIT: Duration = Duration::from_secs(20);

/// An origin that answers every request by one function.
pub(crate) struct Origin {
    pub(crate) address: SocketAddr,
    pub(crate) requests: Arc<AtomicUsize>,
    task: JoinHandle<()>,
}

impl Origin {
    pub(crate) async fn start<F, A>(answer: F) -> Self
    where
        F: Fn(Request<Incoming>, usize) -> A + Clone + Send + 'static,
        A: Future<Output = Response<Full<Bytes>>> + Send,
    {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let requests = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&requests);
        let task = tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let (answer, count) = (answer.clone(), Arc::clone(&count));
                let service = service_fn(move |request| {
                    let number = count.fetch_add(1, Ordering::SeqCst) + 1;
                    let answer = answer(request, number);
                    async move { Ok::<_, Infallible>(answer.await) }
                });
                let server = hyper::server::conn::http1::Builder::new();
                tokio::spawn(server.serve_connection(TokioIo::new(stream), service));
            }
        });
        Self { address, requests, task }
    }

    pub(crate) fn count(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }
}

impl Drop for Origin {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// A running proxy.
pub(crate) struct Running {
    pub(crate) browser: Browser,
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<()>,
}

/// A client of it.
#[derive(Clone)]
pub(crate) struct Browser {
    pub(crate) address: SocketAddr,
    client: Client<hyper_util::client::legacy::connect::HttpConnector, Full<Bytes>>,
}

/// An answer with its content.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) fields: HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn field(&self, name: &str) -> &str {
        self.fields.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

impl Running {
    pub(crate) async fn start(settings: Settings) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let task = tokio::spawn(serve(listener, Proxy::new(settings), async move {
            let _ = stopped.await;
        }));
        let client = Client::builder(TokioExecutor::new()).build_http();
        Self { browser: Browser { address, client }, stop: Some(stop), task }
    }

    pub(crate) async fn get(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.browser.send("GET", path, fields).await.unwrap()
    }

    pub(crate) async fn send(&self, method: &str, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.browser.send(method, path, fields).await.unwrap()
    }

    /// Stops it the way a signal does.
    pub(crate) async fn stop(mut self) {
        drop(self.stop.take());
        tokio::time::timeout(LIMIT, &mut self.task).await.unwrap().unwrap();
    }
}

impl Browser {
    pub(crate) async fn send(
        &self,
        method: &str,
        path: &str,
        fields: &[(&str, &str)],
    ) -> Result<Answer, Box<dyn std::error::Error + Send + Sync>> {
        let uri = format!("http://{}{path}", self.address);
        let mut request = Request::builder().method(method).uri(uri);
        for (name, value) in fields {
            request = request.header(*name, *value);
        }
        let request = request.body(Full::default())?;
        let answer = async {
            let (parts, content) = self.client.request(request).await?.into_parts();
            let text = String::from_utf8(content.collect().await?.to_bytes().to_vec())?;
            Ok(Answer { status: parts.status, fields: parts.headers, text })
        };
        tokio::time::timeout(LIMIT, answer).await?
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// A proxy in a profile, before an origin.
pub(crate) fn settings(profile: &str, origin: &Origin) -> Settings {
    settings_before(profile, origin.address)
}

/// The same before what listens there.
pub(crate) fn settings_before(profile: &str, address: SocketAddr) -> Settings {
    let profile = storable::Profile::find(profile).unwrap();
    Settings::new(*profile, address.to_string().parse().unwrap())
}
