//! The files that configurations are in.

use std::path::PathBuf;

use serde::Deserialize;
use serde_json::Value;

/// A file, read.
#[derive(Clone, Debug)]
pub(super) struct File {
    pub(super) name: String,
    pub(super) text: String,
    /// What of several things in it is asked for: what stands behind a `#`.
    pub(super) only: Option<String>,
}

/// Reads the files.
pub(super) fn read(paths: &[PathBuf]) -> Result<Vec<File>, String> {
    let read = |path: &PathBuf| {
        let whole = path.display().to_string();
        let (name, only) = match whole.split_once('#').filter(|_| !path.exists()) {
            Some((name, only)) => (name.to_owned(), Some(only.to_owned())),
            None => (whole, None),
        };
        match std::fs::read_to_string(&name) {
            Ok(text) => Ok(File { name, text, only }),
            Err(error) => Err(format!("{name}: {error}")),
        }
    };
    paths.iter().map(read).collect()
}

impl File {
    /// What is wrong with the file.
    pub(super) fn problem(&self, says: impl std::fmt::Display) -> String {
        format!("{}: {says}", self.name)
    }

    /// The documents of a file of YAML, or of JSON, which YAML includes.
    pub(super) fn yaml(&self) -> Result<Vec<Value>, String> {
        if self.text.trim_start().starts_with(['{', '[']) {
            return self.json().map(|value| vec![value]);
        }
        if nesting(&self.text) > DEEPEST {
            return Err(self.problem(format!("brackets stand more than {DEEPEST} deep")));
        }
        let documents = serde_yaml_ng::Deserializer::from_str(&self.text);
        let read = documents.map(Value::deserialize);
        read.collect::<Result<_, _>>().map_err(|error| self.problem(error))
    }

    pub(super) fn toml<T: serde::de::DeserializeOwned>(&self) -> Result<T, String> {
        toml::from_str(&self.text).map_err(|error| {
            let before = error.span().and_then(|span| self.text.get(..span.start));
            let line = before.map_or(1, |before| before.split('\n').count());
            format!("{}:{line}: {}", self.name, error.message())
        })
    }

    pub(super) fn json(&self) -> Result<Value, String> {
        let text = self.text.strip_prefix('\u{feff}').unwrap_or(&self.text);
        serde_json::from_str(text).map_err(|error| self.problem(error))
    }
}

/// How deep brackets may stand in YAML: the time that its reader takes grows with the square.
const DEEPEST: usize = 1_000;

/// How deep brackets stand in each other at most, those in texts included.
fn nesting(text: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    for byte in text.bytes() {
        match byte {
            b'[' | b'{' => depth = depth.saturating_add(1),
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}
