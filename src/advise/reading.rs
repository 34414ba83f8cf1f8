//! Which of the fields beside Cache-Control a cache reads, as far as that is known.

use super::trial::Pair;
use crate::field::Field;
use crate::profile::{ControlField, Fact, Profile};

/// Whether a cache reads a field, as far as that is known.
pub(super) fn reads(profile: &Profile, field: &str) -> Fact<bool> {
    let fields = profile.facts().control_fields.known();
    match fields.unwrap_or_default().iter().any(|known| name(known) == field) {
        true => Fact::Known(true),
        false if knows_all_fields(profile) => Fact::Known(false),
        false => Fact::Unknown,
    }
}

/// Whether it is known of every field whether the cache reads it.
fn knows_all_fields(profile: &Profile) -> bool {
    let fields = profile.facts().control_fields.known();
    let doubtful = |field: &ControlField| matches!(field, ControlField::BarsElseUnknown(_));
    fields.is_some_and(|fields| !fields.iter().any(doubtful))
}

pub(super) const fn name(field: &ControlField) -> &'static str {
    match field {
        ControlField::Targeted(name)
        | ControlField::SurrogateMaxAge(name)
        | ControlField::HidesCacheControl(name)
        | ControlField::LiftsRestrictions(name)
        | ControlField::HidesRestrictions(name)
        | ControlField::BareSeconds(name) => name,
        ControlField::InsteadOfCacheControl(field)
        | ControlField::InsteadOfDirectives(field)
        | ControlField::BarsElseUnknown(field) => field.name(),
    }
}

/// Whether a line stands in a field of which it is not known that the cache reads it, nor that it
/// does not.
pub(super) fn leaves_reading_open(profile: &Profile, lines: &[Pair<'_>]) -> bool {
    let steers = |line: &Pair<'_>| !matches!(line.0, "cache-control" | "vary");
    !knows_all_fields(profile) && lines.iter().any(steers)
}

/// How caches read the fields that steer some of them. A field that has a vendor in its name is read
/// by no other.
pub(super) const READINGS: &[(&str, &[ControlField])] = &[
    ("cdn-cache-control", &[ControlField::Targeted("cdn-cache-control")]),
    ("cdn-cache-control", &[ControlField::InsteadOfCacheControl(Field::CdnCacheControl)]),
    ("surrogate-control", &[ControlField::InsteadOfCacheControl(Field::SurrogateControl)]),
    ("surrogate-control", &[ControlField::SurrogateMaxAge("surrogate-control")]),
    ("surrogate-control", &[ControlField::HidesCacheControl("surrogate-control")]),
    ("surrogate-control", &[ControlField::HidesRestrictions("surrogate-control")]),
    ("surrogate-control", &[ControlField::LiftsRestrictions("surrogate-control")]),
    ("x-accel-expires", &[ControlField::BareSeconds("x-accel-expires")]),
];
