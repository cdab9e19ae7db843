//! One cell of a map: the same in the pane and in the strip of the header.

use ratatui::style::Style;

use crate::{
    model::{Level, org::Node},
    ui::{scene::Scene, theme::Role},
};

/// What is not read yet fills up as its parts are answered. It is full when it has a verdict.
const FILLING: [&str; 4] = ["○", "◔", "◑", "◕"];

/// What a cell stands for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Look {
    /// The worst of it.
    pub level: Level,
    /// How many of its parts were answered.
    pub answered: u32,
    /// Of how many that were asked for.
    pub wanted: u32,
}

impl Look {
    /// What an account or OU is, as the roll-up has it: the same in the tree, the strip and the map.
    pub fn of(scene: &Scene<'_>, node: &Node) -> Self {
        let sum = scene.app.rollup.of(&node.id);
        Self { level: sum.level, answered: sum.answered, wanted: sum.wanted }
    }

    /// Both together.
    pub fn and(self, other: Self) -> Self {
        Self {
            level: self.level.max(other.level),
            answered: self.answered + other.answered,
            wanted: self.wanted + other.wanted,
        }
    }

    /// Whether it has no verdict since it was not asked, or not answered in all its parts.
    pub fn is_filling(self) -> bool {
        self.level == Level::Unknown && (self.wanted == 0 || self.answered < self.wanted)
    }

    /// The glyph.
    pub fn glyph(self) -> &'static str {
        if !self.is_filling() {
            return self.level.glyph();
        }
        let quarters = u64::from(self.answered) * FILLING.len() as u64 / u64::from(self.wanted.max(1));
        FILLING[usize::try_from(quarters).unwrap_or(0).min(FILLING.len() - 1)]
    }

    /// Its style.
    pub fn style(self, scene: &Scene<'_>) -> Style {
        if self.is_filling() { scene.style(Role::Spark) } else { scene.level(self.level) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_fills_up_and_is_full_only_with_a_verdict() {
        let look = |level, answered, wanted| Look { level, answered, wanted }.glyph();
        assert_eq!([0, 1, 2, 3].map(|n| look(Level::Unknown, n, 4)), FILLING);
        assert_eq!([1, 99].map(|n| look(Level::Unknown, n, 100)), ["○", "◕"]);
        assert_eq!(look(Level::Unknown, 0, 0), "○", "nobody asked");
        assert_eq!(look(Level::Unknown, 4, 4), "?", "all was answered, not all was read");
        assert_eq!(look(Level::Ok, 4, 4), "●");
        assert_eq!(look(Level::Broken, 1, 4), "✖", "what is known to be broken is so before all is read");
    }

    #[test]
    fn no_two_states_share_a_glyph() {
        let mut seen: std::collections::HashSet<&str> = FILLING.into_iter().collect();
        assert!(Level::ALL.into_iter().all(|level| seen.insert(level.glyph())));
    }
}
