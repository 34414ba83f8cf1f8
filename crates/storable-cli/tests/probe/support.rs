//! Caches for the probe to measure, and what stands before them: several nodes, TLS, a stranger.

use std::convert::Infallible;
use std::hash::{DefaultHasher, Hasher};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use http::{Request, Response, Version};
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use tempfile::NamedTempFile;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

pub(crate) const COMMAND: &str = env!("CARGO_BIN_EXE_storable");

/// An address that was free a moment ago.
pub(crate) fn free_address() -> String {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string()
}

/// Who signs certificates, made for one test.
pub(crate) struct Authority {
    issuer: Issuer<'static, KeyPair>,
    /// Its own certificate, in a file.
    pub(crate) file: NamedTempFile,
}

impl Authority {
    pub(crate) fn new() -> Self {
        let key = KeyPair::generate().unwrap();
        let mut parameters = CertificateParams::default();
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let file = NamedTempFile::new().unwrap();
        std::fs::write(&file, parameters.self_signed(&key).unwrap().pem()).unwrap();
        Self { issuer: Issuer::new(parameters, key), file }
    }

    /// What a server of this name and protocol has to show.
    fn server(&self, name: &str, protocol: &[u8]) -> ServerConfig {
        let key = KeyPair::generate().unwrap();
        let parameters = CertificateParams::new([name.to_owned()]).unwrap();
        let certificate = parameters.signed_by(&key, &self.issuer).unwrap();
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        let mut config = ServerConfig::builder()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)
            .unwrap();
        config.alpn_protocols = vec![protocol.to_vec()];
        config
    }
}

/// A cache in a profile, ended with its owner.
pub(crate) struct Proxy {
    child: Child,
    pub(crate) address: String,
}

impl Proxy {
    pub(crate) fn start(profile: &str, origin: &str) -> Self {
        let address = free_address();
        let mut child = Command::new(COMMAND)
            .args(["proxy", "--listen", &address, "--profile", profile])
            .args(["--origin", &format!("http://{origin}")])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // It says that it listens, and goes on saying things.
        let mut said = BufReader::new(child.stderr.take().unwrap());
        said.read_line(&mut String::new()).unwrap();
        std::thread::spawn(move || std::io::copy(&mut said, &mut std::io::sink()));
        Self { child, address }
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

/// An address at which `serve` gets each connection, for as long as the test runs.
fn listening(serve: impl Fn(TcpStream) + Send + Sync + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let serve = Arc::new(serve);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let serve = Arc::clone(&serve);
            std::thread::spawn(move || serve(stream.unwrap()));
        }
    });
    address
}

/// One address for several caches: which one gets a connection looks like chance.
pub(crate) fn one_of(nodes: &[Proxy]) -> String {
    let nodes: Vec<_> = nodes.iter().map(|node| node.address.clone()).collect();
    let connections = AtomicUsize::new(0);
    listening(move |client| {
        let mut hasher = DefaultHasher::new();
        hasher.write_usize(connections.fetch_add(1, Ordering::Relaxed));
        let drawn = usize::try_from(hasher.finish() >> 33).unwrap();
        pass_on(client, &nodes[drawn.checked_rem(nodes.len()).unwrap()]);
    })
}

/// The address of a cache at which its connections are counted.
pub(crate) fn counted(cache: &Proxy) -> (String, Arc<AtomicUsize>) {
    let count = Arc::new(AtomicUsize::new(0));
    let (counting, cache) = (Arc::clone(&count), cache.address.clone());
    let address = listening(move |client| {
        counting.fetch_add(1, Ordering::Relaxed);
        pass_on(client, &cache);
    });
    (address, count)
}

/// Passes on what comes, both ways.
fn pass_on(client: TcpStream, to: &str) {
    let server = TcpStream::connect(to).unwrap();
    let (mut from, mut to) = (client.try_clone().unwrap(), server.try_clone().unwrap());
    let up = std::thread::spawn(move || {
        // A peer that is gone ends the copy, which is what it is for.
        let _ = std::io::copy(&mut from, &mut to);
        let _ = to.shutdown(Shutdown::Write);
    });
    let (mut from, mut to) = (server, client);
    let _ = std::io::copy(&mut from, &mut to);
    let _ = to.shutdown(Shutdown::Both);
    up.join().unwrap();
}

/// Who asks the origin, and answers with a page of its own.
pub(crate) fn stranger(origin: &str) -> String {
    let origin = origin.to_owned();
    listening(move |mut client| {
        let mut request = [0; 4096];
        let length = client.read(&mut request).unwrap();
        let mut asked = TcpStream::connect(&origin).unwrap();
        asked.write_all(&request[..length]).unwrap();
        asked.read_to_end(&mut Vec::new()).unwrap();
        client
            .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello")
            .unwrap();
    })
}

/// Speaks TLS under a name, and HTTP/1.1 or 2, for a cache that speaks neither TLS nor HTTP/2.
pub(crate) fn encrypted(cache: &str, by: &Authority, name: &str, protocol: &[u8]) -> String {
    let cache: SocketAddr = cache.parse().unwrap();
    let config = by.server(name, protocol);
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let address = listener.local_addr().unwrap().to_string();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async move {
            let listener = tokio::net::TcpListener::from_std(listener).unwrap();
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let acceptor = acceptor.clone();
                tokio::spawn(async move {
                    let stream = acceptor.accept(stream).await.unwrap();
                    let is_h2 = stream.get_ref().1.alpn_protocol() == Some(b"h2");
                    let io = TokioIo::new(stream);
                    let service = service_fn(move |request| passed_on(cache, request));
                    // A client that hangs up ends the connection.
                    if is_h2 {
                        let server = hyper::server::conn::http2::Builder::new(TokioExecutor::new());
                        drop(server.serve_connection(io, service).await);
                    } else {
                        let server = hyper::server::conn::http1::Builder::new();
                        drop(server.serve_connection(io, service).await);
                    }
                });
            }
        });
    });
    address
}

async fn passed_on(
    cache: SocketAddr,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let stream = tokio::net::TcpStream::connect(cache).await.unwrap();
    let (mut sender, connection) =
        hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.unwrap();
    let driver = tokio::spawn(connection);
    let (mut parts, _) = request.into_parts();
    if parts.version == Version::HTTP_2 {
        let authority = parts.uri.authority().unwrap().as_str().to_owned();
        parts.headers.insert("host", authority.parse().unwrap());
        parts.uri = parts.uri.path_and_query().unwrap().as_str().parse().unwrap();
        parts.version = Version::HTTP_11;
    }
    parts.headers.remove("connection");
    let request = Request::from_parts(parts, Full::new(Bytes::new()));
    let (mut head, body) = sender.send_request(request).await.unwrap().into_parts();
    let content = body.collect().await.unwrap().to_bytes();
    driver.abort();
    for name in ["connection", "transfer-encoding"] {
        head.headers.remove(name);
    }
    head.version = Version::default();
    Ok(Response::from_parts(head, Full::new(content)))
}
