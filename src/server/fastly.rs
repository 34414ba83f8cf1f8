//! How the VCL that Fastly generates reads Cache-Control.

use crate::field::{Known, delta_seconds};
use crate::policy::{DeltaSeconds, Presence, ResponseControl};

impl<'a> ResponseControl<'a> {
    /// Generated VCL tests `beresp.http.Cache-Control ~ "private"`: a case-sensitive search in the
    /// raw text; the lifetime is found by a case-sensitive search too.
    pub(crate) fn add_fastly(&mut self, line: &'a [u8]) {
        let mut rest = line;
        while let [_, after @ ..] = rest {
            if let Some((known, _)) = Known::begins(rest) {
                self.add_fastly_name(known, rest);
            }
            rest = after;
        }
    }

    /// A name, and the line from it on.
    fn add_fastly_name(&mut self, known: Known, text: &'a [u8]) {
        let seen = Presence::Present(text.get(..known.name().len()).unwrap_or_default());
        if let Some(number) = self.number(known) {
            // Measured: of two max-age the first wins.
            if let (DeltaSeconds::Absent, Some((seconds, text))) =
                (*number, fastly_seconds(text, known.name()))
            {
                *number = DeltaSeconds::Seconds(seconds, text);
            }
        } else if known == Known::Public {
            self.public.see(seen);
        } else if let Some(restriction) = self.restriction(known) {
            restriction.see(seen);
        }
    }
}

/// A name, spaces, `=`, spaces, digits; what follows the digits is not looked at.
fn fastly_seconds<'a>(text: &'a [u8], name: &str) -> Option<(u64, &'a [u8])> {
    let [b'=', number @ ..] = text.get(name.len()..)?.trim_ascii_start() else { return None };
    let number = number.trim_ascii_start();
    let digits = number.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (digits, tail) = number.split_at_checked(digits)?;
    // Measured: decimals and quoted values are not used.
    if tail.first() == Some(&b'.') {
        return None;
    }
    let seconds = delta_seconds(digits)?;
    Some((seconds, text.get(..text.len().saturating_sub(tail.len()))?))
}
