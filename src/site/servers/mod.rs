//! Settings of servers, in their own words: each does what the server's setting of that name does.

mod envoy;
mod haproxy;
mod httpd;
mod nginx;
mod not_judged;
mod squid;
mod traffic_server;
mod varnish;

pub use envoy::EnvoySettings;
pub use haproxy::HaproxySettings;
pub use httpd::HttpdSettings;
pub use nginx::NginxSettings;
pub use not_judged::NotJudged;
pub use squid::{Access, RefreshPattern, SquidSettings};
pub use traffic_server::{CacheAction, TrafficServerSettings};
pub use varnish::VarnishSettings;

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

/// A factor of whole hundredths, in per cent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "f64", into = "f64")]
pub struct Factor(pub u8);

impl TryFrom<f64> for Factor {
    type Error = String;

    fn try_from(factor: f64) -> Result<Self, String> {
        let hundredths = format!("{:.6}", factor * 100.0);
        let whole = hundredths.strip_suffix(".000000").and_then(|percent| percent.parse().ok());
        whole
            .map(Self)
            .ok_or_else(|| format!("{factor} is no factor of whole hundredths up to 2.55"))
    }
}

impl From<Factor> for f64 {
    fn from(Factor(percent): Factor) -> Self {
        Self::from(percent) / 100.0
    }
}

/// Applies the settings of the profile's server, and refuses those of others.
pub(super) fn apply(settings: &Settings, setting: &mut Setting) -> Result<(), SiteError> {
    let own = *setting.profile.algorithm();
    if let Some(nginx) = &settings.nginx {
        let Algorithm::Nginx(own) = own else { return Err(foreign(setting, "nginx")) };
        setting.profile = nginx.apply(setting.profile, own);
    }
    if let Some(squid) = &settings.squid {
        let Algorithm::Squid(own) = own else { return Err(foreign(setting, "squid")) };
        squid.apply(setting, own)?;
    }
    if let Some(httpd) = &settings.httpd {
        let Algorithm::Httpd(own) = own else { return Err(foreign(setting, "httpd")) };
        httpd.apply(setting, own)?;
    }
    if let Some(server) = &settings.traffic_server {
        let Algorithm::TrafficServer(own) = own else {
            return Err(foreign(setting, "traffic-server"));
        };
        server.apply(setting, own)?;
    }
    if let Some(haproxy) = &settings.haproxy {
        let Algorithm::Haproxy(_) = own else { return Err(foreign(setting, "haproxy")) };
        haproxy.apply(setting)?;
    }
    if let Some(envoy) = &settings.envoy {
        let Algorithm::Envoy(_) = own else { return Err(foreign(setting, "envoy")) };
        envoy.apply(setting)?;
    }
    if let Some(varnish) = &settings.varnish {
        let Algorithm::Varnish(_) = own else { return Err(foreign(setting, "varnish")) };
        varnish.apply(setting)?;
    }
    Ok(())
}

fn foreign(setting: &Setting, name: &'static str) -> SiteError {
    setting.error(&[name], Problem::NotItsSetting { of: name, profile: setting.profile.id() })
}
