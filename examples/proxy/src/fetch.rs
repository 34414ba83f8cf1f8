//! Asking the origin, and what its answer changes in the store.

use std::sync::Arc;
use std::time::SystemTime;

use http::{HeaderMap, Method, Request, Response, StatusCode};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use storable::Profile;
use storable::life::{
    AfterHead, CacheKey, CacheStatus, Condition, Forwarded, Reuse, Stored, ToStore, Validated,
    after_head, fields_to_forward, groups_invalidated_by, instead_of, invalidated_by,
    is_origin_failure, method_to_forward, on_error,
};
use storable::policy::RequestPolicy;
use storable::{AsRequest, Exchange, Verdict};

use crate::answer::{Found, content_length, end_to_end};
use crate::body::{Body, Timed, empty};
use crate::flight::{Boarding, Landed, Pilot};
use crate::informational::Informer;
use crate::origin::Failure;
use crate::recording::{Recording, Written};
use crate::store::Entry;
use crate::{Interim, Proxy};

/// A fetch on its way.
struct Fetch {
    /// As the client has it.
    request: Request<()>,
    /// As the origin is asked and the answer judged: HEAD may have become GET.
    asked: Request<()>,
    key: CacheKey,
    found: Found,
    pilot: Option<Pilot>,
}

/// What goes to the origin with a request, and who follows it.
pub(crate) struct Going {
    pub(crate) content: Body,
    pub(crate) pilot: Option<Pilot>,
    pub(crate) informer: Option<Informer>,
}

/// An answer of the origin, with its times.
struct Answer {
    head: Response<()>,
    content: Incoming,
    requested_at: SystemTime,
    received_at: SystemTime,
    /// Informational responses went before it.
    informed: bool,
}

impl Proxy {
    /// Asks the origin, with a condition where something that is stored can be validated.
    pub(crate) async fn fetch(
        self: &Arc<Self>,
        request: Request<()>,
        key: CacheKey,
        found: Found,
        going: Going,
    ) -> Response<Body> {
        let Going { content, pilot, informer } = going;
        let profile = &self.settings.profile;
        let asked = asked(&request, &found, profile);
        let mut fetch = Fetch { request, asked, key, found, pilot };
        let conditional = fetch.condition_fields(profile);
        let fields = conditional.clone().unwrap_or_else(|| fetch.plain_fields(profile));
        let mut answer = match self.ask(&fetch.asked, fields, content, informer.clone()).await {
            Ok(answer) => answer,
            Err(failure) => return self.failed(&fetch, &failure),
        };
        if conditional.is_some() {
            if let Validated::NotModified(number) = fetch.validated(&answer.head, profile) {
                if let Some(response) = self.refresh(&mut fetch, number, &answer) {
                    return response;
                }
            }
            if answer.head.status() == StatusCode::NOT_MODIFIED {
                // It says nothing of what is stored here, and the client did not ask for it.
                let fields = unconditional(fetch.request.headers());
                let content = empty();
                answer = match self.ask(&fetch.asked, fields, content, informer).await {
                    Ok(answer) => answer,
                    Err(failure) => return self.failed(&fetch, &failure),
                };
            }
        }
        if let Some(response) = self.instead(&fetch, &answer.head) {
            return response;
        }
        self.pass_on(fetch, answer)
    }

    async fn ask(
        &self,
        request: &Request<()>,
        fields: HeaderMap,
        content: Body,
        informer: Option<Informer>,
    ) -> Result<Answer, Failure> {
        let requested_at = SystemTime::now();
        let sent =
            self.origin.send(request.method(), request.uri(), fields, content, informer).await?;
        let received_at = SystemTime::now();
        let (parts, content) = sent.response.into_parts();
        let (head, informed) = (Response::from_parts(parts, ()), sent.informed);
        Ok(Answer { head, content, requested_at, received_at, informed })
    }

    /// There is no answer: something stored, where that is allowed, else what went wrong.
    fn failed(&self, fetch: &Fetch, failure: &Failure) -> Response<Body> {
        if let Some(entry) = fetch.found.chosen() {
            let policy = RequestPolicy::read(fetch.request.as_request());
            let profile = &self.settings.profile;
            let served = on_error(&policy, entry.stored(), profile, SystemTime::now());
            if let Some(served) = served {
                let status = CacheStatus::forwarded(&self.settings.name, fetch.found.why())
                    .ttl(served.remaining)
                    .detail("stale-on-error");
                let sent = self.send(&fetch.request, entry, Some(served.age), status);
                if let Some(response) = sent {
                    return response;
                }
            }
            if entry.stored().policy().bars_stale_use() {
                // RFC 9111 §5.2.2.2: without the origin it cannot be used.
                let says = format!("{failure}; what is stored must be validated");
                return self.local(StatusCode::GATEWAY_TIMEOUT, &says, Some(fetch.found.why()));
            }
        }
        self.local(failure.status(), &failure.to_string(), Some(fetch.found.why()))
    }

    /// A stored response in the place of an answer that is a failure of the origin.
    fn instead(&self, fetch: &Fetch, head: &Response<()>) -> Option<Response<Body>> {
        let entry = fetch.found.chosen()?;
        let policy = RequestPolicy::read(fetch.request.as_request());
        let (profile, now) = (&self.settings.profile, SystemTime::now());
        let served = instead_of(head, &policy, entry.stored(), profile, now)?;
        let status = CacheStatus::forwarded(&self.settings.name, fetch.found.why())
            .fwd_status(head.status().as_u16())
            .ttl(served.remaining)
            .detail("stale-on-error");
        self.send(&fetch.request, entry, Some(served.age), status)
    }

    /// A stored response is still good: its head is brought up to date, judged again, and served.
    fn refresh(&self, fetch: &mut Fetch, number: usize, answer: &Answer) -> Option<Response<Body>> {
        let old = fetch.found.entries.get(number)?.clone();
        let freshened = old.kept().freshened(
            &fetch.asked,
            &answer.head,
            (answer.requested_at, answer.received_at),
            &self.settings.profile,
        );
        let (updated, kept) = (freshened.head, freshened.kept);
        let mut status = CacheStatus::forwarded(&self.settings.name, fetch.found.why())
            .fwd_status(answer.head.status().as_u16());
        let new = match kept {
            Some(kept) => {
                let rule = kept.policy.rule().code();
                status =
                    status.stored().ttl(kept.policy.remaining(answer.received_at)).detail(rule);
                let new = old.with(kept);
                // It may be the answer to requests with other fields too.
                let other = !old.kept().vary.matches(&fetch.request);
                self.store.put(&fetch.key, &new, Some(&old).filter(|_| !other));
                Some(new)
            }
            None => {
                self.store.remove(&fetch.key, &old);
                None
            }
        };
        // Validated just now, so it is served to this request whatever the update says.
        let shown = new.clone().unwrap_or_else(|| {
            let (policy, vary) = (old.kept().policy, old.kept().vary.clone());
            old.with(ToStore { head: updated.clone(), policy, vary })
        });
        let age = new.as_ref().map(|new| new.stored().policy().age(SystemTime::now()));
        let response = self.send(&fetch.request, &shown, age, status)?;
        if let Some(pilot) = fetch.pilot.take() {
            let waited = pilot.close();
            pilot.land(Landed {
                request: fetch.asked.clone(),
                head: updated,
                requested_at: answer.requested_at,
                received_at: answer.received_at,
                content: Some(Arc::clone(&old.content)),
                entry: new,
                waited,
            });
        }
        Some(response)
    }

    /// The origin's answer, on to the client and, where the verdict allows it, into the store.
    fn pass_on(self: &Arc<Self>, mut fetch: Fetch, answer: Answer) -> Response<Body> {
        let Answer { head, content, requested_at, received_at, informed } = answer;
        let profile = &self.settings.profile;
        let verdict = Exchange::new(&fetch.asked, &head)
            .requested_at(requested_at)
            .received_at(received_at)
            .judge(profile);
        self.invalidate(&fetch, &head, (requested_at, received_at));
        let waited = fetch.pilot.as_ref().map_or(0, Pilot::close);
        // What bypasses the cache leaves nothing in it.
        let bypassed = fetch.found.why() == Forwarded::Bypass
            || informed && self.settings.interim == Interim::ForwardUnstored;
        let kept = verdict.to_store().filter(|_| !bypassed && self.has_room(&head));
        let content = Timed::new(content, self.settings.patience);
        let no_content =
            fetch.asked.method() == Method::HEAD || http_body::Body::is_end_stream(&content);
        let recording = match (kept.is_some() || waited > 0, no_content) {
            (false, _) => None,
            (true, true) => Some(Recording::empty(&self.budget)),
            (true, false) => Some(Recording::new(self.settings.object_bytes, &self.budget)),
        };
        let entry = kept.zip(recording.as_ref()).map(|(kept, recording)| {
            let entry = Entry::new(kept, Arc::clone(recording));
            self.store.put(&fetch.key, &entry, None);
            entry
        });
        if entry.is_none() {
            self.forget(&fetch, &verdict, &head);
        }
        let status = self.forwarded_status(&fetch, &verdict, entry.as_deref(), received_at);
        let response = match (&recording, &entry) {
            (Some(_), Some(entry)) => {
                let age = entry.stored().policy().age(SystemTime::now());
                let own_age = head.headers().contains_key("age").then_some(age);
                // What the first client gets has the fields too that are not stored.
                let mut first = entry.kept().clone();
                *first.head.headers_mut() = end_to_end(head.headers());
                let first = entry.with(first);
                self.send(&fetch.request, &first, own_age, status)
            }
            (Some(recording), None) => recording
                .read(0, None)
                .map(|reader| self.as_it_came(&fetch, &head, reader.boxed_unsync(), status)),
            (None, _) => None,
        };
        match recording {
            Some(recording) => {
                if let Some(pilot) = fetch.pilot.take() {
                    pilot.land(Landed {
                        request: fetch.asked.clone(),
                        head: head.clone(),
                        requested_at,
                        received_at,
                        entry,
                        content: Some(Arc::clone(&recording)),
                        waited,
                    });
                }
                if !no_content {
                    let (proxy, key) = (Arc::clone(self), fetch.key.clone());
                    tokio::spawn(async move { proxy.record(&key, recording, content).await });
                }
                response.unwrap_or_else(|| {
                    let says = "the content is gone";
                    self.local(StatusCode::BAD_GATEWAY, says, Some(fetch.found.why()))
                })
            }
            None => self.as_it_came(&fetch, &head, content.boxed_unsync(), status),
        }
    }

    /// A response that is not sent out of the store.
    fn as_it_came(
        &self,
        fetch: &Fetch,
        head: &Response<()>,
        content: Body,
        status: CacheStatus<'_>,
    ) -> Response<Body> {
        let dropped = fetch.request.method() == Method::HEAD;
        let mut response = Response::new(if dropped { empty() } else { content });
        *response.status_mut() = head.status();
        *response.headers_mut() = end_to_end(head.headers());
        self.say(&mut response, status);
        response
    }

    fn forwarded_status<'a>(
        &'a self,
        fetch: &Fetch,
        verdict: &Verdict<'_>,
        entry: Option<&Entry>,
        now: SystemTime,
    ) -> CacheStatus<'a> {
        let status = CacheStatus::forwarded(&self.settings.name, fetch.found.why())
            .fwd_status(verdict.response_policy().status())
            .detail(verdict.headline().code());
        match entry {
            Some(entry) => status.stored().ttl(entry.stored().policy().remaining(now)),
            None => status,
        }
    }

    fn has_room(&self, head: &Response<()>) -> bool {
        let limit = u64::try_from(self.settings.object_bytes).unwrap_or(u64::MAX);
        content_length(head).is_none_or(|length| length <= limit)
    }

    /// RFC 9111 §4.4, RFC 9875 §3, and what an answer to HEAD says of stored ones (§4.3.5).
    fn invalidate(&self, fetch: &Fetch, head: &Response<()>, times: (SystemTime, SystemTime)) {
        let profile = &self.settings.profile;
        for key in invalidated_by(&fetch.request, head, profile) {
            self.store.invalidate(&key);
        }
        let groups = groups_invalidated_by(&fetch.request, head);
        self.store.invalidate_groups(&fetch.key, &groups);
        if fetch.asked.method() != Method::HEAD {
            return;
        }
        let policy = RequestPolicy::read(fetch.asked.as_request());
        for entry in self.store.get(&fetch.key).entries.iter() {
            let kept = entry.kept();
            let changed = match after_head(&policy, head, entry.stored(), profile) {
                AfterHead::Unaffected => continue,
                AfterHead::Stale => {
                    let policy = kept.policy.invalidated();
                    Some(ToStore { policy, ..kept.clone() })
                }
                AfterHead::Update => kept.freshened(&fetch.request, head, times, profile).kept,
            };
            match changed {
                Some(kept) => self.store.replace(&fetch.key, entry, &entry.with(kept)),
                None => self.store.remove(&fetch.key, entry),
            }
        }
    }

    /// What is left in the store of what an answer that is not stored has replaced.
    fn forget(&self, fetch: &Fetch, verdict: &Verdict<'_>, head: &Response<()>) {
        let replaces = !is_origin_failure(head.status().as_u16())
            && head.status() != StatusCode::NOT_MODIFIED
            && fetch.asked.method() == Method::GET;
        if let (true, Reuse::Validate(_) | Reuse::Forward(_), Some(old)) =
            (replaces, fetch.found.reuse, fetch.found.chosen())
        {
            self.store.remove(&fetch.key, old);
        }
        if let Some(marker) = verdict.marker() {
            self.store.mark(&fetch.key, marker);
        }
    }

    /// Writes the content into its recording.
    async fn record(&self, key: &CacheKey, recording: Arc<Recording>, mut content: Timed) {
        let mut kept = true;
        loop {
            match content.frame().await {
                None => break recording.finish(),
                Some(Err(_)) => {
                    kept = false;
                    break recording.break_off();
                }
                // Trailers are not stored with the fields of the head (RFC 9111 §3.1).
                Some(Ok(frame)) => {
                    let Ok(chunk) = frame.into_data() else { continue };
                    match recording.write(chunk).await {
                        Written::Kept => {}
                        Written::TooLong => {
                            if kept {
                                self.store.remove_content(key, &recording);
                            }
                            kept = false;
                        }
                        Written::Unread => {
                            kept = false;
                            break recording.break_off();
                        }
                    }
                }
            }
        }
        if kept {
            self.store.reweigh(key);
        } else {
            self.store.remove_content(key, &recording);
        }
    }

    /// Asks the origin in the background whether a stored response is still good (RFC 5861 §3).
    pub(crate) fn revalidate(self: &Arc<Self>, request: &Request<()>, key: &CacheKey) {
        let Boarding::First(pilot) = self.background.board(key) else { return };
        let (proxy, mut request, key) = (Arc::clone(self), request.clone(), key.clone());
        // It is for everybody, so all of it is asked for.
        *request.headers_mut() = unconditional(request.headers());
        tokio::spawn(async move {
            let mut found = proxy.find(&request, &key);
            if let (Reuse::ServeAndRevalidate(_), Some(entry)) = (found.reuse, found.chosen()) {
                found.reuse = if entry.stored().policy().has_validator() {
                    Reuse::Validate(Forwarded::Stale)
                } else {
                    Reuse::Forward(Forwarded::Stale)
                };
                let content = empty();
                let going = Going { content, pilot: None, informer: None };
                drop(proxy.fetch(request, key, found, going).await);
            }
            drop(pilot);
        });
    }
}

impl Fetch {
    fn stored(&self) -> Vec<Stored<'_>> {
        self.found.entries.iter().map(|entry| entry.stored()).collect()
    }

    /// The fields of a conditional request; `None` where there is nothing to ask about.
    fn condition_fields(&self, profile: &Profile) -> Option<HeaderMap> {
        let stored = self.stored();
        match (self.found.reuse, self.found.chosen) {
            (Reuse::Validate(_), Some(chosen)) => {
                Some(Condition::new(&stored, chosen, profile).request_fields(&self.request))
            }
            // Nothing fits the request, but one of them may be what the origin has for it.
            (Reuse::Forward(Forwarded::VaryMiss), None) if self.may_ask_about_all() => {
                Condition::of_all(&stored, profile).map(|all| all.request_fields(&self.request))
            }
            _ => None,
        }
    }

    /// The fields of a request without a condition of the cache's.
    fn plain_fields(&self, profile: &Profile) -> HeaderMap {
        match self.found.why() {
            Forwarded::Bypass => self.request.headers().clone(),
            _ => fields_to_forward(&self.request, profile),
        }
    }

    fn may_ask_about_all(&self) -> bool {
        let own =
            ["if-none-match", "if-modified-since", "if-match", "if-unmodified-since", "range"];
        self.request.method() == Method::GET
            && !own.iter().any(|name| self.request.headers().contains_key(*name))
    }

    fn validated(&self, answer: &Response<()>, profile: &Profile) -> Validated {
        let stored = self.stored();
        let chosen = self.found.chosen.unwrap_or(usize::MAX);
        Condition::new(&stored, chosen, profile).answered(answer)
    }
}

/// The request as the origin is asked.
fn asked(request: &Request<()>, found: &Found, profile: &Profile) -> Request<()> {
    let mut asked = request.clone();
    let looked_up = found.why() != Forwarded::Bypass;
    if looked_up && method_to_forward(request.method().as_str(), profile) == "GET" {
        *asked.method_mut() = Method::GET;
    }
    asked
}

/// The fields of a request without the client's conditions and ranges.
fn unconditional(fields: &HeaderMap) -> HeaderMap {
    let mut fields = fields.clone();
    for name in ["if-none-match", "if-modified-since", "if-range", "range"] {
        fields.remove(name);
    }
    fields
}
