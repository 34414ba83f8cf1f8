//! The law of importers that `fuzz/` tries on arbitrary input, here on the configurations of this
//! folder with something torn out, doubled or put elsewhere.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]
#![allow(clippy::arithmetic_side_effects)]

#[path = "laws/importers.rs"]
mod law;

use std::path::Path;

use proptest::prelude::*;

/// Every configuration of a hosted cache.
fn configurations() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/import/hosted");
    let folders = folder.read_dir().unwrap().map(|entry| entry.unwrap().path());
    let files = folders.flat_map(|folder| folder.read_dir().unwrap());
    let mut paths: Vec<_> = files
        .map(|entry| entry.unwrap().path())
        .filter(|path| !path.ends_with("says.txt") && !path.ends_with("answers.jsonl"))
        .collect();
    paths.sort();
    paths.iter().map(|path| std::fs::read_to_string(path).unwrap()).collect()
}

#[test]
fn the_configurations_keep_the_law() {
    let all = configurations();
    assert!(all.len() > 5);
    all.iter().for_each(|text| law::check(text.as_bytes()));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]
    #[test]
    fn a_broken_configuration_keeps_the_law(
        file in any::<proptest::sample::Index>(),
        [from, to, at] in any::<[proptest::sample::Index; 3]>(),
        change in 0..4,
        word in "[\\PC]{0,3}|\"|\\}|\\*|not |0|-1|99999999999999999999|\\(",
    ) {
        let all = configurations();
        let text: Vec<char> = file.get(&all).chars().collect();
        prop_assume!(!text.is_empty());
        let [from, to, at] = [from, to, at].map(|index| index.index(text.len()));
        let (from, to) = (from.min(to), from.max(to).min(from.min(to) + 60));
        let piece: String = text[from..to].iter().collect();
        let (before, behind): (String, String) = (text[..from].iter().collect(), text[to..].iter().collect());
        let broken = match change {
            0 => before + &behind,
            1 => before + &piece + &piece + &behind,
            2 => before + &word + &behind,
            _ => {
                let (head, tail) = (&text[..at], &text[at..]);
                head.iter().collect::<String>() + &piece + &tail.iter().collect::<String>()
            }
        };
        law::check(broken.as_bytes());
    }
}
