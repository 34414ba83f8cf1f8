//! Locations in the order in which nginx decides between them (`ngx_http_core_find_location`).

use super::super::pattern;
use super::syntax::Directive;
use super::variable::{Branches, Variables};
use super::{Level, inner};

/// A `location` block.
#[derive(Clone, Debug)]
pub(super) struct Location<'a> {
    pub(super) directive: &'a Directive,
    kind: Kind,
    /// The path, or the expression.
    pub(super) name: String,
    pub(super) level: Level<'a>,
    pub(super) variables: Variables<'a>,
    /// What each `if` in it does.
    pub(super) branches: Branches<'a>,
    nested: Vec<Location<'a>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Exact,
    /// The longest one that fits is remembered, and regular expressions go before it.
    Prefix,
    /// The same, and no regular expression is tried.
    FinalPrefix,
    Regex,
    RegexInAnyCase,
    Named,
}

/// The locations of a block, whose own `set` and `if` come behind those of the server alone.
pub(super) fn of<'a>(
    block: &'a [Directive],
    outer: &Level<'a>,
    variables: &Variables<'a>,
) -> Vec<Location<'a>> {
    let locations = block.iter().filter(|directive| directive.name == "location");
    locations
        .filter_map(|directive| {
            let (kind, name) = match directive.words.as_slice() {
                [sign, name] => match sign.as_str() {
                    "=" => (Kind::Exact, name),
                    "^~" => (Kind::FinalPrefix, name),
                    "~" => (Kind::Regex, name),
                    "~*" => (Kind::RegexInAnyCase, name),
                    _ => return None,
                },
                [name] if name.starts_with('@') => (Kind::Named, name),
                [name] => (Kind::Prefix, name),
                _ => return None,
            };
            let level = inner(outer, &directive.block);
            let mut variables = variables.clone();
            let nested = of(&directive.block, &level, &variables);
            let branches = variables.run(&directive.block);
            Some(Location {
                directive,
                kind,
                name: name.clone(),
                level,
                variables,
                branches,
                nested,
            })
        })
        .collect()
}

/// A location with the paths that it is for.
#[derive(Clone, Debug)]
pub(super) struct Routed<'l, 'a> {
    pub(super) paths: Vec<String>,
    pub(super) location: &'l Location<'a>,
    /// Whether it is for all of these paths.
    pub(super) fit: Fit,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fit {
    All,
    /// For some: no pattern says for which.
    Some,
}

/// Every location, in the order of decision.
pub(super) fn in_order<'l, 'a>(locations: &'l [Location<'a>]) -> Vec<Routed<'l, 'a>> {
    let mut walk = Walk { routes: Vec::new() };
    walk.level(locations, None, &[]);
    walk.routes
}

struct Walk<'l, 'a> {
    routes: Vec<Routed<'l, 'a>>,
}

impl<'l, 'a> Walk<'l, 'a> {
    /// The locations of one level, for paths that begin as told; then the regular expressions of
    /// the levels above.
    fn level(
        &mut self,
        locations: &'l [Location<'a>],
        under: Option<&str>,
        above: &[&'l Location<'a>],
    ) {
        for location in locations.iter().filter(|location| location.kind == Kind::Exact) {
            self.push(vec![location.name.clone()], location, Fit::All);
        }
        let own: Vec<_> = locations.iter().filter(|location| location.is_regex()).collect();
        let mut prefixes: Vec<_> = locations.iter().filter(|it| it.is_prefix()).collect();
        prefixes.sort_by_key(|location| std::cmp::Reverse(location.name.len()));
        for location in prefixes {
            // Within a prefix its own locations are tried first; its expressions go before those
            // of the levels above, and all of them before prefixes.
            let outer: Vec<_> = match location.kind {
                Kind::FinalPrefix => Vec::new(),
                _ => own.iter().chain(above).copied().collect(),
            };
            self.level(&location.nested, Some(&location.name), &outer);
            self.push(vec![format!("{}*", location.name)], location, Fit::All);
        }
        for regex in own.iter().chain(above) {
            self.regex(regex, under);
        }
    }

    fn regex(&mut self, location: &'l Location<'a>, under: Option<&str>) {
        let any_case = location.kind == Kind::RegexInAnyCase;
        let patterns = pattern::of_regex(&location.name, any_case).and_then(|patterns| {
            let narrowed = patterns.iter().map(|pattern| narrowed(pattern, under));
            Some(narrowed.collect::<Option<Vec<_>>>()?.into_iter().flatten().collect::<Vec<_>>())
        });
        match patterns {
            Some(patterns) if patterns.is_empty() => {}
            // Locations within an expression are tried before it is settled.
            Some(patterns) if location.nested.is_empty() => {
                self.push(patterns, location, Fit::All);
            }
            Some(patterns) => self.push(patterns, location, Fit::Some),
            None => {
                let around = pattern::around_regex(&location.name, any_case);
                let under = under.filter(|prefix| *prefix != "/");
                let paths = match under {
                    Some(prefix) => vec![format!("{prefix}*")],
                    None => around,
                };
                self.push(paths, location, Fit::Some);
            }
        }
    }

    fn push(&mut self, paths: Vec<String>, location: &'l Location<'a>, fit: Fit) {
        self.routes.push(Routed { paths, location, fit });
    }
}

/// A pattern for the paths under a prefix alone; nothing where there are none, `None` where no
/// pattern says it.
fn narrowed(pattern: &str, under: Option<&str>) -> Option<Option<String>> {
    let (case, text) = match pattern.strip_prefix("(?i)") {
        Some(text) => ("(?i)", text),
        None => ("", pattern),
    };
    let Some(prefix) = under.filter(|prefix| *prefix != "/") else {
        return Some(Some(pattern.to_owned()));
    };
    match text.strip_prefix('*') {
        Some(_) => Some(Some(format!("{case}{prefix}{text}"))),
        None if text.starts_with(prefix) => Some(Some(pattern.to_owned())),
        None => {
            let literal = text.split(['*', '?']).next().unwrap_or_default();
            (!prefix.starts_with(literal)).then_some(None)
        }
    }
}

/// The location that decides on a path.
pub(super) fn of_path<'l, 'a>(
    locations: &'l [Location<'a>],
    path: &str,
) -> Option<&'l Location<'a>> {
    let matches = |pattern: &String| storable::site::matches(pattern, path);
    let found = in_order(locations).into_iter().find(|routed| routed.paths.iter().any(matches));
    found.map(|routed| routed.location)
}

impl Location<'_> {
    fn is_prefix(&self) -> bool {
        matches!(self.kind, Kind::Prefix | Kind::FinalPrefix)
    }

    fn is_regex(&self) -> bool {
        matches!(self.kind, Kind::Regex | Kind::RegexInAnyCase)
    }
}
