//! What a stand-in for a cache knows of responses of which nobody knows what the cache does with them.

use std::sync::Arc;

use quick_cache::sync::Cache as Map;
use storable::visit::Open;

use crate::arriving::Source;

/// Exchanges of one URI beyond this number push out the oldest.
const MOST: usize = 16;

/// Open exchanges by their URI, with their content.
#[derive(Clone, Debug)]
pub(crate) struct Guesses(Arc<Map<Vec<u8>, Arc<Vec<Guess>>>>);

/// An open exchange, with its content.
#[derive(Clone, Debug)]
pub(crate) struct Guess {
    pub(crate) open: Open,
    pub(crate) content: Source,
}

impl Guesses {
    pub(crate) fn new() -> Self {
        Self(Arc::new(Map::new(1000)))
    }

    pub(crate) fn of(&self, uri: &[u8]) -> Arc<Vec<Guess>> {
        self.0.get(uri).unwrap_or_default()
    }

    pub(crate) fn add(&self, uri: &[u8], guess: Guess) {
        let mut guesses = Arc::unwrap_or_clone(self.of(uri));
        guesses.push(guess);
        let surplus = guesses.len().saturating_sub(MOST);
        guesses.drain(..surplus);
        self.0.insert(uri.to_vec(), Arc::new(guesses));
    }

    pub(crate) fn remove(&self, uri: &[u8]) {
        self.0.remove(uri);
    }
}
