//! `storable profiles`: which caches there is a profile of.

use std::io::{self, Write};
use std::process::ExitCode;

use storable::Profile;

use crate::output::terminal;

/// List the caches that can be named, and how what they do is known.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The id of a profile, or `all`.
    #[arg(value_name = "ID", default_value = "all", value_parser = profiles)]
    profile: &'static [Profile],
}

pub(crate) fn run(arguments: &Arguments) -> ExitCode {
    terminal::ended("profiles", writeln!(io::stdout(), "{}", list(arguments.profile)))
}

/// The profile with this id, or every profile for `all`.
fn profiles(id: &str) -> Result<&'static [Profile], String> {
    match id {
        "all" => Ok(Profile::ALL),
        id => Profile::find(id)
            .map(std::slice::from_ref)
            .ok_or_else(|| format!("no profile has the id `{id}`; `storable profiles` lists them")),
    }
}

fn list(profiles: &[Profile]) -> comfy_table::Table {
    let mut table = terminal::table_by_id(&["id", "cache", "as of", "basis"]);
    table.add_rows(
        profiles
            .iter()
            .map(|profile| [profile.id(), profile.name(), profile.as_of(), profile.basis().name()]),
    );
    table
}
