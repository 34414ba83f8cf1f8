//! nginx: servers and locations as routes, and what their cache directives say.

mod cache;
mod condition;
mod location;
pub(crate) mod syntax;
mod variable;

use std::collections::BTreeMap;
use std::path::PathBuf;

use storable::site::{OneOrMore, RouteFile};

use self::condition::Condition;
use self::location::{Fit, Location};
use self::syntax::Directive;
use self::variable::Variables;
use super::{Imported, Left, off, pattern};

/// Reads the main file and what it includes.
pub(super) fn import(files: &[PathBuf], profile: &str) -> Result<Imported, String> {
    let [file] = files else {
        return Err("name the main file alone; it includes the others".to_owned());
    };
    let main = syntax::read(file)?;
    let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let mut import = Import { profile, imported: Imported::default() };
    import.imported.site.name = name;
    // A file of servers alone is one that `http` includes.
    let http = main.iter().find(|directive| directive.name == "http");
    import.http(http.map_or(main.as_slice(), |http| http.block.as_slice()));
    Ok(import.imported)
}

/// The directives that hold at a level, by name: its own, or else those of the level above.
type Level<'a> = BTreeMap<&'a str, Vec<&'a Directive>>;

fn inner<'a>(outer: &Level<'a>, block: &'a [Directive]) -> Level<'a> {
    let mut own: Level<'a> = BTreeMap::new();
    for directive in block.iter().filter(|directive| directive.block.is_empty()) {
        own.entry(&directive.name).or_default().push(directive);
    }
    let mut level = outer.clone();
    // What passes a request on holds at its own level only.
    level.retain(|name, _| !(name.ends_with("_pass") || *name == "try_files" || *name == "return"));
    level.extend(own);
    level
}

struct Import<'p> {
    profile: &'p str,
    imported: Imported,
}

impl Import<'_> {
    fn left(&mut self, place: &str, says: impl Into<String>) {
        let left = Left { place: place.to_owned(), says: says.into() };
        if !self.imported.left.contains(&left) {
            self.imported.left.push(left);
        }
    }

    fn http(&mut self, http: &[Directive]) {
        let level = inner(&Level::new(), http);
        let variables = Variables::of_maps(http);
        let servers: Vec<_> = http.iter().filter(|directive| directive.name == "server").collect();
        let is_default = |server: &&Directive| {
            let mut listens = server.block.iter().filter(|inner| inner.name == "listen");
            listens.any(|listen| listen.words.iter().any(|word| word == "default_server"))
        };
        let default = servers.iter().position(is_default).unwrap_or(0);
        let names = |server: &Directive| {
            let named = server.block.iter().filter(|inner| inner.name == "server_name");
            named.flat_map(|names| names.words.clone()).collect::<Vec<_>>()
        };
        // Where no name has a wildcard, what no other server is for is the default's.
        let whole = servers.iter().all(|server| {
            names(server).iter().all(|name| !name.contains('*') && !name.starts_with(['.', '~']))
        });
        for rank in 0..3 {
            for (number, server) in servers.iter().enumerate() {
                let hosts = self.hosts(server, rank);
                let is_rest = whole && number == default;
                if !(hosts.is_empty() || is_rest) {
                    self.server(server, &level, &variables, &OneOrMore(hosts));
                }
            }
        }
        match servers.get(default) {
            Some(server) => self.server(server, &level, &variables, &OneOrMore::default()),
            None => self.imported.site.route.push(off()),
        }
    }

    /// The names of a server of one rank: whole ones, those that begin with a star, those that end
    /// with one.
    fn hosts(&mut self, server: &Directive, rank: usize) -> Vec<String> {
        let mut hosts = Vec::new();
        for names in server.block.iter().filter(|inner| inner.name == "server_name") {
            for name in &names.words {
                let of_rank = |own: usize| own == rank;
                if let Some(regex) = name.strip_prefix('~') {
                    match pattern::of_regex(regex, true) {
                        Some(patterns) if of_rank(2) => hosts.extend(patterns),
                        Some(_) => {}
                        None => self.left(&names.place, format!("server_name {name}")),
                    }
                } else if let Some(rest) = name.strip_prefix('.') {
                    if of_rank(0) {
                        hosts.push(rest.to_owned());
                    } else if of_rank(1) {
                        hosts.push(format!("*.{rest}"));
                    }
                } else if name.starts_with('*') {
                    hosts.extend(of_rank(1).then(|| name.clone()));
                } else if name.ends_with('*') {
                    hosts.extend(of_rank(2).then(|| name.clone()));
                } else if !matches!(name.as_str(), "_" | "" | "\"\"") {
                    hosts.extend(of_rank(0).then(|| name.clone()));
                }
            }
        }
        hosts.iter().map(|host| host.trim_start_matches("(?i)").to_owned()).collect()
    }

    /// The routes of a server, the last of which is for all that no location is for.
    fn server<'a>(
        &mut self,
        server: &'a Directive,
        http: &Level<'a>,
        variables: &Variables<'a>,
        hosts: &OneOrMore,
    ) {
        let level = inner(http, &server.block);
        let mut variables = variables.clone();
        let returned = variables.run(&server.block).returned;
        let locations = location::of(&server.block, &level, &variables);
        for rewrite in rewrites(&server.block) {
            let expression = rewrite.words.first().map_or("", String::as_str);
            let patterns = pattern::of_regex(expression, false);
            let mut route = self.untold(rewrite, "another location may decide");
            route.path =
                OneOrMore(patterns.unwrap_or_else(|| pattern::around_regex(expression, false)));
            self.push(route, hosts);
        }
        for routed in location::in_order(&locations) {
            let place = self.behind_try_files(routed.location, &locations);
            let answered = Condition::any([returned.clone(), place.branches.returned.clone()]);
            let routes = match routed.fit {
                Fit::Some => vec![self.untold(place.directive, "no pattern says for which paths")],
                Fit::All => match rewrites(&place.directive.block).next() {
                    Some(rewrite) => vec![self.untold(rewrite, "another location may decide")],
                    None => self.of_location(place, &answered),
                },
            };
            for mut route in routes {
                route.path = OneOrMore(routed.paths.clone());
                self.push(route, hosts);
            }
        }
        let route = self.route(&level, &variables, &returned);
        self.push(route, hosts);
    }

    /// A route of which nothing is known.
    fn untold(&mut self, directive: &Directive, why: &str) -> RouteFile {
        let Directive { name, words, place, .. } = directive;
        self.left(place, format!("{name} {}: {why}", words.join(" ")));
        RouteFile {
            profile: self.profile.to_owned(),
            unknown: vec!["everything".to_owned()],
            ..RouteFile::default()
        }
    }

    fn push(&mut self, mut route: RouteFile, hosts: &OneOrMore) {
        route.host = hosts.clone();
        self.imported.site.route.push(route);
    }

    /// Where `try_files` hands what is no file to: a named location, or that of another path.
    fn behind_try_files<'l, 'a>(
        &mut self,
        place: &'l Location<'a>,
        all: &'l [Location<'a>],
    ) -> &'l Location<'a> {
        let Some(last) = place.level.get("try_files").and_then(|tries| tries.first()?.words.last())
        else {
            return place;
        };
        let path = last.split('?').next().unwrap_or_default();
        let found = match path.strip_prefix('@') {
            Some(_) => all.iter().find(|location| location.name == *path),
            None if path.starts_with('/') => location::of_path(all, path),
            None => None,
        };
        found.unwrap_or(place)
    }

    /// The routes of a location: those of an `if` that passes requests on elsewhere go before its own.
    fn of_location(&mut self, place: &Location<'_>, answered: &Condition) -> Vec<RouteFile> {
        let mut routes = Vec::new();
        for (condition, branch) in &place.branches.passes {
            let level = inner(&place.level, &branch.block);
            let mut route = self.route(&level, &place.variables, answered);
            if !condition.is_told() {
                let says = format!("if {} cannot be told of a request", branch.words.join(" "));
                self.left(&branch.place, says);
            }
            route.when = condition.settings();
            if *condition != Condition::Never {
                routes.push(route);
            }
        }
        routes.push(self.route(&place.level, &place.variables, answered));
        routes
    }

    /// What the directives of a level say.
    fn route(
        &mut self,
        level: &Level<'_>,
        variables: &Variables<'_>,
        returned: &Condition,
    ) -> RouteFile {
        let (mut route, left) = cache::route(level, variables, returned, self.profile);
        route.unknown.sort();
        route.unknown.dedup();
        for Left { place, says } in left {
            self.left(&place, says);
        }
        route
    }
}

/// The rewrites by which a request goes on to another location, or under another URI.
fn rewrites(block: &[Directive]) -> impl Iterator<Item = &Directive> {
    let within = block.iter().flat_map(|directive| match directive.name.as_str() {
        "if" => directive.block.iter(),
        _ => std::slice::from_ref(directive).iter(),
    });
    within.filter(|directive| {
        let redirects = |word: &String| {
            matches!(word.as_str(), "redirect" | "permanent") || word.starts_with("http")
        };
        directive.name == "rewrite" && !directive.words.iter().skip(1).any(redirects)
    })
}
