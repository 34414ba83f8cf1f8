//! A profile in a file: a built-in one, and what its operator has set (feature `serde`).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Profile;
use super::values::*;

/// A built-in profile and an operator's settings, as a configuration file holds them.
///
/// The format is the caller's (JSON, TOML ...), and so are its errors of syntax, with their place.
/// Names are in kebab-case, unknown ones are refused, times are seconds.
///
/// ```
/// use storable::profile::ProfileFile;
/// use storable::{Axis, FreshFor, storable};
///
/// let file: ProfileFile = serde_json::from_str(
///     r#"{"base": "fastly", "settings": {"default-ttl": 60, "no-store": "not-stored"}}"#,
/// )?;
/// let profile = file.resolve()?;
/// assert_eq!(profile.id(), "fastly");
/// assert!(profile.operator().contains(Axis::DefaultTtl));
///
/// let request = http::Request::get("https://shop.example/").body(())?;
/// let response = http::Response::new(());
/// assert_eq!(storable(&request, &response, &profile).fresh_for(), FreshFor::Seconds(60));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProfileFile {
    /// The id of a built-in profile.
    pub base: String,
    /// What the operator has set.
    #[serde(default)]
    pub settings: Settings,
}

/// An operator's settings; what is not there is as the vendor made it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
#[non_exhaustive]
pub struct Settings {
    /// The lifetime of a response that states none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_ttl: Option<u64>,
    /// The same for some status codes; `default-ttl` is for all others, if it is there.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub default_ttl_by_status: BTreeMap<u16, u64>,
    /// The least lifetime.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub minimum_ttl: Option<u64>,
    /// The greatest lifetime.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub maximum_ttl: Option<u64>,
    /// A lifetime that beats the response's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fixed_ttl: Option<u64>,
    /// What becomes of a response that says no-store.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub no_store: Option<Outcome>,
    /// What becomes of a response that says private.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub private: Option<Outcome>,
    /// What becomes of a response that says no-cache.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub no_cache: Option<Outcome>,
    /// What becomes of a response with Set-Cookie.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub set_cookie: Option<Outcome>,
    /// Whether requests wait for one that is being fetched.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub collapsing: Option<Switch>,
    /// Whether every kind of response is considered ("cache everything").
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache_everything: Option<Switch>,
    /// Targeted fields (RFC 9213), the first valid one counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub targeted_fields: Option<Vec<String>>,
    /// Request fields in the cache key, besides the URI.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<Vec<String>>,
    /// Response fields that the cache is told to ignore.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ignored_fields: Option<Vec<String>>,
    /// For how long a stale response may answer while it is revalidated, where it does not say so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stale_while_revalidate: Option<u64>,
}

/// What becomes of a response because of something in it, as a setting says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Nothing.
    Ignored,
    /// It is not stored.
    NotStored,
    /// It is stored, and every use of it is validated.
    Validated,
    /// It is stored without the fields in question.
    Stripped,
}

/// A setting that is on or off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Switch {
    /// On.
    On,
    /// Off.
    Off,
}

/// A file that names or sets something that there is not.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProfileFileError {
    /// No built-in profile has this id.
    #[error("base: no profile has the id `{0}`")]
    UnknownBase(String),
    /// This is no name of a header field.
    #[error("settings.{setting}: `{name}` is no name of a header field")]
    NoFieldName {
        /// The setting it stands in.
        setting: &'static str,
        /// What stands there.
        name: String,
    },
    /// This is no status code.
    #[error("settings.default-ttl-by-status: {0} is no status code")]
    NoStatus(u16),
}

impl From<Outcome> for Treatment {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Ignored => Self::Ignored,
            Outcome::NotStored => Self::NotStored,
            Outcome::Validated => Self::Validated,
            Outcome::Stripped => Self::Stripped,
        }
    }
}

impl ProfileFile {
    /// The built-in profile with the settings applied.
    ///
    /// A profile is made of constants, so lists that a file brings are kept for as long as the
    /// program runs: resolve a file once, and not for each request.
    ///
    /// # Errors
    ///
    /// Where the base is not known, or a name or status code cannot be one.
    pub fn resolve(&self) -> Result<Profile, ProfileFileError> {
        let base = Profile::find(&self.base)
            .ok_or_else(|| ProfileFileError::UnknownBase(self.base.clone()))?;
        self.settings.apply(*base)
    }
}

impl Settings {
    fn apply(&self, mut profile: Profile) -> Result<Profile, ProfileFileError> {
        macro_rules! set {
            ($($setting:ident with $with:ident $($convert:path)?;)*) => {
                $(if let Some(value) = self.$setting {
                    profile = profile.$with($($convert)?(value));
                })*
            };
        }
        set! {
            default_ttl with with_default_ttl;
            minimum_ttl with with_minimum_ttl;
            maximum_ttl with with_maximum_ttl;
            fixed_ttl with with_fixed_ttl;
            no_store with with_no_store Treatment::from;
            private with with_private Treatment::from;
            no_cache with with_no_cache Treatment::from;
            set_cookie with with_set_cookie Treatment::from;
            collapsing with with_collapsing Collapsing::from;
            stale_while_revalidate with with_stale_while_revalidate StaleWindow::Default;
        }
        if self.cache_everything == Some(Switch::On) {
            profile = profile.with_eligibility(Eligibility::All);
        }
        if !self.default_ttl_by_status.is_empty() {
            profile = profile.with_default_ttls(self.ttl_table()?);
        }
        if let Some(names) = &self.targeted_fields {
            let fields = kept_names("targeted-fields", names)?
                .iter()
                .map(|name| ControlField::Targeted(name))
                .collect::<Vec<_>>();
            profile = profile.with_control_fields(fields.leak());
        }
        if let Some(names) = &self.key {
            profile = profile.with_key(kept_names("key", names)?);
        }
        if let Some(names) = &self.ignored_fields {
            profile = profile.with_ignored_fields(kept_names("ignored-fields", names)?);
        }
        Ok(profile)
    }

    /// The default lifetimes by status, then the one for all others.
    fn ttl_table(&self) -> Result<&'static [(StatusSet, Ttl)], ProfileFileError> {
        let mut table = Vec::new();
        for (&status, &seconds) in &self.default_ttl_by_status {
            if !(200..=599).contains(&status) {
                return Err(ProfileFileError::NoStatus(status));
            }
            let only: &'static [u16] = vec![status].leak();
            table.push((StatusSet::Only(only), Ttl::Seconds(seconds)));
        }
        if let Some(seconds) = self.default_ttl {
            table.push((StatusSet::AllBut(&[]), Ttl::Seconds(seconds)));
        }
        Ok(table.leak())
    }
}

impl From<Switch> for Collapsing {
    fn from(switch: Switch) -> Self {
        match switch {
            Switch::On => Self::On,
            Switch::Off => Self::Off,
        }
    }
}

/// Names of header fields in lower case, kept for good.
fn kept_names(
    setting: &'static str,
    names: &[String],
) -> Result<&'static [&'static str], ProfileFileError> {
    let mut kept: Vec<&'static str> = Vec::new();
    for name in names {
        let valid = !name.is_empty() && name.bytes().all(crate::bytes::is_token_byte);
        if !valid {
            return Err(ProfileFileError::NoFieldName { setting, name: name.clone() });
        }
        kept.push(name.to_ascii_lowercase().leak());
    }
    Ok(kept.leak())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn read(text: &str) -> ProfileFile {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn every_setting_is_told_apart_from_the_vendor() {
        let file = read(
            r#"{"base": "cloudfront", "settings": {
                "default-ttl": 5, "default-ttl-by-status": {"404": 1}, "minimum-ttl": 1,
                "maximum-ttl": 10, "fixed-ttl": 7, "no-store": "ignored", "private": "not-stored",
                "no-cache": "validated", "set-cookie": "stripped", "collapsing": "off",
                "cache-everything": "on", "targeted-fields": ["CDN-Cache-Control"],
                "key": ["Cookie"], "ignored-fields": ["Expires"],
                "stale-while-revalidate": 3}}"#,
        );
        let profile = file.resolve().unwrap();
        assert_eq!(profile.operator().iter().count(), 14);
        assert_eq!(profile.facts().key, super::super::Fact::Known(&["cookie"][..]));
        let text = serde_json::to_string(&file).unwrap();
        assert_eq!(read(&text), file);
    }

    #[test]
    fn a_file_without_settings_is_its_base() {
        let file = read(r#"{"base": "fastly"}"#);
        assert_eq!(file.resolve().unwrap(), Profile::FASTLY);
        assert_eq!(serde_json::to_string(&file).unwrap(), r#"{"base":"fastly","settings":{}}"#);
    }

    #[test]
    fn what_there_is_not_is_refused_with_its_place() {
        for (text, error) in [
            (r#"{"base": "quickly"}"#, "base: no profile has the id `quickly`"),
            (
                r#"{"base": "fastly", "settings": {"key": ["a b"]}}"#,
                "settings.key: `a b` is no name of a header field",
            ),
            (
                r#"{"base": "fastly", "settings": {"default-ttl-by-status": {"99": 1}}}"#,
                "settings.default-ttl-by-status: 99 is no status code",
            ),
        ] {
            assert_eq!(read(text).resolve().unwrap_err().to_string(), error);
        }
        let unknown = r#"{"base": "fastly", "settings": {"defualt-ttl": 1}}"#;
        let error = serde_json::from_str::<ProfileFile>(unknown).unwrap_err().to_string();
        assert!(error.contains("defualt-ttl") && error.contains("line 1"), "{error}");
    }
}
