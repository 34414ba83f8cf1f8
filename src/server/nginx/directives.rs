//! How nginx reads Cache-Control: `ngx_http_upstream_process_cache_control`.

use super::raw_line::{RawLine, RawNumber};
use crate::policy::{DeltaSeconds, Presence, ResponseControl};
use crate::profile::Overflow;

impl<'a> ResponseControl<'a> {
    /// Nginx: names and numbers found anywhere in the line; a later line's number takes the place
    /// of an earlier one's.
    pub(crate) fn add_raw(&mut self, line: &'a [u8], overflow: Overflow) {
        let raw = RawLine::read(line, overflow);
        for (named, restriction) in [
            (raw.no_store, &mut self.no_store),
            (raw.private, &mut self.private),
            (raw.no_cache, &mut self.no_cache),
        ] {
            if named {
                restriction.see(Presence::Present(line));
            }
        }
        for (read, number) in [
            (raw.s_maxage, &mut self.s_maxage),
            (raw.max_age, &mut self.max_age),
            (raw.stale_while_revalidate, &mut self.stale_while_revalidate),
            (raw.stale_if_error, &mut self.stale_if_error),
        ] {
            match read {
                RawNumber::Absent => {}
                RawNumber::Malformed(text) => *number = DeltaSeconds::Invalid(text),
                RawNumber::Seconds(seconds, text) => {
                    *number = u64::try_from(seconds)
                        .map_or(DeltaSeconds::Invalid(text), |seconds| {
                            DeltaSeconds::Seconds(seconds, text)
                        });
                }
            }
        }
    }
}
