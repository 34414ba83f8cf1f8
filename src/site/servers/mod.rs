//! Settings of servers, in their own words: each does what the server's setting of that name does.

mod haproxy;
mod httpd;
mod nginx;
mod squid;
mod traffic_server;
mod varnish;

pub use haproxy::HaproxySettings;
pub use httpd::{Factor, HttpdSettings};
pub use nginx::NginxSettings;
pub use squid::{RefreshPattern, SquidSettings};
pub use traffic_server::TrafficServerSettings;
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
        let Algorithm::Httpd(_) = own else { return Err(foreign(setting, "httpd")) };
        httpd.apply(setting)?;
    }
    if let Some(server) = &settings.traffic_server {
        let Algorithm::TrafficServer(_) = own else {
            return Err(foreign(setting, "traffic-server"));
        };
        server.apply(setting)?;
    }
    if let Some(haproxy) = &settings.haproxy {
        let Algorithm::Haproxy(_) = own else { return Err(foreign(setting, "haproxy")) };
        haproxy.apply(setting)?;
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
