//! What is in the cache key, in words.

use storable::profile::{KeyCookies, KeyOrigin, KeyQuery};

use super::facts::listed;

pub(super) fn origin(origin: KeyOrigin) -> Option<String> {
    Some(
        match origin {
            KeyOrigin::SchemeAndHost => "both are",
            KeyOrigin::Host => "the host is, so `http` and `https` share one copy",
            KeyOrigin::HostWithPort => "the host is, with its port, also the default one",
            KeyOrigin::HostAsItStands => {
                "the host is, as it stands: letter case and the default port make a difference"
            }
            KeyOrigin::SchemeAndHostAsItStands => {
                "both are, as they stand: letter case and the default port make a difference"
            }
            KeyOrigin::HostName => "the host is, without its port",
            KeyOrigin::SchemeAndHostName => "both are, but the port is not",
            KeyOrigin::Scheme => "the scheme is: all hosts share one copy",
            KeyOrigin::Nothing => "neither is: all hosts share one copy",
            _ => return None,
        }
        .to_owned(),
    )
}

pub(super) fn query(query: KeyQuery) -> Option<String> {
    Some(match query {
        KeyQuery::Whole => "yes".to_owned(),
        KeyQuery::Sorted([]) => "yes, in whatever order".to_owned(),
        KeyQuery::Sorted(names) => format!("yes, in whatever order, but for: {}", listed(names)),
        KeyQuery::Absent => "no".to_owned(),
        KeyQuery::Configured => "as the operator has set".to_owned(),
        KeyQuery::WholeUnless(field) => format!("yes, unless the response has `{field}`"),
        KeyQuery::Only([]) => "no".to_owned(),
        KeyQuery::Only(names) => format!("these parameters alone: {}", listed(names)),
        KeyQuery::AllBut(names) => format!("yes, but for: {}", listed(names)),
        _ => return None,
    })
}

pub(super) fn cookies(cookies: KeyCookies) -> Option<String> {
    Some(match cookies {
        KeyCookies::Nothing | KeyCookies::Only([]) => "none".to_owned(),
        KeyCookies::Only(names) => listed(names),
        KeyCookies::AllBut([]) => "all".to_owned(),
        KeyCookies::AllBut(names) => format!("all but {}", listed(names)),
        KeyCookies::Configured => "as the operator has set".to_owned(),
        _ => return None,
    })
}
