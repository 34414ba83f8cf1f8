//! What `--profile` and its like name: a built-in profile or a site file. This is the one place
//! that turns an argument into either.

use std::path::Path;

use storable::site::{Place, SiteError, SiteFile};
use storable::{AsRequest, Profile, Site};

/// What an argument names. It is read once, and kept for as long as the program runs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cache {
    site: &'static Site,
    id: &'static str,
    name: &'static str,
}

impl Cache {
    /// A built-in profile, for every request.
    pub(crate) fn of_profile(profile: &'static Profile) -> Self {
        // There is a site for each built-in profile, so there is one for this.
        let site = Site::of_profile(profile.id()).unwrap_or_default();
        Self { site: Box::leak(Box::new(site)), id: profile.id(), name: profile.name() }
    }

    fn of_file(site: Site, path: &Path) -> Self {
        let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let site: &'static Site = Box::leak(Box::new(site));
        let name = &site.file().name;
        Self { site, id: file.leak(), name: if name.is_empty() { "your site" } else { name } }
    }

    /// The profile's id, or the file's name.
    pub(crate) const fn id(&self) -> &'static str {
        self.id
    }

    /// The profile's name, or the site's.
    pub(crate) const fn name(&self) -> &'static str {
        self.name
    }

    /// How it is known: by the profile, or by the customer's file.
    pub(crate) fn basis(&self) -> String {
        match self.site.profiles() {
            [profile] => profile.basis().to_string(),
            profiles => format!("{} routes", profiles.len()),
        }
    }

    /// The site itself.
    pub(crate) const fn site(&self) -> &'static Site {
        self.site
    }

    /// The profile of each route.
    pub(crate) fn routes(&self) -> &'static [Profile] {
        self.site.profiles()
    }

    /// The number of the route that decides on a request.
    pub(crate) fn route(&self, request: &impl AsRequest) -> usize {
        self.site.route(request)
    }

    /// The profile that decides on a request.
    pub(crate) fn profile(&self, request: &impl AsRequest) -> &'static Profile {
        self.site.profile(request)
    }
}

/// The cache that an argument names: a site file in TOML or JSON, or a built-in profile.
pub(crate) fn cache(name: &str) -> Result<Cache, String> {
    let path = Path::new(name);
    let is_file = path.extension().is_some_and(|ending| ending == "toml" || ending == "json");
    match Profile::find(name) {
        Some(profile) => Ok(Cache::of_profile(profile)),
        None if is_file || path.is_file() => Ok(Cache::of_file(read(path)?, path)),
        None => Err(format!(
            "no profile has the id `{name}`, and no file has this name; `storable profiles` lists \
             the ids, and a site file ends in .toml or .json"
        )),
    }
}

/// The cache that an argument names, or every built-in profile for `all`.
pub(crate) fn caches(name: &str) -> Result<&'static [Cache], String> {
    let caches = match name {
        "all" => built_in(name)?,
        name => vec![cache(name)?],
    };
    Ok(caches.leak())
}

/// The one profile that an argument names: a built-in one, or that of a site with one route.
pub(crate) fn profile(name: &str) -> Result<&'static Profile, String> {
    match cache(name)?.routes() {
        [profile] => Ok(profile),
        routes => Err(format!("{name} has {} routes; name one with a single route", routes.len())),
    }
}

/// The same without files: for names that come from elsewhere than the command line.
pub(crate) fn built_in(name: &str) -> Result<Vec<Cache>, String> {
    match name {
        "all" => Ok(Profile::ALL.iter().map(Cache::of_profile).collect()),
        name => {
            let profile = Profile::find(name);
            let profile = profile.ok_or_else(|| format!("no profile has the id `{name}`"))?;
            Ok(vec![Cache::of_profile(profile)])
        }
    }
}

/// Reads a site file; the error tells the line.
fn read(path: &Path) -> Result<Site, String> {
    let text =
        std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let told = |line: Option<usize>, problem: String| {
        // What serde calls a number, in words of the file.
        let problem = problem.replace("expected u64", "expected a whole number; times are seconds");
        match line {
            Some(line) => format!("{}:{line}: {problem}", path.display()),
            None => format!("{}: {problem}", path.display()),
        }
    };
    if path.extension().is_some_and(|ending| ending == "json") {
        let file: SiteFile = serde_json::from_str(&text)
            .map_err(|error| told(Some(error.line()), without_line(&error)))?;
        return Site::new(file).map_err(|error| told(None, error.to_string()));
    }
    let file: SiteFile = toml::from_str(&text).map_err(|error| {
        let line = error.span().map(|span| line_of(&text, span.start));
        told(line, error.message().to_owned())
    })?;
    Site::new(file).map_err(|error| told(line_of_place(&text, &error), error.to_string()))
}

/// serde_json ends its messages with a place of its own.
fn without_line(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let end = format!(" at line {} column {}", error.line(), error.column());
    text.strip_suffix(&end).unwrap_or(&text).to_owned()
}

/// The line of the innermost name on the way to a place that the file has.
fn line_of_place(text: &str, SiteError { place, .. }: &SiteError) -> Option<usize> {
    let Place { route, names } = place;
    let root = toml::de::DeTable::parse(text).ok()?;
    let route = root.get_ref().get("route")?.get_ref().as_array()?.get((*route)?)?;
    let mut line = line_of(text, route.span().start);
    let mut table = route.get_ref().as_table();
    for name in names {
        let Some((key, value)) = table.and_then(|table| table.get_key_value(*name)) else { break };
        line = line_of(text, key.span().start);
        table = value.get_ref().as_table();
    }
    Some(line)
}

fn line_of(text: &str, at: usize) -> usize {
    text.bytes().take(at).filter(|&byte| byte == b'\n').count().saturating_add(1)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn told(ending: &str, text: &str) -> String {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(format!("site.{ending}"));
        std::fs::write(&path, text).unwrap();
        let error = cache(path.to_str().unwrap()).unwrap_err();
        error.rsplit_once('/').unwrap().1.to_owned()
    }

    #[test]
    fn errors_name_the_line() {
        for (text, expected) in [
            (
                "name = \"x\"\n[[route]]\nprofile = \"fastly\"\nsettings = { defualt-ttl = 1 }\n",
                "site.toml:4: unknown field `defualt-ttl`",
            ),
            (
                "[[route]]\nprofile = \"fastly\"\n[route.settings]\ndefault-ttl = \"1\"\n",
                "site.toml:4: invalid type: string \"1\", expected a whole number; times are seconds",
            ),
            (
                "[[route]]\nprofile = \"fastly\"\n[route.settings]\nedge-ttl = 1\n",
                "site.toml:4: route 1, settings.edge-ttl: this is a setting of Cloudflare",
            ),
            (
                "[[route]]\nprofile = \"fastly\"\n[route.settings]\nkey = { headers = [\"a b\"] }\n",
                "site.toml:4: route 1, settings.key.headers: `a b` is no name of a header field",
            ),
            (
                "[[route]]\nprofile = \"fastly\"\n\n[[route]]\nprofile = \"varnish-8\"\n",
                "site.toml:4: route 2: no request ever gets here, for route 1 takes them all",
            ),
            ("[[route]]\nprofile = \n", "site.toml:2: "),
        ] {
            let told = told("toml", text);
            assert!(told.starts_with(expected), "{told}");
        }
        let json =
            "{\"route\": [\n{\"profile\": \"fastly\",\n\"settings\": {\"defualt-ttl\": 1}}]}";
        assert!(told("json", json).starts_with("site.json:3: unknown field `defualt-ttl`"));
        let error = cache("quickly").unwrap_err();
        assert!(error.starts_with("no profile has the id `quickly`"), "{error}");
    }

    #[test]
    fn a_site_is_a_file_or_a_profile() {
        assert_eq!(cache("fastly").unwrap().routes(), &[Profile::FASTLY]);
        assert_eq!(caches("all").unwrap().len(), Profile::ALL.len());
    }
}
