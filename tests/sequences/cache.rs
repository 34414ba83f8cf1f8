//! A whole cache in memory on the driver, with a clock that is set by hand.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use http::{Request, Response};
use storable::Profile;
use storable::life::CacheKey;
use storable::profile::Marker;
use storable::visit::{
    Answer, Cache, Changes, Content, ContentOf, Held, Kept, RequestContent, Send, Step, Times,
    Visit,
};

use crate::origin::Origin;

/// What a client got.
#[derive(Default)]
pub(crate) struct Delivered {
    pub(crate) status: u16,
    /// The step whose content it is.
    pub(crate) body: Option<u8>,
    pub(crate) length: usize,
    pub(crate) range: Option<String>,
    pub(crate) cookie: bool,
}

#[derive(Clone)]
struct Entry {
    kept: Kept,
    content: String,
}

pub(crate) struct TestCache {
    cache: Arc<Cache>,
    entries: HashMap<CacheKey, Vec<Entry>>,
    markers: HashMap<CacheKey, (Marker, SystemTime)>,
    now: SystemTime,
}

impl TestCache {
    pub(crate) fn new(profile: Profile) -> Self {
        let start = Duration::from_millis(1_800_000_000_300);
        Self {
            cache: Arc::new(Cache::new(profile)),
            entries: HashMap::new(),
            markers: HashMap::new(),
            now: SystemTime::UNIX_EPOCH + start,
        }
    }

    pub(crate) fn wait(&mut self, time: Duration) {
        self.now += time;
    }

    pub(crate) fn request(
        &mut self,
        method: &str,
        lines: &[(String, String)],
        origin: &mut Origin,
    ) -> Delivered {
        let mut request =
            Request::builder().method(method).uri("/page").header("Host", "oracle.test");
        for (name, value) in lines {
            request = request.header(name, value);
        }
        let (parts, ()) = request.body(()).unwrap().into_parts();
        let content = match method {
            "POST" | "PUT" | "PATCH" => RequestContent::Unread,
            _ => RequestContent::Absent,
        };
        let mut visit = Cache::visit(&self.cache, &parts, content).unwrap();
        if let Some((marker, until)) = self.markers.get(visit.key()) {
            if self.now < *until {
                visit.set_marker(*marker);
            }
        }
        self.visit(&visit, origin)
    }

    fn visit(&mut self, visit: &Visit, origin: &mut Origin) -> Delivered {
        let entries = self.entries.get(visit.key()).cloned().unwrap_or_default();
        let held: Vec<_> = entries
            .iter()
            .map(|entry| Held { kept: &entry.kept, length: Some(entry.content.len() as u64) })
            .collect();
        let of = |answer: &Answer| answer.of.map_or("", |number| &*entries[number].content);
        let mut ask = match visit.look_up(&held, self.now) {
            Step::Answer(answer) => return delivered(&answer, of(&answer)),
            Step::AnswerAndRenew(answer) => {
                let got = delivered(&answer, of(&answer));
                self.visit(&visit.renewal(), origin);
                return got;
            }
            Step::Ask(ask) => ask,
        };
        loop {
            let date = httpdate(self.now);
            let Some(response) = origin.answer(ask.method.as_str(), ask.fields.clone(), &date)
            else {
                return match visit.failed(&ask, &held, self.now) {
                    Some(stale) => delivered(&stale, of(&stale)),
                    None => Delivered { status: 502, ..Delivered::default() },
                };
            };
            let (head, mut content) = response.into_parts();
            let times = Times { requested_at: self.now, received_at: self.now };
            let mut outcome = visit.answered(&ask, &held, Response::from_parts(head, ()), times);
            if !outcome.check.passes(content.as_bytes()) {
                content.clear();
                outcome.changes.keep.clear();
            }
            match outcome.send {
                Send::Again(again) => ask = again,
                Send::Answer(answer) => {
                    self.change(visit.key(), outcome.changes, &content, &entries);
                    let whole = answer.of.map_or(&*content, |number| &*entries[number].content);
                    return delivered(&answer, whole);
                }
            }
        }
    }

    fn change(&mut self, key: &CacheKey, changes: Changes, content: &str, seen: &[Entry]) {
        let mut entries = self.entries.remove(key).unwrap_or_default();
        let mut number = 0..;
        entries.retain(|_| !changes.remove.contains(&number.next().unwrap()));
        for keep in changes.keep {
            entries.retain(|entry| !keep.kept.replaces(&entry.kept));
            let content = match keep.content {
                ContentOf::Held(number) => seen[number].content.clone(),
                ContentOf::Answer => content.to_owned(),
            };
            entries.push(Entry { kept: keep.kept, content });
        }
        self.entries.insert(key.clone(), entries);
        self.entries.retain(|key, _| !changes.remove_uris.iter().any(|uri| uri == key.uri()));
        if let Marker::HitForMiss(seconds) | Marker::HitForPass(seconds) = changes.marker {
            let until = self.now + Duration::from_secs(seconds);
            self.markers.insert(key.clone(), (changes.marker, until));
        }
    }
}

fn httpdate(now: SystemTime) -> String {
    storable::field::Timestamp::from_system(now).to_string()
}

fn delivered(answer: &Answer, whole: &str) -> Delivered {
    let mut answer = answer.clone();
    let content = match answer.content {
        Content::None => Vec::new(),
        Content::Whole => whole.as_bytes().to_vec(),
        Content::Part(part) => part.of(whole.as_bytes()).to_vec(),
        Content::Parts(_) => answer.assemble(whole.as_bytes(), "cut"),
    };
    let fields = answer.head.headers();
    let body = match content.strip_prefix(b"body-") {
        Some([digit @ b'0'..=b'9', ..]) => Some(digit - b'0'),
        _ => None,
    };
    Delivered {
        status: answer.head.status().as_u16(),
        body,
        length: content.len(),
        range: fields.get("content-range").map(|range| range.to_str().unwrap().to_owned()),
        cookie: fields.contains_key("set-cookie"),
    }
}
