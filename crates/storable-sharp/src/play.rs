//! Plays a case.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body::Body;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full};
use tokio::task::JoinHandle;
use tower_service::Service;

use crate::case::{Case, Leaves, Step};
use crate::expect::{Got, differences};
use crate::origin::{Origin, STEP, header_map};

/// Any error.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// The content that a client reads.
pub type Content = UnsyncBoxBody<Bytes, BoxError>;

type Answered = Pin<Box<dyn Future<Output = Result<Response<Content>, BoxError>> + Send>>;

/// What a client does with a request.
pub type Client = Arc<dyn Fn(Request<Full<Bytes>>) -> Answered + Send + Sync>;

/// No answer takes longer.
const LIMIT: Duration = Duration::from_secs(10);

/// How long it takes until a request that is sent is where it has to wait.
const MOMENT: Duration = Duration::from_millis(30);

/// The client of a cache that is a service; each request goes to a clone.
pub fn client<S, B>(service: S) -> Client
where
    S: Service<Request<Full<Bytes>>, Response = Response<B>> + Clone + Send + Sync + 'static,
    S::Future: Send,
    S::Error: Into<BoxError>,
    B: Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
{
    Arc::new(move |request| {
        let mut service = service.clone();
        Box::pin(async move {
            poll_fn(|context| service.poll_ready(context)).await.map_err(Into::into)?;
            let response = service.call(request).await.map_err(Into::into)?;
            Ok(response.map(|content| content.map_err(Into::into).boxed_unsync()))
        })
    })
}

/// Plays a case on a cache that is put before an origin. What went wrong, in sentences: nothing where
/// the case is passed.
pub async fn play(case: &Case, cache: impl FnOnce(Origin) -> Client) -> Vec<String> {
    let origin = Origin::new(case);
    let client = cache(origin.clone());
    let mut wrong = Vec::new();
    let numbered: Vec<_> = case.steps.iter().enumerate().collect();
    for group in numbered.chunk_by(|(_, one), (_, next)| one.together && next.together) {
        let mut sent = Vec::new();
        origin.set_open(group.len() == 1);
        for (number, step) in group {
            tokio::time::sleep(Duration::try_from_secs_f64(step.wait).unwrap_or_default()).await;
            sent.push(Sent::new(&client, *number, step));
            if group.len() > 1 {
                tokio::time::sleep(MOMENT).await;
            }
        }
        if group.len() > 1 {
            sent.iter().for_each(Sent::leave);
            tokio::time::sleep(MOMENT).await;
        }
        origin.set_open(true);
        for sent in sent {
            let (number, step) = (sent.number, sent.step);
            let got = sent.got().await;
            let said = differences(step, &origin.asked(number), got.as_ref());
            let place = number.saturating_add(1);
            wrong.extend(said.into_iter().map(|text| format!("step {place}: {text}")));
        }
    }
    wrong
}

/// A request under way.
struct Sent<'a> {
    number: usize,
    step: &'a Step,
    task: JoinHandle<Option<Got>>,
}

impl<'a> Sent<'a> {
    fn new(client: &Client, number: usize, step: &'a Step) -> Self {
        let (client, request, leaves) = (Arc::clone(client), request(number, step), step.leaves);
        let task = tokio::spawn(async move {
            let answer = async { read(client(request?).await.ok()?, leaves).await };
            tokio::time::timeout(LIMIT, answer).await.ok()?
        });
        Self { number, step, task }
    }

    /// The client goes away, where it does so before there is an answer.
    fn leave(&self) {
        if self.step.leaves == Some(Leaves::BeforeHead) {
            self.task.abort();
        }
    }

    /// `None` where there was no answer: an error, a panic, or a client that has gone.
    async fn got(self) -> Option<Got> {
        self.task.await.ok().flatten()
    }
}

fn request(number: usize, step: &Step) -> Option<Request<Full<Bytes>>> {
    let (method, target) = step.request.split_once(' ')?;
    let mut request = Request::builder().method(method).uri(target);
    let fields = request.headers_mut()?;
    *fields = header_map(&step.fields);
    if !fields.contains_key("host") && target.starts_with('/') {
        fields.insert("host", http::HeaderValue::from_static("shop.example"));
    }
    fields.insert(STEP, number.into());
    request.body(Full::from(step.content.clone())).ok()
}

async fn read(response: Response<Content>, leaves: Option<Leaves>) -> Option<Got> {
    let (parts, mut content) = response.into_parts();
    let mut got = Got { status: parts.status.as_u16(), fields: parts.headers, ..Got::default() };
    while let Some(frame) = content.frame().await {
        match frame.map(http_body::Frame::into_data) {
            Ok(Ok(piece)) => got.text.push_str(&String::from_utf8_lossy(&piece)),
            Ok(Err(_)) => {}
            Err(_) => got.broke = true,
        }
        if got.broke || leaves == Some(Leaves::InContent) {
            break;
        }
    }
    Some(got)
}
