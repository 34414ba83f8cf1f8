//! RFC 9110 §8.8: validators, and which of them are strong.

use crate::bytes::trim;
use crate::calendar::Timestamp;
use crate::field::{DateReading, Field, Scan, read_http_date};
use crate::message::{AsResponse, ResponseHead};
use crate::profile::TagComparison;

/// An entity-tag (RFC 9110 §8.8.3).
///
/// ```
/// use storable::life::EntityTag;
///
/// let (weak, strong) = (EntityTag::parse(b"W/\"a\"").unwrap(), EntityTag::parse(b"\"a\"").unwrap());
/// assert!(weak.matches_weakly(strong));
/// assert!(!weak.matches_strongly(strong));
/// assert!(EntityTag::parse(b"a").is_none());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct EntityTag<'a> {
    weak: bool,
    opaque: &'a [u8],
}

impl<'a> EntityTag<'a> {
    /// The tag that is all of `text`: `W/` in this letter case or nothing, then a quoted text in
    /// which a backslash is a character like any other.
    #[must_use]
    pub fn parse(text: &'a [u8]) -> Option<Self> {
        let (tag, rest) = Self::lead(text)?;
        rest.is_empty().then_some(tag)
    }

    /// The tag at the start of `text`, and what follows it.
    fn lead(text: &'a [u8]) -> Option<(Self, &'a [u8])> {
        let (weak, quoted) = match text {
            [b'W', b'/', rest @ ..] => (true, rest),
            _ => (false, text),
        };
        let [b'"', inner @ ..] = quoted else { return None };
        let end = inner.iter().position(|&byte| byte == b'"')?;
        let (opaque, rest) = inner.split_at_checked(end)?;
        let legal = |&byte: &u8| byte == 0x21 || (0x23..=0x7e).contains(&byte) || byte >= 0x80;
        opaque.iter().all(legal).then(|| (Self { weak, opaque }, rest.get(1..).unwrap_or_default()))
    }

    /// Whether the tag says that it is weak.
    #[must_use]
    pub const fn is_weak(self) -> bool {
        self.weak
    }

    /// RFC 9110 §8.8.3.2: equal, and neither weak.
    #[must_use]
    pub fn matches_strongly(self, other: Self) -> bool {
        !self.weak && !other.weak && self.opaque == other.opaque
    }

    /// RFC 9110 §8.8.3.2: equal but for `W/`.
    #[must_use]
    pub fn matches_weakly(self, other: Self) -> bool {
        self.opaque == other.opaque
    }
}

/// What If-None-Match or If-Match lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TagList {
    /// `*` and nothing else.
    Any,
    /// One of the tags is the one that was looked for.
    Holds,
    /// None is.
    Lacks,
    /// The field is no list of tags.
    Invalid,
}

/// Whether one of the listed tags is `wanted`, by the weak comparison of RFC 9110 §13.1.2.
pub(crate) fn lists_weakly<'a>(
    lines: impl Iterator<Item = &'a [u8]>,
    wanted: Option<EntityTag<'_>>,
) -> TagList {
    lists(lines, |tag| wanted.is_some_and(|wanted| wanted.matches_weakly(tag)))
}

/// Whether one of the listed tags is `wanted`, by the strong comparison of RFC 9110 §13.1.1.
pub(crate) fn lists_strongly<'a>(
    lines: impl Iterator<Item = &'a [u8]>,
    wanted: Option<EntityTag<'_>>,
) -> TagList {
    lists(lines, |tag| wanted.is_some_and(|wanted| wanted.matches_strongly(tag)))
}

/// One fault makes the whole field invalid; `*` in a list is one.
fn lists<'a>(
    lines: impl Iterator<Item = &'a [u8]>,
    matches: impl Fn(EntityTag<'_>) -> bool,
) -> TagList {
    let (mut any, mut members, mut holds) = (false, 0_usize, false);
    for line in lines {
        let mut rest = line;
        loop {
            while let [b',' | b' ' | b'\t', after @ ..] = rest {
                rest = after;
            }
            if rest.is_empty() {
                break;
            }
            members = members.saturating_add(1);
            if let [b'*', after @ ..] = rest {
                (any, rest) = (true, after);
            } else {
                let Some((tag, after)) = EntityTag::lead(rest) else { return TagList::Invalid };
                holds |= matches(tag);
                rest = after;
            }
            if !matches!(trim(rest), [] | [b',', ..]) {
                return TagList::Invalid;
            }
        }
    }
    match (any, members, holds) {
        (_, 0, _) => TagList::Invalid,
        (true, 1, _) => TagList::Any,
        (true, ..) => TagList::Invalid,
        (false, _, true) => TagList::Holds,
        (false, ..) => TagList::Lacks,
    }
}

/// The same for caches that look at the text of tags, and not at their form.
pub(crate) fn lists_as_text<'a>(
    mut lines: impl Iterator<Item = &'a [u8]>,
    stored: Option<&[u8]>,
    compared: TagComparison,
) -> bool {
    lines.any(|line| {
        if trim(line) == b"*" && compared != TagComparison::WholeText {
            return true;
        }
        let Some(stored) = stored else { return false };
        let same = |member: &[u8]| {
            let (theirs, ours) = (text_of(trim(member), compared), text_of(stored, compared));
            theirs.is_some() && theirs == ours
        };
        match compared {
            TagComparison::WholeText => same(line),
            _ => line.split(|&byte| byte == b',').any(same),
        }
    })
}

/// Whether a list has this tag as one of its members, to the letter; `*` is any response.
pub(crate) fn lists_to_the_letter<'a>(
    mut lines: impl Iterator<Item = &'a [u8]>,
    tag: Option<&[u8]>,
) -> bool {
    lines.any(|line| {
        trim(line) == b"*" || line.split(|&byte| byte == b',').any(|one| Some(trim(one)) == tag)
    })
}

/// The part of a tag that is compared; `None` where it equals no other.
fn text_of(tag: &[u8], compared: TagComparison) -> Option<&[u8]> {
    let tag = tag.strip_prefix(b"W/").unwrap_or(tag);
    if compared != TagComparison::MembersWithoutQuotes {
        return Some(tag);
    }
    let inner = match tag {
        [b'"', inner @ .., b'"'] => inner,
        _ => tag,
    };
    (!inner.contains(&b'"')).then_some(inner)
}

/// The validators of a response.
///
/// ```
/// use storable::life::Validators;
///
/// let response = http::Response::builder().header("ETag", "\"a\"").body(())?;
/// assert!(Validators::of(&response).entity_tag().is_some());
/// # Ok::<(), http::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Validators<'a> {
    tag: Option<EntityTag<'a>>,
    tag_text: &'a [u8],
    modified: Option<Timestamp>,
    modified_text: &'a [u8],
    modified_is_strong: bool,
}

impl<'a> Validators<'a> {
    /// The validators that a response has.
    #[must_use]
    pub fn of(response: &'a (impl AsResponse + ?Sized)) -> Self {
        Self::read(response.as_response())
    }

    pub(crate) fn read(response: ResponseHead<'a>) -> Self {
        let scan = Scan::of(response.lines());
        // A field with several different values has none (RFC 9110 §5.3): it validates nothing.
        let only = |field| {
            let text = scan.first(field)?;
            let differs = scan.repeats(field) && scan.all(field).any(|line| line != text);
            (!differs).then_some(text)
        };
        let tag_text = only(Field::Etag).unwrap_or_default();
        let date = only(Field::Date).and_then(|text| match read_http_date(text, None) {
            DateReading::Valid(at) => Some(at),
            DateReading::Invalid | DateReading::NeedsClock => None,
        });
        let modified_text = only(Field::LastModified).unwrap_or_default();
        let (modified, modified_text) = match read_http_date(modified_text, date) {
            DateReading::Valid(at) => (Some(at), modified_text),
            // A date all the same, and good enough to be sent back.
            DateReading::NeedsClock => (None, modified_text),
            DateReading::Invalid => (None, &b""[..]),
        };
        // RFC 9110 §8.8.2.2: strong where the Date is at least a second later.
        let modified_is_strong =
            modified.zip(date).is_some_and(|(modified, date)| date.seconds_since(modified) >= 1);
        Self {
            tag: EntityTag::parse(tag_text),
            tag_text,
            modified,
            modified_text,
            modified_is_strong,
        }
    }

    /// The entity-tag, where there is one and it is well formed.
    #[must_use]
    pub const fn entity_tag(&self) -> Option<EntityTag<'a>> {
        self.tag
    }

    /// The moment of Last-Modified.
    #[must_use]
    pub const fn last_modified(&self) -> Option<Timestamp> {
        self.modified
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.tag.is_none() && self.modified_text.is_empty()
    }

    /// The entity-tag as it stands in the field.
    pub(crate) fn tag_text(&self) -> Option<&'a [u8]> {
        self.tag.map(|_| self.tag_text)
    }

    /// Last-Modified as it stands in the field.
    pub(crate) fn modified_text(&self) -> Option<&'a [u8]> {
        (!self.modified_text.is_empty()).then_some(self.modified_text)
    }

    /// Last-Modified, where it is a strong validator.
    pub(crate) fn strong_modified(&self) -> Option<Timestamp> {
        self.modified.filter(|_| self.modified_is_strong)
    }

    /// Whether one of the validators is strong.
    pub(crate) fn has_strong(&self) -> bool {
        self.tag.is_some_and(|tag| !tag.weak) || self.strong_modified().is_some()
    }

    /// RFC 9110 §15.3.7.3: they share a strong validator, and no entity-tag says otherwise.
    pub(crate) fn share_strong(&self, other: &Self) -> bool {
        match (self.tag, other.tag) {
            (Some(ours), Some(theirs)) => ours.matches_strongly(theirs),
            _ => {
                self.strong_modified().is_some()
                    && self.strong_modified() == other.strong_modified()
            }
        }
    }

    /// They share a validator of any strength, and no entity-tag says otherwise.
    pub(crate) fn share_any(&self, other: &Self) -> bool {
        match (self.tag, other.tag) {
            (Some(ours), Some(theirs)) => ours.matches_weakly(theirs),
            _ => {
                let same_moment = self.modified.is_some() && self.modified == other.modified;
                same_moment
                    || (self.modified_text().is_some() && self.modified_text == other.modified_text)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_and_lists_of_them() {
        use TagList::{Any, Holds, Invalid, Lacks};
        for (line, wanted, expected) in [
            ("\"a\"", "\"a\"", Holds),
            ("\"a\"", "W/\"a\"", Holds),
            ("W/\"a\", \"b\"", "\"b\"", Holds),
            ("\"a\", \"a,b\"", "\"a,b\"", Holds),
            ("\"a\",,\"b\"", "\"b\"", Holds),
            ("\"a\\\"", "\"a\\\"", Holds),
            ("\"a\"", "\"b\"", Lacks),
            ("*", "\"b\"", Any),
            ("*, \"a\"", "\"a\"", Invalid),
            ("w/\"a\"", "\"a\"", Invalid),
            ("a", "\"a\"", Invalid),
            ("\"a\" \"b\"", "\"a\"", Invalid),
            ("\"a", "\"a\"", Invalid),
            ("", "\"a\"", Invalid),
        ] {
            let wanted = EntityTag::parse(wanted.as_bytes());
            assert!(wanted.is_some());
            assert_eq!(lists_weakly([line.as_bytes()].into_iter(), wanted), expected, "{line}");
        }
    }

    #[test]
    fn what_is_no_tag() {
        for text in ["abc", "w/\"a\"", "\"a\"b", "\"a", "W/", "", "\"a b\""] {
            assert_eq!(EntityTag::parse(text.as_bytes()), None, "{text}");
        }
        for (text, weak) in [(&b"\"\""[..], false), (b"W/\"\xe9\"", true)] {
            assert_eq!(EntityTag::parse(text).map(EntityTag::is_weak), Some(weak), "{text:?}");
        }
    }
}
