//! What a style can mean.

use ratatui::style::Modifier;

use crate::model::Level;

macro_rules! roles {
    ($($(#[$doc:meta])* $role:ident $name:literal $tag:literal [$($plain:ident)*])*) => {
        /// What something on the screen is, and so how it looks.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Role {
            $($(#[$doc])* $role,)*
        }

        impl Role {
            /// Every role, in the order of the declaration.
            pub const ALL: [Self; [$($name),*].len()] = [$(Self::$role),*];

            /// Its key in a theme file.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$role => $name),* }
            }

            /// The character that stands for it in a tagged picture. Fixed, so that pictures compare.
            #[must_use]
            pub const fn tag(self) -> char {
                match self { $(Self::$role => $tag),* }
            }

            /// What sets it apart where there is no colour, besides the theme's own modifiers.
            #[must_use]
            pub const fn plain(self) -> Modifier {
                match self { $(Self::$role => Modifier::empty()$(.union(Modifier::$plain))*),* }
            }
        }
    };
}

roles! {
    /// Ordinary words, and the ground of the whole screen.
    Text "text" '.' []
    /// Words that matter less: labels, units, what does not apply.
    Dim "dim" 'd' []
    /// The frame of a pane.
    Border "border" 'b' []
    /// The frame of the pane that has the keys.
    BorderFocus "border-focus" 'B' [BOLD]
    /// The title in a frame.
    Title "title" 't' [BOLD]
    /// The heads of columns.
    Heading "heading" 'h' [BOLD]
    /// The line that opens a group of rows.
    Group "group" 'g' [BOLD]
    /// The lines at the top of the screen, with their ground.
    Header "header" 'H' []
    /// The line of keys at the bottom, with its ground.
    Footer "footer" 'F' []
    /// What lies over the rest (palette, help, confirmation), with its ground.
    Overlay "overlay" 'O' []
    /// A key to press.
    Key "key" 'k' [BOLD]
    /// The row of the cursor, with its ground.
    Selection "selection" 'S' [REVERSED BOLD]
    /// The mark before the row of the cursor, and before rows that were marked.
    Mark "mark" 'm' [BOLD]
    /// The letters that matched a search.
    Match "match" 'M' [BOLD UNDERLINED]
    /// What is being typed.
    Input "input" 'i' []
    /// Read, and well.
    Ok "ok" 'o' []
    /// Somebody should look.
    Attention "attention" 'a' [BOLD]
    /// Works worse than it should.
    Degraded "degraded" 'e' [BOLD]
    /// Does not do what it is for.
    Broken "broken" 'x' [BOLD]
    /// No verdict.
    Unknown "unknown" 'u' []
    /// Nothing to judge.
    None "none" 'n' []
    /// A note of the console's.
    Info "info" 'I' []
    /// Something that can be opened elsewhere.
    Link "link" 'l' [UNDERLINED]
    /// A value from an earlier reading.
    Old "old" '~' [ITALIC]
    /// What was not there at the last look.
    New "new" '+' [BOLD]
    /// A favourite.
    Favourite "favourite" '*' []
    /// The word for a production environment.
    Production "production" 'P' [BOLD]
    /// The word for any other environment.
    Nonproduction "nonproduction" 'p' []
    /// The mark of the embedded fleet.
    Demo "demo" 'D' [REVERSED BOLD]
    /// The mark of a session that cannot change anything.
    Readonly "readonly" 'r' []
    /// The mark of a session that can.
    Elevated "elevated" 'E' [REVERSED BOLD]
    /// Sparklines and bars.
    Spark "spark" 's' []
}

impl Role {
    /// The role of a verdict.
    #[must_use]
    pub const fn of(level: Level) -> Self {
        match level {
            Level::None => Self::None,
            Level::Ok => Self::Ok,
            Level::Unknown => Self::Unknown,
            Level::Attention => Self::Attention,
            Level::Degraded => Self::Degraded,
            Level::Broken => Self::Broken,
        }
    }

    /// Whether it is drawn as lines and glyphs rather than as words. WCAG 2.1 asks for a contrast of 3 there
    /// (success criterion 1.4.11) and of 4.5 for words (1.4.3).
    #[must_use]
    pub const fn is_glyph(self) -> bool {
        matches!(self, Self::Border | Self::BorderFocus | Self::Mark | Self::None | Self::Favourite | Self::Spark)
    }
}
