//! Settings of Envoy's cache filter.

use serde::{Deserialize, Serialize};

use super::NotJudged;
use crate::profile::{Algorithm, Envoy, RequestControl, RequestRule};
use crate::site::SiteError;
use crate::site::settings::Setting;

/// Members of `CacheV2Config`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct EnvoySettings {
    /// Whether Cache-Control and Pragma of requests are passed over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ignore_request_cache_control_header: Option<bool>,
    /// The fields that Vary may name. With one of them Envoy 1.40 was seen to give nobody what it had
    /// stored of such a response.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allowed_vary_headers: Option<NotJudged>,
    /// The greatest size of what is stored.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_body_bytes: Option<NotJudged>,
}

impl EnvoySettings {
    pub(super) fn apply(&self, setting: &mut Setting) -> Result<(), SiteError> {
        const NAME: &str = "envoy";
        if self.ignore_request_cache_control_header == Some(true) {
            setting.set(NAME, |profile| profile.with_request_no_store(RequestRule::Ignored))?;
            let own = Envoy { request_control: RequestControl::Ignored };
            setting.profile = setting.profile.with_algorithm(Algorithm::Envoy(own));
        }
        Ok(())
    }
}
