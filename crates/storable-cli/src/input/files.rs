//! The files that arguments name: files, folders, archives and standard input.

use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::encoding::{self, Member};

/// A file that was read.
#[derive(Debug)]
pub struct Input {
    /// Its name for messages.
    pub name: String,
    /// Its bytes, unpacked and as UTF-8.
    pub bytes: Vec<u8>,
}

/// A file that could not be read, and why.
#[derive(Debug, thiserror::Error)]
#[error("{name}: {reason}")]
pub struct Unreadable {
    /// Its name.
    pub name: String,
    /// What is wrong.
    pub reason: String,
}

/// A path's name for messages.
#[must_use]
pub fn name(path: &Path) -> String {
    if path.as_os_str() == "-" { "standard input".to_owned() } else { path.display().to_string() }
}

/// The bytes of a file, or of standard input for `-`.
pub fn read(path: &Path) -> io::Result<Vec<u8>> {
    if path.as_os_str() != "-" {
        return std::fs::read(path);
    }
    let mut bytes = Vec::new();
    io::stdin().lock().read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// What a path names: a file, the members of an archive, or the HAR files of a folder and the
/// folders in it.
pub fn open(path: &Path) -> Vec<Result<Input, Unreadable>> {
    let bad = |path: &Path, reason: String| Err(Unreadable { name: name(path), reason });
    if path.is_dir() {
        return match recordings(path) {
            Ok(files) if files.is_empty() => {
                vec![bad(path, "no HAR file is in this folder".to_owned())]
            }
            Ok(files) => files.iter().flat_map(|file| open(file)).collect(),
            Err(error) => vec![bad(path, error.to_string())],
        };
    }
    let members = read(path).map_err(|error| error.to_string()).and_then(encoding::decode);
    match members {
        Ok(members) => members.into_iter().map(|member| Ok(input(path, member))).collect(),
        Err(reason) => vec![bad(path, reason)],
    }
}

fn input(path: &Path, member: Member) -> Input {
    let own = name(path);
    let name = if member.name.is_empty() { own } else { format!("{own}!{}", member.name) };
    Input { name, bytes: member.bytes }
}

/// The HAR files of a folder, packed ones too, in the order of their names.
fn recordings(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.to_string_lossy().to_ascii_lowercase();
        // A link is not followed into a folder: it might lead back here.
        if path.is_dir() && !path.is_symlink() {
            files.extend(recordings(&path)?);
        } else if [".har", ".har.gz", ".har.zip"].iter().any(|ending| name.ends_with(ending)) {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}
