//! What people have at hand, read: HAR files and other recordings, and message heads as tools print
//! them.

pub mod encoding;
pub mod files;
pub mod har;
pub mod heads;
pub mod recorded;

use storable::field::Field;
use storable_wire::{Line, LineError};

/// A header line that HTTP cannot carry, left out: no cache reads a field of its name.
pub type LeftOut = LineError;

/// Adds a line, or says that it was left out. A line that HTTP cannot carry is left out where its
/// name shows that no cache is steered by it; else it is an error, because the answer might hang
/// on it.
fn add(
    lines: &mut Vec<Line>,
    line: Result<Line, LineError>,
    name: &str,
) -> Result<Option<LeftOut>, String> {
    match line {
        Ok(line) if line.parts().1.ends_with("…".as_bytes()) && !steers_no_cache(name) => {
            Err(format!("{name}: the value is cut off (`…`)"))
        }
        Ok(line) => {
            lines.push(line);
            Ok(None)
        }
        Err(error) if steers_no_cache(name) => Ok(Some(error)),
        Err(error) => Err(error.to_string()),
    }
}

/// Whether a field of this name surely steers no cache. A name that is misspelt might have been
/// meant as one that does.
fn steers_no_cache(name: &str) -> bool {
    let letters: String = name.chars().filter(|char| char.is_ascii_graphic()).collect();
    let letters = letters.to_ascii_lowercase();
    let steers = [
        "cache",
        "control",
        "cookie",
        "authoriz",
        "expires",
        "pragma",
        "vary",
        "edge",
        "accel",
        "surrogate",
    ];
    Field::of(&letters).is_none()
        && !letters.is_empty()
        && !steers.iter().any(|part| letters.contains(part))
}
