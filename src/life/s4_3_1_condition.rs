//! RFC 9111 §4.3.1: the conditional request that asks whether stored responses are still good.

use std::collections::HashSet;

use http::HeaderMap;

use super::s3_1_fields::{append, forwarded, header_map, is_one_of};
use super::{Stored, Validators};
use crate::kept::Coverage;
use crate::message::{AsRequest, FieldCount, RequestHead};
use crate::profile::{
    Fact, ForwardedConditions, HeadRequests, Profile, SentValidators, Validation,
};

/// Conditions of the client's own that a cache answers itself; they give way to the cache's.
const REPLACED: &[&str] = &["if-none-match", "if-modified-since"];
/// Conditions that only the origin can judge (RFC 9110 §13.2.1).
const ORIGINS: &[&str] = &["if-match", "if-unmodified-since"];
/// Beside them where the whole response is asked for, so that the answer can be stored.
const PART: &[&str] = &["if-range", "range"];

/// A condition made of stored responses, which remembers what it was made of.
///
/// ```
/// use storable::life::{Condition, Stored};
/// use storable::{Profile, storable};
///
/// let request = http::Request::get("https://shop.example/")
///     .header("If-None-Match", "\"mine\"")
///     .header("Accept", "text/html")
///     .body(())?;
/// let response = http::Response::builder()
///     .header("Date", "Thu, 22 Jun 2017 00:41:00 GMT")
///     .header("Cache-Control", "no-cache")
///     .header("ETag", "\"a\"")
///     .body(())?;
/// let verdict = storable(&request, &response, &Profile::RFC9111_SHARED);
/// let (policy, vary) = (verdict.stored_policy().unwrap(), verdict.vary_key());
///
/// let stored = [Stored::new(&policy, &vary, &response)];
/// let condition = Condition::new(&stored, 0, &Profile::RFC9111_SHARED);
/// let fields = condition.request_fields(&request);
/// assert_eq!(fields["if-none-match"], "\"a\"");
/// assert_eq!(fields["accept"], "text/html");
/// # Ok::<(), http::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Condition<'a> {
    pub(super) stored: &'a [Stored<'a>],
    pub(super) chosen: usize,
    pub(super) profile: &'a Profile,
}

impl<'a> Condition<'a> {
    /// A condition for the chosen one of all responses that are stored under the key. The
    /// entity-tags of the others go with it where the profile's cache is known to send them
    /// ([`SentValidators::All`]), because one of them may be what the origin has for this request,
    /// and only where they are strong: several representations may have one weak tag (RFC 9110
    /// §8.8.1), and its 304 would fetch another one's content. Last-Modified speaks for the chosen
    /// one alone.
    #[must_use]
    pub const fn new(stored: &'a [Stored<'a>], chosen: usize, profile: &'a Profile) -> Self {
        Self { stored, chosen, profile }
    }

    /// A condition where nothing stored matches the request, but one of the stored responses may
    /// be what the origin selects (§4.3.1); `None` where none has a strong entity-tag, and where the
    /// profile's cache is not known to ask about what it has not chosen.
    #[must_use]
    pub fn of_all(stored: &'a [Stored<'a>], profile: &'a Profile) -> Option<Self> {
        if profile.facts().validation == Fact::Known(Validation::Plain) {
            return None;
        }
        let condition = Self { stored, chosen: usize::MAX, profile };
        condition.tags().next().is_some().then_some(condition)
    }

    /// The number of the response that was chosen, where one was.
    #[must_use]
    pub fn chosen(&self) -> Option<usize> {
        (self.chosen < self.stored.len()).then_some(self.chosen)
    }

    /// The entity-tags that are asked about, each with the number of its response. Those of parts
    /// stay out: a 304 about a part says nothing of the whole (§4.3.2).
    pub(super) fn tags(&self) -> impl Iterator<Item = (usize, &'a [u8])> + Clone {
        let chosen = self.chosen;
        let sent = self.profile.facts().sent_validators.known().unwrap_or(SentValidators::Chosen);
        self.stored.iter().enumerate().filter_map(move |(number, one)| {
            let tag = Validators::read(one.head).tag_text()?;
            let strong = tag.strip_prefix(b"W/");
            if number != chosen {
                let whole = || Coverage::of(one) == Coverage::Whole;
                let asked = sent == SentValidators::All && strong.is_none() && whole();
                return asked.then_some((number, tag));
            }
            match (sent, strong) {
                (SentValidators::ChosenStrong, Some(_)) => None,
                (SentValidators::ChosenAsStrong, Some(strong)) => Some((number, strong)),
                _ => Some((number, tag)),
            }
        })
    }

    /// Adds the fields of the condition.
    pub fn add_to(&self, fields: &mut HeaderMap) {
        let (mut list, mut listed) = (Vec::new(), HashSet::new());
        for (_, tag) in self.tags().filter(|&(_, tag)| listed.insert(tag)) {
            if !list.is_empty() {
                list.extend_from_slice(b", ");
            }
            list.extend_from_slice(tag);
        }
        if !list.is_empty() {
            append(fields, "if-none-match", &list);
        }
        let Some(one) = self.stored.get(self.chosen) else { return };
        if list.is_empty() || Validators::read(one.head).modified_text().is_some() {
            add_date(fields, one);
        }
    }

    /// Whether the client's own tags go to the origin in the place of the cache's
    /// ([`SentValidators::ChosenStrong`]).
    fn leaves_tags_of(&self, request: RequestHead<'_>) -> bool {
        self.profile.facts().sent_validators == Fact::Known(SentValidators::ChosenStrong)
            && request.named(b"if-none-match") != FieldCount::Nowhere
    }

    /// All fields of the request to send: the client's without those of its connection, without
    /// its own conditions, and without Range where a whole response is stored; and the condition.
    ///
    /// What the client asked for by what is left out is answered by [`reply`](super::reply) out
    /// of the response that is stored afterwards.
    #[must_use]
    pub fn request_fields(&self, request: &(impl AsRequest + ?Sized)) -> HeaderMap {
        let whole =
            self.stored.get(self.chosen).is_none_or(|one| Coverage::of(one) == Coverage::Whole);
        let request = request.as_request();
        let leaves_tags = self.leaves_tags_of(request);
        let replaced = |name| {
            is_one_of(name, REPLACED) && !(leaves_tags && is_one_of(name, &["if-none-match"]))
        };
        let lines = forwarded(request.lines_as_written())
            .filter(|(name, _)| !(replaced(name) || whole && is_one_of(name, PART)));
        let mut fields = header_map(lines);
        match self.stored.get(self.chosen) {
            Some(one) if leaves_tags => add_date(&mut fields, one),
            _ => self.add_to(&mut fields),
        }
        fields
    }
}

/// The date since which nothing may have changed. A cache that always asks conditionally has the
/// Date where there is no Last-Modified.
fn add_date(fields: &mut HeaderMap, one: &Stored<'_>) {
    match Validators::read(one.head).modified_text() {
        Some(modified) => append(fields, "if-modified-since", modified),
        None => append(fields, "if-modified-since", one.policy.date.to_string().as_bytes()),
    }
}

/// The fields of a request that goes to the origin without a condition of the cache's: the client's
/// without those of its connection, and without the conditions and ranges that the profile's cache
/// does not forward ([`ForwardedConditions`]). For GET and HEAD that are looked up and find nothing
/// to use: others, and what bypasses the cache, go as they are ([`forwarded`]).
///
/// ```
/// use storable::{Profile, life::fields_to_forward};
///
/// let request = http::Request::get("https://shop.example/")
///     .header("If-None-Match", "\"a\"")
///     .header("Range", "bytes=0-9")
///     .body(())?;
/// assert_eq!(fields_to_forward(&request, &Profile::RFC9111_SHARED).len(), 2);
/// // It asks for the whole, to store it.
/// assert_eq!(fields_to_forward(&request, &Profile::NGINX).len(), 0);
/// # Ok::<(), http::Error>(())
/// ```
#[must_use]
pub fn fields_to_forward(request: &(impl AsRequest + ?Sized), profile: &Profile) -> HeaderMap {
    let conditions = |name| is_one_of(name, REPLACED) || is_one_of(name, ORIGINS);
    let request = request.as_request();
    let lines = forwarded(request.lines_as_written());
    let conditions_count = matches!(request.method(), "GET" | "HEAD");
    header_map(lines.filter(|(name, _)| match profile.facts().forwarded_conditions {
        _ if !conditions_count => true,
        Fact::Known(ForwardedConditions::All) | Fact::Unknown => true,
        Fact::Known(ForwardedConditions::Ranges) => !conditions(name),
        Fact::Known(ForwardedConditions::None) => !(conditions(name) || is_one_of(name, PART)),
    }))
}

/// The method with which the origin is asked for what a request that is looked up wants, and by
/// which the answer is judged and stored: some caches fetch HEAD as GET
/// ([`HeadRequests::AsGet`]).
///
/// ```
/// use storable::{Profile, life::method_to_forward};
///
/// assert_eq!(method_to_forward("HEAD", &Profile::RFC9111_SHARED), "HEAD");
/// assert_eq!(method_to_forward("HEAD", &Profile::VARNISH_7), "GET");
/// ```
#[must_use]
pub fn method_to_forward<'a>(method: &'a str, profile: &Profile) -> &'a str {
    match profile.facts().head_requests {
        Fact::Known(HeadRequests::AsGet) if method == "HEAD" => "GET",
        _ => method,
    }
}
