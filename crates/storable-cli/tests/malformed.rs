//! Files that are broken: whatever stands in one, the command neither ends by a signal nor succeeds,
//! and says where the fault is.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

#[path = "laws/importers.rs"]
mod importers;
#[path = "laws/readers.rs"]
mod readers;

use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Deserialize;
use storable::Site;
use storable::site::SiteFile;
use storable_cli::import::import_text;
use storable_cli::input::har;

/// A file made of repetitions, and what becomes of it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    why: String,
    /// `FILE` stands for the file's path.
    arguments: Vec<String>,
    file: String,
    #[serde(default)]
    before: String,
    repeat: (String, usize),
    #[serde(default = "nothing")]
    behind: (String, usize),
    #[serde(default)]
    after: String,
    /// What standard error holds.
    stderr: String,
    #[serde(default = "one")]
    status: i32,
}

fn nothing() -> (String, usize) {
    (String::new(), 0)
}

fn one() -> i32 {
    1
}

impl Case {
    fn text(&self) -> String {
        let [inner, behind] = [&self.repeat, &self.behind].map(|(text, times)| text.repeat(*times));
        [self.before.as_str(), &inner, &behind, &self.after].concat()
    }

    fn failure(&self, folder: &Path) -> Option<String> {
        let path = folder.join(&self.file);
        std::fs::write(&path, self.text()).unwrap();
        let arguments = self.arguments.iter().map(|argument| match argument.as_str() {
            "FILE" => path.to_str().unwrap(),
            other => other,
        });
        let output = Command::new(env!("CARGO_BIN_EXE_storable")).args(arguments).output().unwrap();
        let told = String::from_utf8_lossy(&output.stderr);
        let right = output.status.code() == Some(self.status)
            && told.contains(&self.stderr)
            && told.len() < 2_000;
        let begin: String = told.chars().take(300).collect();
        (!right).then(|| format!("{} ({}): {}: {begin}", self.name, self.why, output.status))
    }
}

#[test]
fn what_has_no_end_is_refused_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let cases = own("malformed/files.jsonl");
    let failed: Vec<_> = std::fs::read_to_string(cases)
        .unwrap()
        .lines()
        .filter_map(|line| serde_json::from_str::<Case>(line).unwrap().failure(folder.path()))
        .collect();
    assert!(failed.is_empty(), "{} fail\n{}", failed.len(), failed.join("\n"));
}

/// A file of this repository, or of this crate, for each reader.
const SAMPLES: &[&str] =
    &["../../../tests/cases/traps.jsonl", "../../../tests/data/shop.har", "commands/heads.jsonl"];

/// Configurations, with the kind of each.
const CONFIGURATIONS: &[(&str, &str)] = &[
    ("akamai", "import/hosted/akamai-shop"),
    ("cloudflare", "import/hosted/cloudflare-shop"),
    ("cloudfront", "import/hosted/cloudfront-terraform-state"),
    ("google", "import/hosted/google-terraform"),
    ("vercel", "import/hosted/vercel-next"),
];

/// What is put into a file, at one place after the other.
const PIECES: &[&[u8]] =
    &[b"", b"\xFF", b"\0", b"\r", b"\"", b"}", b"99999999999999999999999999", b"-", b"\\u0000"];

/// How many places of a file are tried.
const PLACES: usize = 6;

#[test]
fn torn_files_keep_the_laws() {
    let heads = heads();
    let samples = SAMPLES.iter().map(|name| begin(std::fs::read(own(name)).unwrap()));
    for sample in samples.chain(heads.into_iter().map(String::into_bytes)) {
        each_broken(&sample, readers::check);
    }
    for (_, folder) in CONFIGURATIONS {
        for file in configurations(folder) {
            each_broken(&begin(std::fs::read(file).unwrap()), importers::check);
        }
    }
}

#[test]
fn json_that_is_cut_off_is_refused() {
    let recording = std::fs::read(own("../../../tests/data/shop.har")).unwrap();
    let recording = recording.trim_ascii_end();
    for end in places(recording.len()) {
        let error = har::File::read(&recording[..end]).unwrap_err();
        assert!(error.contains("line"), "{end}: {error}");
    }
    for (kind, folder) in CONFIGURATIONS {
        let json = configurations(folder)
            .into_iter()
            .filter(|path| path.extension() == Some("json".as_ref()));
        for file in json {
            let text = std::fs::read_to_string(&file).unwrap();
            let text = text.trim_end();
            for end in places(text.len()).filter(|end| text.is_char_boundary(*end)) {
                let read = import_text(kind, &text[..end]);
                assert!(read.is_err(), "{}: {end}", file.display());
            }
        }
    }
}

/// A site file that is torn is refused, or says something else and can be printed and read again.
#[test]
fn torn_site_files_keep_the_law() {
    for (_, folder) in CONFIGURATIONS {
        let site = std::fs::read(own(folder).join("site.toml")).unwrap();
        each_broken(&site, |bytes| {
            let Ok(text) = std::str::from_utf8(bytes) else { return };
            let Ok(file) = toml::from_str::<SiteFile>(text) else { return };
            if let Ok(site) = Site::new(file) {
                let again = toml::from_str(&toml::to_string(site.file()).unwrap()).unwrap();
                assert!(Site::new(again).is_ok(), "{text}");
            }
        });
    }
}

fn own(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(name)
}

/// As much as each place can be tried in; a recording repeats itself.
fn begin(mut bytes: Vec<u8>) -> Vec<u8> {
    bytes.truncate(8_000);
    bytes
}

/// The heads that the command is tried on.
fn heads() -> Vec<String> {
    #[derive(Deserialize)]
    struct Head {
        stdin: Option<String>,
    }
    let text = std::fs::read_to_string(own("commands/heads.jsonl")).unwrap();
    text.lines().filter_map(|line| serde_json::from_str::<Head>(line).unwrap().stdin).collect()
}

/// The files of a folder that an importer reads.
fn configurations(folder: &str) -> Vec<PathBuf> {
    let files = own(folder).read_dir().unwrap().map(|file| file.unwrap().path());
    files
        .filter(|path| {
            !["says.txt", "answers.jsonl", "site.toml"].iter().any(|name| path.ends_with(name))
        })
        .collect()
}

fn places(length: usize) -> impl Iterator<Item = usize> {
    (0..length).step_by(length.div_ceil(PLACES).max(1))
}

/// The file cut off, with a bit that is another, and with something put in, at each place.
fn each_broken(bytes: &[u8], law: impl Fn(&[u8])) {
    for place in places(bytes.len()) {
        let (before, behind) = bytes.split_at(place);
        law(before);
        for piece in PIECES {
            law(&[before, piece, behind].concat());
        }
        let mut flipped = bytes.to_vec();
        flipped[place] ^= 1 << (place % 8);
        law(&flipped);
    }
}
