//! `storable import`, run in a folder.

use std::ffi::OsStr;
use std::path::Path;
use std::process::Command;

/// The site as it is printed, the exit status, and what is said.
pub(crate) fn import(
    kind: &str,
    folder: &Path,
    files: impl IntoIterator<Item: AsRef<OsStr>>,
) -> (String, i32, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_storable"))
        .args(["import", kind])
        .args(files)
        .current_dir(folder)
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (text(output.stdout), output.status.code().unwrap(), text(output.stderr))
}
