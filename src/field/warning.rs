//! Input that is read although it is not what the grammar or the sender's duty asks for.

use std::fmt;

use super::Field;

/// Something odd in a field that was read all the same; nothing of it is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Warning<'a> {
    /// What is odd.
    pub kind: WarningKind,
    /// The field it stands in.
    pub field: Field,
    /// Which line of that field, counted from 0.
    pub line: usize,
    /// Offset of the odd bytes in that line.
    pub offset: usize,
    /// The odd bytes.
    pub text: &'a [u8],
}

/// The kinds of [`Warning`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum WarningKind {
    /// A directive that needs no argument has one (RFC 9111 §5.2).
    ArgumentNotDefined,
    /// A date is none of the three forms of RFC 9110 §5.6.7.
    DateMalformed,
    /// A directive stands more than once with different arguments (RFC 9111 §4.2.1).
    DirectiveRepeated,
    /// A field that has one value stands on several lines (RFC 9110 §5.3).
    FieldRepeated,
    /// A list member does not follow the grammar; a restrictive name in it counts.
    MemberMalformed,
    /// A number is not delta-seconds (RFC 9111 §1.2.2).
    NumberMalformed,
    /// A quoted string is never closed.
    QuoteNotClosed,
    /// A directive is defined for requests only, or for responses only.
    WrongDirection,
    /// A targeted field does not parse, so it is ignored whole (RFC 9213 §2.1).
    TargetedFieldIgnored,
    /// As [`TargetedFieldIgnored`](Self::TargetedFieldIgnored), and it held a restrictive name.
    TargetedRestrictionLost,
    /// A `Vary` member is not a field name; it is taken as `*`.
    VaryMemberMalformed,
}

impl WarningKind {
    /// One sentence for people.
    #[must_use]
    pub const fn says(self) -> &'static str {
        match self {
            Self::ArgumentNotDefined => "this directive takes no argument",
            Self::DateMalformed => "this is not an HTTP date",
            Self::DirectiveRepeated => "this directive stands more than once with different values",
            Self::FieldRepeated => "this field has one value, and stands on several lines",
            Self::MemberMalformed => {
                "this is not a directive; a restrictive name in it still counts"
            }
            Self::NumberMalformed => "this is not a number of seconds",
            Self::QuoteNotClosed => "this quoted string is never closed",
            Self::WrongDirection => "this directive has no meaning in this kind of message",
            Self::TargetedFieldIgnored => "this targeted field does not parse and is ignored whole",
            Self::TargetedRestrictionLost => {
                "this targeted field does not parse and is ignored whole, WITH THE RESTRICTION IN IT"
            }
            Self::VaryMemberMalformed => "this is not a field name; Vary is taken as `*`",
        }
    }
}

impl fmt::Display for Warning<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}, line {}, byte {}: `{}`: {}",
            self.field.name(),
            self.line.saturating_add(1),
            self.offset.saturating_add(1),
            self.text.escape_ascii(),
            self.kind.says(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_count_from_one() {
        let warning = Warning {
            kind: WarningKind::NumberMalformed,
            field: Field::CacheControl,
            line: 0,
            offset: 8,
            text: b"max-age=\xff",
        };
        let printed =
            r"cache-control, line 1, byte 9: `max-age=\xff`: this is not a number of seconds";
        assert_eq!(warning.to_string(), printed);
    }
}
