//! The cases of `tests/cases`, all files together.

use serde::de::DeserializeOwned;

pub(crate) fn cases<Case: DeserializeOwned>() -> Vec<Case> {
    let folder = format!("{}/tests/cases", env!("CARGO_MANIFEST_DIR"));
    let paths = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    paths
        .filter(|path| path.extension().is_some_and(|extension| extension == "jsonl"))
        .flat_map(|path| {
            let text = std::fs::read_to_string(path).unwrap();
            text.lines().map(|line| serde_json::from_str(line).unwrap()).collect::<Vec<_>>()
        })
        .collect()
}
