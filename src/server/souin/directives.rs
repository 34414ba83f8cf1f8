//! How Souin reads Cache-Control (`parse` in the directive.go of pquerna/cachecontrol).

use crate::bytes::token_length;
use crate::field::{FieldLines, Known, delta_seconds};
use crate::policy::{DeltaSeconds, Presence, ResponseControl};

impl<'a> ResponseControl<'a> {
    /// Souin (`parse` in the directive.go of pquerna/cachecontrol): the first malformed directive ends
    /// it, and the field is refused.
    pub(crate) fn read_souin(&mut self, lines: FieldLines<'a>) {
        for line in lines {
            if let Err(Refused(text)) = self.add_souin(line) {
                self.malformed = Presence::Present(text);
                return;
            }
        }
    }

    fn add_souin(&mut self, line: &'a [u8]) -> Result<(), Refused<'a>> {
        let mut rest = line;
        loop {
            let skipped = rest.iter().take_while(|byte| b" \t,".contains(byte)).count();
            rest = rest.get(skipped..).unwrap_or_default();
            // Whatever byte comes first begins a name.
            let Some(tail) = rest.get(1..) else { return Ok(()) };
            let length = token_length(tail).saturating_add(1);
            let (name, behind) = rest.split_at_checked(length).unwrap_or_default();
            let known = Known::of(name);
            let (value, after) = match behind {
                [b'=', b'"', inner @ ..] => {
                    let end = closing_quote(inner).ok_or(Refused(rest))?;
                    let (value, after) = inner.split_at_checked(end).unwrap_or_default();
                    (Some(value), after.get(1..).unwrap_or_default())
                }
                [b'=', value @ ..] if !value.is_empty() => {
                    let (value, after) =
                        value.split_at_checked(value_length(known, value)).unwrap_or_default();
                    (Some(value.strip_suffix(b",").unwrap_or(value)), after)
                }
                _ => (None, behind),
            };
            let text = rest.get(..rest.len().saturating_sub(after.len())).unwrap_or_default();
            if let Some(known) = known {
                self.set_souin(known, value, text)?;
            }
            rest = after;
        }
    }

    fn set_souin(
        &mut self,
        known: Known,
        value: Option<&'a [u8]>,
        text: &'a [u8],
    ) -> Result<(), Refused<'a>> {
        let seen = Presence::Present(text);
        match (known, value) {
            (Known::Private, Some(_)) => self.private_fields = seen,
            (Known::NoCache, Some(_)) => self.no_cache_fields = seen,
            (Known::Public, None) => self.public = seen,
            (Known::MaxAge | Known::SMaxage, None)
            | (Known::Public | Known::Immutable | Known::NoTransform, Some(_)) => {
                return Err(Refused(text));
            }
            _ => {
                if let Some(restriction) = self.restriction(known) {
                    *restriction = seen;
                    return value.map_or(Ok(()), |_| Err(Refused(text)));
                }
                if let (Some(number), Some(value)) = (self.number(known), value) {
                    let seconds = delta_seconds(value).ok_or(Refused(text))?;
                    *number = DeltaSeconds::Seconds(seconds.min(2_147_483_647), text);
                }
            }
        }
        Ok(())
    }
}

/// The directive for whose sake a field is refused.
struct Refused<'a>(&'a [u8]);

/// A value without quotes ends at white space, and at a comma where it is not a list of fields.
fn value_length(known: Option<Known>, text: &[u8]) -> usize {
    let lists_fields = matches!(known, Some(Known::Private | Known::NoCache));
    let ends = |byte: &u8| matches!(byte, b' ' | b'\t') || (*byte == b',' && !lists_fields);
    text.iter().position(ends).unwrap_or(text.len())
}

fn closing_quote(text: &[u8]) -> Option<usize> {
    let mut escaped = false;
    text.iter().position(|&byte| {
        let ends = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        ends
    })
}
