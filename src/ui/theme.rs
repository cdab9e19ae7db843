//! Themes: what each thing on the screen looks like, by what it means.
//!
//! A theme is one TOML file under `themes/` and one line in `themes!`: a palette of named colours, and a style for
//! each [`Role`]. Painters ask for roles only and never name a colour. Colour alone never carries a meaning: a
//! verdict has a glyph and a word, the selected row has a mark.

mod colour;
mod parse;
mod role;

use ratatui::style::{Color, Style};

pub use colour::{Colours, contrast, rgb};
pub use role::Role;

use crate::model::Level;

macro_rules! themes {
    ($($name:literal)*) => {
        /// The themes that come with the program, by name, the default one first.
        pub const SHIPPED: &[(&str, &str)] =
            &[$(($name, include_str!(concat!("../../themes/", $name, ".toml")))),*];
    };
}

themes! {
    "dark"
    "light"
    "ansi"
    "mono"
    "high-contrast"
    "colour-blind"
    "catppuccin-mocha"
    "catppuccin-latte"
    "dracula"
    "gruvbox-dark"
    "gruvbox-light"
    "nord"
    "tokyo-night"
    "solarized-dark"
    "solarized-light"
}

/// A style for each role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Theme {
    name: String,
    styles: [Style; Role::ALL.len()],
    colours: Colours,
}

impl Theme {
    /// Reads a theme: `[palette]` names colours, `[roles]` gives each role its style, and `base` may name a shipped
    /// theme that supplies what the file leaves out. A file with `base` and a palette alone recolours that theme.
    ///
    /// # Errors
    /// A sentence that begins with `line N:` and names the word at fault, and the nearest right one where one is near.
    pub fn parse(name: &str, toml: &str) -> Result<Self, String> {
        Ok(Self { name: name.to_owned(), styles: parse::styles(toml)?, colours: Colours::True })
    }

    /// One of the themes that come with the program.
    ///
    /// # Errors
    /// Where none has that name: the names there are.
    pub fn shipped(name: &str) -> Result<Self, String> {
        match SHIPPED.iter().find(|(n, _)| *n == name) {
            Some((name, toml)) => Self::parse(name, toml),
            None => Err(format!("no theme is called `{name}`; there are {}", Self::names().join(", "))),
        }
    }

    /// The names of the themes that come with the program.
    #[must_use]
    pub fn names() -> Vec<&'static str> {
        SHIPPED.iter().map(|(name, _)| *name).collect()
    }

    /// A theme that needs no file and no colour: what is drawn with when nothing else can be read.
    #[must_use]
    pub fn plain() -> Self {
        let mut theme =
            Self { name: "plain".to_owned(), styles: [Style::new(); Role::ALL.len()], colours: Colours::None };
        theme.take_colour_away();
        theme
    }

    /// The name it was read under.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The style of a role. A part that it leaves open (most roles leave the background open) keeps what lies below.
    #[must_use]
    pub fn style(&self, role: Role) -> Style {
        self.styles[role as usize]
    }

    /// How many colours it may show: what others coloured is held to the same.
    #[must_use]
    pub fn colours(&self) -> Colours {
        self.colours
    }

    /// The style of a verdict.
    #[must_use]
    pub fn level(&self, level: Level) -> Style {
        self.style(Role::of(level))
    }

    /// The same theme in modifiers alone, for `NO_COLOR` and terminals without colour. Nothing is lost: what a
    /// colour set apart is bold, reversed or underlined instead (see [`Role::plain`]).
    #[must_use]
    pub fn without_colour(mut self) -> Self {
        self.take_colour_away();
        self
    }

    /// The same theme with no more colours than the terminal shows.
    #[must_use]
    pub fn within(mut self, colours: Colours) -> Self {
        match colours {
            Colours::True => self,
            Colours::None => self.without_colour(),
            Colours::Indexed | Colours::Sixteen => {
                self.colours = colours;
                for style in &mut self.styles {
                    style.fg = style.fg.map(|c| colours.nearest(c));
                    style.bg = style.bg.map(|c| colours.nearest(c));
                }
                self
            }
        }
    }

    fn take_colour_away(&mut self) {
        self.colours = Colours::None;
        for role in Role::ALL {
            let style = &mut self.styles[role as usize];
            *style = Style { fg: None, bg: None, underline_color: None, ..*style }.add_modifier(role.plain());
        }
        self.styles[Role::Text as usize] = Style::new().fg(Color::Reset).bg(Color::Reset);
    }
}

#[cfg(test)]
mod tests;
