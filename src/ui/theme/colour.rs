//! Colours: how they are written, how far apart two of them are, and how to do with fewer.

use ratatui::style::Color;

/// How many colours a terminal shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Colours {
    /// None: modifiers alone.
    None,
    /// The sixteen that the user's terminal defines.
    Sixteen,
    /// The 256 of xterm.
    Indexed,
    /// 24 bits.
    #[default]
    True,
}

/// The words for the terminal's own colours in a theme, in the order of their ANSI numbers.
pub(super) const ANSI: [(&str, Color); 17] = [
    ("black", Color::Black),
    ("red", Color::Red),
    ("green", Color::Green),
    ("yellow", Color::Yellow),
    ("blue", Color::Blue),
    ("magenta", Color::Magenta),
    ("cyan", Color::Cyan),
    ("white", Color::Gray),
    ("bright-black", Color::DarkGray),
    ("bright-red", Color::LightRed),
    ("bright-green", Color::LightGreen),
    ("bright-yellow", Color::LightYellow),
    ("bright-blue", Color::LightBlue),
    ("bright-magenta", Color::LightMagenta),
    ("bright-cyan", Color::LightCyan),
    ("bright-white", Color::White),
    ("default", Color::Reset),
];

/// The sixteen colours as xterm sets them out, for pictures and for finding the nearest.
const XTERM: [u32; 16] = [
    0x00_0000, 0xcd_0000, 0x00_cd00, 0xcd_cd00, 0x00_00ee, 0xcd_00cd, 0x00_cdcd, 0xe5_e5e5, //
    0x7f_7f7f, 0xff_0000, 0x00_ff00, 0xff_ff00, 0x5c_5cff, 0xff_00ff, 0x00_ffff, 0xff_ffff,
];

/// The steps of a channel in xterm's cube of 216 colours.
const CUBE: [u8; 6] = [0, 95, 135, 175, 215, 255];

/// A colour written as `#rrggbb`.
pub(super) fn hex(text: &str) -> Option<Color> {
    let digits = text.strip_prefix('#')?;
    if digits.len() != 6 || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    u32::from_str_radix(digits, 16).ok().map(Color::from_u32)
}

/// Red, green and blue of a colour. The terminal's own sixteen are taken as xterm sets them out; `None` for the
/// default colour, which only the terminal knows.
#[must_use]
pub fn rgb(colour: Color) -> Option<[u8; 3]> {
    match colour {
        Color::Reset => None,
        Color::Rgb(r, g, b) => Some([r, g, b]),
        Color::Indexed(i @ 16..=231) => {
            let at = |n: u8| CUBE[usize::from(n % 6)];
            Some([at((i - 16) / 36), at((i - 16) / 6), at(i - 16)])
        }
        Color::Indexed(i @ 232..) => Some([8 + (i - 232) * 10; 3]),
        Color::Indexed(i) => Some(split(XTERM[usize::from(i)])),
        named => ANSI.iter().position(|(_, c)| *c == named).map(|i| split(XTERM[i])),
    }
}

fn split(n: u32) -> [u8; 3] {
    let [_, r, g, b] = n.to_be_bytes();
    [r, g, b]
}

/// The contrast of two colours, 1 to 21 (WCAG 2.1, "contrast ratio").
#[must_use]
pub fn contrast(a: [u8; 3], b: [u8; 3]) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// Relative luminance, 0 to 1 (WCAG 2.1).
fn luminance(colour: [u8; 3]) -> f64 {
    let [r, g, b] = colour.map(|c| {
        let c = f64::from(c) / 255.0;
        if c <= 0.040_45 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
    });
    0.2126 * r + 0.7152 * g + 0.0722 * b
}

/// How unlike two colours look: weighted squares of the differences (the "redmean" approximation).
fn distance(a: [u8; 3], b: [u8; 3]) -> i64 {
    let [dr, dg, db] = [0, 1, 2].map(|i| i64::from(a[i]) - i64::from(b[i]));
    let mean = i64::midpoint(i64::from(a[0]), i64::from(b[0]));
    (((512 + mean) * dr * dr) >> 8) + 4 * dg * dg + (((767 - mean) * db * db) >> 8)
}

impl Colours {
    /// How a colour of somebody else's is shown, if at all.
    #[must_use]
    pub fn show(self, colour: Color) -> Option<Color> {
        match (self, colour) {
            (Self::None, _) => None,
            (Self::Sixteen, Color::Indexed(_)) => rgb(colour).map(|[r, g, b]| self.nearest(Color::Rgb(r, g, b))),
            _ => Some(self.nearest(colour)),
        }
    }

    /// The nearest colour that this many allow. Names and the default colour stay as they are.
    pub(super) fn nearest(self, colour: Color) -> Color {
        let Color::Rgb(r, g, b) = colour else { return colour };
        let nearest = |among: std::ops::RangeInclusive<u8>| {
            among.min_by_key(|i| rgb(Color::Indexed(*i)).map_or(i64::MAX, |c| distance(c, [r, g, b])))
        };
        match self {
            Self::True => colour,
            Self::Indexed => nearest(16..=255).map_or(colour, Color::Indexed),
            Self::Sixteen => nearest(0..=15).map_or(colour, |i| ANSI[usize::from(i)].1),
            Self::None => Color::Reset,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contrast_is_that_of_the_standard() {
        assert!((contrast([0; 3], [255; 3]) - 21.0).abs() < 0.01);
        assert!((contrast([0x76; 3], [255; 3]) - 4.54).abs() < 0.01, "the grey of WCAG's own example");
    }

    #[test]
    fn fewer_colours_are_the_nearest_ones() {
        assert_eq!(Colours::Indexed.nearest(Color::Rgb(255, 0, 0)), Color::Indexed(196));
        assert_eq!(Colours::Indexed.nearest(Color::Rgb(128, 128, 128)), Color::Indexed(244));
        assert_eq!(Colours::Sixteen.nearest(Color::Rgb(250, 10, 10)), Color::LightRed);
        assert_eq!(Colours::Sixteen.nearest(Color::Reset), Color::Reset);
        assert_eq!(rgb(Color::Indexed(196)), Some([255, 0, 0]));
    }

    #[test]
    fn only_six_digits_are_a_colour() {
        assert_eq!(hex("#0b1622"), Some(Color::Rgb(0x0b, 0x16, 0x22)));
        for bad in ["0b1622", "#0b162", "#0b16222", "#+b1622", "#éé16"] {
            assert_eq!(hex(bad), None, "{bad}");
        }
    }
}
