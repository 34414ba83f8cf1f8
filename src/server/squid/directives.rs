//! How Squid reads Cache-Control, in requests and responses (src/HttpHdrCc.cc, parse).
//!
//! The lines are one list in which quotes protect commas. The name of a directive is everything
//! before the first `=`, spaces included, so `max-age =60` is no directive. An argument that does
//! not fit takes the whole directive away, save private's. Of repeats the first usable one counts.

use super::atoi::atoi;
use super::list::{Closed, JoinedItem, JoinedItems};
use crate::bytes::position_of;
use crate::field::{FieldLines, Known};
use crate::policy::DeltaSeconds;
use crate::policy::Presence;
use crate::policy::ResponseControl;
use crate::server::kit::LetterCase;

/// A directive that Squid knows, with an argument that it can use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SquidDirective<'a> {
    pub(crate) known: Known,
    pub(crate) value: Value,
    pub(crate) text: &'a [u8],
}

/// What Squid keeps of an argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    /// Nothing.
    None,
    /// A number of seconds.
    Seconds(u64),
    /// Names of fields.
    Fields,
}

/// The usable directives, in order. Where there is none, Squid takes Cache-Control for absent.
pub(crate) fn squid_directives(
    lines: FieldLines<'_>,
    case: LetterCase,
) -> impl Iterator<Item = SquidDirective<'_>> {
    JoinedItems::of(lines).filter_map(move |item| directive(item, case))
}

fn directive(item: JoinedItem<'_>, case: LetterCase) -> Option<SquidDirective<'_>> {
    let text = item.text;
    let equals = position_of(text, [b'=']);
    let (name, argument) = match equals.and_then(|at| text.split_at_checked(at)) {
        Some((name, [_, argument @ ..])) => (name, Some(argument)),
        _ => (text, None),
    };
    let known = Known::of(name)?;
    if case == LetterCase::Counts && name != known.name().as_bytes() {
        return None;
    }
    let value = match known {
        Known::MustUnderstand | Known::StaleWhileRevalidate => return None,
        Known::MaxAge | Known::SMaxage | Known::MinFresh | Known::StaleIfError => {
            Value::Seconds(argument.and_then(seconds)?)
        }
        // Without a usable number it is any staleness.
        Known::MaxStale => argument.and_then(seconds).map_or(Value::None, Value::Seconds),
        // Broken names of fields take no-cache away, and private only its names.
        Known::NoCache => argument.map_or(Some(Value::None), |names| fields(names, item.closed))?,
        Known::Private => {
            argument.and_then(|names| fields(names, item.closed)).unwrap_or(Value::None)
        }
        _ => Value::None,
    };
    Some(SquidDirective { known, value, text })
}

impl<'a> ResponseControl<'a> {
    /// The first usable directive of each name counts.
    pub(crate) fn add_squid(&mut self, lines: FieldLines<'a>, case: LetterCase) {
        for SquidDirective { known, value, text } in squid_directives(lines, case) {
            let seen = Presence::Present(text);
            match (known, value) {
                (Known::Public, _) => self.public.see(seen),
                (Known::Private, _) if !self.private_fields.is_absent() => {}
                (Known::NoCache, _) if !self.no_cache_fields.is_absent() => {}
                (Known::Private, Value::Fields) if self.private.is_absent() => {
                    self.private_fields.see(seen);
                }
                (Known::NoCache, Value::Fields) if self.no_cache.is_absent() => {
                    self.no_cache_fields.see(seen);
                }
                (_, Value::Seconds(seconds)) => {
                    if let Some(number) = self.number(known).filter(|number| number.is_absent()) {
                        *number = DeltaSeconds::Seconds(seconds, text);
                    }
                }
                (_, Value::None | Value::Fields) => {
                    if let Some(restriction) = self.restriction(known) {
                        restriction.see(seen);
                    }
                }
            }
        }
    }
}

/// src/HttpHeaderTools.cc, httpHeaderParseInt: a 0 that does not begin with a digit is none, and
/// a negative number is of no use.
fn seconds(text: &[u8]) -> Option<u64> {
    let number = atoi(text);
    if number == 0 && !text.first().is_some_and(u8::is_ascii_digit) {
        return None;
    }
    u64::try_from(number).ok()
}

/// src/HttpHeaderTools.cc, httpHeaderParseQuotedString: one that is closed; an empty one names
/// nothing.
fn fields(text: &[u8], closed: Closed) -> Option<Value> {
    let [b'"', quoted @ ..] = text else { return None };
    match (quoted.first(), closed) {
        (_, Closed::Nowhere) if !quoted.contains(&b'"') => None,
        (Some(b'"'), _) => Some(Value::None),
        _ => Some(Value::Fields),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, case: LetterCase, expected: &[(&str, Value)]) {
        let read: Vec<_> = squid_directives(FieldLines::one(line.as_bytes()), case)
            .map(|directive| (directive.known.name(), directive.value))
            .collect();
        assert_eq!(read, expected, "{line}");
    }

    #[test]
    fn usable_directives() {
        use LetterCase::{Counts, Ignored};
        use Value::{Fields, None, Seconds};
        check("max-age=60, private, x", Counts, &[("max-age", Seconds(60)), ("private", None)]);
        check("MAX-AGE=60, No-Store", Counts, &[]);
        check("MAX-AGE=60, No-Store", Ignored, &[("max-age", Seconds(60)), ("no-store", None)]);
        check("max-age=60junk", Counts, &[("max-age", Seconds(60))]);
        check("max-age= 60", Counts, &[("max-age", Seconds(60))]);
        check(
            "max-age =60, max-age: 60, max-age=\"60\", max-age=-1, max-age=, max-age",
            Counts,
            &[],
        );
        check("max-age=4294967296", Counts, &[("max-age", Seconds(0))]);
        check("max-age=2147483648", Counts, &[]);
        check("no-store=x, public=", Counts, &[("no-store", None), ("public", None)]);
        check(
            "no-cache=\"a, b\", no-cache=\"\"",
            Counts,
            &[("no-cache", Fields), ("no-cache", None)],
        );
        check("no-cache=x, no-cache=", Counts, &[]);
        check("no-cache=\"a, no-store", Counts, &[]);
        check("private=x, private=\"x\"", Counts, &[("private", None), ("private", Fields)]);
        check(
            "max-stale, max-stale=x, max-stale=5",
            Counts,
            &[("max-stale", None), ("max-stale", None), ("max-stale", Seconds(5))],
        );
        check("stale-while-revalidate=30, must-understand", Ignored, &[]);
        check("foo=\"a, no-store, b\", max-age=60;private", Counts, &[("max-age", Seconds(60))]);
    }
}
