//! Places in a pattern, as bits.

/// Words of 64 bits.
const WORDS: usize = 8;

/// A set of places in a pattern, the one behind its end included.
#[derive(Clone, Copy, Default)]
pub(super) struct Places([u64; WORDS]);

impl Places {
    /// The longest pattern; whether one is, is asked where patterns are read.
    #[cfg(any(test, feature = "serde"))]
    pub(super) const MOST: usize = 511;

    /// A place that there is no room for is left out.
    pub(super) fn insert(&mut self, place: usize) {
        if let Some(word) = self.0.get_mut(place / 64) {
            *word |= bit(place);
        }
    }

    pub(super) fn has(&self, place: usize) -> bool {
        self.0.get(place / 64).is_some_and(|word| word & bit(place) != 0)
    }
}

fn bit(place: usize) -> u64 {
    1_u64.rotate_left(u32::try_from(place % 64).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_room_for_the_longest_pattern() {
        let mut places = Places::default();
        for place in [0, 63, 64, Places::MOST] {
            assert!(!places.has(place));
            places.insert(place);
            assert!(places.has(place));
        }
        places.insert(Places::MOST + 1);
        assert!(!places.has(Places::MOST + 1) && !places.has(1));
    }
}
