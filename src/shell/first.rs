//! Opening the console: the terminal taken, and the first frame on it.

use std::sync::Arc;

use super::{
    signals::Signals,
    terminal::{Capabilities, Options, Terminal},
    themes::Wardrobe,
};
use crate::{
    app::{App, Keymap, Memory, Setup},
    base::{Base, remember, zone},
    config::Hyperlinks,
    model::{Fault, FaultKind},
    store::Notebook,
    ui::{self, theme::Theme},
    views::VIEWS,
};

/// What is there with the first frame.
pub struct Opened {
    /// What the system says, from before the terminal was taken.
    pub signals: Signals,
    /// The terminal.
    pub terminal: Terminal,
    /// The state that was drawn.
    pub app: App,
    /// The themes.
    pub wardrobe: Wardrobe,
    /// The books of the fleet that was looked at last.
    pub notebook: Option<Notebook>,
    /// What the state began with, where a journal is to begin with it too.
    pub memory: Option<Memory>,
}

/// Takes the terminal and draws the first frame.
pub fn open(base: &Base) -> Result<Opened, Fault> {
    let capabilities = Capabilities::guess(|name| base.env.get(name));
    let options = Options {
        mouse: base.loaded.config.mouse,
        crash_log: Some(base.loaded.paths.state.join("crash.log")).filter(|_| base.store.is_persistent()),
        capabilities,
        hyperlinks: match base.loaded.config.browser.hyperlinks {
            Hyperlinks::Auto => capabilities.hyperlinks,
            chosen => chosen == Hyperlinks::On,
        },
    };
    // From the moment that the terminal is taken, a signal must not end the process without giving it back.
    let signals = Signals::listen().map_err(|e| broken(&format!("signals cannot be caught: {e}")))?;
    let mut terminal = Terminal::enter(options)?;
    let notebook = base.last_notebook();
    let memory = remember(notebook.as_ref());
    let kept = base.loaded.config.journal.is_some().then(|| memory.clone());
    let mut app = App::new(setup(base, notebook.as_ref()), memory, (base.clock)(), size());
    let wardrobe = Wardrobe::new(&base.loaded.paths.themes, capabilities.colours, &app.theme);
    draw(&mut terminal, &mut app, wardrobe.theme())?;
    Ok(Opened { signals, terminal, app, wardrobe, notebook, memory: kept })
}

/// The size of the terminal in cells.
pub fn size() -> (u16, u16) {
    crossterm::terminal::size().unwrap_or((80, 24))
}

/// A fault of the console itself.
pub fn broken(why: &str) -> Fault {
    Fault::new(FaultKind::Invalid, why)
}

/// What the state is started with.
pub fn setup(base: &Base, notebook: Option<&Notebook>) -> Setup {
    let kept = || notebook.and_then(|n| n.get("screen", "theme").ok().flatten());
    let names = base.themes.clone();
    let theme = base.loaded.config.theme.clone().or_else(kept).filter(|t| names.contains(t));
    Setup {
        views: VIEWS,
        config: Arc::new(base.loaded.config.clone()),
        badge: base.badge.clone(),
        theme: theme.unwrap_or_else(|| names.first().cloned().unwrap_or_default()),
        themes: names,
        zone: zone(&base.env),
        // Checked before the screen was taken.
        keymap: Keymap::with(VIEWS, &base.loaded.config.keys).unwrap_or_default(),
    }
}

/// Draws a frame.
pub fn draw(terminal: &mut Terminal, app: &mut App, theme: &Theme) -> Result<(), Fault> {
    app.take_dirty();
    terminal
        .draw(|frame, linked| ui::render(app, theme, frame, linked))
        .map_err(|e| broken(&format!("the terminal is gone: {e}")))
}
