//! The shipped themes are complete, legible, and listed; a wrong one says where and what.

#![allow(clippy::disallowed_methods, reason = "it compares the folder with the list")]

use ratatui::style::Modifier;

use super::*;

#[test]
fn the_directory_is_the_list() {
    let mut files: Vec<String> = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/themes"))
        .unwrap()
        .map(|f| f.unwrap().file_name().into_string().unwrap())
        .collect();
    files.sort();
    let mut listed: Vec<String> = SHIPPED.iter().map(|(name, _)| format!("{name}.toml")).collect();
    listed.sort();
    assert_eq!(files, listed);
}

#[test]
fn the_shipped_themes_are_legible() {
    for (name, toml) in SHIPPED {
        let theme = Theme::parse(name, toml).unwrap();
        assert_eq!(theme.name(), *name);
        let ground = theme.style(Role::Text);
        let Some(Some(_)) = ground.bg.map(rgb) else { continue };
        for role in Role::ALL {
            for below in [Role::Text, Role::Header, Role::Footer, Role::Overlay, Role::Selection] {
                let style = ground.patch(theme.style(below)).patch(theme.style(role));
                let (fg, bg) = (rgb(style.fg.unwrap()).unwrap(), rgb(style.bg.unwrap()).unwrap());
                // On the row of the cursor every word is the cursor's own; only glyphs and verdicts keep their colour.
                let least = if role.is_glyph() || below == Role::Selection { 3.0 } else { 4.5 };
                if below == Role::Selection && matches!(role, Role::Border) {
                    continue;
                }
                let ratio = contrast(fg, bg);
                assert!(ratio >= least, "{name}: {} on {}: {ratio:.2} < {least}", role.name(), below.name());
            }
        }
    }
}

#[test]
fn verdicts_differ_in_colour_as_well() {
    for (name, toml) in SHIPPED {
        let theme = Theme::parse(name, toml).unwrap();
        for (i, a) in Level::ALL.iter().enumerate() {
            for b in &Level::ALL[..i] {
                assert_ne!(theme.level(*a), theme.level(*b), "{name}: {a:?} and {b:?}");
            }
        }
    }
}

/// Every look of a theme as it is drawn: the role, what lies below it, and the two colours.
fn looks(theme: &Theme) -> Vec<(Role, Role, [u8; 3], [u8; 3])> {
    let ground = theme.style(Role::Text);
    let mut out = Vec::new();
    for below in [Role::Text, Role::Header, Role::Footer, Role::Overlay, Role::Selection] {
        for role in Role::ALL {
            let style = ground.patch(theme.style(below)).patch(theme.style(role));
            if let (Some(fg), Some(bg)) = (style.fg.and_then(rgb), style.bg.and_then(rgb)) {
                out.push((role, below, fg, bg));
            }
        }
    }
    out
}

#[test]
fn high_contrast_is_seven_to_one_everywhere() {
    let looks = looks(&Theme::shipped("high-contrast").unwrap());
    assert_eq!(looks.len(), Role::ALL.len() * 5);
    for (role, below, fg, bg) in looks {
        let ratio = contrast(fg, bg);
        assert!(ratio >= 7.0, "{} on {}: {ratio:.2}", role.name(), below.name());
    }
}

#[test]
fn the_selection_is_seen_in_every_theme() {
    for (name, toml) in SHIPPED {
        let theme = Theme::parse(name, toml).unwrap();
        let selection = theme.style(Role::Selection);
        let ground = theme.style(Role::Text).bg.and_then(rgb);
        let turned = selection.add_modifier.contains(Modifier::REVERSED);
        let apart = selection.bg.and_then(rgb).zip(ground).map_or(0.0, |(a, b)| contrast(a, b));
        // A ground hardly tells itself from another below this; the mark before the row and bold words come on top.
        assert!(turned || apart >= 1.25, "{name}: {apart:.2}");
        assert!(selection.add_modifier.contains(Modifier::BOLD), "{name}");
        // The mark of the cursor is seen on the ground of the cursor.
        let mark = looks(&theme).into_iter().find(|(role, below, ..)| (*role, *below) == (Role::Mark, Role::Selection));
        assert!(mark.is_none_or(|(.., fg, bg)| contrast(fg, bg) >= 3.0), "{name}");
    }
}

#[test]
fn verdicts_of_the_colour_blind_theme_differ_without_their_hue() {
    let theme = Theme::shipped("colour-blind").unwrap();
    let look = |level| {
        let style = theme.level(level);
        (style.fg.and_then(rgb).unwrap(), style.add_modifier)
    };
    for (i, a) in Level::ALL.iter().enumerate() {
        for b in &Level::ALL[..i] {
            let ((fg, how), (other, other_how)) = (look(*a), look(*b));
            let ratio = contrast(fg, other);
            assert!(how != other_how || ratio >= 1.5, "{a:?} and {b:?} differ by {ratio:.2} alone");
        }
    }
}

#[test]
fn mono_is_attributes_alone_and_tells_verdicts_apart() {
    let theme = Theme::shipped("mono").unwrap();
    for role in Role::ALL {
        let style = theme.style(role);
        assert!(matches!(style.fg, None | Some(Color::Reset)), "{}", role.name());
        assert!(matches!(style.bg, None | Some(Color::Reset)), "{}", role.name());
    }
    let mut seen = std::collections::HashSet::new();
    for level in Level::ALL {
        assert!(seen.insert(theme.level(level).add_modifier.bits()), "{level:?} looks like another");
    }
}

#[test]
fn without_colour_the_selection_still_shows() {
    let theme = Theme::shipped("dark").unwrap().without_colour();
    let selection = theme.style(Role::Selection);
    assert!(selection.add_modifier.contains(Modifier::REVERSED | Modifier::BOLD));
    for role in Role::ALL {
        let style = theme.style(role);
        assert!(matches!(style.fg, None | Some(Color::Reset)) && matches!(style.bg, None | Some(Color::Reset)));
    }
}

#[test]
fn a_palette_alone_recolours_a_theme() {
    let theme = Theme::parse("mine", "base = \"dark\"\n[palette]\nbrass = \"#ffcc00\"\n").unwrap();
    assert_eq!(theme.style(Role::Title).fg, Some(Color::Rgb(0xff, 0xcc, 0)));
    assert_eq!(theme.style(Role::Text), Theme::shipped("dark").unwrap().style(Role::Text));
}

#[test]
fn a_fault_names_line_and_nearest_word() {
    for (toml, fault) in [
        ("base = \"dark\"\n[roles]\ntitel = \"brass\"", "line 3: no role is called `titel`; did you mean `title`?"),
        ("base = \"dark\"\n[roles]\ntitle = \"bras\"", "line 3: no colour is called `bras`; did you mean `brass`?"),
        (
            "base = \"dark\"\n[roles]\ntitle = \"brass bol\"",
            "line 3: no modifier is called `bol`; did you mean `bold`?",
        ),
        ("base = \"dark\"\n[roles]\ntitle = \"brass on\"", "line 3: a colour is wanted after `on`"),
        ("base = \"dark\"\n[roles]\ntitle = 3", "line 3: a string is wanted here, not a integer"),
        ("base = \"drak\"", "line 1: no theme is called `drak`; did you mean `dark`?"),
        ("[palete]", "line 1: no section is called `palete`; did you mean `palette`?"),
        ("palette = 1", "line 1: `palette` must be a table, as `[palette]`"),
        (
            "\n[palette]\nx = \"#12345\"",
            "line 3: no colour is called `#12345`; write a palette name, #rrggbb, or `default`",
        ),
        ("[roles]\ntext = \"default\"\n", "line 3: role `dim` is missing (or name a `base`)"),
    ] {
        assert_eq!(Theme::parse("mine", toml), Err(fault.to_owned()));
    }
    let broken = Theme::parse("mine", "base = \"dark\"\n[roles\n").unwrap_err();
    assert!(broken.starts_with("line 2: "), "{broken}");
}

#[test]
fn role_names_and_tags_are_distinct() {
    let mut seen = std::collections::HashSet::new();
    for role in Role::ALL {
        assert!(seen.insert(role.name().to_owned()) && seen.insert(format!("tag {}", role.tag())), "{role:?}");
    }
}
