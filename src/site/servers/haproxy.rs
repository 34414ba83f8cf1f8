//! Settings of HAProxy's cache section.

use serde::{Deserialize, Serialize};

use super::{NotJudged, Switch, not_judged};
use crate::profile::VaryFields;
use crate::site::SiteError;
use crate::site::settings::Setting;

/// Keywords of a `cache` section. Times are seconds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
#[non_exhaustive]
pub struct HaproxySettings {
    /// The lifetime of what states none, and the greatest of all; 60 by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_age: Option<u64>,
    /// Whether a response with Vary is stored. The profiles have it on; HAProxy's default is off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub process_vary: Option<Switch>,
    /// How many variants of one response there are at most.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "not_judged::how_many")]
    pub max_secondary_entries: Option<NotJudged>,
    /// The greatest size of what is stored.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_object_size: Option<NotJudged>,
}

impl HaproxySettings {
    pub(super) fn apply(&self, setting: &mut Setting) -> Result<(), SiteError> {
        const NAME: &str = "haproxy";
        if let Some(seconds) = self.max_age {
            setting
                .set(NAME, |profile| profile.with_default_ttl(seconds).with_maximum_ttl(seconds))?;
        }
        if self.process_vary == Some(Switch::Off) {
            let none = VaryFields::OnlyThese(&[]);
            setting.set(NAME, |profile| profile.with_vary_fields(none))?;
        }
        Ok(())
    }
}
