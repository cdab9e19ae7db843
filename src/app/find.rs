//! Finding by a few letters: accounts and OUs, commands and views.

use std::ops::Range;

use frizbee::{Config, Matcher};

use crate::{
    model::{Org, org::Node, text},
    rows::filter::{contains, occurrences, strewn},
};

/// How many answers are worth showing.
const MOST: usize = 200;

/// What a search looks through: a line for each node. Made once for a tree, not for each letter.
#[derive(Debug, Default)]
pub struct Index {
    hay: Vec<String>,
    /// The tags of a node, in lower case.
    tags: Vec<String>,
    ids: Vec<String>,
}

/// What a word begins with that is about tags alone, such as `tag:team=pay`.
const TAG: &str = "tag:";

impl Index {
    /// Names, ids, e-mails, tags and the OUs above of all nodes.
    #[must_use]
    pub fn new(org: &Org) -> Self {
        let ids = org.walk().map(|(node, _)| node.id.clone()).collect();
        let hay = org.walk().map(|(node, _)| words(org, node)).collect();
        Self { hay, tags: org.walk().map(|(node, _)| tags(node)).collect(), ids }
    }

    /// The ids of the nodes that fit best: fuzzy on name, id, e-mail, OU path and tags, those of more weight going
    /// first among equals.
    /// A word such as `tag:team=pay` leaves those that have such a tag.
    #[must_use]
    pub fn nodes(&self, line: &str, weigh: &dyn Fn(&str) -> u32) -> Vec<String> {
        let (of_tags, others): (Vec<&str>, Vec<&str>) = line.split_whitespace().partition(|word| word.starts_with(TAG));
        let tags: Vec<String> = of_tags.iter().map(|word| word[TAG.len()..].to_lowercase()).collect();
        let tagged = |i: usize| tags.iter().all(|tag| !self.tags[i].is_empty() && self.tags[i].contains(tag.as_str()));
        if tags.is_empty() {
            return self.named(line, weigh);
        }
        let hay: Vec<usize> = (0..self.ids.len()).filter(|&i| tagged(i)).collect();
        let lines: Vec<String> = hay.iter().map(|&i| self.hay[i].clone()).collect();
        let found = rank(&others.join(" "), &lines, |at| weigh(&self.ids[hay[at]]));
        found.into_iter().map(|at| self.ids[hay[at]].clone()).collect()
    }

    fn named(&self, line: &str, weigh: &dyn Fn(&str) -> u32) -> Vec<String> {
        rank(line, &self.hay, |i| weigh(&self.ids[i])).into_iter().map(|i| self.ids[i].clone()).collect()
    }
}

/// The tags of a node, a line for each.
fn tags(node: &Node) -> String {
    let tags = node.account.iter().filter_map(|details| details.tags.as_ref()).flatten();
    tags.map(|(key, value)| format!("{key}={value}\n").to_lowercase()).collect()
}

fn words(org: &Org, node: &Node) -> String {
    let mut words = text::clean(&node.name).into_owned();
    words.push(' ');
    words.push_str(&node.id);
    if let Some(details) = &node.account {
        words.push(' ');
        words.push_str(&details.email);
        for (key, value) in details.tags.iter().flatten() {
            words.push_str(&format!(" {key}={value}"));
        }
    }
    for above in org.above(&node.id) {
        words.push(' ');
        words.push_str(&above.name);
    }
    words
}

/// Where in a text the letters of a query lie, in bytes: whole words where they occur, else the letters in their order.
/// A word that this text does not hold marks nothing: it was found in something that is not shown here.
#[must_use]
pub fn hits(query: &str, text: &str) -> Vec<Range<usize>> {
    let word = |word: &str| {
        let word = word.to_lowercase();
        let whole = occurrences(text, &word);
        if whole.is_empty() { strewn(&word, text).unwrap_or_default() } else { whole }
    };
    query.split_whitespace().flat_map(word).collect()
}

/// The positions of the lines that fit best, the best first; equals by weight, and then in the order given. Every
/// word of the query has to fit.
#[must_use]
pub fn rank(query: &str, hay: &[String], weigh: impl Fn(usize) -> u32) -> Vec<usize> {
    let mut scores: Vec<Option<u32>> = vec![Some(0); hay.len()];
    for word in query.split_whitespace() {
        let small = word.to_lowercase();
        let mut next = vec![None; hay.len()];
        for found in Matcher::new(word, &Config::default().max_typos(Some(0))).match_list(hay) {
            let at = found.index as usize;
            // A word that occurs as it is typed beats letters that are strewn about.
            let literal = u32::from(contains(&hay[at], &small)) * 1_000;
            next[at] = scores[at].map(|s| s + u32::from(found.score) + literal);
        }
        scores = next;
    }
    let mut found: Vec<(u32, u32, usize)> =
        scores.iter().enumerate().filter_map(|(i, s)| s.map(|s| (s, weigh(i), i))).collect();
    found.sort_by(|a, b| b.0.cmp(&a.0).then(b.1.cmp(&a.1)).then(a.2.cmp(&b.2)));
    found.into_iter().take(MOST).map(|(_, _, i)| i).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(query: &str, text: &str) -> String {
        let hits = hits(query, text);
        let mark = |(at, c): (usize, char)| if hits.iter().any(|h| h.contains(&at)) { c } else { '.' };
        text.char_indices().map(mark).collect()
    }

    #[test]
    fn whole_words_are_marked_before_strewn_letters() {
        assert_eq!(marked("prod", "data-prod"), ".....prod");
        assert_eq!(marked("dpd", "data-prod"), "d....p..d");
        assert_eq!(marked("data PROD", "Data-prod"), "Data.prod");
        assert_eq!(marked("xyz", "data-prod"), ".........", "it was found by something else");
        assert_eq!(marked("", "data"), "....");
    }
}
