//! What a site makes of a built-in profile, beside the settings that are one fact each.

use super::{
    Algorithm, Axis, AxisSet, Bypass, BypassOf, Claim, Condition, Fact, Facts, KeyClass,
    KeyCookies, KeyOrigin, KeyQuery, Profile, RequestPart,
};

impl Profile {
    /// The same profile under another name for people.
    pub(crate) const fn named(self, name: &'static str) -> Self {
        Self { name, ..self }
    }

    /// The same profile with other facts: `operator` is what was set, and the claims say what the
    /// vendor makes of that.
    pub(crate) fn adapted(self, facts: Facts, operator: AxisSet, claims: &'static [Claim]) -> Self {
        let groups = std::iter::once(claims).chain(self.claims.iter().copied());
        Self {
            facts,
            operator: self.operator.union(operator),
            claims: groups.collect::<Vec<_>>().leak(),
            ..self
        }
    }

    /// The same profile with settings of its server that are no answers to questions.
    pub(crate) const fn with_algorithm(self, algorithm: Algorithm) -> Self {
        Self { algorithm, operator: self.operator.union(AxisSet::OF_SERVER), ..self }
    }

    /// The same settings, counted from nothing.
    pub(crate) const fn without_operator(self) -> Self {
        Self { operator: AxisSet::EMPTY, ..self }
    }

    /// The same profile, and what was set besides.
    pub(crate) const fn set_before(self, earlier: &Self) -> Self {
        Self { operator: self.operator.union(earlier.operator), ..self }
    }

    /// The same profile, of which nothing is known: the configuration may say anything.
    pub(crate) fn with_everything_unknown(self) -> Self {
        let facts = Facts { key_origin: Fact::Known(KeyOrigin::Nothing), ..Facts::UNKNOWN };
        Self { facts, algorithm: Algorithm::Rfc9111, ..self }
            .with_unknown(Axis::Bypass)
            .with_unknown(Axis::Key)
    }

    /// The same profile, in which the answer to one question is not known: the configuration says
    /// something about it that cannot be expressed.
    pub(crate) fn with_unknown(mut self, axis: Axis) -> Self {
        match axis {
            Axis::KeyQuery => self.facts.key_query = Fact::Known(KeyQuery::Configured),
            Axis::KeyCookies => self.facts.key_cookies = Fact::Known(KeyCookies::Configured),
            Axis::Key | Axis::KeyClasses => {
                self.facts.key_classes = Fact::Known(&[KeyClass::Field("*")]);
            }
            Axis::Bypass => {
                let known = self.facts.bypass.known().unwrap_or_default();
                let untold =
                    Bypass { of: BypassOf::Both, on: Condition::on(&[RequestPart::Untold]) };
                let rules = known.iter().copied().chain([untold]);
                self.facts.bypass = Fact::Known(rules.collect::<Vec<_>>().leak());
            }
            axis => self.facts = self.facts.with_answer_of(axis, &Facts::UNKNOWN),
        }
        self
    }
}
