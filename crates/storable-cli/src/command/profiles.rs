//! `storable profiles`: which caches there is a profile of.

use std::io::{self, Write};
use std::process::ExitCode;

use storable::Profile;

use crate::named_profile;

/// List the caches that can be named, with how their behaviour is known.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The id of a profile, or `all`.
    #[arg(value_name = "ID", default_value = "all", value_parser = named_profile::profiles)]
    profile: &'static [Profile],
}

pub(crate) fn run(arguments: &Arguments) -> ExitCode {
    match list(arguments.profile) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

fn list(profiles: &[Profile]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    profiles.iter().try_for_each(|profile| {
        let (id, name, as_of) = (profile.id(), profile.name(), profile.as_of());
        writeln!(out, "{id}  {name}, as of {as_of}, {}", profile.basis())
    })
}
