//! The profiles that cases name: the shipped ones, and some with settings.

use storable::Profile;
use storable::profile::{Bypass, BypassOf, Condition, ControlField, RequestPart};

const CDN: Profile =
    Profile::RFC9111_SHARED.with_control_fields(&[ControlField::Targeted("cdn-cache-control")]);
const A_AND_CDN: Profile = Profile::RFC9111_SHARED.with_control_fields(&[
    ControlField::Targeted("a-cache-control"),
    ControlField::Targeted("cdn-cache-control"),
]);
const NGINX_WITHOUT_SET_COOKIE: Profile = Profile::NGINX.with_ignored_fields(&["set-cookie"]);
const WORDPRESS: Profile = Profile::CLOUDFLARE_CACHE_EVERYTHING.with_bypass(&[Bypass {
    of: BypassOf::Both,
    on: Condition::on(&[RequestPart::Cookie("wordpress_logged_in*", "*")]),
}]);

pub(crate) fn profile(id: &str) -> &'static Profile {
    match id {
        "rfc9111-shared+cdn" => &CDN,
        "rfc9111-shared+a+cdn" => &A_AND_CDN,
        "nginx-set-cookie" => &NGINX_WITHOUT_SET_COOKIE,
        "cloudflare-wordpress" => &WORDPRESS,
        id => Profile::find(id).unwrap_or_else(|| panic!("no profile has the id {id}")),
    }
}
