//! Settings of servers, in their own words: each does what the server's setting of that name does.

mod nginx;

pub use nginx::NginxSettings;

use serde::{Deserialize, Serialize};

use super::settings::Setting;
use super::{Problem, Settings, SiteError};
use crate::profile::Algorithm;

/// `on` or `off`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(clippy::exhaustive_enums, reason = "a switch has two positions")]
pub enum Switch {
    /// `on`
    On,
    /// `off`
    Off,
}

/// Applies the settings of the profile's server, and refuses those of others.
pub(super) fn apply(settings: &Settings, setting: &mut Setting) -> Result<(), SiteError> {
    let own = *setting.profile.algorithm();
    if let Some(nginx) = &settings.nginx {
        let Algorithm::Nginx(own) = own else { return Err(foreign(setting, "nginx")) };
        setting.profile = nginx.apply(setting.profile, own);
    }
    Ok(())
}

fn foreign(setting: &Setting, name: &'static str) -> SiteError {
    setting.error(&[name], Problem::NotItsSetting { of: name, profile: setting.profile.id() })
}
