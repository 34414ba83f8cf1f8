//! How Traffic Server reads Cache-Control.

use super::integer::first_integer;
use crate::field::Known;
use crate::policy::{DeltaSeconds, Presence, ResponseControl, named_element};

impl<'a> ResponseControl<'a> {
    /// `MIMEHdrImpl::recompute_cooked_stuff` (proxy/hdrs/MIME.cc): a name and whatever follows it;
    /// `private` and `no-cache` with field names count as without. Of two numbers the last one
    /// wins; a directive without a number is 0, or leaves the number that there is.
    pub(crate) fn add_traffic_server(&mut self, element: &'a [u8]) {
        let Some((known, value)) = named_element(element) else { return };
        if let Some(restriction) = self.restriction(known) {
            restriction.see(Presence::Present(element));
        } else if known == Known::Public {
            self.public.see(Presence::Present(element));
        } else if let (Known::MaxAge | Known::SMaxage, Some(number)) = (known, self.number(known)) {
            match first_integer(value).map(u64::try_from) {
                Some(Ok(seconds)) => *number = DeltaSeconds::Seconds(seconds, element),
                Some(Err(_)) => *number = DeltaSeconds::Invalid(element),
                None if number.is_absent() => *number = DeltaSeconds::Invalid(element),
                None => {}
            }
        }
    }
}
