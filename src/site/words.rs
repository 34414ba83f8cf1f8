//! The values of settings, as a file spells them, and the facts that they stand for.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::settings::{kept, kept_list};
use crate::profile::{
    Authorization, Eligibility, Heuristic, Methods, Permission, RequestRule, StaleWindow,
    Treatment, VaryFields, VaryName, ZeroLifetime,
};

/// What becomes of a response because of something in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Outcome {
    /// Nothing.
    Ignored,
    /// It is not stored.
    NotStored,
    /// It is stored, and every use of it is validated.
    Validated,
    /// It is stored without the fields in question.
    Stripped,
    /// It is stored, and matches no later request.
    NeverMatches,
}

/// What something in a request does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum RequestOutcome {
    /// Nothing.
    Ignored,
    /// What the RFC says.
    Honoured,
    /// The request passes by the cache.
    Bypassed,
}

/// What becomes of a response that is stale on arrival.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum StaleOnArrival {
    /// It is stored; whether anything is reused of it is another question.
    Stored,
    /// It is not stored.
    NotStored,
}

/// What Authorization in a request does.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum AuthorizationSetting {
    /// Nothing.
    Ignored,
    /// The request passes by the cache.
    Bypassed,
    /// Its answer is stored and reused only where that says one of these.
    Needs(Vec<Permission>),
}

/// What a Vary that names request fields does.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum VarySetting {
    /// Later requests match where the fields are equal.
    Compared,
    /// Nothing.
    Ignored,
    /// The response is not stored, unless every name is one of these; those are compared.
    OnlyThese(Vec<String>),
    /// The response is not stored where one of these is named; others are compared.
    NoneOfThese(Vec<String>),
    /// The fields are compared, but for these, which make no difference.
    ComparedExcept(Vec<String>),
    /// Each name does something of its own, and all others something else.
    ByName {
        /// What a name does.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        names: BTreeMap<String, VaryName>,
        /// What the others do.
        others: VaryName,
    },
}

/// Which responses are considered at all.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum EligibleSetting {
    /// Every response ("cache everything").
    Everything,
    /// Where the path ends in one of these extensions, which are written without a dot.
    Extensions(Vec<String>),
    /// Every response but where the path ends in one of these extensions.
    AllButExtensions(Vec<String>),
}

/// The methods whose responses are looked up and stored.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum MethodSetting {
    /// Those that RFC 9110 §9.3 lets a cache store.
    Rfc9111,
    /// None: caching is off.
    None,
    /// These.
    Only(Vec<String>),
}

/// A lifetime that is made from Last-Modified, in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum HeuristicSetting {
    /// None is made.
    None,
    /// A share of the time between Last-Modified and Date.
    #[serde(rename_all = "kebab-case")]
    Fraction {
        /// The share, in per cent.
        percent: u8,
        /// The least lifetime so made.
        minimum: u64,
        /// The greatest lifetime so made.
        maximum: u64,
    },
}

/// Whether a stale response may answer while it is revalidated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum StaleSetting {
    /// Never.
    Never,
    /// As stale-while-revalidate says, unless a directive bars it.
    WhereStated,
    /// As stale-while-revalidate says, whatever else is said.
    WhereStatedAlways,
    /// As stale-while-revalidate says; where it is not there, for so many seconds.
    ElseSeconds(u64),
    /// The same, unless a directive bars it.
    ElseSecondsUnlessBarred(u64),
    /// For requests that come while another one renews the response, as stale-while-revalidate
    /// says and at least for so many seconds.
    WhileRenewed(u64),
}

impl From<Outcome> for Treatment {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Ignored => Self::Ignored,
            Outcome::NotStored => Self::NotStored,
            Outcome::Validated => Self::Validated,
            Outcome::Stripped => Self::Stripped,
            Outcome::NeverMatches => Self::NeverMatches,
        }
    }
}

impl From<RequestOutcome> for RequestRule {
    fn from(outcome: RequestOutcome) -> Self {
        match outcome {
            RequestOutcome::Ignored => Self::Ignored,
            RequestOutcome::Honoured => Self::Honoured,
            RequestOutcome::Bypassed => Self::Bypassed,
        }
    }
}

impl From<StaleOnArrival> for ZeroLifetime {
    fn from(rule: StaleOnArrival) -> Self {
        match rule {
            StaleOnArrival::Stored => Self::Stored,
            StaleOnArrival::NotStored => Self::NotStored,
        }
    }
}

impl From<&AuthorizationSetting> for Authorization {
    fn from(setting: &AuthorizationSetting) -> Self {
        match setting {
            AuthorizationSetting::Ignored => Self::Ignored,
            AuthorizationSetting::Bypassed => Self::Bypassed,
            AuthorizationSetting::Needs(permissions) => {
                Self::NeedsPermission(permissions.clone().leak())
            }
        }
    }
}

impl From<&VarySetting> for VaryFields {
    fn from(setting: &VarySetting) -> Self {
        match setting {
            VarySetting::Compared => Self::Compared,
            VarySetting::Ignored => Self::Ignored,
            VarySetting::OnlyThese(names) => Self::OnlyThese(kept_list(names)),
            VarySetting::NoneOfThese(names) => Self::NoneOfThese(kept_list(names)),
            VarySetting::ComparedExcept(names) => Self::ComparedExcept(kept_list(names)),
            VarySetting::ByName { names, others } => {
                let names = names.iter().map(|(name, does)| (kept(name), *does));
                Self::ByName { names: names.collect::<Vec<_>>().leak(), others: *others }
            }
        }
    }
}

impl From<&EligibleSetting> for Eligibility {
    fn from(setting: &EligibleSetting) -> Self {
        match setting {
            EligibleSetting::Everything => Self::All,
            EligibleSetting::Extensions(extensions) => {
                Self::Paths { extensions: kept_list(extensions), names: &[] }
            }
            EligibleSetting::AllButExtensions(extensions) => {
                Self::AllButPaths(kept_list(extensions))
            }
        }
    }
}

impl From<&MethodSetting> for Methods {
    fn from(setting: &MethodSetting) -> Self {
        match setting {
            MethodSetting::Rfc9111 => Self::Rfc9111,
            MethodSetting::None => Self::None,
            MethodSetting::Only(methods) => Self::Only(kept_list(methods)),
        }
    }
}

impl From<HeuristicSetting> for Heuristic {
    fn from(setting: HeuristicSetting) -> Self {
        match setting {
            HeuristicSetting::None => Self::None,
            HeuristicSetting::Fraction { percent, minimum, maximum } => {
                Self::Fraction { percent, minimum, maximum }
            }
        }
    }
}

impl From<StaleSetting> for StaleWindow {
    fn from(setting: StaleSetting) -> Self {
        match setting {
            StaleSetting::Never => Self::None,
            StaleSetting::WhereStated => Self::UnlessBarred,
            StaleSetting::WhereStatedAlways => Self::Always,
            StaleSetting::ElseSeconds(seconds) => Self::Default(seconds),
            StaleSetting::ElseSecondsUnlessBarred(seconds) => Self::DefaultUnlessBarred(seconds),
            StaleSetting::WhileRenewed(seconds) => Self::WhileRenewed(seconds),
        }
    }
}
