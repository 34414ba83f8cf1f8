//! Parameters of Varnish.

use serde::{Deserialize, Serialize};

use super::{NotJudged, not_judged};
use crate::profile::StaleWindow;
use crate::site::SiteError;
use crate::site::settings::Setting;

/// Parameters of `varnishd -p`. Times are seconds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct VarnishSettings {
    /// The lifetime of what states none; 120 by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_ttl: Option<u64>,
    /// For how long what is stale is given while it is renewed, where nothing is stated; 10 by
    /// default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_grace: Option<u64>,
    /// For how long what is stale beyond its grace is kept, to be validated.
    #[serde(
        skip_serializing_if = "Option::is_none",
        deserialize_with = "not_judged::condition_alone"
    )]
    pub default_keep: Option<NotJudged>,
    /// Below which lifetime a response goes to another storage.
    #[serde(
        skip_serializing_if = "Option::is_none",
        deserialize_with = "not_judged::which_storage"
    )]
    pub shortlived: Option<NotJudged>,
}

impl VarnishSettings {
    pub(super) fn apply(&self, setting: &mut Setting) -> Result<(), SiteError> {
        const NAME: &str = "varnish";
        if let Some(seconds) = self.default_ttl {
            setting.set(NAME, |profile| profile.with_default_ttl(seconds))?;
        }
        if let Some(seconds) = self.default_grace {
            let window = StaleWindow::Default(seconds);
            setting.set(NAME, |profile| profile.with_stale_while_revalidate(window))?;
        }
        Ok(())
    }
}
