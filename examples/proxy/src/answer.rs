//! From a request to its answer: out of the store, after waiting, or from the origin.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::{Bytes, BytesMut};
use http::uri::PathAndQuery;
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, Uri};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use storable::life::{
    CacheKey, CacheStatus, Forwarded, Parts, Reply, Reuse, Served, forwarded, header_map, look_up,
    reply, while_renewed,
};
use storable::policy::RequestPolicy;
use storable::profile::{Collapsing, Fact, Marker};
use storable::{AsRequest, Exchange, HeaderLines, Waiting};

use crate::Proxy;
use crate::body::{Body, empty, full};
use crate::fetch::Going;
use crate::flight::{Boarding, Landed, State};
use crate::informational::Informer;
use crate::store::Entry;

/// A request as it is judged and forwarded: with an absolute URI, and without the fields of the
/// client's connection.
pub(crate) fn read_request(parts: &http::request::Parts, origin: &str) -> Option<Request<()>> {
    let host = parts.headers.get("host").and_then(|host| host.to_str().ok());
    let authority = parts
        .uri
        .authority()
        .map(|authority| authority.as_str())
        .or(host)
        .filter(|host| !host.is_empty())
        .unwrap_or(origin);
    let path = parts.uri.path_and_query().map_or("/", PathAndQuery::as_str);
    let path = if path == "*" { "/" } else { path };
    let uri = Uri::builder().scheme("http").authority(authority).path_and_query(path);
    let mut request = Request::new(());
    *request.uri_mut() = uri.build().ok()?;
    *request.method_mut() = parts.method.clone();
    *request.headers_mut() = end_to_end(&parts.headers);
    if !request.headers().contains_key("host") {
        let host = HeaderValue::from_str(authority).ok()?;
        request.headers_mut().insert("host", host);
    }
    Some(request)
}

/// What the store says of a request.
pub(crate) struct Found {
    pub(crate) entries: Arc<[Arc<Entry>]>,
    pub(crate) chosen: Option<usize>,
    pub(crate) reuse: Reuse,
    marker: Marker,
}

impl Found {
    pub(crate) fn chosen(&self) -> Option<&Arc<Entry>> {
        self.entries.get(self.chosen?)
    }

    pub(crate) fn why(&self) -> Forwarded {
        match self.reuse {
            Reuse::Validate(why) | Reuse::Forward(why) => why,
            _ => Forwarded::Miss,
        }
    }
}

impl Proxy {
    /// Answers a request; what goes wrong becomes a 502 or 504 that says so.
    pub(crate) async fn answer(
        self: &Arc<Self>,
        request: Request<Incoming>,
        informer: Option<Informer>,
    ) -> Response<Body> {
        let (parts, content) = request.into_parts();
        if parts.method == Method::CONNECT {
            return self.local(StatusCode::NOT_IMPLEMENTED, "no tunnels here", None);
        }
        let Some(request) = read_request(&parts, self.origin.authority().as_str()) else {
            return self.local(StatusCode::BAD_REQUEST, "no valid target in the request", None);
        };
        let key = CacheKey::new(&request, &self.settings.profile);
        // The content of a QUERY would be in its key, and is not read here. That of a GET has no
        // meaning (RFC 9110 §9.3.1), but an origin may see one, and then its answer is not for all.
        let has_content = !http_body::Body::is_end_stream(&content);
        let cached = match *request.method() {
            Method::QUERY => false,
            Method::GET | Method::HEAD => !has_content,
            _ => true,
        };
        let found = if cached { self.find(&request, &key) } else { Found::bypass() };
        match (found.reuse, found.chosen()) {
            (Reuse::Serve(served), Some(entry)) => {
                let status = self.hit(entry).ttl(served.remaining);
                if let Some(answer) = self.send(&request, entry, Some(served.age), status) {
                    return answer;
                }
            }
            (Reuse::ServeAndRevalidate(served), Some(entry)) => {
                let status = self.hit(entry).ttl(served.remaining);
                if let Some(answer) = self.send(&request, entry, Some(served.age), status) {
                    self.revalidate(&request, &key);
                    return answer;
                }
            }
            (Reuse::GatewayTimeout, _) => {
                let says = "only-if-cached, and nothing usable is stored";
                return self.local(StatusCode::GATEWAY_TIMEOUT, says, None);
            }
            _ => {}
        }
        // With some caches one request renews a stale response, and others get it meanwhile.
        let renewing = match (self.meanwhile(&request, &found), found.chosen()) {
            (Some(served), Some(entry)) => match self.background.board(&key) {
                Boarding::First(pilot) => Some(pilot),
                Boarding::Wait(_) => {
                    let status = self.hit(entry).ttl(served.remaining);
                    if let Some(answer) = self.send(&request, entry, Some(served.age), status) {
                        return answer;
                    }
                    None
                }
            },
            _ => None,
        };
        let answer = self.ask_origin(request, key, found, content, informer).await;
        drop(renewing);
        answer
    }

    fn meanwhile(&self, request: &Request<()>, found: &Found) -> Option<Served> {
        let policy = RequestPolicy::read(request.as_request());
        let profile = &self.settings.profile;
        while_renewed(&policy, found.chosen()?.stored(), profile, SystemTime::now())
    }

    /// The origin's answer, on its own or together with other requests.
    async fn ask_origin(
        self: &Arc<Self>,
        request: Request<()>,
        key: CacheKey,
        found: Found,
        content: Incoming,
        informer: Option<Informer>,
    ) -> Response<Body> {
        if self.may_wait(&request, &found, &content) {
            if let Some(answer) = self.together(&request, &key, informer.clone()).await {
                return answer;
            }
            let found = self.find(&request, &key);
            let going = Going { content: empty(), pilot: None, informer };
            return self.fetch(request, key, found, going).await;
        }
        let content = if http_body::Body::is_end_stream(&content) {
            empty()
        } else {
            content.map_err(Into::into).boxed_unsync()
        };
        self.fetch(request, key, found, Going { content, pilot: None, informer }).await
    }

    pub(crate) fn find(&self, request: &Request<()>, key: &CacheKey) -> Found {
        let slot = self.store.get(key);
        let policy = RequestPolicy::read(request.as_request());
        let profile = &self.settings.profile;
        let usable = slot.entries.iter().all(|entry| entry.content.is_readable());
        let entries: Arc<[_]> = if usable {
            Arc::clone(&slot.entries)
        } else {
            slot.entries.iter().filter(|entry| entry.content.is_readable()).cloned().collect()
        };
        if let Marker::HitForPass(_) = slot.marker() {
            return Found::bypass();
        }
        let stored = entries.iter().map(|entry| entry.stored());
        let choice = look_up(&policy, stored, profile, SystemTime::now());
        let (chosen, reuse, marker) = (choice.stored, choice.reuse, slot.marker());
        Found { chosen, reuse, entries, marker }
    }

    /// Whether the request may wait for another one: only where it is the sort that is looked up.
    fn may_wait(&self, request: &Request<()>, found: &Found, content: &Incoming) -> bool {
        let collapses = self.settings.profile.facts().collapsing != Fact::Known(Collapsing::Off);
        let method = matches!(*request.method(), Method::GET | Method::HEAD);
        let plain = !request.headers().contains_key("range");
        let why = !matches!(found.why(), Forwarded::Bypass | Forwarded::Method);
        let alone = http_body::Body::is_end_stream(content);
        collapses && method && plain && why && alone && found.marker == Marker::None
    }

    /// Waits for another request, or is the one that others wait for. `None`: on its own.
    async fn together(
        self: &Arc<Self>,
        request: &Request<()>,
        key: &CacheKey,
        informer: Option<Informer>,
    ) -> Option<Response<Body>> {
        match self.flights.board(key) {
            Boarding::First(pilot) => {
                // It goes on where the client goes away: others wait for it.
                let (proxy, request, key) = (Arc::clone(self), request.clone(), key.clone());
                let task = tokio::spawn(async move {
                    let found = proxy.find(&request, &key);
                    let going = Going { content: empty(), pilot: Some(pilot), informer };
                    proxy.fetch(request, key, found, going).await
                });
                match task.await {
                    Ok(answer) => Some(answer),
                    Err(_) => {
                        let says = "the fetch was given up";
                        Some(self.local(StatusCode::BAD_GATEWAY, says, Some(Forwarded::Miss)))
                    }
                }
            }
            Boarding::Wait(mut state) => {
                let patience = self.settings.patience + Duration::from_secs(1);
                let done = state.wait_for(|state| !matches!(state, State::Flying));
                let landed = match tokio::time::timeout(patience, done).await {
                    Ok(Ok(state)) => match &*state {
                        State::Landed(landed) => Arc::clone(landed),
                        State::Flying | State::Lost => return None,
                    },
                    _ => return None,
                };
                self.share(request, &landed)
            }
        }
    }

    /// What a request gets of the response that it waited for: exactly what the verdict on that
    /// response says for this request.
    fn share(&self, request: &Request<()>, landed: &Landed) -> Option<Response<Body>> {
        let verdict = Exchange::new(&landed.request, &landed.head)
            .requested_at(landed.requested_at)
            .received_at(landed.received_at)
            .judge(&self.settings.profile);
        if verdict.for_waiting(request, landed.waited) != Waiting::Shared {
            return None;
        }
        let status = CacheStatus::forwarded(&self.settings.name, Forwarded::UriMiss)
            .fwd_status(landed.head.status().as_u16())
            .collapsed()
            .detail(verdict.why_waiting(request, landed.waited).code());
        if let Some(entry) = &landed.entry {
            let age = entry.stored().policy().age(SystemTime::now());
            return self.send(request, entry, Some(age), status);
        }
        let content = landed.content.as_ref()?.read(0, None)?;
        let mut response = Response::new(content.boxed_unsync());
        *response.status_mut() = landed.head.status();
        *response.headers_mut() = end_to_end(landed.head.headers());
        if request.method() == Method::HEAD {
            *response.body_mut() = empty();
        }
        self.say(&mut response, status);
        Some(response)
    }

    fn hit(&self, entry: &Entry) -> CacheStatus<'_> {
        CacheStatus::hit(&self.settings.name).detail(entry.stored().policy().rule().code())
    }

    /// Sends a stored response, or what of it the client asks for. `None` where its content is gone
    /// meanwhile.
    pub(crate) fn send(
        &self,
        request: &Request<()>,
        entry: &Arc<Entry>,
        age: Option<u64>,
        status: CacheStatus<'_>,
    ) -> Option<Response<Body>> {
        let policy = RequestPolicy::read(request.as_request());
        let stored = entry.stored();
        let mut reply = reply(&policy, stored, &self.settings.profile);
        if matches!(reply, Reply::Parts(_)) && entry.content.length().is_none() {
            reply = Reply::Whole;
        }
        let mut head = reply.head(stored, age, &self.settings.profile);
        let content = if request.method() == Method::HEAD {
            empty()
        } else {
            match &reply {
                Reply::NotModified | Reply::Unsatisfiable { .. } => empty(),
                Reply::Whole => entry.content.read(0, None)?.boxed_unsync(),
                Reply::Part(part) => {
                    entry.content.read(part.offset, Some(part.length))?.boxed_unsync()
                }
                Reply::Parts(parts) => full(self.multipart(entry, parts, head.headers_mut())?),
            }
        };
        let mut response = head.map(|()| content);
        self.say(&mut response, status);
        Some(response)
    }

    /// The content of a multipart/byteranges answer; its parts are here already.
    fn multipart(&self, entry: &Entry, parts: &Parts, fields: &mut HeaderMap) -> Option<Bytes> {
        let whole = entry.content.bytes()?;
        let mut boundary = format!("storable-{:016x}", self.next_boundary());
        while contains(&whole, boundary.as_bytes()) {
            boundary = format!("storable-{:016x}", self.next_boundary());
        }
        let content_type = entry.kept().head.headers().get("content-type");
        let mut content = BytesMut::new();
        for part in parts.iter() {
            content.extend_from_slice(&Parts::delimiter(&part, &boundary, content_type));
            let from = usize::try_from(part.offset).ok()?;
            let to = from.checked_add(usize::try_from(part.length).ok()?)?;
            content.extend_from_slice(whole.get(from..to)?);
        }
        content.extend_from_slice(&Parts::end(&boundary));
        let kind = format!("multipart/byteranges; boundary={boundary}");
        fields.insert("content-type", HeaderValue::from_str(&kind).ok()?);
        fields.insert("content-length", content.len().into());
        Some(content.freeze())
    }

    /// Adds this cache's member to Cache-Status (RFC 9211 §2: behind those that are there).
    pub(crate) fn say(&self, response: &mut Response<Body>, status: CacheStatus<'_>) {
        if let Some(value) = status.to_header_value() {
            response.headers_mut().append("cache-status", value);
        }
    }

    /// An answer of the proxy's own, in words.
    pub(crate) fn local(
        &self,
        status: StatusCode,
        says: &str,
        why: Option<Forwarded>,
    ) -> Response<Body> {
        let mut response = Response::new(full(format!("{}: {says}\n", status.as_u16())));
        *response.status_mut() = status;
        let fields = response.headers_mut();
        fields.insert("content-type", HeaderValue::from_static("text/plain; charset=utf-8"));
        fields.insert("cache-control", HeaderValue::from_static("no-store"));
        let name = &self.settings.name;
        let said = match why {
            Some(why) => CacheStatus::forwarded(name, why).detail("origin-failure"),
            None => CacheStatus::forwarded(name, Forwarded::Miss).detail("not-forwarded"),
        };
        self.say(&mut response, said);
        response
    }
}

impl Found {
    fn bypass() -> Self {
        Self {
            entries: Arc::default(),
            chosen: None,
            reuse: Reuse::Forward(Forwarded::Bypass),
            marker: Marker::None,
        }
    }
}

/// The fields of a response without those of the origin's connection.
pub(crate) fn end_to_end(fields: &HeaderMap) -> HeaderMap {
    header_map(forwarded(HeaderLines::from_map(fields)))
}

pub(crate) fn content_length(head: &Response<()>) -> Option<u64> {
    head.headers().get("content-length")?.to_str().ok()?.parse().ok()
}

fn contains(text: &[u8], wanted: &[u8]) -> bool {
    text.windows(wanted.len()).any(|window| window == wanted)
}
