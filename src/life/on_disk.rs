//! `StoredPolicy` and `VaryKey` on disk, with the number of their format.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{StoredPolicy, VaryKey};
use crate::calendar::Timestamp;
use crate::kept::{Flags, Seconds};
use crate::policy::Method;
use crate::profile::Profile;
use crate::rule::{OwnFlags, Rule};

/// The number of the format. Another number is refused: what it means is not known.
const FORMAT: u16 = 2;

#[derive(Serialize, Deserialize)]
struct Policy<'a> {
    format: u16,
    #[serde(borrow)]
    profile: std::borrow::Cow<'a, str>,
    #[serde(borrow)]
    version: std::borrow::Cow<'a, str>,
    settings: u64,
    delay: u32,
    overdue: u32,
    received_at: i64,
    date: i64,
    held: u64,
    age: (u32, u32),
    lifetime: (u32, u32),
    stale_window: (u32, u32),
    stale_if_error: u32,
    flags: u32,
    own: u8,
    status: u16,
    #[serde(borrow)]
    method: std::borrow::Cow<'a, str>,
    #[serde(borrow)]
    rule: std::borrow::Cow<'a, str>,
}

const METHODS: [(Method, &str); 6] = [
    (Method::Get, "GET"),
    (Method::Head, "HEAD"),
    (Method::Post, "POST"),
    (Method::Patch, "PATCH"),
    (Method::Query, "QUERY"),
    (Method::Other, ""),
];

impl Serialize for StoredPolicy {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let method = METHODS.iter().find(|(method, _)| *method == self.method);
        let pair = |seconds: Seconds| (seconds.least, seconds.most);
        let version = Profile::find(self.profile_id).map_or("", Profile::as_of);
        Policy {
            format: FORMAT,
            profile: self.profile_id.into(),
            version: version.into(),
            settings: self.settings,
            delay: self.delay,
            overdue: self.overdue,
            received_at: self.received_at.unix(),
            date: self.date.unix(),
            held: self.held,
            age: pair(self.age),
            lifetime: pair(self.lifetime),
            stale_window: pair(self.stale_window),
            stale_if_error: self.stale_if_error,
            flags: self.flags.0,
            own: self.own.0,
            status: self.status,
            method: method.map_or("", |(_, name)| name).into(),
            rule: self.rule.code().into(),
        }
        .serialize(serializer)
    }
}

/// Fails where the format is another one, and where the profile is not among [`Profile::ALL`] in
/// the version that the response was judged by: facts may have changed since.
impl<'de> Deserialize<'de> for StoredPolicy {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let policy = Policy::deserialize(deserializer)?;
        if policy.format != FORMAT {
            return Err(D::Error::custom(format_args!("format {}, not {FORMAT}", policy.format)));
        }
        let profile = Profile::find(&policy.profile)
            .filter(|profile| profile.as_of() == policy.version)
            .ok_or_else(|| {
                let (id, version) = (&policy.profile, &policy.version);
                D::Error::custom(format_args!("no profile {id} in the version {version}"))
            })?;
        let rule = Rule::ALL.iter().find(|rule| rule.code() == policy.rule);
        let seconds = |(least, most): (u32, u32)| Seconds { least, most };
        Ok(Self {
            profile_id: profile.id(),
            settings: policy.settings,
            delay: policy.delay,
            overdue: policy.overdue,
            received_at: Timestamp::from_unix(policy.received_at),
            date: Timestamp::from_unix(policy.date),
            held: policy.held,
            age: seconds(policy.age),
            lifetime: seconds(policy.lifetime),
            stale_window: seconds(policy.stale_window),
            stale_if_error: policy.stale_if_error,
            flags: Flags(policy.flags),
            own: OwnFlags(policy.own),
            status: policy.status,
            method: Method::of(&policy.method),
            rule: rule.copied().unwrap_or(Rule::Overflow),
        })
    }
}

#[derive(Serialize, Deserialize)]
struct Key {
    format: u16,
    names: Vec<String>,
    lines: Vec<(String, Vec<u8>)>,
}

impl Serialize for VaryKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let line = |(name, value): &(Box<str>, Box<[u8]>)| (name.to_string(), value.to_vec());
        Key {
            format: FORMAT,
            names: self.names().map(str::to_owned).collect(),
            lines: self.lines.iter().map(line).collect(),
        }
        .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for VaryKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let key = Key::deserialize(deserializer)?;
        if key.format != FORMAT {
            return Err(D::Error::custom(format_args!("format {}, not {FORMAT}", key.format)));
        }
        let line = |(name, value): (String, Vec<u8>)| (name.into(), value.into());
        let names = key.names.into_iter().map(Into::into).collect();
        Ok(Self::from_parts(names, key.lines.into_iter().map(line).collect()))
    }
}
