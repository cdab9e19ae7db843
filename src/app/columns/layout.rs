//! A person's own choice of columns for a view, as it is kept and as the configuration writes it: a word for each
//! column in order, such as `name=30 -cluster +image`.

use std::fmt;

/// Cells of a column: the least and the most that can be asked for.
pub const WIDTHS: (u16, u16) = (3, 200);

/// Whether a column is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Choice {
    /// As the view has it: wide columns on wide screens, and nothing that is the same in each row.
    #[default]
    Usual,
    /// Always.
    Shown,
    /// Never.
    Hidden,
}

/// What was chosen for one column.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Own {
    /// The column.
    pub id: String,
    /// Whether it is shown.
    pub choice: Choice,
    /// Its cells; `None` for what its values need.
    pub width: Option<u16>,
}

/// The columns of a view in the order that was chosen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layout(pub Vec<Own>);

impl Own {
    /// Reads one word.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn read(word: &str) -> Result<Self, String> {
        let (choice, rest) = match word.as_bytes().first() {
            Some(b'+') => (Choice::Shown, &word[1..]),
            Some(b'-') => (Choice::Hidden, &word[1..]),
            _ => (Choice::Usual, word),
        };
        let (id, width) = match rest.split_once('=') {
            None => (rest, None),
            Some((id, cells)) => {
                let width = cells.parse().ok().filter(|n| (WIDTHS.0..=WIDTHS.1).contains(n));
                let wrong = || format!("{cells:?} is no width: a number from {} to {}", WIDTHS.0, WIDTHS.1);
                (id, Some(width.ok_or_else(wrong)?))
            }
        };
        Ok(Self { id: id.to_owned(), choice, width })
    }
}

impl Layout {
    /// Reads what was kept. A word that cannot be read is left out: another version wrote it.
    #[must_use]
    pub fn kept(text: &str) -> Self {
        Self(text.split_whitespace().filter_map(|word| Own::read(word).ok()).collect())
    }

    /// Reads what the configuration says: what it names is shown, in this order; of the rest only `always`.
    ///
    /// # Errors
    /// The first word that cannot be read, and what is wrong with it.
    pub fn configured(words: &[String], known: &[&str], always: &[&str]) -> Result<Self, (usize, String)> {
        if words.is_empty() {
            return Err((0, "name at least one column".to_owned()));
        }
        let mut named = Vec::with_capacity(known.len());
        for (at, word) in words.iter().enumerate() {
            let mut own = Own::read(word).map_err(|why| (at, why))?;
            if !known.contains(&own.id.as_str()) {
                return Err((at, format!("unknown column {:?}", own.id)));
            }
            if own.choice == Choice::Usual {
                own.choice = Choice::Shown;
            }
            named.push(own);
        }
        let is_named = |id: &str| named.iter().any(|own: &Own| own.id == id);
        let rest = known.iter().filter(|id| !is_named(id)).map(|id| {
            let choice = if always.contains(id) { Choice::Usual } else { Choice::Hidden };
            Own { id: (*id).to_owned(), choice, width: None }
        });
        let (mut before, after): (Vec<Own>, Vec<Own>) = rest.partition(|own| always.contains(&own.id.as_str()));
        before.extend(named);
        before.extend(after);
        Ok(Self(before))
    }
}

impl fmt::Display for Layout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, own) in self.0.iter().enumerate() {
            f.write_str(if at > 0 { " " } else { "" })?;
            f.write_str(match own.choice {
                Choice::Usual => "",
                Choice::Shown => "+",
                Choice::Hidden => "-",
            })?;
            f.write_str(&own.id)?;
            if let Some(width) = own.width {
                write!(f, "={width}")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_read_back() {
        for text in ["", "name", "name=30 -cluster +image cpu-left", "-a=5 +b=200"] {
            assert_eq!(Layout::kept(text).to_string(), text);
        }
        assert_eq!(Layout::kept("name=1 x=many cpu").to_string(), "cpu", "a word of another version is left out");
    }

    #[test]
    fn the_configuration_names_what_is_shown() {
        let known = ["account", "name", "running", "image"];
        let layout = |words: &[&str]| {
            let words: Vec<String> = words.iter().map(|w| (*w).to_owned()).collect();
            Layout::configured(&words, &known, &["account"]).map(|l| l.to_string())
        };
        assert_eq!(layout(&["image", "name=20"]), Ok("account +image +name=20 -running".to_owned()));
        assert_eq!(layout(&["name", "account"]), Ok("+name +account -running -image".to_owned()));
        assert_eq!(layout(&["name", "imgae"]), Err((1, "unknown column \"imgae\"".to_owned())));
        assert!(layout(&["name=1"]).unwrap_err().1.contains("is no width"));
    }
}
