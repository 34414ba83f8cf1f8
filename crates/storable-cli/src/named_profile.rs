//! What `--profile` and its like name: the one place that turns an argument into a profile.

use storable::Profile;

/// The profile that an argument names.
pub(crate) fn profile(name: &str) -> Result<&'static Profile, String> {
    Profile::find(name)
        .ok_or_else(|| format!("no profile has the id `{name}`; `storable profiles` lists them"))
}

/// The profile that an argument names, or every profile for `all`.
pub(crate) fn profiles(name: &str) -> Result<&'static [Profile], String> {
    match name {
        "all" => Ok(Profile::ALL),
        name => profile(name).map(std::slice::from_ref),
    }
}
