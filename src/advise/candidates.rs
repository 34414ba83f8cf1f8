//! The header lines that a search tries, in its order: those with fewer directives first.
//!
//! A value takes one choice from each group of directives. Whatever is not in a group is not tried,
//! so the space is as small as these lists; that a value is a good one only a verdict says. A value
//! that contradicts itself is not tried.

use super::cache::Cache;
use super::intent::{Audience, Intent, SetCookie};
use super::reading::name;
use crate::field::FieldLines;
use crate::header::{CacheControl, Scope};
use crate::profile::ControlField;

/// A field's value, as directives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Value(pub(super) Vec<String>);

impl Value {
    pub(super) fn text(&self) -> String {
        self.0.join(", ")
    }

    /// Whether one of its directives makes another one void. Some cache may read it as is wanted all
    /// the same; the next one need not.
    pub(super) fn contradicts_itself(&self) -> bool {
        let text = self.text();
        let control = CacheControl::from_lines(FieldLines::one(text.as_bytes()));
        let validated = control.no_cache == Some(Scope::Everything);
        !control.check().is_empty() || (validated && control.s_maxage.is_some())
    }

    /// The value with more directives.
    pub(super) fn with(&self, more: &Self) -> Self {
        Self([self.0.as_slice(), more.0.as_slice()].concat())
    }

    /// Every value that has one directive less.
    pub(super) fn shorter(&self) -> impl Iterator<Item = Self> + '_ {
        (0..self.0.len()).map(|left_out| {
            let rest = self.0.iter().enumerate().filter(move |(number, _)| *number != left_out);
            Self(rest.map(|(_, directive)| directive.clone()).collect())
        })
    }
}

/// A field beside Cache-Control that one of the caches reads, and the values to try in it.
#[derive(Clone, Debug)]
pub(super) struct Menu {
    pub(super) field: &'static str,
    /// A standard knows the field (RFC 9213 §3.1).
    pub(super) standard: bool,
    pub(super) values: Vec<Value>,
}

/// The one targeted field that a standard defines.
pub(super) const CDN_CACHE_CONTROL: &str = "cdn-cache-control";

type Group = Vec<String>;

fn group<const N: usize>(choices: [&str; N]) -> Group {
    choices.map(str::to_owned).to_vec()
}

/// The values of Cache-Control.
pub(super) fn cache_control(intent: &Intent) -> Vec<Value> {
    let browser = intent.browser.as_secs();
    let mut groups: Vec<Group> = match intent.audience {
        // `private` is what the standard has for this (RFC 9111 §5.2.2.7): it is always there.
        Audience::OneUser => vec![
            group(["private"]),
            if browser == 0 {
                group(["no-cache", "max-age=0", "no-store", "no-cache, no-store"])
            } else {
                vec![format!("max-age={browser}"), "no-cache".to_owned(), "no-store".to_owned()]
            },
            group(["", "s-maxage=0"]),
        ],
        Audience::Nobody => vec![
            group(["no-store"]),
            group(["", "private"]),
            group(["", "no-cache", "max-age=0"]),
            group(["", "s-maxage=0"]),
        ],
        Audience::Everyone => {
            let shared = intent.shared.as_secs();
            let mut ages = vec![format!("max-age={browser}")];
            if shared != browser {
                ages.push(format!("max-age={shared}"));
            }
            if browser == 0 {
                ages.extend(group(["no-cache", "no-store"]));
            }
            vec![
                ages,
                vec![String::new(), format!("s-maxage={shared}")],
                group(["", "public", "private"]),
            ]
        }
    };
    groups.extend(windows(intent));
    values(&groups)
}

/// The values of a field that takes the place of Cache-Control at some shared caches.
fn targeted(intent: &Intent) -> Vec<Value> {
    let mut groups = vec![match intent.audience {
        Audience::Everyone => {
            vec![
                format!("max-age={}", intent.shared.as_secs()),
                "no-store".to_owned(),
                "no-cache".to_owned(),
            ]
        }
        Audience::OneUser | Audience::Nobody => {
            group(["no-store", "private", "no-cache", "max-age=0"])
        }
    }];
    groups.push(match intent.audience {
        Audience::Everyone => group(["", "public", "private"]),
        Audience::OneUser | Audience::Nobody => group(["", "private"]),
    });
    groups.extend(windows(intent));
    values(&groups)
}

/// What comes after the lifetime.
fn windows(intent: &Intent) -> Vec<Group> {
    match intent.audience {
        Audience::OneUser | Audience::Nobody => vec![group(["", "must-revalidate"])],
        Audience::Everyone => {
            vec![vec![String::new(), format!("stale-while-revalidate={}", intent.stale.as_secs())]]
        }
    }
}

/// What can be added to the better ones of these values: bars to stale answers, and what few wish
/// for.
pub(super) fn additions(intent: &Intent) -> Vec<Value> {
    if intent.audience != Audience::Everyone {
        return Vec::new();
    }
    let mut groups = vec![group(["", "must-revalidate", "proxy-revalidate"])];
    if let Some(window) = intent.stale_if_error {
        groups.push(vec![String::new(), format!("stale-if-error={}", window.as_secs())]);
    }
    if intent.set_cookie == SetCookie::OneUsers {
        groups.push(group(["", "private=\"set-cookie\"", "no-cache=\"set-cookie\""]));
    }
    values(&groups)
}

/// One choice of each group; `""` is none. Sorted by the number of directives, and else in the order
/// of the choices.
fn values(groups: &[Group]) -> Vec<Value> {
    let mut values = vec![Value(Vec::new())];
    for group in groups {
        values = values
            .iter()
            .flat_map(|value| {
                group.iter().map(|choice| {
                    let more = choice.split(", ").filter(|directive| !directive.is_empty());
                    Value(value.0.iter().cloned().chain(more.map(str::to_owned)).collect())
                })
            })
            .filter(|value| !says_one_thing_twice(value))
            .collect();
    }
    values.retain(|value| !(value.0.is_empty() || value.contradicts_itself()));
    values.sort_by_key(|value| value.0.len());
    values
}

fn says_one_thing_twice(value: &Value) -> bool {
    let repeated = |(number, directive): (usize, &String)| {
        value.0.iter().skip(number.saturating_add(1)).any(|later| later == directive)
    };
    value.0.iter().enumerate().any(repeated)
}

/// The fields beside Cache-Control that these caches are known to read, the standard's own first.
pub(super) fn menus(intent: &Intent, caches: &[Cache<'_>]) -> Vec<Menu> {
    let mut menus: Vec<Menu> = Vec::new();
    let mut add = |field: &'static str, values: &dyn Fn() -> Vec<Value>| {
        if !menus.iter().any(|menu| menu.field == field) {
            let standard = field == CDN_CACHE_CONTROL;
            menus.push(Menu { field, standard, values: values() });
        }
    };
    for cache in caches {
        for field in cache.profile.facts().control_fields.known().unwrap_or_default() {
            match field {
                ControlField::BareSeconds(field) => add(field, &|| bare(intent)),
                field => add(name(field), &|| targeted(intent)),
            }
        }
    }
    menus.sort_by_key(|menu| !menu.standard);
    menus
}

/// A bare number of seconds.
fn bare(intent: &Intent) -> Vec<Value> {
    let shared = match intent.audience {
        Audience::Everyone => intent.shared.as_secs(),
        Audience::OneUser | Audience::Nobody => 0,
    };
    let mut values = vec![Value(vec![shared.to_string()])];
    if shared != 0 {
        values.push(Value(vec!["0".to_owned()]));
    }
    values
}
