//! Sets of bytes.

/// A set of bytes, a bit for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct ByteSet([u64; 4]);

/// What stands between `<` and `>`.
pub(super) struct Written {
    pub(super) listed: ByteSet,
    /// It is about the bytes that are not listed.
    pub(super) is_of_others: bool,
}

impl ByteSet {
    pub(super) const NONE: Self = Self([0; 4]);
    pub(super) const ALL: Self = Self([u64::MAX; 4]);

    pub(super) fn of(byte: u8) -> Self {
        let mut set = Self::NONE;
        set.insert(byte);
        set
    }

    fn insert(&mut self, byte: u8) {
        if let Some(word) = self.0.get_mut(usize::from(byte >> 6)) {
            *word |= 1 << (byte & 63);
        }
    }

    fn has(self, byte: u8) -> bool {
        self.0.get(usize::from(byte >> 6)).is_some_and(|word| word & (1 << (byte & 63)) != 0)
    }

    pub(super) fn bytes(self) -> impl Iterator<Item = u8> {
        (0..=u8::MAX).filter(move |byte| self.has(*byte))
    }

    /// Reads `<a-f0-9>` or `<^/>`, and gives what stands behind it.
    pub(super) fn read(text: &[u8]) -> Option<(Written, &[u8])> {
        let inner = text.strip_prefix(b"<")?;
        let (items, behind) =
            inner.split_at_checked(inner.iter().position(|&byte| byte == b'>')?)?;
        let (mut items, is_of_others) = match items {
            [b'^', items @ ..] => (items, true),
            items => (items, false),
        };
        if items.is_empty() {
            return None;
        }
        let mut listed = Self::NONE;
        loop {
            items = match items {
                [] => break,
                [first, b'-', last, rest @ ..] => {
                    (*first..=*last).for_each(|byte| listed.insert(byte));
                    rest
                }
                [one, rest @ ..] => {
                    listed.insert(*one);
                    rest
                }
            };
        }
        Some((Written { listed, is_of_others }, behind.get(1..)?))
    }

    pub(super) fn meet(self, Self([e, f, g, h]): Self) -> Self {
        let Self([a, b, c, d]) = self;
        Self([a & e, b & f, c & g, d & h])
    }

    pub(super) fn others(self) -> Self {
        Self(self.0.map(|word| !word))
    }

    pub(super) fn covers(self, other: Self) -> bool {
        self.meet(other) == other
    }

    /// With the other case of its letters, which are 32 bits away in the same word.
    pub(super) const fn in_any_case(self) -> Self {
        const CAPITALS: u64 = 0x07ff_fffe;
        let Self([a, letters, c, d]) = self;
        let lower = (letters & CAPITALS) << 32;
        let upper = (letters >> 32) & CAPITALS;
        Self([a, letters | lower | upper, c, d])
    }

    fn first(self) -> Option<u8> {
        let (at, word) = self.0.iter().enumerate().find(|(_, word)| **word != 0)?;
        let byte = (u32::try_from(at).ok()? << 6) | word.trailing_zeros();
        u8::try_from(byte).ok()
    }

    /// The only byte of the set.
    pub(super) fn only(self) -> Option<u8> {
        self.first().filter(|byte| self == Self::of(*byte))
    }

    /// The letter, in lower case, of which the set has both cases and nothing else.
    pub(super) fn letter(self) -> Option<u8> {
        let letter = self.first()?.to_ascii_lowercase();
        let both = Self::of(letter).in_any_case();
        (letter.is_ascii_alphabetic() && self == both).then_some(letter)
    }
}
