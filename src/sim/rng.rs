//! Numbers that depend on a seed and a path of words alone, never on the order of the draws.
//!
//! Each value of the world is drawn from `seed → word → word …`, so that a new service or account moves no other one.

/// A point in the tree of draws. Copying it is free; every method is pure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seed(u64);

/// The finaliser of splitmix64 (Steele, Lea, Flood 2014): every input bit reaches every output bit.
const fn mix(state: u64) -> u64 {
    let z = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

impl Seed {
    /// The root of a world.
    pub const fn new(seed: u64) -> Self {
        Self(mix(seed))
    }

    /// The branch that a word names.
    pub fn word(self, word: &str) -> Self {
        // FNV-1a: short words, no allocation, stable for ever (std's hashers are not).
        let hash = word
            .bytes()
            .fold(0xCBF2_9CE4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3));
        Self(mix(self.0 ^ hash))
    }

    /// The branch that a number names.
    pub const fn num(self, number: i64) -> Self {
        Self(mix(self.0 ^ number.cast_unsigned().wrapping_mul(0xD6E8_FEB8_6659_FD93)))
    }

    /// The raw 64 bits.
    pub const fn bits(self) -> u64 {
        self.0
    }

    /// A number in `low..=high`.
    pub fn between(self, low: i64, high: i64) -> i64 {
        let span = high.abs_diff(low).saturating_add(1);
        low.saturating_add_unsigned(self.0 % span)
    }

    /// True in `percent` of 100 cases.
    pub const fn chance(self, percent: u64) -> bool {
        self.0 % 100 < percent
    }

    /// A number in `0.0..1.0`.
    pub fn fraction(self) -> f64 {
        let high = u32::try_from(self.0 >> 32).unwrap_or(u32::MAX);
        f64::from(high) / (f64::from(u32::MAX) + 1.0)
    }

    /// One of the items; `None` only when there is none.
    pub fn pick<T>(self, items: &[T]) -> Option<&T> {
        let count = u64::try_from(items.len()).ok().filter(|count| *count > 0)?;
        items.get(usize::try_from(self.0 % count).ok()?)
    }

    /// `length` characters out of `alphabet`.
    pub fn text(self, alphabet: &[u8], length: usize) -> String {
        (0..length)
            .scan(self, |seed, _| {
                *seed = seed.num(1);
                seed.pick(alphabet).map(|byte| char::from(*byte))
            })
            .collect()
    }

    /// `length` hexadecimal digits, as ECS writes the ids of tasks.
    pub fn hex(self, length: usize) -> String {
        self.text(b"0123456789abcdef", length)
    }

    /// `length` decimal digits, the first of which is not 0.
    pub fn digits(self, length: usize) -> String {
        let head = self.text(b"123456789", 1);
        head + &self.num(2).text(b"0123456789", length.saturating_sub(1))
    }

    /// `length` characters as in access keys and unique ids.
    pub fn key(self, length: usize) -> String {
        self.text(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", length)
    }

    /// The shape of a UUID, as AWS writes request ids.
    pub fn uuid(self) -> String {
        let hex = self.hex(32);
        let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default();
        [part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32)].join("-")
    }
}

#[cfg(test)]
mod tests {
    use super::Seed;

    #[test]
    fn a_draw_depends_on_its_path_alone() {
        let seed = Seed::new(7);
        assert_eq!(seed.word("a").num(1).hex(8), seed.word("a").num(1).hex(8));
        assert_ne!(seed.word("a").num(1).hex(8), seed.word("a").num(2).hex(8));
        assert_ne!(Seed::new(8).hex(8), seed.hex(8));
        assert!((0..1000).map(|n| seed.num(n).between(3, 5)).all(|n| (3..=5).contains(&n)));
        assert!((0..1000).map(|n| seed.num(n).fraction()).all(|n| (0.0..1.0).contains(&n)));
    }
}
