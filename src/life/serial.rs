//! `StoredPolicy` and `VaryKey` on disk, with the number of their format.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::s4_1_vary::Nominated;
use super::stored::Flags;
use super::{StoredPolicy, VaryKey};
use crate::calendar::Timestamp;
use crate::policy::Method;
use crate::profile::{Profile, VaryComparison};
use crate::rule::Rule;

/// The number of the format. Another number is refused: what it means is not known.
const FORMAT: u16 = 1;

#[derive(Serialize, Deserialize)]
struct Policy<'a> {
    format: u16,
    #[serde(borrow)]
    profile: std::borrow::Cow<'a, str>,
    version: std::borrow::Cow<'a, str>,
    requested_at: i64,
    received_at: i64,
    date: i64,
    held: Option<u64>,
    initial_age: u32,
    lifetime: u32,
    stale_while_revalidate: u32,
    stale_if_error: u32,
    flags: u32,
    status: u16,
    method: std::borrow::Cow<'a, str>,
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
        Policy {
            format: FORMAT,
            profile: self.profile_id.into(),
            version: self.profile_version.into(),
            requested_at: self.requested_at.unix(),
            received_at: self.received_at.unix(),
            date: self.date.unix(),
            held: self.held(),
            initial_age: self.initial_age,
            lifetime: self.lifetime,
            stale_while_revalidate: self.stale_while_revalidate,
            stale_if_error: self.stale_if_error,
            flags: self.flags.0,
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
        let mut read = Self {
            profile_id: profile.id(),
            profile_version: profile.as_of(),
            requested_at: Timestamp::from_unix(policy.requested_at),
            received_at: Timestamp::from_unix(policy.received_at),
            date: Timestamp::from_unix(policy.date),
            held: u64::MAX,
            initial_age: policy.initial_age,
            lifetime: policy.lifetime,
            stale_while_revalidate: policy.stale_while_revalidate,
            stale_if_error: policy.stale_if_error,
            flags: Flags(policy.flags),
            status: policy.status,
            method: Method::of(&policy.method),
            rule: rule.copied().unwrap_or(Rule::Overflow),
        };
        read.hold(policy.held.unwrap_or(u64::MAX));
        Ok(read)
    }
}

#[derive(Serialize, Deserialize)]
struct Key {
    format: u16,
    fields: Vec<(String, Option<Vec<u8>>)>,
    range: Option<Vec<u8>>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    compared: String,
}

const COMPARISONS: [(VaryComparison, &str); 4] = [
    (VaryComparison::Meaning, ""),
    (VaryComparison::Text, "text"),
    (VaryComparison::TextButSpaces, "text-but-spaces"),
    (VaryComparison::Members, "members"),
];

impl Serialize for VaryKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let fields = self.fields.iter();
        let compared = COMPARISONS.iter().find(|(comparison, _)| *comparison == self.compared);
        Key {
            format: FORMAT,
            fields: fields
                .map(|field| (field.name.to_string(), field.value.as_deref().map(<[u8]>::to_vec)))
                .collect(),
            range: self.range.as_deref().map(<[u8]>::to_vec),
            compared: compared.map_or("", |(_, name)| name).to_owned(),
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
        let compared = COMPARISONS.iter().find(|(_, name)| *name == key.compared);
        let (compared, _) = compared.ok_or_else(|| {
            D::Error::custom(format_args!("no comparison is called {}", key.compared))
        })?;
        let nominated = |(name, value): (String, Option<Vec<u8>>)| Nominated {
            name: name.into(),
            value: value.map(Into::into),
        };
        Ok(Self {
            fields: key.fields.into_iter().map(nominated).collect(),
            range: key.range.map(Into::into),
            compared: *compared,
        })
    }
}
