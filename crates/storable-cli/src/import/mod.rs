//! Site files out of the configuration that somebody already has.
//!
//! What matters for caching and cannot be expressed is never dropped: it is listed with its place,
//! and the questions that it is about are judged as not known.

mod akamai;
mod byte_set;
mod cloudflare;
mod cloudfront;
mod decision;
mod document;
mod glob;
mod google;
mod netlify;
pub(crate) mod nginx;
mod pattern;
mod plan;
mod request;
mod terraform;
mod vercel;

use std::path::PathBuf;
use std::process::ExitCode;

use storable::Site;
use storable::site::{ClassKey, KeySettings, Problem, RouteFile, SiteFile};

use self::document::File;
use crate::output::terminal;

/// Make a site file of a configuration.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  storable import nginx /etc/nginx/nginx.conf -o site.toml
  aws cloudfront get-distribution-config --id E1 > d.json
  aws cloudfront get-cache-policy --id P1 > p.json
  storable import cloudfront d.json p.json -o site.toml
  storable import cloudflare cache-rules.json page-rules.json -o site.toml
  terraform show -json > state.json
  storable import cloudfront state.json -o site.toml

Exit status: 4 where something that matters cannot be expressed (it is listed, and judged as not
known), 1 where a file cannot be read, 2 for a wrong command line, 0 otherwise.")]
pub(crate) struct Arguments {
    /// What the files are.
    #[arg(value_enum)]
    kind: Kind,
    /// The files; of nginx the main one, which includes the others. Of CloudFront, Cloudflare and Google
    /// also what `terraform show -json` prints of a state or a plan: `state.json#ADDRESS` names one of
    /// several distributions or URL maps, `state.json#ZONE` one of several zones.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Write the site to this file instead of standard output.
    #[arg(short, long, value_name = "SITE")]
    output: Option<PathBuf>,
    /// The built-in profile of the cache as it is without configuration: the version of nginx, or
    /// cloudflare-occ-off for an Enterprise zone.
    #[arg(long, value_name = "ID")]
    version: Option<String>,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Kind {
    /// The configuration of nginx: proxy_cache, fastcgi_cache and the like.
    Nginx,
    /// What `aws cloudfront get-distribution-config`, `get-cache-policy` and
    /// `get-origin-request-policy` print.
    Cloudfront,
    /// What the API prints: the entry points of the phases http_request_cache_settings and
    /// http_response_cache_settings, and page rules.
    Cloudflare,
    /// What `gcloud compute` prints: backend-services, backend-buckets and url-maps describe, as YAML
    /// or JSON.
    Google,
    /// The rule tree of a property, as the Property Manager API prints it, with the files that it
    /// includes.
    Akamai,
    /// netlify.toml, _headers and _redirects.
    Netlify,
    /// vercel.json.
    Vercel,
}

/// A site, and what of the configuration it does not say.
#[derive(Debug, Default)]
struct Imported {
    site: SiteFile,
    left: Vec<Left>,
}

/// Something that matters for caching and cannot be expressed.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Left {
    /// File and line, or the names that lead there.
    place: String,
    /// What stands there, and what becomes of it.
    says: String,
}

/// Some of it cannot be expressed.
const INCOMPLETE: u8 = 4;

pub(crate) fn run(arguments: &Arguments) -> ExitCode {
    match import(arguments) {
        Ok(left) if left.is_empty() => ExitCode::SUCCESS,
        Ok(left) => {
            for Left { place, says } in left {
                let says = terminal::shortened(&format!("{place}: {says}"));
                terminal::complain("import", format_args!("{says}; judged as not known"));
            }
            ExitCode::from(INCOMPLETE)
        }
        Err(problem) => {
            terminal::complain("import", terminal::shortened(&problem));
            ExitCode::FAILURE
        }
    }
}

fn import(arguments: &Arguments) -> Result<Vec<Left>, String> {
    let version = arguments.version.as_deref();
    let mut imported = match arguments.kind {
        Kind::Nginx => nginx::import(&arguments.files, version.unwrap_or("nginx"))?,
        kind => hosted(kind, &document::read(&arguments.files)?, version)?,
    };
    let site = checked(&mut imported.site)?;
    let text = toml::to_string(site.file()).map_err(|error| error.to_string())?;
    match &arguments.output {
        None => print!("{text}"),
        Some(path) => {
            std::fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()))?
        }
    }
    Ok(imported.left)
}

/// The configuration of a hosted cache.
fn hosted(kind: Kind, files: &[File], version: Option<&str>) -> Result<Imported, String> {
    match kind {
        Kind::Nginx => Err("nginx reads its files itself".to_owned()),
        Kind::Cloudfront => cloudfront::import(files),
        Kind::Cloudflare => cloudflare::import(files, version),
        Kind::Google => google::import(files),
        Kind::Akamai => akamai::import(files),
        Kind::Netlify => netlify::import(files),
        Kind::Vercel => vercel::import(files),
    }
}

/// What comes of a text as the configuration of a hosted cache: the site file, and the lines that
/// say what cannot be expressed.
///
/// # Errors
///
/// Where there is no such kind, and where the text is no configuration of that kind.
pub fn import_text(kind: &str, text: &str) -> Result<(String, Vec<String>), String> {
    let kind = <Kind as clap::ValueEnum>::from_str(kind, false)?;
    let file = File { name: "text".to_owned(), text: text.to_owned(), only: None };
    let mut imported = hosted(kind, &[file], None)?;
    let site = checked(&mut imported.site)?;
    let text = toml::to_string(site.file()).map_err(|error| error.to_string())?;
    Ok((text, imported.left.iter().map(|left| format!("{}: {}", left.place, left.says)).collect()))
}

/// A route on which nothing is cached.
fn off() -> RouteFile {
    RouteFile { profile: "caching-off".to_owned(), ..RouteFile::default() }
}

/// Puts a field into a key by a class that the cache makes of it.
fn add_class(key: &mut KeySettings, field: &str) {
    let class = ClassKey::Field(field.to_owned());
    if !key.classes.contains(&class) {
        key.classes.push(class);
    }
}

/// Routes that no request reaches are left out: a configuration may well have some.
fn checked(file: &mut SiteFile) -> Result<Site, String> {
    loop {
        match Site::new(file.clone()) {
            Ok(site) => return Ok(site),
            Err(error) => match (&error.problem, error.place.route) {
                (Problem::NeverReached(_), Some(route)) if route < file.route.len() => {
                    file.route.remove(route);
                }
                _ => return Err(error.to_string()),
            },
        }
    }
}
