//! What a client gets.

use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderValue, Method, Response};

use super::{Held, Visit};
use crate::field::Field;
use crate::header::CacheStatus;
use crate::kept::if_range_holds;
use crate::life::{Part, Parts, Reply, Stored, reply};
use crate::policy::RequestPolicy;
use crate::profile::{Fact, Ranges};

/// What to send: the head is complete, `Cache-Status` included.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Answer {
    /// The head.
    pub head: Response<()>,
    /// The part of the content that goes with it.
    pub content: Content,
    /// Whose content: the number of the stored response; `None`: of what the origin has just sent,
    /// or of what was waited for.
    pub of: Option<usize>,
}

/// The part of a content that is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// Nothing: the answer is to HEAD, or a 304, 416 or 504. Or the cache breaks off behind a head that
    /// promises more ([`Ranges::WholeIfNoneOrCutOff`](crate::profile::Ranges::WholeIfNoneOrCutOff)).
    None,
    /// All of it.
    Whole,
    /// One part.
    Part(Part),
    /// Several parts, of a content that is all there: [`Answer::assemble`] puts them together.
    Parts(Box<Parts>),
}

impl Answer {
    /// The content of an answer in several parts (RFC 9110 §14.6), cut out of the whole; its type and
    /// length go into the head. The boundary must not stand in the content, so it is best something
    /// that whoever writes content cannot foresee. Anything but [`Content::Parts`] has nothing to put
    /// together.
    pub fn assemble(&mut self, whole: &[u8], boundary: &str) -> Vec<u8> {
        let Content::Parts(parts) = &self.content else { return Vec::new() };
        let fields = self.head.headers_mut();
        let kind = fields.remove(CONTENT_TYPE);
        let mut text = Vec::new();
        for part in parts.iter() {
            text.extend(Parts::delimiter(&part, boundary, kind.as_ref()));
            text.extend_from_slice(part.of(whole));
        }
        text.extend(Parts::end(boundary));
        let multipart = format!("multipart/byteranges; boundary={boundary}");
        if let Ok(kind) = HeaderValue::from_str(&multipart) {
            fields.insert(CONTENT_TYPE, kind);
        }
        fields.insert(CONTENT_LENGTH, text.len().into());
        text
    }
}

impl Part {
    /// The part of a content that is all there; what lies beyond its end is left out.
    #[must_use]
    pub fn of<'a>(&self, whole: &'a [u8]) -> &'a [u8] {
        let from = usize::try_from(self.offset).unwrap_or(usize::MAX);
        let length = usize::try_from(self.length).unwrap_or(usize::MAX);
        let rest = whole.get(from..).unwrap_or_default();
        rest.get(..length).unwrap_or(rest)
    }
}

/// Whose content an answer has, and whether that is all there already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum From {
    Held(usize),
    /// It was waited for, and is that of a stored response or of the origin's answer.
    Landed(Option<usize>),
    /// It has only begun to come, so it cannot be cut into several parts.
    Coming,
}

impl Visit {
    /// A stored response, or what of it this request asks for. `age` is `None` where the origin has
    /// just been asked.
    pub(super) fn answer(
        &self,
        held: &Held<'_>,
        from: From,
        age: Option<u64>,
        status: CacheStatus<'_>,
    ) -> Answer {
        self.answer_to(&self.policy(), held, from, age, status)
    }

    /// The same where the request has been read already.
    pub(super) fn answer_to(
        &self,
        request: &RequestPolicy<'_>,
        held: &Held<'_>,
        from: From,
        age: Option<u64>,
        status: CacheStatus<'_>,
    ) -> Answer {
        let (stored, profile) = (held.stored(), self.profile());
        let mut what = reply(request, stored, profile);
        if from == From::Coming && matches!(what, Reply::Parts(_)) {
            what = Reply::Whole;
        }
        let mut head = what.head(stored, age, profile);
        if let Reply::Parts(_) = &what {
            // That of each part, until they are put together.
            let kind = held.kept.head().headers().get(CONTENT_TYPE).cloned();
            head.headers_mut().extend(kind.map(|kind| (CONTENT_TYPE, kind)));
        }
        let content = match what {
            _ if self.request.method() == Method::HEAD => Content::None,
            Reply::Whole if from != From::Coming && self.breaks_off(request, &stored) => {
                Content::None
            }
            Reply::Whole => Content::Whole,
            Reply::Part(part) => Content::Part(part),
            Reply::Parts(parts) => Content::Parts(Box::new(parts)),
            Reply::NotModified | Reply::PreconditionFailed | Reply::Unsatisfiable { .. } => {
                Content::None
            }
        };
        let of = match from {
            From::Held(number) => Some(number),
            From::Landed(of) => of,
            From::Coming => None,
        };
        status.append_to(head.headers_mut());
        Answer { head, content, of }
    }
}

impl Visit {
    /// Whether the whole is not sent because If-Range does not hold of it, or it is no 200
    /// ([`Ranges::WholeIfNoneOrCutOff`]).
    fn breaks_off(&self, request: &RequestPolicy<'_>, stored: &Stored<'_>) -> bool {
        self.profile().facts().ranges == Fact::Known(Ranges::WholeIfNoneOrCutOff)
            && request.scan().has(Field::IfRange)
            && !(stored.head.status() == 200 && if_range_holds(request, &stored.head))
    }
}
