//! Frames, blocks and status glyphs as shapes, so that they meet from cell to cell and look alike everywhere.

use std::fmt::Write as _;

use super::{
    runs::Glyph,
    svg::{CELL_H as H, CELL_W as W},
};

/// Lines of frames: the arms that leave the middle of the cell (left, right, up, down; 1 light, 2 heavy), and
/// whether the corner is round.
const LINES: [(char, [u8; 4], bool); 28] = [
    ('─', [1, 1, 0, 0], false),
    ('│', [0, 0, 1, 1], false),
    ('┌', [0, 1, 0, 1], false),
    ('┐', [1, 0, 0, 1], false),
    ('└', [0, 1, 1, 0], false),
    ('┘', [1, 0, 1, 0], false),
    ('├', [0, 1, 1, 1], false),
    ('┤', [1, 0, 1, 1], false),
    ('┬', [1, 1, 0, 1], false),
    ('┴', [1, 1, 1, 0], false),
    ('┼', [1, 1, 1, 1], false),
    ('╭', [0, 1, 0, 1], true),
    ('╮', [1, 0, 0, 1], true),
    ('╰', [0, 1, 1, 0], true),
    ('╯', [1, 0, 1, 0], true),
    ('╴', [1, 0, 0, 0], false),
    ('╵', [0, 0, 1, 0], false),
    ('╶', [0, 1, 0, 0], false),
    ('╷', [0, 0, 0, 1], false),
    ('━', [2, 2, 0, 0], false),
    ('┃', [0, 0, 2, 2], false),
    ('┏', [0, 2, 0, 2], false),
    ('┓', [2, 0, 0, 2], false),
    ('┗', [0, 2, 2, 0], false),
    ('┛', [2, 0, 2, 0], false),
    ('┣', [0, 2, 2, 2], false),
    ('┫', [2, 0, 2, 2], false),
    ('╋', [2, 2, 2, 2], false),
];

/// Shapes within a cell, as SVG path data in a cell of 9 × 20 pixels.
const SHAPES: [(char, &str); 19] = [
    ('●', "M4.5 6a4 4 0 1 0 .01 0Z"),
    ('○', "M4.5 6a4 4 0 1 0 .01 0ZM4.5 7.3a2.7 2.7 0 1 1-.01 0Z"),
    ('◔', "M4.5 6a4 4 0 1 0 .01 0ZM4.5 7.3a2.7 2.7 0 1 1-.01 0ZM4.5 7.3A2.7 2.7 0 0 1 7.2 10L4.5 10Z"),
    ('◑', "M4.5 6a4 4 0 1 0 .01 0ZM4.5 7.3a2.7 2.7 0 1 1-.01 0ZM4.5 7.3A2.7 2.7 0 0 1 4.5 12.7Z"),
    ('◕', "M4.5 6a4 4 0 1 0 .01 0ZM4.5 7.3a2.7 2.7 0 1 1-.01 0ZM4.5 7.3A2.7 2.7 0 1 1 1.8 10L4.5 10Z"),
    ('◐', "M4.5 6a4 4 0 1 0 .01 0ZM4.5 7.3a2.7 2.7 0 0 1 0 5.4Z"),
    ('▲', "M4.5 5.5 9 14H0Z"),
    ('▼', "M4.5 14.5 0 6h9Z"),
    ('△', "M4.5 5.5 9 14H0ZM4.5 8.3 2.1 12.8h4.8Z"),
    ('■', "M1 6.5h7v7H1Z"),
    ('◆', "M4.5 5.5 9 10l-4.5 4.5L0 10Z"),
    ('▸', "M2 6.5 7.5 10 2 13.5Z"),
    ('▾', "M1 7.5h7L4.5 13Z"),
    ('▶', "M1 5.5 8.5 10 1 14.5Z"),
    ('✖', "M1.9 5.6 4.5 8.2 7.1 5.6 8.9 7.4 6.3 10 8.9 12.6 7.1 14.4 4.5 11.8 1.9 14.4.1 12.6 2.7 10 .1 7.4Z"),
    ('✔', "M.4 10.4 1.7 9.1 3.6 11 7.6 6.2 9 7.4 3.8 13.8Z"),
    ('·', "M4.5 9a1.2 1.2 0 1 0 .01 0Z"),
    ('•', "M4.5 7.8a2.2 2.2 0 1 0 .01 0Z"),
    ('★', "M4.5 5.2 5.7 8.3 9 8.5 6.4 10.6 7.3 13.8 4.5 12 1.7 13.8 2.6 10.6 0 8.5 3.3 8.3Z"),
];

/// Whether [`draw`] draws it.
pub fn has(symbol: &str) -> bool {
    only(symbol).is_some_and(|c| line(c).is_some() || block(c).is_some() || shape(c).is_some())
}

/// Draws what is no letter in a run of one look, as one path, from the pixel row `top`.
pub fn draw(out: &mut String, run: &[Glyph<'_>], top: u32, fill: &str) {
    let (mut lines, mut heavy, mut solid) = (String::new(), String::new(), String::new());
    let mut rest = run;
    while let Some((glyph, after)) = rest.split_first() {
        let x = u32::from(glyph.x) * W;
        let Some(c) = only(glyph.symbol) else {
            rest = after;
            continue;
        };
        // Cells of the same character side by side are one stroke or one rectangle.
        let more = after.iter().take_while(|g| g.symbol == glyph.symbol).count();
        let wide = W * u32::try_from(more + 1).unwrap_or(1);
        rest = after;
        if let Some((arms, round)) = line(c) {
            let stroke = if arms.contains(&2) { &mut heavy } else { &mut lines };
            if matches!(c, '─' | '━') {
                let _ok = write!(stroke, "M{x} {}.5h{wide}", top + H / 2);
                rest = &after[more..];
            } else {
                arms_of(stroke, arms, round, x, top);
            }
        } else if let Some(part) = block(c) {
            if add_block(&mut solid, part, (x, top), wide) {
                rest = &after[more..];
            }
        } else if let Some(path) = shape(c) {
            let _ok = writeln!(
                out,
                "<path transform=\"translate({x},{top})\" fill=\"{fill}\" fill-rule=\"evenodd\" d=\"{path}\"/>"
            );
        }
    }
    if !solid.is_empty() {
        let _ok = writeln!(out, "<path fill=\"{fill}\" shape-rendering=\"crispEdges\" d=\"{solid}\"/>");
    }
    for (d, width) in [(lines, 1), (heavy, 2)] {
        if !d.is_empty() {
            let _ok = writeln!(out, "<path fill=\"none\" stroke=\"{fill}\" stroke-width=\"{width}\" d=\"{d}\"/>");
        }
    }
}

/// One block, or as many side by side as `wide` pixels hold if it is as wide as a cell; whether it was that.
fn add_block(out: &mut String, [left, above, w, h]: [u32; 4], (x, top): (u32, u32), wide: u32) -> bool {
    let whole = w == 8;
    let w = if whole { wide } else { (w * W).div_ceil(8) };
    // Edges are rounded, not heights, so that an upper part meets the lower one.
    let (from, to) = (above * H / 8, (above + h) * H / 8);
    let _ok = write!(out, "M{} {}h{w}v{}h-{w}Z", x + left * W / 8, top + from, to - from);
    whole
}

/// The arms of one frame character as path data, through the middle of the cell on a half pixel (a sharp line).
fn arms_of(out: &mut String, [left, right, up, down]: [u8; 4], round: bool, x: u32, top: u32) {
    let (mx, my) = (x + W / 2, top + H / 2);
    let (end_x, end_y) = (x + W, top + H);
    if round {
        let side = if left > 0 { x.to_string() } else { end_x.to_string() };
        let (from, bow) = if up > 0 { (top, my - 4) } else { (end_y, my + 5) };
        let _ok = write!(out, "M{mx}.5 {from}V{bow}Q{mx}.5 {my}.5 {side} {my}.5");
        return;
    }
    match (left > 0, right > 0) {
        (true, true) => drop(write!(out, "M{x} {my}.5h{W}")),
        (true, false) => drop(write!(out, "M{x} {my}.5H{mx}.5")),
        (false, true) => drop(write!(out, "M{mx}.5 {my}.5H{end_x}")),
        (false, false) => {}
    }
    match (up > 0, down > 0) {
        (true, true) => drop(write!(out, "M{mx}.5 {top}v{H}")),
        (true, false) => drop(write!(out, "M{mx}.5 {top}V{my}.5")),
        (false, true) => drop(write!(out, "M{mx}.5 {my}.5V{end_y}")),
        (false, false) => {}
    }
}

/// Left, top, width and height of a block, in eighths of the cell.
fn block(c: char) -> Option<[u32; 4]> {
    let n = u32::from(c);
    match c {
        '▀' => Some([0, 0, 8, 4]),
        '▁'..='█' => Some([0, 8 - (n - 0x2580), 8, n - 0x2580]),
        '▉'..='▏' => Some([0, 0, 0x2590 - n, 8]),
        '▐' => Some([4, 0, 4, 8]),
        '▔' => Some([0, 0, 8, 1]),
        '▕' => Some([7, 0, 1, 8]),
        _ => None,
    }
}

fn line(c: char) -> Option<([u8; 4], bool)> {
    LINES.iter().find(|(l, ..)| *l == c).map(|(_, arms, round)| (*arms, *round))
}

fn shape(c: char) -> Option<&'static str> {
    SHAPES.iter().find(|(s, _)| *s == c).map(|(_, path)| *path)
}

fn only(symbol: &str) -> Option<char> {
    let mut chars = symbol.chars();
    chars.next().filter(|_| chars.next().is_none())
}
