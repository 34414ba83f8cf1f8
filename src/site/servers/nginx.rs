//! Settings of nginx that are no answer to a question that is asked of other caches.

use serde::{Deserialize, Serialize};

use super::Switch;
use crate::profile::{Algorithm, Buffering, Nginx, Profile};

/// Settings of nginx, without the `proxy_` before their names.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct NginxSettings {
    /// `proxy_buffering`: where it is off, a response is stored only where X-Accel-Buffering says
    /// `yes`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub buffering: Option<Switch>,
}

impl NginxSettings {
    pub(super) fn apply(&self, profile: Profile, own: Nginx) -> Profile {
        let buffering = match self.buffering {
            None => own.buffering,
            Some(Switch::On) => Buffering::On,
            Some(Switch::Off) => Buffering::Off,
        };
        profile.with_algorithm(Algorithm::Nginx(Nginx { buffering, ..own }))
    }
}
