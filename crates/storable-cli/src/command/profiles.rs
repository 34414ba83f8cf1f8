//! `storable profiles`: which caches there is a profile of.

use std::io::{self, Write};
use std::process::ExitCode;

use storable::Profile;

use crate::named_profile;
use crate::output::terminal;

/// List the caches that can be named, with how their behaviour is known.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The id of a profile, or `all`.
    #[arg(value_name = "ID", default_value = "all", value_parser = named_profile::profiles)]
    profile: &'static [Profile],
}

pub(crate) fn run(arguments: &Arguments) -> ExitCode {
    match terminal::until_closed(writeln!(io::stdout(), "{}", list(arguments.profile))) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            terminal::complain("profiles", error);
            ExitCode::FAILURE
        }
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
