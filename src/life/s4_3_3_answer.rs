//! RFC 9111 §4.3.3 to §4.3.5: what the origin's answer says of stored responses.

use http::Response;

use super::s3_1_fields::{header_map, is_one_of, storable_lines};
use super::s3_2_update::{merging, update};
use super::s4_2_4_stale::is_origin_failure;
use super::{Condition, Stored, ToStore, Validators};
use crate::answer::Storage;
use crate::calendar::Timestamp;
use crate::field::{Field, Scan};
use crate::kept::{Flags, delta_seconds_exactly};
use crate::message::{AsResponse, Exchange, HeaderLines, ResponseHead};
use crate::policy::{Method, RequestPolicy};
use crate::profile::{Fact, ForbiddingUpdate, HeadRequests, NotModified, Profile};
use crate::rule::{Rule, Tri};
use crate::verdict::Verdict;
use std::time::SystemTime;

/// What the origin's answer to a [`Condition`] comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Validated {
    /// 304: the stored response of this number is what the origin has; bring it up to date with
    /// [`freshen`].
    NotModified(usize),
    /// 304 for a response that is not stored, or with validators that are another one's: nothing
    /// is updated (§4.3.4), and the request is sent again without a condition.
    Unmatched,
    /// A failure of the origin. It is passed on, unless a stored response may be served in its
    /// place: [`on_error`](super::on_error) (§4.3.3).
    Failed,
    /// A full response: it is sent, and takes the place of the stored one where it can be stored.
    Full,
}

impl Condition<'_> {
    /// Reads the origin's answer, knowing which stored responses the condition was made of.
    ///
    /// A 304 with a strong validator selects the stored response with the same one, of those that
    /// were asked about; with a weak one, the chosen or else the newest that has it; without any, the one the condition was made
    /// of, where that is the only one: the origin has said "not modified" of nothing else. Some
    /// caches take every 304 for the chosen one, or do not believe one that contradicts it:
    /// [`NotModified`](crate::profile::NotModified).
    #[must_use]
    pub fn answered(&self, answer: &(impl AsResponse + ?Sized)) -> Validated {
        let answer = answer.as_response();
        match answer.status() {
            304 => self.believed(answer).map_or(Validated::Unmatched, Validated::NotModified),
            status if is_origin_failure(status) => Validated::Failed,
            _ => Validated::Full,
        }
    }

    fn believed(&self, answer: ResponseHead<'_>) -> Option<usize> {
        match self.profile.facts().not_modified {
            Fact::Known(
                NotModified::Replaces { .. }
                | NotModified::RenewsLifetime
                | NotModified::ReplacesAndRenews(_),
            ) => self.chosen(),
            Fact::Known(NotModified::Rfc9111UnlessContradicted(names)) => {
                let selected = self.chosen()?;
                let stored = self.stored.get(selected)?;
                let agrees = |name| {
                    let (ours, theirs) = (value_of(stored.head, name), value_of(answer, name));
                    ours.is_none() || theirs.is_none() || ours == theirs
                };
                names.iter().copied().all(agrees).then_some(selected)
            }
            Fact::Known(NotModified::Rfc9111) | Fact::Unknown => self.selected(answer),
        }
    }

    fn selected(&self, answer: ResponseHead<'_>) -> Option<usize> {
        let theirs = Validators::read(answer);
        let ours = own_validators;
        if theirs.is_empty() {
            let chosen = self.chosen()?;
            return self.tags().all(|(asked, _)| asked == chosen).then_some(chosen);
        }
        let fits = |one: &Stored<'_>| {
            if theirs.has_strong() {
                ours(one).share_strong(&theirs) || strong_by_ours(&ours(one), &theirs)
            } else {
                ours(one).share_any(&theirs)
            }
        };
        if let Some(chosen) = self.chosen().filter(|&at| self.stored.get(at).is_some_and(fits)) {
            return Some(chosen);
        }
        // Of what was not asked about the origin has said nothing.
        let asked = self.tags().filter_map(|(number, _)| Some((number, self.stored.get(number)?)));
        let fitting = asked.filter(|(_, one)| fits(one));
        fitting.max_by_key(|(_, one)| one.policy.date).map(|(number, _)| number)
    }
}

fn value_of<'a>(head: ResponseHead<'a>, name: &str) -> Option<&'a [u8]> {
    head.lines().iter().find(|(own, _)| is_one_of(own, &[name])).map(|(_, value)| value)
}

fn own_validators<'a>(stored: &Stored<'a>) -> Validators<'a> {
    Validators::read(stored.head)
}

/// Whether a 304 repeats the only date there is to compare: its Last-Modified is strong by its own
/// Date, and the stored one is the same date, though its Date was too close to make it strong.
fn strong_by_ours(ours: &Validators<'_>, theirs: &Validators<'_>) -> bool {
    theirs.entity_tag().is_none_or(|tag| tag.is_weak())
        && theirs.last_modified().is_some()
        && ours.last_modified() == theirs.last_modified()
        && match (ours.entity_tag(), theirs.entity_tag()) {
            (Some(ours), Some(theirs)) => ours.matches_weakly(theirs),
            _ => true,
        }
}

/// The stored head, updated from a 304 or an answer to HEAD (RFC 9111 §3.2).
///
/// Every field of the newer response takes the place of the stored lines of its name, as many
/// lines as it has; Content-Length, Content-Encoding, Content-Range and the fields of the
/// connection stay out. The update holds for the stored response, so it has to be judged again:
/// [`ToStore::freshened`] does both. What other caches replace is in
/// [`NotModified`](crate::profile::NotModified).
///
/// ```
/// use storable::{Profile, life::freshen};
///
/// let stored = http::Response::builder()
///     .header("Content-Length", "10")
///     .header("Cache-Control", "max-age=1")
///     .header("X-Kept", "1")
///     .body(())?;
/// let newer = http::Response::builder()
///     .status(304)
///     .header("Content-Length", "0")
///     .header("Cache-Control", "no-store")
///     .body(())?;
/// let now = std::time::SystemTime::UNIX_EPOCH;
/// let updated = freshen(&stored, &newer, now, &Profile::RFC9111_SHARED);
/// assert_eq!(updated.status(), 200);
/// assert_eq!(updated.headers()["content-length"], "10");
/// assert_eq!(updated.headers()["cache-control"], "no-store");
/// assert_eq!(updated.headers()["x-kept"], "1");
/// # Ok::<(), http::Error>(())
/// ```
#[must_use]
pub fn freshen(
    stored: &(impl AsResponse + ?Sized),
    newer: &(impl AsResponse + ?Sized),
    received_at: SystemTime,
    profile: &Profile,
) -> Response<()> {
    let at = Timestamp::from_system(received_at);
    update(stored.as_response(), newer.as_response(), merging(profile), Some(at))
}

/// A stored response after an update.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Freshened {
    /// The updated head: it answers the request that brought the update, whatever it says itself.
    pub head: Response<()>,
    /// What becomes of what is stored.
    pub stored: Updated,
}

/// What an update makes of a stored response.
#[derive(Clone, Debug)]
#[expect(clippy::large_enum_variant, reason = "nearly every update is kept")]
pub enum Updated {
    /// This takes its place.
    Kept(ToStore),
    /// It stays as it was: the update may be stored, but not as the answer to the request that
    /// brought it, which had Authorization or `no-store`, say. One client's request takes nothing
    /// from the others; the next one asks the origin again.
    Unchanged,
    /// It goes: the update does not allow storing.
    Gone,
}

impl Freshened {
    /// What takes the place of the stored response, if anything does.
    #[must_use]
    pub fn kept(self) -> Option<ToStore> {
        match self.stored {
            Updated::Kept(kept) => Some(kept),
            Updated::Unchanged | Updated::Gone => None,
        }
    }
}

impl ToStore {
    /// The stored response, brought up to date by the exchange in which the origin answered with 304
    /// or answered HEAD, and judged again with the request and the times of that exchange.
    ///
    /// It stays what the first request brought: its method, and the part it holds of the content.
    ///
    /// ```
    /// use std::time::{Duration, SystemTime};
    /// use storable::life::Updated;
    /// use storable::{Exchange, Profile};
    ///
    /// let profile = &Profile::RFC9111_SHARED;
    /// let at = SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000);
    /// let request = http::Request::get("https://shop.example/").body(())?;
    /// let response = http::Response::builder().header("Cache-Control", "max-age=60").body(())?;
    /// let entry =
    ///     Exchange::new(&request, &response).received_at(at).judge(profile).to_store().unwrap();
    ///
    /// let now = at + Duration::from_secs(90);
    /// let after = |control: &str| -> Result<Updated, http::Error> {
    ///     let answer = http::Response::builder()
    ///         .status(304)
    ///         .header("Cache-Control", control)
    ///         .body(())?;
    ///     let exchange = Exchange::new(&request, &answer).requested_at(now).received_at(now);
    ///     Ok(entry.freshened(&exchange, profile).stored)
    /// };
    /// let Updated::Kept(kept) = after("max-age=7")? else { panic!() };
    /// assert_eq!(kept.policy.remaining(now), 7);
    /// assert!(matches!(after("private")?, Updated::Gone));
    /// # Ok::<(), http::Error>(())
    /// ```
    #[must_use]
    pub fn freshened(&self, exchange: &Exchange<'_>, profile: &Profile) -> Freshened {
        let (request, newer) = (exchange.request(), exchange.response());
        let not_modified = profile.facts().not_modified;
        let head = if not_modified == Fact::Known(NotModified::RenewsLifetime) {
            self.head.clone()
        } else {
            let received_at = exchange.times().received_at;
            update(self.head.as_response(), newer, merging(profile), received_at)
        };
        // What POST or PATCH has stored answers GET, and is judged as that from now on.
        let request = match self.policy.method {
            Method::Get | Method::Post | Method::Patch => request.with_method("GET"),
            Method::Head | Method::Query | Method::Other => request,
        };
        // It is the answer to the first request still: who has it validated, and with what wishes,
        // says nothing of whether it may be stored.
        let own = |name: &str| !is_one_of(name, &["authorization", "cache-control", "pragma"]);
        let mut lines: Vec<_> = request.lines().filter(|(name, _)| own(name)).collect();
        if self.policy.answered_authorization() {
            lines.push(("authorization", b""));
        }
        let request_of_first = request.with_lines(HeaderLines::from_pairs(&lines));
        let judge = |request, head| Exchange::at(exchange.times(), request, head).judge(profile);
        let kept = self.kept_after(&judge(request_of_first, head.as_response()));
        let stored = match kept {
            Some(mut kept) => {
                kept.policy.hold(self.policy.held);
                kept.vary = kept.vary.with_range_of(&self.vary);
                if is_judged_alone(not_modified) {
                    // The lifetime is the update's, if it states one and bars nothing, else the
                    // stored one's anew; a cookie that comes with it counts for nothing.
                    let update = update_alone(self.head.status(), newer);
                    let update = judge(request_of_first, update.as_response()).to_store();
                    if let Some(update) = update.filter(|update| update.policy.lifetime() > 0) {
                        kept.policy.renew_as(&update.policy);
                    }
                }
                Updated::Kept(kept)
            }
            None => {
                let alone = judge(request.without_lines(), head.as_response());
                if alone.storage() == Storage::Stored { Updated::Unchanged } else { Updated::Gone }
            }
        };
        Freshened { head, stored }
    }

    /// What stays in the store of what an update makes of it ([`ForbiddingUpdate`]).
    fn kept_after(&self, updated: &Verdict<'_>) -> Option<Self> {
        match (updated.to_store(), updated.profile().facts().forbidding_update) {
            (_, Fact::Known(ForbiddingUpdate::Ignored)) => {
                let mut kept = updated.as_if_stored();
                kept.policy.flags.decide(Flags::STORED, Tri::Yes);
                kept.policy.flags.decide(Flags::VALIDATED, self.policy.decided(Flags::VALIDATED));
                Some(kept)
            }
            (None, Fact::Known(ForbiddingUpdate::StaysToBeValidated)) => {
                let mut kept = updated.as_if_stored();
                if lacks_permit_alone(updated) {
                    kept.policy.flags.decide(Flags::STORED, Tri::Yes);
                } else {
                    kept.policy = self.policy.invalidated();
                }
                Some(kept)
            }
            (kept, _) => kept,
        }
    }
}

/// Whether nothing keeps an update out of the store but that it does not state what a response has to
/// state at first.
fn lacks_permit_alone(updated: &Verdict<'_>) -> bool {
    updated.bars().all(|reason| reason.rule == Rule::Permit)
}

/// Whether a new lifetime is that of the 304 by itself.
fn is_judged_alone(not_modified: Fact<NotModified>) -> bool {
    matches!(
        not_modified,
        Fact::Known(NotModified::RenewsLifetime | NotModified::ReplacesAndRenews(_))
    )
}

/// What a 304 says by itself, as a response of this status.
fn update_alone(status: http::StatusCode, newer: ResponseHead<'_>) -> Response<()> {
    let mut head = Response::new(());
    *head.status_mut() = status;
    *head.headers_mut() = header_map(storable_lines(newer));
    head.headers_mut().remove("set-cookie");
    head
}

/// What an answer to HEAD says of a stored response to GET.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AfterHead {
    /// It is still what the origin has: bring it up to date with [`freshen`].
    Update,
    /// It is not: it counts as stale from now on
    /// ([`StoredPolicy::invalidated`](super::StoredPolicy::invalidated)).
    Stale,
    /// The answer says nothing of it.
    Unaffected,
}

/// RFC 9111 §4.3.5: an answer of 200 to HEAD tells of every stored response that could have been
/// chosen for it. The validators that it has must be those of the stored response, and
/// Content-Length the same, where the stored response states it or the store does
/// ([`Stored::with_length`]). Unaffected where the profile's cache learns nothing
/// from HEAD ([`HeadRequests`](crate::profile::HeadRequests)).
///
/// ```
/// use storable::life::{AfterHead, after_head};
/// use storable::{AsRequest, Profile, policy::RequestPolicy, storable};
///
/// let profile = &Profile::RFC9111_SHARED;
/// let request = http::Request::get("https://shop.example/").body(())?;
/// let response = http::Response::builder()
///     .header("Date", "Thu, 22 Jun 2017 00:41:00 GMT")
///     .header("Cache-Control", "max-age=60")
///     .header("ETag", "\"a\"")
///     .body(())?;
/// let entry = storable(&request, &response, profile).to_store().unwrap();
///
/// let head = http::Request::head("https://shop.example/").body(())?;
/// let policy = RequestPolicy::read(head.as_request());
/// let says = |tag| -> Result<_, http::Error> {
///     let answer = http::Response::builder().header("ETag", tag).body(())?;
///     Ok(after_head(&policy, &answer, entry.stored(), profile))
/// };
/// assert_eq!(says("\"a\"")?, AfterHead::Update);
/// assert_eq!(says("\"b\"")?, AfterHead::Stale);
/// # Ok::<(), http::Error>(())
/// ```
#[must_use]
pub fn after_head(
    request: &RequestPolicy<'_>,
    answer: &(impl AsResponse + ?Sized),
    stored: Stored<'_>,
    profile: &Profile,
) -> AfterHead {
    let answer = answer.as_response();
    let read =
        matches!(profile.facts().head_requests, Fact::Known(HeadRequests::Rfc9111) | Fact::Unknown);
    if !read
        || request.method != Method::Head
        || answer.status() != 200
        || stored.policy.status() != 200
        || !super::s4_reuse::is_for(request, &stored, profile)
    {
        return AfterHead::Unaffected;
    }
    let (ours, theirs) = (Validators::read(stored.head), Validators::read(answer));
    let same_length = match (length_of(&answer), length_of(&stored.head)) {
        (Some(now), Some(then)) => now == then,
        (Some(now), None) => {
            stored.length.is_none_or(|octets| delta_seconds_exactly(now) == Some(octets))
        }
        (None, _) => true,
    };
    // Of the validators that have been received, every one has to match.
    let same_tag = theirs.entity_tag().is_none_or(|tag| ours.entity_tag() == Some(tag));
    let same_date = theirs.last_modified().is_none_or(|date| ours.last_modified() == Some(date));
    if same_tag && same_date && same_length { AfterHead::Update } else { AfterHead::Stale }
}

fn length_of<'a>(head: &ResponseHead<'a>) -> Option<&'a [u8]> {
    Scan::of(head.lines()).first(Field::ContentLength)
}
