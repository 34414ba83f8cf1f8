//! RFC 9111 §4.2.3: the age that a response arrives with.

use super::s4_2_freshness::{DAY, LifetimeFrom, Subject, until};
use super::{Draft, Evidence, Interval, Rule, RuleEffect};
use crate::field::Field;
use crate::profile::{AgeRule, Fact};

/// §4.2.3: the age on arrival. Both ways of knowing it count, the greater one is believed.
pub(super) fn age<'a>(
    draft: &mut Draft<'a>,
    subject: &Subject<'_, 'a>,
    from: LifetimeFrom,
) -> Interval {
    let by_field = subject.response.age().unwrap_or(0);
    let rfc = corrected_age(subject, by_field);
    let from_expires = matches!(from, LifetimeFrom::Expires | LifetimeFrom::PastExpires);
    let seconds = match subject.facts.age {
        Fact::Known(AgeRule::Rfc9111) => rfc,
        Fact::Known(AgeRule::DateOfTheLastDay) if rfc > DAY => by_field,
        Fact::Known(AgeRule::DateOfTheLastDay) => rfc,
        Fact::Known(AgeRule::AgeField) => by_field,
        Fact::Known(AgeRule::AgeFieldOfDirectives) if from == LifetimeFrom::Directive => by_field,
        Fact::Known(AgeRule::AgeFieldUnlessExpires) => {
            if from_expires {
                0
            } else {
                by_field
            }
        }
        Fact::Known(AgeRule::Ignored) => 0,
        Fact::Known(AgeRule::AgeFieldOfDirectives) | Fact::Unknown if rfc == 0 => 0,
        Fact::Known(AgeRule::AgeFieldOfDirectives) | Fact::Unknown => {
            draft.note(Rule::Age, RuleEffect::Unknown, Evidence::NONE);
            return Interval { least: 0, most: rfc };
        }
    };
    if seconds > 0 {
        let text = subject.response.scan().first(Field::Age).unwrap_or_default();
        draft.note(Rule::Age, RuleEffect::Ages(seconds), Evidence::in_field(Field::Age, text));
    }
    Interval::exactly(seconds)
}

/// §4.2.3: max(apparent_age, age_value + response_delay).
fn corrected_age(subject: &Subject<'_, '_>, age_value: u64) -> u64 {
    let now = subject.times.now();
    let apparent = match (subject.date(), now) {
        (Some(date), Some(now)) => until(now, date),
        _ => 0,
    };
    apparent.max(age_value.saturating_add(subject.times.response_delay()))
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{ago, with};
    use super::*;
    use crate::profile::Facts;

    /// Which age a rule takes, by a Date so many seconds ago, and Age; the response took a second.
    #[test]
    fn rules_choose_what_counts() {
        let exactly = Interval::exactly;
        let up_to = |most| Interval { least: 0, most };
        for (rule, date, age_field, stated, expired) in [
            (Fact::Known(AgeRule::Rfc9111), 5, "9", exactly(10), exactly(10)),
            (Fact::Known(AgeRule::Rfc9111), 50, "9", exactly(50), exactly(50)),
            (Fact::Known(AgeRule::DateOfTheLastDay), 50, "9", exactly(50), exactly(50)),
            (Fact::Known(AgeRule::DateOfTheLastDay), DAY, "9", exactly(DAY), exactly(DAY)),
            (Fact::Known(AgeRule::DateOfTheLastDay), 86_401, "9", exactly(9), exactly(9)),
            (Fact::Known(AgeRule::AgeField), 50, "9", exactly(9), exactly(9)),
            (Fact::Known(AgeRule::AgeField), 50, "x", exactly(0), exactly(0)),
            (Fact::Known(AgeRule::AgeFieldUnlessExpires), 50, "9", exactly(9), exactly(0)),
            (Fact::Known(AgeRule::AgeFieldOfDirectives), 50, "9", up_to(50), up_to(50)),
            (Fact::Known(AgeRule::Ignored), 50, "9", exactly(0), exactly(0)),
            (Fact::Unknown, 5, "9", up_to(10), up_to(10)),
        ] {
            let facts = Facts { age: rule, ..Facts::UNKNOWN };
            for (from, expected) in [
                (LifetimeFrom::Cache, stated),
                (LifetimeFrom::Expires, expired),
                (LifetimeFrom::PastExpires, expired),
            ] {
                let lines = [("date", &*ago(date)), ("age", age_field)];
                with(&facts, 200, &lines, |draft, subject| {
                    assert_eq!(age(draft, subject, from), expected, "{rule:?} {date}");
                    let noted = draft.trace.reasons().len();
                    assert_eq!(noted, usize::from(expected.most > 0), "{rule:?}");
                });
            }
        }
    }
}
