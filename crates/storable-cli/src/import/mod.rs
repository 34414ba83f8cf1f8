//! Site files out of the configuration that somebody already has.
//!
//! What matters for caching and cannot be expressed is never dropped: it is listed with its place,
//! and the questions that it is about are judged as not known.

mod cloudfront;
mod nginx;
mod pattern;

use std::path::PathBuf;
use std::process::ExitCode;

use storable::Site;
use storable::site::{Problem, SiteFile};

use crate::output::terminal;

/// Make a site file of a configuration.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  storable import nginx /etc/nginx/nginx.conf -o site.toml
  aws cloudfront get-distribution-config --id E1 > d.json
  aws cloudfront get-cache-policy --id P1 > p.json
  storable import cloudfront d.json p.json -o site.toml

Exit status: 4 where something that matters cannot be expressed (it is listed, and judged as not
known), 1 where a file cannot be read, 2 for a wrong command line, 0 otherwise.")]
pub(crate) struct Arguments {
    /// What the files are.
    #[arg(value_enum)]
    kind: Kind,
    /// The files; of nginx the main one, which includes the others.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Write the site to this file instead of standard output.
    #[arg(short, long, value_name = "SITE")]
    output: Option<PathBuf>,
    /// The built-in profile of the server's version, for nginx.
    #[arg(long, value_name = "ID", default_value = "nginx")]
    version: String,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Kind {
    /// The configuration of nginx: proxy_cache, fastcgi_cache and the like.
    Nginx,
    /// What `aws cloudfront get-distribution-config`, `get-cache-policy` and
    /// `get-origin-request-policy` print.
    Cloudfront,
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
                let line = terminal::printable(&format!("{place}: {says}; judged as not known"));
                terminal::complain("import", line);
            }
            ExitCode::from(INCOMPLETE)
        }
        Err(problem) => {
            terminal::complain("import", terminal::printable(&problem));
            ExitCode::FAILURE
        }
    }
}

fn import(arguments: &Arguments) -> Result<Vec<Left>, String> {
    let mut imported = match arguments.kind {
        Kind::Nginx => nginx::import(&arguments.files, &arguments.version)?,
        Kind::Cloudfront => cloudfront::import(&arguments.files)?,
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
