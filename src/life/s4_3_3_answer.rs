//! RFC 9111 §4.3.3 to §4.3.5: what the origin's answer says of stored responses.

use http::Response;

use super::s3_2_update::update;
use super::s4_reuse::{is_origin_failure, on_error};
use super::stored::Flags;
use super::{Condition, Coverage, Served, StaleOnError, Stored, Validators};
use crate::field::{Field, Scan, Timestamp};
use crate::message::{AsResponse, ResponseHead};
use crate::policy::RequestPolicy;
use crate::profile::Profile;
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
    /// place: [`on_error`] (§4.3.3).
    Failed,
    /// A full response: it is sent, and takes the place of the stored one where it can be stored.
    Full,
}

impl Condition<'_> {
    /// Reads the origin's answer, knowing which stored responses the condition was made of.
    ///
    /// A 304 with a strong validator selects the stored response with the same one; with a weak
    /// one, the chosen or else the newest that has it; without any, the one the condition was made
    /// of, where that is the only one: the origin has said "not modified" of nothing else.
    #[must_use]
    pub fn answered(&self, answer: &(impl AsResponse + ?Sized)) -> Validated {
        let answer = answer.as_response();
        match answer.status() {
            304 => self.selected(answer).map_or(Validated::Unmatched, Validated::NotModified),
            status if is_origin_failure(status) => Validated::Failed,
            _ => Validated::Full,
        }
    }

    fn selected(&self, answer: ResponseHead<'_>) -> Option<usize> {
        let theirs = Validators::read(answer);
        let ours = own_validators;
        if theirs.is_empty() {
            let asked = self.stored.iter().filter(|one| ours(one).entity_tag().is_some()).count();
            let chosen = self.chosen()?;
            let alone = self
                .stored
                .get(chosen)
                .is_some_and(|one| asked == usize::from(ours(one).entity_tag().is_some()));
            return alone.then_some(chosen);
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
        let whole = |one: &Stored<'_>| Coverage::of(one) == Coverage::Whole;
        let fitting = self.stored.iter().enumerate().filter(|(_, one)| fits(one) && whole(one));
        fitting.max_by_key(|(_, one)| one.policy.date).map(|(number, _)| number)
    }
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
/// connection stay out. The update holds for the stored response, so it is judged again: by
/// [`Exchange`](crate::Exchange), with the request and the times of this exchange. Where that
/// verdict does not allow storing, the entry goes.
///
/// ```
/// use storable::life::freshen;
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
/// let updated = freshen(&stored, &newer, std::time::SystemTime::UNIX_EPOCH);
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
) -> Response<()> {
    let at = Timestamp::from_system(received_at);
    update(stored.as_response(), newer.as_response(), Some(at))
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
/// chosen for it. Validators that both have must be equal, and Content-Length where both state it.
#[must_use]
pub fn after_head(
    request: &RequestPolicy<'_>,
    answer: &(impl AsResponse + ?Sized),
    stored: Stored<'_>,
    profile: &Profile,
) -> AfterHead {
    let answer = answer.as_response();
    if request.method != crate::policy::Method::Head
        || answer.status() != 200
        || stored.policy.status() != 200
        || stored.policy.flags.has(Flags::NEVER_MATCHES)
        || super::s4_reuse::fits(request, &stored, profile).is_err()
    {
        return AfterHead::Unaffected;
    }
    let (ours, theirs) = (Validators::read(stored.head), Validators::read(answer));
    let length = |head: ResponseHead<'_>| {
        Scan::of(head.lines()).first(Field::ContentLength).map(<[u8]>::to_vec)
    };
    let same_length = length(answer).is_none_or(|length_now| {
        length(stored.head).is_none_or(|stored_length| stored_length == length_now)
    });
    let same_tag = match (ours.entity_tag(), theirs.entity_tag()) {
        (Some(ours), Some(theirs)) => ours == theirs,
        (None, None) => true,
        _ => false,
    };
    let same_date = ours.last_modified() == theirs.last_modified();
    if same_tag && same_date && same_length { AfterHead::Update } else { AfterHead::Stale }
}

/// [`on_error`] for an answer of the origin: `None` where it is no failure, or has to be passed on.
#[must_use]
pub fn instead_of(
    answer: &(impl AsResponse + ?Sized),
    request: &RequestPolicy<'_>,
    stored: Stored<'_>,
    profile: &Profile,
    now: SystemTime,
    setting: StaleOnError,
) -> Option<Served> {
    if !is_origin_failure(answer.as_response().status()) {
        return None;
    }
    on_error(request, stored, profile, now, setting)
}
