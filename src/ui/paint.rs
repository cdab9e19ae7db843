//! Pictures of the screen, made from the very buffer that goes to the terminal: tagged text for snapshots that keep
//! colour, and SVG for the documentation.

mod glyphs;
mod runs;
mod svg;
mod tagged;

pub use svg::svg;
pub use tagged::tagged;

#[cfg(test)]
mod tests;
