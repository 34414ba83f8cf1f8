//! How HAProxy reads Cache-Control in responses (src/http_ana.c, src/cache.c).

use crate::bytes::strip_prefix_ignore_case;
use crate::field::Known;
use crate::policy::{DeltaSeconds, Presence, ResponseControl};
use crate::profile::Dialect;
use crate::server::kit::strtol;

/// The one restriction with an argument that HAProxy has always known.
const NO_CACHE_SET_COOKIE: &[u8] = b"no-cache=\"set-cookie";

/// A value that permits or restricts, as HAProxy knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HaproxyDirective {
    Public,
    Private,
    PrivateFields,
    NoCache,
    NoCacheFields,
    NoStore,
}

impl HaproxyDirective {
    /// One value of the list (`http_check_response_for_cacheability` in http_ana.c).
    pub(crate) fn of(value: &[u8], dialect: Dialect) -> Option<Self> {
        let known = match value {
            [b'p' | b'P', b'u' | b'U', ..] => Known::Public,
            [b'p' | b'P', ..] => Known::Private,
            [b'n' | b'N', _, _, b'c' | b'C', ..] => Known::NoCache,
            [b'n' | b'N', ..] => Known::NoStore,
            _ => return None,
        };
        let rest = strip_prefix_ignore_case(value, known.name().as_bytes())?;
        let argued = rest.first() == Some(&b'=')
            && (dialect == Dialect::HaproxyWithArguments
                || strip_prefix_ignore_case(value, NO_CACHE_SET_COOKIE).is_some());
        Some(match (known, rest) {
            (Known::Public, []) => Self::Public,
            (Known::Private, []) => Self::Private,
            (Known::NoCache, []) => Self::NoCache,
            (Known::NoStore, []) => Self::NoStore,
            (Known::Private, [b'=', ..]) => Self::PrivateFields,
            (Known::NoCache, _) if argued => Self::NoCacheFields,
            (Known::NoStore, _) if argued => Self::NoStore,
            _ => return None,
        })
    }
}

impl<'a> ResponseControl<'a> {
    /// One value of the list; the numbers as in `http_calc_maxage` in cache.c. Of repeated numbers
    /// the last counts, and a broken one spoils all.
    pub(crate) fn add_haproxy(&mut self, value: &'a [u8], dialect: Dialect) {
        let seen = Presence::Present(value);
        match HaproxyDirective::of(value, dialect) {
            Some(HaproxyDirective::Public) => self.public.see(seen),
            Some(HaproxyDirective::Private) => self.private.see(seen),
            Some(HaproxyDirective::PrivateFields) => self.private_fields.see(seen),
            Some(HaproxyDirective::NoCache) => self.no_cache.see(seen),
            Some(HaproxyDirective::NoCacheFields) => self.no_cache_fields.see(seen),
            Some(HaproxyDirective::NoStore) => self.no_store.see(seen),
            None => {
                for (number, known) in
                    [(&mut self.s_maxage, Known::SMaxage), (&mut self.max_age, Known::MaxAge)]
                {
                    match haproxy_seconds(value, known.name().as_bytes()) {
                        Some(read) if !matches!(number, DeltaSeconds::Invalid(_)) => *number = read,
                        _ => {}
                    }
                }
            }
        }
    }
}

/// `directive_value`: the name, in which bytes may differ by the bit of the letter case, `=`, and
/// then `strtol` after an opening quote. Nothing after the `=` is no number.
fn haproxy_seconds<'a>(value: &'a [u8], name: &[u8]) -> Option<DeltaSeconds<'a>> {
    let [b'=', argument @ ..] = value.get(name.len()..)? else { return None };
    let alike = value.iter().zip(name).all(|(one, other)| matches!(one ^ other, 0 | 0x20));
    if !alike || argument.is_empty() {
        return None;
    }
    let seconds = strtol(argument.strip_prefix(b"\"").unwrap_or(argument));
    Some(
        seconds
            .and_then(|read| u64::try_from(read.value).ok())
            .map_or(DeltaSeconds::Invalid(value), |seconds| DeltaSeconds::Seconds(seconds, value)),
    )
}
