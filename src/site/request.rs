//! The cache key and the bypasses, as a file spells them.

use serde::{Deserialize, Serialize};

use super::settings::{field_names, kept, kept_list};
use super::{OneOrMore, Problem};
use crate::profile::{
    Bypass, BypassOf, Condition, Counts, KeyClass, KeyCookies, KeyOrigin, KeyQuery, Profile,
    RequestPart,
};

/// What is in the cache key besides the path; what is not there is as the vendor made it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
#[non_exhaustive]
pub struct KeySettings {
    /// Scheme and host.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub origin: Option<KeyOrigin>,
    /// The query.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub query: Option<QueryKey>,
    /// Request fields, by name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub headers: Option<OneOrMore>,
    /// Cookies.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cookies: Option<CookieKey>,
    /// Classes of requests, such as the kind of device that a cache makes of User-Agent.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub classes: Vec<ClassKey>,
    /// The whole key as text, in nginx's words: `http://shop${request_uri}${cookie_session}`;
    /// `${class 1}` is the first of the classes. By it routes that store in one place are told apart.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub text: String,
}

/// What sorts requests into classes: the name of a field of which the cache makes a class by rules
/// of its own, or the rules.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged, expecting = "the name of a field, or { cases = [{ class, when }] }")]
#[non_exhaustive]
pub enum ClassKey {
    /// A field; whether two values of it are of one class is not known.
    Field(String),
    /// The first case whose condition holds gives the class; where none does there is none.
    Cases {
        /// The cases, in their order.
        cases: Vec<ClassCase>,
    },
}

/// A case of [`ClassKey`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ClassCase {
    /// What the class is called; cases of one name are one class.
    pub class: String,
    /// For which requests.
    pub when: BypassSettings,
}

/// The part of the query that is in the key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum QueryKey {
    /// All of it.
    All,
    /// All of it, whatever the order of its parameters.
    Sorted,
    /// Nothing of it.
    None,
    /// The parameters whose names match one of these patterns.
    Only(Vec<String>),
    /// All parameters but those whose names match one of these patterns, in their order.
    AllBut(Vec<String>),
    /// The same, whatever their order.
    SortedAllBut(Vec<String>),
}

/// Which cookies are in the key: a list of patterns for their names, or one of the words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "CookieForm", into = "CookieForm")]
#[non_exhaustive]
pub enum CookieKey {
    /// None.
    None,
    /// All.
    All,
    /// Those whose names match one of these patterns.
    Only(Vec<String>),
    /// All but those whose names match one of these patterns.
    AllBut(Vec<String>),
}

#[derive(Serialize, Deserialize)]
#[serde(
    untagged,
    expecting = "`none`, `all`, a list of names of cookies, or { all-but = [names] }"
)]
enum CookieForm {
    Word(CookieWord),
    Names(Vec<String>),
    AllBut {
        #[serde(rename = "all-but")]
        all_but: Vec<String>,
    },
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum CookieWord {
    None,
    All,
}

/// Requests that pass by the cache. A part of a request is written as its name, or as its name and
/// a pattern for its value: `session=*`, `accept: text/html*`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
#[non_exhaustive]
pub struct BypassSettings {
    /// What does not happen; both, where it is not said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub of: Option<BypassOf>,
    /// Which values count; every one, where it is not said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub counts: Option<Counts>,
    /// Cookies.
    #[serde(skip_serializing_if = "OneOrMore::is_empty")]
    pub cookies: OneOrMore,
    /// Header fields.
    #[serde(skip_serializing_if = "OneOrMore::is_empty")]
    pub headers: OneOrMore,
    /// Parameters of the query.
    #[serde(skip_serializing_if = "OneOrMore::is_empty")]
    pub query: OneOrMore,
    /// Paths.
    #[serde(skip_serializing_if = "OneOrMore::is_empty")]
    pub paths: OneOrMore,
    /// Paths with their query, as they are sent.
    #[serde(skip_serializing_if = "OneOrMore::is_empty")]
    pub paths_and_queries: OneOrMore,
    /// Methods.
    #[serde(skip_serializing_if = "OneOrMore::is_empty")]
    pub methods: OneOrMore,
    /// Hosts, without ports and letter case.
    #[serde(skip_serializing_if = "OneOrMore::is_empty")]
    pub hosts: OneOrMore,
    /// Something that cannot be said here: whether it is about a request is not known.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub unknown: bool,
    /// Exceptions: it is not about requests that one of these is about. Where nothing else is named,
    /// it is about all others.
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "exceptions")]
    pub unless: Vec<Self>,
}

fn exceptions<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Vec<BypassSettings>, D::Error> {
    OneOrMoreBypasses::deserialize(from).map(Vec::from)
}

/// One bypass, or a list of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged, expecting = "a table that names what bypasses, or a list of such tables")]
pub(super) enum OneOrMoreBypasses {
    One(BypassSettings),
    More(Vec<BypassSettings>),
}

impl From<OneOrMoreBypasses> for Vec<BypassSettings> {
    fn from(read: OneOrMoreBypasses) -> Self {
        match read {
            OneOrMoreBypasses::One(one) => vec![one],
            OneOrMoreBypasses::More(more) => more,
        }
    }
}

impl KeySettings {
    pub(super) fn apply(&self, mut profile: Profile) -> Result<Profile, (&'static str, Problem)> {
        if let Some(origin) = self.origin {
            profile = profile.with_key_origin(origin);
        }
        if let Some(query) = &self.query {
            profile = profile.with_key_query(match query {
                QueryKey::All => KeyQuery::Whole,
                QueryKey::Sorted => KeyQuery::Sorted(&[]),
                QueryKey::None => KeyQuery::Absent,
                QueryKey::Only(names) => KeyQuery::Only(kept_list(names)),
                QueryKey::AllBut(names) => KeyQuery::AllBut(kept_list(names)),
                QueryKey::SortedAllBut(names) => KeyQuery::Sorted(kept_list(names)),
            });
        }
        if let Some(names) = &self.headers {
            let names = field_names(&names.0).map_err(|problem| ("headers", problem))?;
            profile = profile.with_key(names);
        }
        if let Some(cookies) = &self.cookies {
            profile = profile.with_key_cookies(match cookies {
                CookieKey::None => KeyCookies::Nothing,
                CookieKey::All => KeyCookies::AllBut(&[]),
                CookieKey::Only(names) => KeyCookies::Only(kept_list(names)),
                CookieKey::AllBut(names) => KeyCookies::AllBut(kept_list(names)),
            });
        }
        if !self.classes.is_empty() {
            let classes = self.classes.iter().map(ClassKey::rule).collect::<Result<Vec<_>, _>>();
            let classes = classes.map_err(|problem| ("classes", problem))?;
            profile = profile.with_key_classes(classes.leak());
        }
        Ok(profile)
    }
}

impl ClassKey {
    fn rule(&self) -> Result<KeyClass, Problem> {
        match self {
            Self::Field(name) => {
                let names = field_names(std::slice::from_ref(name))?;
                Ok(KeyClass::Field(names.first().copied().unwrap_or_default()))
            }
            Self::Cases { cases } => {
                let mut names: Vec<&str> = Vec::new();
                let mut rules = Vec::new();
                for ClassCase { class, when } in cases {
                    let known = names.iter().position(|name| name == class);
                    let place = known.unwrap_or_else(|| {
                        names.push(class);
                        names.len().saturating_sub(1)
                    });
                    // Number 0 is for requests of no class.
                    let number = u8::try_from(place.saturating_add(1))
                        .map_err(|_| Problem::TooManyClasses)?;
                    rules.push((when.condition().map_err(|(_, problem)| problem)?, number));
                }
                Ok(KeyClass::Cases(rules.leak()))
            }
        }
    }
}

impl BypassSettings {
    pub(super) fn rule(&self) -> Result<Bypass, (&'static str, Problem)> {
        let plain = Self { of: None, ..self.clone() };
        Ok(Bypass { of: self.of.unwrap_or(BypassOf::Both), on: plain.condition()? })
    }

    pub(super) fn condition(&self) -> Result<Condition, (&'static str, Problem)> {
        if self.of.is_some() {
            return Err(("of", Problem::NoBypass));
        }
        for (name, patterns) in [
            ("cookies", &self.cookies),
            ("headers", &self.headers),
            ("query", &self.query),
            ("paths", &self.paths),
            ("paths-and-queries", &self.paths_and_queries),
            ("methods", &self.methods),
            ("hosts", &self.hosts),
        ] {
            patterns.check().map_err(|problem| (name, problem))?;
        }
        let mut when = Vec::new();
        for text in &self.cookies.0 {
            let (name, value) = split(text, '=');
            when.push(RequestPart::Cookie(name, value));
        }
        for text in &self.headers.0 {
            let (name, value) = split(text, ':');
            let names = field_names(&[name.to_owned()]).map_err(|problem| ("headers", problem))?;
            when.extend(names.iter().map(|name| RequestPart::Field(name, value)));
        }
        for text in &self.query.0 {
            let (name, value) = split(text, '=');
            when.push(RequestPart::Query(name, value));
        }
        when.extend(self.paths.0.iter().map(|path| RequestPart::Path(kept(path))));
        let targets = self.paths_and_queries.0.iter();
        when.extend(targets.map(|pattern| RequestPart::PathAndQuery(kept(pattern))));
        when.extend(self.methods.0.iter().map(|method| RequestPart::Method(kept(method))));
        when.extend(self.hosts.0.iter().map(|host| RequestPart::Host(kept(host))));
        when.extend(self.unknown.then_some(RequestPart::Untold));
        let unless = self.unless.iter().map(Self::condition).collect::<Result<Vec<_>, _>>()?;
        match (when.is_empty(), unless.is_empty()) {
            (true, true) => return Err(("", Problem::EmptyBypass)),
            (true, false) => when.push(RequestPart::Path("*")),
            (false, _) => {}
        }
        let counts = self.counts.unwrap_or(Counts::Present);
        Ok(Condition { counts, when: when.leak(), unless: unless.leak() })
    }
}

/// A name, and a pattern for the value; without one, any value.
fn split(text: &str, separator: char) -> (&'static str, &'static str) {
    match text.split_once(separator) {
        Some((name, value)) => (kept(name.trim()), kept(value.trim())),
        None => (kept(text.trim()), "*"),
    }
}

impl From<CookieForm> for CookieKey {
    fn from(form: CookieForm) -> Self {
        match form {
            CookieForm::Word(CookieWord::None) => Self::None,
            CookieForm::Word(CookieWord::All) => Self::All,
            CookieForm::Names(names) => Self::Only(names),
            CookieForm::AllBut { all_but } => Self::AllBut(all_but),
        }
    }
}

impl From<CookieKey> for CookieForm {
    fn from(key: CookieKey) -> Self {
        match key {
            CookieKey::None => Self::Word(CookieWord::None),
            CookieKey::All => Self::Word(CookieWord::All),
            CookieKey::Only(names) => Self::Names(names),
            CookieKey::AllBut(all_but) => Self::AllBut { all_but },
        }
    }
}
