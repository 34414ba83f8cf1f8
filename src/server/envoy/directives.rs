//! How Envoy reads Cache-Control (`RequestCacheControl` and `ResponseCacheControl` in
//! cache_headers_utils.cc).

use crate::bytes::trim;
use crate::field::{FieldLines, Known};
use crate::policy::{DeltaSeconds, Presence, ResponseControl};
use crate::server::kit::LetterCase;

/// A directive that is known: what stands between two commas, cut at its first `=`.
pub(super) struct EnvoyDirective<'a> {
    pub(super) known: Known,
    argument: Option<&'a [u8]>,
    pub(super) text: &'a [u8],
}

impl<'a> EnvoyDirective<'a> {
    /// A number of seconds; an argument that is none is as good as no directive.
    pub(super) fn seconds(&self) -> DeltaSeconds<'a> {
        let seconds = self.argument.and_then(simple_seconds);
        seconds.map_or(DeltaSeconds::Absent, |seconds| DeltaSeconds::Seconds(seconds, self.text))
    }

    pub(super) const fn has_argument(&self) -> bool {
        matches!(self.argument, Some([_, ..]))
    }
}

pub(super) fn envoy_directives<'a>(
    lines: FieldLines<'a>,
    case: LetterCase,
) -> impl Iterator<Item = EnvoyDirective<'a>> {
    let texts = lines.flat_map(|line| line.split(|&byte| byte == b',')).map(trim);
    texts.filter_map(move |text| {
        let at = text.iter().position(|&byte| byte == b'=');
        let (name, argument) = match at.and_then(|at| text.split_at_checked(at)) {
            Some((name, argument)) => (name, argument.get(1..)),
            None => (text, None),
        };
        let known = Known::of(name)?;
        let counts = case == LetterCase::Ignored || known.name().as_bytes() == name;
        counts.then_some(EnvoyDirective { known, argument, text })
    })
}

impl<'a> ResponseControl<'a> {
    /// Envoy keeps one number: an s-maxage sets it, or leaves none; a max-age counts where there is
    /// none.
    pub(crate) fn read_envoy(&mut self, lines: FieldLines<'a>, case: LetterCase) {
        for directive in envoy_directives(lines, case) {
            let seen = Presence::Present(directive.text);
            match directive.known {
                Known::Public => self.public = seen,
                Known::SMaxage => {
                    self.s_maxage = directive.seconds();
                    self.max_age = DeltaSeconds::Absent;
                }
                Known::MaxAge if self.s_maxage.is_absent() && self.max_age.is_absent() => {
                    self.max_age = directive.seconds();
                }
                Known::MaxAge => {}
                known => {
                    if let Some(restriction) = self.restriction(known) {
                        *restriction = seen;
                    }
                }
            }
        }
    }
}

/// A number of seconds as Envoy reads it (`SimpleAtoi`): one pair of quotes, white space and a `+`
/// are allowed; a number that 64 bits with a sign do not hold is none.
fn simple_seconds(value: &[u8]) -> Option<u64> {
    let inner = value.strip_prefix(b"\"").and_then(|inner| inner.strip_suffix(b"\""));
    simple_number(inner.unwrap_or(value)).and_then(|number| u64::try_from(number).ok())
}

/// `absl::SimpleAtoi`
pub(super) fn simple_number(text: &[u8]) -> Option<i64> {
    std::str::from_utf8(text.trim_ascii()).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers() {
        assert_eq!(simple_seconds(b"\" 60\""), Some(60));
        assert_eq!(simple_seconds(b"+60"), Some(60));
        assert_eq!(simple_seconds(b"-1"), None);
        assert_eq!(simple_seconds(b"60.5"), None);
        assert_eq!(simple_seconds(b"99999999999999999999"), None);
    }

    #[test]
    fn one_number_is_kept() {
        for (line, expected) in [
            ("max-age=60, max-age=0", Some(60)),
            ("max-age=x, max-age=60", Some(60)),
            ("max-age=60, s-maxage=5", Some(5)),
            ("s-maxage=5, s-maxage=6, max-age=60", Some(6)),
            ("s-maxage=x, max-age=60", Some(60)),
            ("max-age=60, s-maxage=x", None),
            ("MAX-AGE=60", Some(60)),
        ] {
            let mut control = ResponseControl::default();
            control.read_envoy(FieldLines::one(line.as_bytes()), LetterCase::Ignored);
            let number = [control.s_maxage, control.max_age].into_iter().find_map(|stated| {
                if let DeltaSeconds::Seconds(seconds, _) = stated { Some(seconds) } else { None }
            });
            assert_eq!(number, expected, "{line}");
        }
    }
}
