//! How long an answer takes.

use std::str::FromStr;
use std::time::Duration;

use super::rng::Seed;

/// The pace of the fleet's answers, before any fault.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Latency {
    /// At once: for tests and benchmarks.
    Off,
    /// The same for every request, as on a line of known length.
    Fixed(Duration),
    /// Each account at its own pace, about 20 to 150 ms, with the long tail that real services have.
    #[default]
    Natural,
}

impl Latency {
    /// The delay of the `number`th request to an account.
    pub(super) fn of(self, seed: Seed, account: &str, number: u64) -> Duration {
        match self {
            Self::Off => Duration::ZERO,
            Self::Fixed(delay) => delay,
            Self::Natural => {
                let account = seed.word("pace").word(account);
                let median = 22.0 + 70.0 * account.fraction();
                let draw = account.num(number.cast_signed());
                // Irwin and Hall: twelve uniform draws, less six, are close enough to a normal one.
                let normal: f64 = (0..12).map(|n| draw.num(n).fraction()).sum::<f64>() - 6.0;
                Duration::from_secs_f64((median * (0.35 * normal).exp()).clamp(15.0, 1500.0) / 1000.0)
            }
        }
    }
}

impl FromStr for Latency {
    type Err = String;

    /// `off`, `natural`, or a number of milliseconds such as `120ms`; the error says so.
    fn from_str(text: &str) -> Result<Self, String> {
        let fixed = text.strip_suffix("ms").and_then(|number| number.parse().ok());
        match (text, fixed) {
            ("off", _) => Ok(Self::Off),
            ("natural", _) => Ok(Self::Natural),
            (_, Some(milliseconds)) => Ok(Self::Fixed(Duration::from_millis(milliseconds))),
            _ => Err(format!("{text:?} is neither off, natural nor a delay such as 120ms")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_read() {
        assert_eq!("120ms".parse(), Ok(Latency::Fixed(Duration::from_millis(120))));
        assert_eq!("off".parse(), Ok(Latency::Off));
        assert!("fast".parse::<Latency>().is_err());
    }

    #[test]
    fn natural_delays_are_believable_and_repeatable() {
        let seed = Seed::new(1);
        let of = |n| Latency::Natural.of(seed, "111111111111", n);
        assert_eq!(of(3), of(3));
        let mut delays: Vec<Duration> = (0..1000).map(of).collect();
        delays.sort_unstable();
        let median = delays.get(500).copied().unwrap_or_default();
        assert!((20..=100).contains(&median.as_millis()), "{median:?}");
    }
}
