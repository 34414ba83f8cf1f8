//! How HAProxy reads Cache-Control in responses (src/http_ana.c, src/cache.c).

use super::{ResponseControl, Sighting, Stated};
use crate::field::{Known, strip_prefix_ignore_case, strtol};
use crate::profile::{Dialect, Fact};

/// The one restriction with an argument that HAProxy has always known.
const NO_CACHE_SET_COOKIE: &[u8] = b"no-cache=\"set-cookie";

impl<'a> ResponseControl<'a> {
    /// One value of the list.
    pub(crate) fn of_haproxy(value: &'a [u8], dialect: Fact<Dialect>) -> Self {
        let mut control = Self::default();
        if let Fact::Known(dialect) = dialect {
            control.add_haproxy(value, dialect);
        }
        control
    }

    /// `http_check_response_for_cacheability` in http_ana.c and `http_calc_maxage` in cache.c. Of
    /// repeated numbers the last counts, and a broken one spoils all.
    pub(super) fn add_haproxy(&mut self, value: &'a [u8], dialect: Dialect) {
        for known in [Known::Public, Known::Private, Known::NoCache, Known::NoStore] {
            let Some(rest) = strip_prefix_ignore_case(value, known.name().as_bytes()) else {
                continue;
            };
            let argued = rest.first() == Some(&b'=')
                && (dialect == Dialect::HaproxyWithArguments
                    || strip_prefix_ignore_case(value, NO_CACHE_SET_COOKIE).is_some());
            let seen = Sighting::Present(value);
            match (known, rest) {
                (Known::Public, []) => self.public.see(seen),
                (Known::Private, []) => self.private.see(seen),
                (Known::NoCache, []) => self.no_cache.see(seen),
                (Known::NoStore, []) => self.no_store.see(seen),
                (Known::Private, [b'=', ..]) => self.private_fields.see(seen),
                (Known::NoCache, _) if argued => self.no_cache_fields.see(seen),
                (Known::NoStore, _) if argued => self.no_store.see(seen),
                _ => {}
            }
        }
        for known in [Known::SMaxage, Known::MaxAge] {
            let read = haproxy_seconds(value, known.name().as_bytes());
            if let (Some(read), Some(number)) = (read, self.number(known)) {
                if !matches!(number, Stated::Invalid(_)) {
                    *number = read;
                }
            }
        }
    }
}

/// `directive_value`: the name, in which bytes may differ by the bit of the letter case, `=`, and
/// then `strtol` after an opening quote. Nothing after the `=` is no number.
fn haproxy_seconds<'a>(value: &'a [u8], name: &[u8]) -> Option<Stated<'a>> {
    let (start, rest) = value.split_at_checked(name.len())?;
    let [b'=', argument @ ..] = rest else { return None };
    let alike = start.iter().zip(name).all(|(one, other)| matches!(one ^ other, 0 | 0x20));
    if !alike || argument.is_empty() {
        return None;
    }
    let seconds = strtol(argument.strip_prefix(b"\"").unwrap_or(argument));
    Some(
        seconds
            .and_then(|read| u64::try_from(read.value).ok())
            .map_or(Stated::Invalid(value), |seconds| Stated::Seconds(seconds, value)),
    )
}
