//! The origin: answers each path with the answer of one experiment, and notes what it was asked.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Request, Response, StatusCode};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio::sync::watch;

use super::answer::SERIAL;
use super::experiment::{Experiment, Later};
use super::place::Place;

/// What the origin was asked at one path.
#[derive(Clone, Debug)]
pub(crate) struct Noted {
    /// When the request came.
    pub(crate) at: Instant,
    /// When its answer went out.
    pub(crate) answered: Option<Instant>,
    /// Whether it had a condition.
    pub(crate) conditional: bool,
}

/// One path, with what it was made for.
pub(crate) struct Page {
    experiment: Experiment,
    delay: Duration,
    log: Mutex<Vec<Noted>>,
    count: watch::Sender<usize>,
}

impl Page {
    /// Everything that the origin was asked here so far.
    pub(crate) fn noted(&self) -> Vec<Noted> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Waits until the origin is asked once more than so often.
    pub(crate) async fn asked_after(&self, times: usize) {
        let mut count = self.count.subscribe();
        // An error means that the page is gone, and nobody waits for it any more.
        let _ = count.wait_for(|count| *count > times).await;
    }

    /// Notes a request, and returns its place in the log.
    fn note(&self, conditional: bool) -> usize {
        let mut log = self.log.lock().unwrap_or_else(PoisonError::into_inner);
        log.push(Noted { at: Instant::now(), answered: None, conditional });
        self.count.send_replace(log.len());
        log.len().saturating_sub(1)
    }

    fn note_answered(&self, number: usize) {
        let mut log = self.log.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(noted) = log.get_mut(number) {
            noted.answered = Some(Instant::now());
        }
    }
}

/// All paths that were made so far.
pub(crate) struct Origin {
    place: Place,
    pages: Mutex<HashMap<String, Arc<Page>>>,
    serial: AtomicU64,
    begun: SystemTime,
}

impl Origin {
    pub(crate) fn new(place: Place) -> Arc<Self> {
        Arc::new(Self {
            place,
            pages: Mutex::default(),
            serial: AtomicU64::new(0),
            begun: SystemTime::now(),
        })
    }

    /// Answers an experiment at a path, after so long a delay.
    pub(crate) fn page(&self, path: &str, experiment: &Experiment, delay: Duration) -> Arc<Page> {
        let page = Arc::new(Page {
            experiment: experiment.clone(),
            delay,
            log: Mutex::default(),
            count: watch::Sender::new(0),
        });
        let mut pages = self.pages.lock().unwrap_or_else(PoisonError::into_inner);
        pages.insert(path.to_owned(), Arc::clone(&page));
        page
    }

    fn find(&self, path: &str) -> Option<Arc<Page>> {
        self.pages.lock().unwrap_or_else(PoisonError::into_inner).get(path).cloned()
    }

    /// Answers connections until it is dropped.
    pub(crate) async fn serve(self: Arc<Self>, listener: TcpListener) {
        loop {
            let Ok((stream, _)) = listener.accept().await else { continue };
            let origin = Arc::clone(&self);
            tokio::spawn(async move {
                let service = service_fn(|request| answer(Arc::clone(&origin), request));
                // A cache that hangs up is no matter of ours.
                let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
            });
        }
    }

    /// The head and the content of the answer to a request.
    fn response(
        &self,
        page: &Page,
        number: usize,
        request: &Request<Incoming>,
    ) -> Response<Full<Bytes>> {
        if number > 0 && page.experiment.answer.later == Later::Unavailable {
            return plain(StatusCode::SERVICE_UNAVAILABLE);
        }
        let serial = self.serial.fetch_add(1, Ordering::Relaxed).saturating_add(1);
        let answer = page.experiment.answer_to(number);
        let lines = self.place.response_lines(&page.experiment, answer, SystemTime::now(), serial);
        // What was last modified stays so, also when the origin is asked again.
        let fixed = self.place.response_lines(&page.experiment, answer, self.begun, serial);
        let unchanged = is_unchanged(&fixed, request);
        let status = StatusCode::from_u16(answer.status).unwrap_or_default();
        let content = format!("serial={serial};");
        let has_content = !unchanged && !matches!(status.as_u16(), 204 | 304);
        let content = if has_content { Bytes::from(content) } else { Bytes::new() };
        let mut response = Response::new(Full::new(content));
        *response.status_mut() = if unchanged { StatusCode::NOT_MODIFIED } else { status };
        for (name, value) in lines {
            let modified = name == "Last-Modified";
            let kept = fixed.iter().find(|(own, _)| modified && *own == name);
            let value = kept.map_or(value, |(_, value)| value.clone());
            if unchanged && name == "Set-Cookie" {
                continue;
            }
            let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value))
            else {
                continue;
            };
            response.headers_mut().append(name, value);
        }
        if !unchanged {
            response.headers_mut().insert(SERIAL, HeaderValue::from(serial));
        }
        response
    }
}

/// Nothing is sent to a cache that is to see the origin fail.
#[derive(Debug)]
struct HungUp;

impl std::fmt::Display for HungUp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the origin hangs up, as the experiment wants it")
    }
}

impl std::error::Error for HungUp {}

async fn answer(
    origin: Arc<Origin>,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, HungUp> {
    let Some(page) = origin.find(request.uri().path()) else {
        return Ok(plain(StatusCode::NOT_FOUND));
    };
    let headers = request.headers();
    let conditional =
        headers.contains_key("if-none-match") || headers.contains_key("if-modified-since");
    let number = page.note(conditional);
    tokio::time::sleep(page.delay).await;
    if number > 0 && page.experiment.answer.later == Later::HangsUp {
        return Err(HungUp);
    }
    let response = origin.response(&page, number, &request);
    page.note_answered(number);
    Ok(response)
}

fn plain(status: StatusCode) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::new()));
    *response.status_mut() = status;
    response.headers_mut().insert("cache-control", HeaderValue::from_static("no-store"));
    response
}

/// Whether the cache asks for what it has already.
fn is_unchanged(lines: &[(String, String)], request: &Request<Incoming>) -> bool {
    let own = |name: &str| lines.iter().find(|(own, _)| own == name).map(|(_, value)| value);
    let asked = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
    match (asked("if-none-match"), asked("if-modified-since")) {
        (Some(tags), _) => own("ETag").is_some_and(|tag| tags.contains(tag.trim_matches('"'))),
        (None, Some(date)) => own("Last-Modified").is_some_and(|modified| modified == date),
        (None, None) => false,
    }
}
