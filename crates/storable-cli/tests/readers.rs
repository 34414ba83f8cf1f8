//! The law of readers that `fuzz/` tries on arbitrary input, here on the files of this repository.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

#[path = "laws/readers.rs"]
mod law;

use std::path::Path;

#[test]
fn the_files_of_this_repository_keep_the_law() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests");
    for name in ["data/shop.har", "cases/rfc9111.jsonl", "cases/traps.jsonl"] {
        law::check(&std::fs::read(folder.join(name)).unwrap());
    }
}
