//! Content codings as HAProxy's variant key knows them (`parse_encoding_value` and
//! `accept_encoding_normalizer` in `src/cache.c`).

use crate::bytes::{strip_prefix_ignore_case, trim};
use crate::field::{Field, Scan, values};
use crate::policy::RequestPolicy;

/// A set of codings, one bit each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Codings(u16);

const NAMES: [(&[u8], Codings); 12] = [
    (b"aes128gcm", Codings(1)),
    (b"br", Codings(1 << 1)),
    (b"compress", Codings(1 << 2)),
    (b"x-compress", Codings(1 << 2)),
    (b"deflate", Codings(1 << 3)),
    (b"exi", Codings(1 << 4)),
    (b"gzip", Codings(1 << 5)),
    (b"x-gzip", Codings(1 << 5)),
    (b"identity", Codings::IDENTITY),
    (b"pack200-gzip", Codings(1 << 7)),
    (b"zstd", Codings(1 << 8)),
    (b"*", Codings::STAR),
];

/// A request with so many members in its Accept-Encoding gets no key.
const TOO_MANY: usize = 16;

/// One member of a list of codings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Member {
    /// These codings; none where nothing but the first letter is that of a name.
    Taken(Codings),
    /// With `q=0`.
    Refused(Codings),
    Unknown,
}

impl Codings {
    const NONE: Self = Self(0);
    const IDENTITY: Self = Self(1 << 6);
    const STAR: Self = Self(1 << 9);
    const ALL: Self = Self(u16::MAX);

    const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether every coding of the other set is in this one.
    pub(super) const fn hold(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// What a response is coded with; `None` where one is not known, or not in lower case.
    pub(super) fn of_response(response: &Scan<'_>) -> Option<Self> {
        let mut codings = Self::NONE;
        for value in values(response.all(Field::ContentEncoding)) {
            match member(value) {
                Member::Taken(coding) | Member::Refused(coding) if !has_upper_case(value) => {
                    codings = codings.with(coding);
                }
                _ => return None,
            }
        }
        Some(if codings == Self::NONE { Self::IDENTITY } else { codings })
    }

    /// What a request accepts; `None` where it says more than a key is made of.
    pub(super) fn accepted_by(request: &RequestPolicy<'_>) -> Option<Self> {
        let members = values(request.scan().all(Field::AcceptEncoding));
        let (mut taken, mut refused, mut count) = (Self::IDENTITY, Self::NONE, 0_usize);
        for value in members.take(TOO_MANY) {
            count = count.saturating_add(1);
            match member(value) {
                Member::Taken(coding) => taken = taken.with(coding),
                Member::Refused(coding) => refused = refused.with(coding),
                Member::Unknown => {}
            }
        }
        match count {
            0 => Some(Self::ALL),
            TOO_MANY => None,
            _ if taken.hold(Self::STAR) => Some(Self::ALL.without(refused)),
            _ => Some(taken.without(refused)),
        }
    }
}

/// A name, and nothing but a weight after it.
fn member(value: &[u8]) -> Member {
    let named = NAMES.iter().find_map(|(name, codings)| {
        strip_prefix_ignore_case(value, name).map(|rest| (*codings, trim(rest)))
    });
    match named {
        Some((codings, [])) => Member::Taken(codings),
        Some((codings, [b';', weight @ ..])) if trim(weight).eq_ignore_ascii_case(b"q=0") => {
            Member::Refused(codings)
        }
        Some((codings, [b';', ..])) => Member::Taken(codings),
        Some(_) => Member::Unknown,
        None => match value.first().map(u8::to_ascii_lowercase) {
            Some(b'a'..=b'e' | b'g' | b'i' | b'p' | b'x' | b'z') => Member::Taken(Codings::NONE),
            _ => Member::Unknown,
        },
    }
}

fn has_upper_case(value: &[u8]) -> bool {
    value.iter().any(u8::is_ascii_uppercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_read_as_haproxy_reads_them() {
        let gzip = Codings(1 << 5);
        for (text, expected) in [
            ("gzip", Member::Taken(gzip)),
            ("X-Gzip", Member::Taken(gzip)),
            ("gzip;q=0.5", Member::Taken(gzip)),
            ("gzip ; q=0", Member::Refused(gzip)),
            ("gzip;q=0.0", Member::Taken(gzip)),
            ("gzipped", Member::Unknown),
            ("gz", Member::Taken(Codings::NONE)),
            ("*;q=0", Member::Refused(Codings::STAR)),
            ("foo", Member::Unknown),
            ("", Member::Unknown),
        ] {
            assert_eq!(member(text.as_bytes()), expected, "{text}");
        }
    }
}
