//! The client: one connection for each request, HTTP/1.1 or 2, with TLS or without.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use http::{Method, Request, Uri, Version};
use http_body_util::Empty;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use super::answer::{Answer, NoAnswer};

/// Where the cache is, and under which name it is asked.
#[derive(Clone)]
pub(crate) struct Client {
    address: SocketAddr,
    name: String,
    authority: String,
    tls: Option<Arc<ClientConfig>>,
    patience: Duration,
}

/// A place that cannot be asked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NoPlace {
    #[error("--via: `{0}` is no http or https URL with a host")]
    NoUrl(String),
    #[error("--via: a path in `{0}` would be ignored; give scheme, host and port")]
    HasPath(String),
    #[error("`{0}` has no address: {1}")]
    NoAddress(String, std::io::Error),
    #[error("`{0}` has no address")]
    Nowhere(String),
    #[error("`{0}` is no name that TLS can ask for")]
    NoName(String),
    #[error(
        "{0} is not an address of this machine or of a private network. The probe sends some \
         hundred requests; say --i-own-this if the property is yours to test"
    )]
    NotYours(IpAddr),
}

/// Whether the property is the user's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Owner {
    Declared,
    NotDeclared,
}

impl Client {
    /// The cache at a URL; `pop` is the address to connect to, `host` the name to ask for, where
    /// they are not those of the URL.
    pub(crate) async fn new(
        via: &str,
        pop: Option<&str>,
        host: Option<&str>,
        owner: Owner,
        patience: Duration,
    ) -> Result<Self, NoPlace> {
        let no_url = || NoPlace::NoUrl(via.to_owned());
        let uri: Uri = via.parse().map_err(|_| no_url())?;
        if !matches!(uri.path(), "" | "/") || uri.query().is_some() {
            return Err(NoPlace::HasPath(via.to_owned()));
        }
        let own = uri.authority().ok_or_else(no_url)?;
        let secure = match uri.scheme_str() {
            Some("http") => false,
            Some("https") => true,
            _ => return Err(no_url()),
        };
        let port = own.port_u16().unwrap_or(if secure { 443 } else { 80 });
        let place = pop.unwrap_or(own.host()).trim_matches(['[', ']']);
        let found = tokio::net::lookup_host((place, port))
            .await
            .map_err(|error| NoPlace::NoAddress(place.to_owned(), error))?;
        let addresses: Vec<_> = found.collect();
        let foreign = addresses.iter().map(SocketAddr::ip).find(|address| !is_near(*address));
        if let (Some(address), Owner::NotDeclared) = (foreign, owner) {
            return Err(NoPlace::NotYours(address));
        }
        let address =
            addresses.first().copied().ok_or_else(|| NoPlace::Nowhere(place.to_owned()))?;
        let authority = host.unwrap_or(own.as_str()).to_owned();
        let name =
            host.map_or(own.host(), |host| host.split(':').next().unwrap_or(host)).to_owned();
        if secure && ServerName::try_from(name.clone()).is_err() {
            return Err(NoPlace::NoName(name));
        }
        let tls = secure.then(|| Arc::new(trusting_the_system()));
        Ok(Self { address, name, authority, tls, patience })
    }

    /// Whether the cache is on this machine or in a private network.
    pub(crate) fn is_near(&self) -> bool {
        is_near(self.address.ip())
    }

    /// Scheme and authority, as the cache sees them.
    pub(crate) fn site(&self) -> String {
        let scheme = if self.tls.is_some() { "https" } else { "http" };
        format!("{scheme}://{}", self.authority)
    }

    /// One request on a connection of its own.
    pub(crate) async fn ask(
        &self,
        method: &str,
        target: &str,
        lines: &[(String, String)],
    ) -> Result<Answer, NoAnswer> {
        tokio::time::timeout(self.patience, self.asked(method, target, lines))
            .await
            .map_err(|_| NoAnswer::TooLate(self.patience))?
    }

    async fn asked(
        &self,
        method: &str,
        target: &str,
        lines: &[(String, String)],
    ) -> Result<Answer, NoAnswer> {
        let stream = TcpStream::connect(self.address).await?;
        stream.set_nodelay(true)?;
        let Some(config) = &self.tls else {
            return self.exchange(stream, Version::HTTP_11, method, target, lines).await;
        };
        let name = ServerName::try_from(self.name.clone())
            .map_err(|error| std::io::Error::new(std::io::ErrorKind::InvalidInput, error))?;
        let stream = TlsConnector::from(Arc::clone(config)).connect(name, stream).await?;
        let version = match stream.get_ref().1.alpn_protocol() {
            Some(b"h2") => Version::HTTP_2,
            _ => Version::HTTP_11,
        };
        self.exchange(stream, version, method, target, lines).await
    }

    async fn exchange(
        &self,
        stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
        version: Version,
        method: &str,
        target: &str,
        lines: &[(String, String)],
    ) -> Result<Answer, NoAnswer> {
        let mut request = Request::builder()
            .version(version)
            .method(Method::from_bytes(method.as_bytes()).unwrap_or_default());
        for (name, value) in lines {
            request = request.header(name, value);
        }
        let request = if version == Version::HTTP_2 {
            request.uri(format!("{}{target}", self.site()))
        } else {
            request.uri(target).header("Host", &self.authority).header("Connection", "close")
        };
        Answer::to(request.body(Empty::new())?, stream).await
    }
}

fn trusting_the_system() -> ClientConfig {
    let mut roots = RootCertStore::empty();
    for certificate in rustls_native_certs::load_native_certs().certs {
        // One that cannot be read is one that nothing here is signed with.
        let _ = roots.add(certificate);
    }
    let mut config = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    config
}

/// An address of this machine, or of a private network.
fn is_near(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => v4.is_loopback() || v4.is_private() || v4.is_link_local(),
        IpAddr::V6(v6) => {
            v6.is_loopback()
                || v6.is_unique_local()
                || v6.is_unicast_link_local()
                || v6.to_ipv4_mapped().is_some_and(|v4| is_near(IpAddr::V4(v4)))
        }
    }
}
