//! The nearest right word for a wrong one.

/// The word of `known` that `word` was most likely meant to be; `None` where nothing is near enough to be a help.
///
/// Near is: the same but for case, dashes and underscores; or at most a third of the letters apart (optimal string
/// alignment: insert, delete, replace, swap neighbours); or the one word that it begins.
#[must_use]
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = fold(word);
    if wanted.is_empty() {
        return None;
    }
    let mut best: Option<(usize, &str)> = None;
    let mut begun: Vec<&str> = Vec::new();
    for candidate in known {
        let folded = fold(candidate);
        let away = strsim::osa_distance(&wanted, &folded);
        if away <= (letters(&wanted).max(letters(&folded)) / 3).max(1) && best.is_none_or(|(least, _)| away < least) {
            best = Some((away, candidate));
        }
        if letters(&wanted) >= 3 && folded.starts_with(&wanted) {
            begun.push(candidate);
        }
    }
    best.map(|(_, word)| word).or(if let [only] = begun[..] { Some(only) } else { None })
}

/// `did you mean …?` for the nearest word, or the list of all where none is near and the list is short.
#[must_use]
pub fn suggest(word: &str, known: &[&str]) -> String {
    match nearest(word, known.iter().copied()) {
        Some(near) => format!("did you mean {near:?}?"),
        None if known.is_empty() => String::new(),
        None if known.len() <= 24 => format!("one of: {}", known.join(", ")),
        None => String::new(),
    }
}

fn letters(word: &str) -> usize {
    word.chars().count()
}

fn fold(word: &str) -> String {
    // Longer than any word of ours: what follows can only be further away.
    word.chars().filter(|c| !matches!(c, '-' | '_' | ' ')).flat_map(char::to_lowercase).take(64).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_of_the_hand_find_their_word() {
        let known = ["theme", "regions", "roles", "refresh", "external_id", "mfa_serial", "view"];
        for (slip, meant) in [
            ("them", Some("theme")),
            ("thmee", Some("theme")),
            ("region", Some("regions")),
            ("external-id", Some("external_id")),
            ("ExternalId", Some("external_id")),
            ("mfa", Some("mfa_serial")),
            ("veiw", Some("view")),
            ("re", None),
            ("colour", None),
            ("", None),
        ] {
            assert_eq!(nearest(slip, known), meant, "{slip}");
        }
        assert_eq!(suggest("colour", &["theme", "utc"]), "one of: theme, utc");
    }
}
