//! The origin of a case.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response, StatusCode};
use http_body::{Body, Frame, SizeHint};
use tokio::sync::watch;
use tower_service::Service;

use crate::case::{Answer, Case};

/// The field that tells the origin because of which request it is asked.
pub(crate) const STEP: &str = "x-step";

/// An origin that answers as the steps of a case say, and remembers what it was asked. It is a
/// service for requests of any content.
#[derive(Clone, Debug)]
pub struct Origin(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    answers: Vec<Answer>,
    /// The fields of what was asked, by step.
    asked: Mutex<Vec<Vec<HeaderMap>>>,
    open: watch::Sender<bool>,
}

impl Origin {
    pub(crate) fn new(case: &Case) -> Self {
        Self(Arc::new(Inner {
            answers: case.steps.iter().map(|step| step.answer.clone()).collect(),
            asked: Mutex::new(vec![Vec::new(); case.steps.len()]),
            open: watch::Sender::new(true),
        }))
    }

    /// Holds all answers back, or lets them go.
    pub(crate) fn set_open(&self, open: bool) {
        self.0.open.send_replace(open);
    }

    /// What was asked because of a step.
    pub(crate) fn asked(&self, step: usize) -> Vec<HeaderMap> {
        let asked = self.0.asked.lock().unwrap_or_else(PoisonError::into_inner);
        asked.get(step).cloned().unwrap_or_default()
    }

    /// The answer to a request.
    pub async fn answer(&self, fields: &HeaderMap) -> Response<Pieces> {
        let step = fields.get(STEP).and_then(|step| step.to_str().ok()?.parse::<usize>().ok());
        let step = step.unwrap_or(usize::MAX);
        {
            let mut asked = self.0.asked.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(own) = asked.get_mut(step) {
                own.push(fields.clone());
            }
        }
        let _ = self.0.open.subscribe().wait_for(|open| *open).await;
        self.0.answers.get(step).cloned().unwrap_or_default().response()
    }
}

impl Answer {
    fn response(self) -> Response<Pieces> {
        let mut frames: VecDeque<_> =
            self.pieces.into_iter().map(|piece| Ok(Frame::data(Bytes::from(piece)))).collect();
        if self.breaks {
            frames.push_back(Err(io::ErrorKind::ConnectionReset.into()));
        } else if !self.trailers.is_empty() {
            frames.push_back(Ok(Frame::trailers(header_map(&self.trailers))));
        }
        let mut response = Response::new(Pieces(frames));
        *response.status_mut() = StatusCode::from_u16(self.status).unwrap_or_default();
        *response.headers_mut() = header_map(&self.fields);
        response
    }
}

/// Lines as a map; `@-60` stands for the date of a minute ago. What is no field is left out.
pub(crate) fn header_map(lines: &[String]) -> HeaderMap {
    let field = |line: &String| {
        let (name, value) = line.split_once(':')?;
        let value = value.trim();
        let date = value.strip_prefix('@').and_then(|offset| offset.parse().ok()).and_then(date);
        let value = date.unwrap_or_else(|| value.to_owned());
        let value = HeaderValue::from_bytes(value.as_bytes()).ok()?;
        Some((HeaderName::from_bytes(name.as_bytes()).ok()?, value))
    };
    let mut map = HeaderMap::new();
    for (name, value) in lines.iter().filter_map(field) {
        map.append(name, value);
    }
    map
}

/// The date of so many seconds from now.
fn date(offset: i64) -> Option<String> {
    let distance = Duration::from_secs(offset.unsigned_abs());
    let now = SystemTime::now();
    let then = if offset < 0 { now.checked_sub(distance) } else { now.checked_add(distance) };
    then.map(httpdate::fmt_http_date)
}

/// Content in pieces.
#[derive(Debug)]
pub struct Pieces(VecDeque<io::Result<Frame<Bytes>>>);

impl Body for Pieces {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        Poll::Ready(self.0.pop_front())
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_empty()
    }

    /// What a server says of content that it has all of.
    fn size_hint(&self) -> SizeHint {
        let piece = |frame: &io::Result<Frame<Bytes>>| {
            let piece = frame.as_ref().ok()?.data_ref()?;
            u64::try_from(piece.len()).ok()
        };
        let pieces: Option<Vec<_>> = self.0.iter().map(piece).collect();
        let length = pieces.map(|pieces| pieces.into_iter().fold(0, u64::saturating_add));
        length.map_or_else(SizeHint::default, SizeHint::with_exact)
    }
}

impl<Q> Service<Request<Q>> for Origin {
    type Response = Response<Pieces>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Pieces>, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Q>) -> Self::Future {
        let (origin, fields) = (self.clone(), request.headers().clone());
        Box::pin(async move { Ok(origin.answer(&fields).await) })
    }
}
