//! The screen as an SVG picture of a terminal window.
//!
//! Everything lies on whole pixels, and each ground is one rectangle over as many cells as it covers, so that no
//! viewer leaves a hairline between cells. Lines, blocks and status glyphs are drawn as shapes: a font's own are
//! rarely as high as a line. Words are set in the viewer's own monospaced font, and each piece is told its length,
//! so that another font's advance cannot move a column. The same buffer always gives the same bytes.

use std::fmt::Write as _;

use ratatui::{
    buffer::Buffer,
    style::{Color, Modifier},
};

use super::{
    glyphs,
    runs::{Glyph, Look, runs},
};
use crate::ui::theme::rgb;

/// Width of a cell, in pixels: 0.6 of the size of the letters, as most monospaced fonts have it.
pub(super) const CELL_W: u32 = 9;
/// Height of a cell, in pixels.
pub(super) const CELL_H: u32 = 20;
/// Size of the letters, in pixels.
const LETTERS: u32 = 15;
/// From the top of a cell to the line on which the letters stand.
const BASELINE: u32 = 15;
/// Between the frame of the window and the screen in it.
const MARGIN: u32 = 12;
/// Height of the bar with the title.
const BAR: u32 = 34;
/// Around the window, for its shadow.
const AROUND: u32 = 16;

const FONTS: &str =
    "'JetBrains Mono','Cascadia Mono','SF Mono',Menlo,Consolas,'DejaVu Sans Mono','Liberation Mono',monospace";

/// An RGB colour.
type Rgb = [u8; 3];

/// The screen in a window with this title. Colours that only a terminal knows are taken from a dark one.
#[must_use]
pub fn svg(buf: &Buffer, title: &str) -> String {
    let ground = ground_of(buf);
    let page = Page { ground, ink: ink_on(ground) };
    let (w, h) = (u32::from(buf.area.width) * CELL_W, u32::from(buf.area.height) * CELL_H);
    let mut out = String::with_capacity(buf.content.len() * 24);
    page.window(&mut out, w, h, title);
    page.grounds(&mut out, buf);
    for row in 0..buf.area.height {
        for run in runs(buf, row, |a, b| a.look == b.look) {
            page.words(&mut out, row, &run);
            page.shapes(&mut out, row, &run);
        }
    }
    out.push_str("</g>\n</svg>\n");
    out
}

/// The colour that most cells lie on.
fn ground_of(buf: &Buffer) -> Rgb {
    let mut counts: Vec<(Color, usize)> = Vec::new();
    for cell in &buf.content {
        match counts.iter_mut().find(|(c, _)| *c == cell.bg) {
            Some((_, n)) => *n += 1,
            None => counts.push((cell.bg, 1)),
        }
    }
    let most = counts.iter().max_by_key(|(_, n)| *n).and_then(|(c, _)| rgb(*c));
    most.unwrap_or([0x0f, 0x17, 0x20])
}

/// What the default foreground is on this ground.
fn ink_on(ground: Rgb) -> Rgb {
    let light = ground.iter().map(|c| u32::from(*c)).sum::<u32>() > 3 * 128;
    if light { [0x1c, 0x28, 0x33] } else { [0xd8, 0xdf, 0xe6] }
}

/// A colour between two, `part` of 100 from the first to the second.
fn mix(a: Rgb, b: Rgb, part: u32) -> Rgb {
    let [r, g, bl] = [0, 1, 2].map(|i| {
        let n = (u32::from(a[i]) * (100 - part) + u32::from(b[i]) * part) / 100;
        u8::try_from(n).unwrap_or(u8::MAX)
    });
    [r, g, bl]
}

fn hex([r, g, b]: Rgb) -> String {
    format!("#{r:02x}{g:02x}{b:02x}")
}

/// Text as XML wants it.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// What a picture has throughout.
struct Page {
    ground: Rgb,
    ink: Rgb,
}

impl Page {
    /// Foreground and background as they are seen, after reversal and dimming.
    fn colours(&self, look: Look) -> (Rgb, Rgb) {
        let (mut fg, mut bg) = (rgb(look.fg).unwrap_or(self.ink), rgb(look.bg).unwrap_or(self.ground));
        if look.modifier.contains(Modifier::REVERSED) {
            std::mem::swap(&mut fg, &mut bg);
        }
        if look.modifier.contains(Modifier::DIM) {
            fg = mix(fg, bg, 40);
        }
        (fg, bg)
    }

    fn window(&self, out: &mut String, w: u32, h: u32, title: &str) {
        let (ww, wh) = (w + 2 * MARGIN, h + BAR + MARGIN);
        let (all_w, all_h) = (ww + 2 * AROUND, wh + 2 * AROUND);
        let (ground, edge) = (hex(self.ground), hex(mix(self.ground, self.ink, 22)));
        let (faint, dot) = (hex(mix(self.ground, self.ink, 55)), hex(mix(self.ground, self.ink, 28)));
        let title = escape(title);
        let (x, y) = (AROUND, AROUND);
        // Writing to a String cannot fail.
        let _ok = write!(
            out,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{all_w}\" height=\"{all_h}\" \
             viewBox=\"0 0 {all_w} {all_h}\" role=\"img\" font-family=\"{FONTS}\" font-size=\"{LETTERS}\">\n\
             <title>{title}</title>\n\
             <rect x=\"{x}\" y=\"{}\" width=\"{ww}\" height=\"{wh}\" rx=\"11\" fill=\"#000\" opacity=\".08\"/>\n\
             <rect x=\"{x}\" y=\"{}\" width=\"{ww}\" height=\"{wh}\" rx=\"11\" fill=\"#000\" opacity=\".1\"/>\n\
             <rect x=\"{x}.5\" y=\"{y}.5\" width=\"{}\" height=\"{}\" rx=\"10.5\" fill=\"{ground}\" stroke=\"{edge}\"/>\n",
            y + 6,
            y + 3,
            ww - 1,
            wh - 1,
        );
        for i in 0..3 {
            let _ok = writeln!(out, "<circle cx=\"{}\" cy=\"{}\" r=\"5.5\" fill=\"{dot}\"/>", x + 20 + i * 18, y + 18);
        }
        let _ok = writeln!(
            out,
            "<text x=\"{}\" y=\"{}\" text-anchor=\"middle\" font-size=\"13\" fill=\"{faint}\">{title}</text>",
            x + ww / 2,
            y + 22,
        );
        let _ok = writeln!(
            out,
            "<g transform=\"translate({},{})\" xml:space=\"preserve\" fill=\"{}\">",
            x + MARGIN,
            y + BAR,
            hex(self.ink),
        );
    }

    /// The grounds that differ from the window's: one rectangle for each run of cells, and for equal runs in rows
    /// that follow each other.
    fn grounds(&self, out: &mut String, buf: &Buffer) {
        let mut open: Vec<(u16, u16, Rgb, u16)> = Vec::new();
        for row in 0..=buf.area.height {
            let mut here: Vec<(u16, u16, Rgb, u16)> = Vec::new();
            if row < buf.area.height {
                for run in runs(buf, row, |a, b| self.colours(a.look).1 == self.colours(b.look).1) {
                    let (Some(first), Some(last)) = (run.first(), run.last()) else { continue };
                    let bg = self.colours(first.look).1;
                    if bg != self.ground {
                        here.push((first.x, last.x + last.cells, bg, row));
                    }
                }
            }
            for rect @ (x, end, bg, top) in open {
                if let Some(same) = here.iter_mut().find(|r| (r.0, r.1, r.2) == (x, end, bg)) {
                    same.3 = rect.3;
                    continue;
                }
                // A ground at the edge of the screen reaches the frame of the window, as a bar should.
                let reach = |at_edge: bool| if at_edge { MARGIN - 1 } else { 0 };
                let (before, behind) = (reach(x == 0), reach(end == buf.area.width));
                let left = i64::from(u32::from(x) * CELL_W) - i64::from(before);
                let w = u32::from(end - x) * CELL_W + before + behind;
                let (py, h) = (u32::from(top) * CELL_H, u32::from(row - top) * CELL_H);
                let fill = hex(bg);
                let _ok = writeln!(out, "<rect x=\"{left}\" y=\"{py}\" width=\"{w}\" height=\"{h}\" fill=\"{fill}\"/>");
            }
            open = here;
        }
    }

    /// The words of a run: one `<text>` for each piece between gaps, and one for each character beyond the common
    /// letters, which another font may have to lend.
    fn words(&self, out: &mut String, row: u16, run: &[Glyph<'_>]) {
        let Some(look) = run.first().map(|g| g.look) else { return };
        if look.modifier.contains(Modifier::HIDDEN) {
            return;
        }
        for piece in run.split(|g| !is_letter(g.symbol)) {
            for words in gaps(piece) {
                let (Some(first), Some(last)) = (words.first(), words.last()) else { continue };
                let text: String = words.iter().map(|g| g.symbol).collect();
                let (x, cells) = (first.x, last.x + last.cells - first.x);
                let long = u32::from(cells) * CELL_W;
                let fit = if cells > 1 {
                    format!(" textLength=\"{long}\" lengthAdjust=\"spacingAndGlyphs\"")
                } else {
                    String::new()
                };
                self.text(out, (u32::from(x) * CELL_W, row), &fit, look, &text);
            }
        }
        for glyph in run.iter().filter(|g| !is_letter(g.symbol) && g.symbol != " " && !glyphs::has(g.symbol)) {
            let middle = u32::from(glyph.x) * CELL_W + u32::from(glyph.cells) * CELL_W / 2;
            self.text(out, (middle, row), " text-anchor=\"middle\"", look, glyph.symbol);
        }
    }

    fn text(&self, out: &mut String, (x, row): (u32, u16), more: &str, look: Look, text: &str) {
        let fg = self.colours(look).0;
        let mut style = String::new();
        if look.modifier.contains(Modifier::BOLD) {
            style.push_str(" font-weight=\"bold\"");
        }
        if look.modifier.contains(Modifier::ITALIC) {
            style.push_str(" font-style=\"italic\"");
        }
        if fg != self.ink {
            let _ok = write!(style, " fill=\"{}\"", hex(fg));
        }
        let y = u32::from(row) * CELL_H + BASELINE;
        let _ok = writeln!(out, "<text x=\"{x}\" y=\"{y}\"{more}{style}>{}</text>", escape(text));
    }

    /// What is drawn and not written: lines under and through words, frames, blocks and status glyphs.
    fn shapes(&self, out: &mut String, row: u16, run: &[Glyph<'_>]) {
        let (Some(first), Some(last)) = (run.first(), run.last()) else { return };
        let fill = hex(self.colours(first.look).0);
        let (x, top) = (u32::from(first.x) * CELL_W, u32::from(row) * CELL_H);
        let w = u32::from(last.x + last.cells - first.x) * CELL_W;
        for (modifier, y) in [(Modifier::UNDERLINED, BASELINE + 2), (Modifier::CROSSED_OUT, BASELINE - 5)] {
            if first.look.modifier.contains(modifier) {
                let _ok =
                    writeln!(out, "<rect x=\"{x}\" y=\"{}\" width=\"{w}\" height=\"1\" fill=\"{fill}\"/>", top + y);
            }
        }
        glyphs::draw(out, run, top, &fill);
    }
}

/// Whether every monospaced font has it, in the width of a cell.
fn is_letter(symbol: &str) -> bool {
    symbol.chars().all(|c| c == ' ' || c.is_ascii_graphic() || matches!(c, '\u{a1}'..='\u{24f}' | '–' | '—' | '…'))
}

/// The pieces of a run between gaps of two spaces and more, without the spaces at their ends.
fn gaps<'a, 'b>(run: &'a [Glyph<'b>]) -> Vec<&'a [Glyph<'b>]> {
    let mut out = Vec::new();
    let mut start = None;
    let mut end = 0;
    for (i, glyph) in run.iter().enumerate() {
        if glyph.symbol == " " {
            continue;
        }
        if let Some(s) = start.filter(|_| i > end + 1) {
            out.push(&run[s..end]);
            start = None;
        }
        start = start.or(Some(i));
        end = i + 1;
    }
    out.extend(start.map(|s| &run[s..end]));
    out
}
