//! The order of the modules: each imports from those before it alone, and from itself.

#![allow(missing_docs)]

use std::path::{Path, PathBuf};

type Outcome = Result<(), Box<dyn std::error::Error>>;

/// From the ground up; `src/lib.rs` and `DESIGN.md` draw it from the top down.
const ORDER: [&str; 18] = [
    "bytes", "calendar", "glob", "message", "field", "profile", "policy", "header", "answer",
    "rule", "kept", "server", "verdict", "life", "visit", "testing", "advise", "site",
];

fn place(module: &str) -> Result<usize, String> {
    let place = ORDER.iter().position(|other| *other == module);
    place.ok_or_else(|| format!("`{module}` has no place in the order of tests/layers.rs"))
}

/// What a file imports from the crate's root, outside its tests and comments.
fn imports(text: &str) -> impl Iterator<Item = &str> {
    let code = text.split("mod tests {").next().unwrap_or_default();
    let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
    lines.flat_map(|line| line.split("crate::").skip(1)).map(|rest| {
        rest.split(|other: char| !other.is_alphanumeric() && other != '_').next().unwrap_or(rest)
    })
}

/// Every file in this place.
fn files(path: PathBuf) -> std::io::Result<Vec<PathBuf>> {
    if !path.is_dir() {
        return Ok(vec![path]);
    }
    let mut found = Vec::new();
    for entry in path.read_dir()? {
        found.extend(files(entry?.path())?);
    }
    Ok(found)
}

/// Whether a whole file is there for tests alone, as its parent says.
fn is_a_test(file: &Path) -> bool {
    let stem = file.file_stem().unwrap_or_default().to_string_lossy();
    let parent = std::fs::read_to_string(file.with_file_name("mod.rs")).unwrap_or_default();
    parent.contains(&format!("#[cfg(test)]\nmod {stem};"))
}

#[test]
fn nothing_imports_upwards() -> Outcome {
    let mut seen = Vec::new();
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for file in files(src.clone())? {
        let module = file.strip_prefix(&src)?.iter().next().and_then(|first| first.to_str());
        let module = module.unwrap_or_default().trim_end_matches(".rs");
        let text = std::fs::read_to_string(&file)?;
        for import in imports(&text).filter(|_| module != "lib" && !is_a_test(&file)) {
            let file = file.display();
            // A name of the root, or a list of modules, would hide where it comes from.
            let from = place(import).map_err(|unknown| format!("{file}: {unknown}"))?;
            assert!(
                from <= place(module)?,
                "{file}: `{module}` imports `{import}`, which is above"
            );
            seen.push(from);
        }
    }
    assert!(seen.len() > 300, "{} imports were found: what are they written like?", seen.len());
    Ok(())
}

#[test]
fn the_picture_in_the_documentation_has_the_same_order() {
    for (page, text) in
        [("src/lib.rs", include_str!("../src/lib.rs")), ("DESIGN.md", include_str!("../DESIGN.md"))]
    {
        let picture = text.split("```text").nth(1).and_then(|rest| rest.split("```").next());
        let drawn: Vec<_> = picture
            .unwrap_or_default()
            .lines()
            .filter_map(|line| line.trim_start_matches("//!").split_whitespace().next())
            .filter(|word| ORDER.contains(word))
            .collect();
        let expected: Vec<_> =
            ORDER.into_iter().rev().filter(|module| drawn.contains(module)).collect();
        assert_eq!(drawn, expected, "{page}");
        assert!(drawn.len() >= 12, "{page} draws {drawn:?}");
    }
}
