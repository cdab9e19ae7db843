//! The tree as the store keeps it between runs. The first frame waits for its reading, so a node is one short line, and
//! what follows from the nodes above it is left out: an account of a thousand costs a hundred bytes instead of three
//! hundred.
//!
//! ```text
//! {"rows":1214,"arns":["arn:aws:organizations::111111111111:account/o-a/"]}
//! ["ou-a-1","workload",0,null,null,null]
//! ["222222222222","prod",1,"prod@example.com",1722950000000,null]
//! ```

use std::{cmp::Ordering, collections::HashMap, sync::Arc};

use jiff::Timestamp;
use serde::{Deserialize, Serialize, de::Error as _};
use serde_json::Error;

use super::nodes::Item;
use crate::model::{
    Region, Tags,
    org::{Details, Node, Origin, State},
};

/// The first line.
#[derive(Serialize, Deserialize)]
struct Head {
    rows: usize,
    /// Beginnings of ARNs; the id is their end.
    arns: Vec<String>,
}

/// A node: id, name, the line of the node above (0 for the first below the head), e-mail (of an account; `None` makes it
/// a root or OU), millisecond of joining, and what most nodes do not have.
#[derive(Serialize, Deserialize)]
struct Line(String, String, Option<usize>, Option<String>, Option<i64>, Option<Box<Rest>>);

/// What most nodes do not have.
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct Rest {
    /// The node above, where it is not among the lines.
    #[serde(skip_serializing_if = "is_usual")]
    parent: Option<String>,
    /// Which beginning of an ARN; the first unless said.
    #[serde(skip_serializing_if = "is_usual")]
    arn: usize,
    #[serde(skip_serializing_if = "is_usual")]
    bare: bool,
    #[serde(skip_serializing_if = "is_usual")]
    origin: Origin,
    #[serde(skip_serializing_if = "is_usual")]
    state: State,
    #[serde(skip_serializing_if = "is_usual")]
    tags: Option<Tags>,
    #[serde(skip_serializing_if = "is_usual")]
    roles: Vec<String>,
    #[serde(skip_serializing_if = "is_usual")]
    profile: Option<String>,
    #[serde(skip_serializing_if = "is_usual")]
    region: Option<Region>,
    #[serde(skip_serializing_if = "is_usual")]
    management: bool,
    #[serde(skip_serializing_if = "is_usual")]
    unnamed: bool,
    #[serde(skip_serializing_if = "is_usual")]
    placed: bool,
    #[serde(skip_serializing_if = "is_usual")]
    shortfall: String,
}

fn is_usual<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// The items as they are kept: what lies above first, so that a line speaks of lines before it alone.
pub(super) fn keep(items: &[&Item]) -> String {
    let mut items = items.to_vec();
    items.sort_by(|a, b| in_order(a, b));
    let lines: HashMap<&str, usize> = items.iter().enumerate().map(|(at, i)| (i.node.id.as_str(), at)).collect();
    let mut arns: Vec<&str> = Vec::new();
    let mut out = String::new();
    for (at, item) in items.iter().enumerate() {
        let above = item.node.parent.as_deref().and_then(|id| lines.get(id)).copied().filter(|above| *above < at);
        let line = line(item, above, &mut arns);
        out.push('\n');
        out.push_str(&serde_json::to_string(&line).unwrap_or_default());
    }
    let head = Head { rows: items.len(), arns: arns.into_iter().map(str::to_owned).collect() };
    serde_json::to_string(&head).unwrap_or_default() + &out
}

/// By depth, and then as the tree is drawn: then nothing has to be put in order when it is read.
fn in_order(a: &Item, b: &Item) -> Ordering {
    let key = |i: &Item| (i.above.len(), i.node.account.is_some());
    key(a).cmp(&key(b)).then_with(|| a.above.cmp(&b.above)).then_with(|| a.node.id.cmp(&b.node.id))
}

fn line<'a>(item: &'a Item, above: Option<usize>, arns: &mut Vec<&'a str>) -> Line {
    let Node { id, name, parent, account, origin, management, unnamed, placed } = &*item.node;
    let begin = item.arn.strip_suffix(id.as_str()).filter(|begin| !begin.is_empty());
    let arn = begin.map(|begin| {
        arns.iter().position(|known| *known == begin).unwrap_or_else(|| {
            arns.push(begin);
            arns.len() - 1
        })
    });
    let details = account.as_deref();
    let rest = Rest {
        parent: parent.clone().filter(|_| above.is_none()),
        arn: arn.unwrap_or_default(),
        bare: arn.is_none() && account.is_some(),
        origin: *origin,
        state: details.map(|d| d.state.clone()).unwrap_or_default(),
        tags: details.and_then(|d| d.tags.clone()),
        roles: details.map(|d| d.roles.clone()).unwrap_or_default(),
        profile: details.and_then(|d| d.profile.clone()),
        region: details.and_then(|d| d.region.clone()),
        management: *management,
        unnamed: *unnamed,
        placed: *placed,
        shortfall: details.map(|d| d.shortfall.clone()).unwrap_or_default(),
    };
    let rest = Some(rest).filter(|rest| !is_usual(rest)).map(Box::new);
    let joined = details.and_then(|d| d.joined).map(Timestamp::as_millisecond);
    Line(id.clone(), name.clone(), above, details.map(|d| d.email.clone()), joined, rest)
}

/// The items again.
///
/// # Errors
/// Where the text is not of this form: another version wrote it, or a part of it is lost.
pub(super) fn read(text: &str) -> Result<Vec<Item>, Error> {
    let mut lines = text.lines();
    let head: Head = serde_json::from_str(lines.next().unwrap_or_default())?;
    // The number is a hint from a file: more lines than bytes there are not.
    let mut items: Vec<Item> = Vec::with_capacity(head.rows.min(text.len()));
    // What lies above the children of a line, made for the first of them.
    let mut below: Vec<Option<Place>> = Vec::with_capacity(items.capacity());
    for line in lines {
        let line: Line = serde_json::from_str(line)?;
        let above = match line.2 {
            None => Place::default(),
            Some(at) => {
                let parent = items.get(at).ok_or_else(|| Error::custom("a node lies below one that comes later"))?;
                below[at].get_or_insert_with(|| Place::below(parent)).clone()
            }
        };
        items.push(item(line, &head, above));
        below.push(None);
    }
    if items.len() == head.rows { Ok(items) } else { Err(Error::custom("a part of the tree is lost")) }
}

/// What lies above a node.
#[derive(Clone, Default)]
struct Place {
    parent: Option<String>,
    ou: Arc<str>,
    above: Arc<[String]>,
}

impl Place {
    fn below(item: &Item) -> Self {
        let Node { id, name, .. } = &*item.node;
        let ou = match (item.above.is_empty(), item.ou.is_empty()) {
            (true, _) => Arc::default(),
            (false, true) => Arc::from(name.as_str()),
            (false, false) => format!("{}/{name}", item.ou).into(),
        };
        Self { parent: Some(id.clone()), ou, above: item.above.iter().chain([id]).cloned().collect() }
    }
}

fn item(Line(id, name, _, email, joined, rest): Line, head: &Head, place: Place) -> Item {
    let rest = rest.map(|rest| *rest).unwrap_or_default();
    let begin = head.arns.get(rest.arn).filter(|_| email.is_some() && !rest.bare);
    let arn = begin.map(|begin| format!("{begin}{id}")).unwrap_or_default();
    let account = email.map(|email| {
        Arc::new(Details {
            email,
            state: rest.state,
            joined: joined.and_then(|at| Timestamp::from_millisecond(at).ok()),
            tags: rest.tags,
            roles: rest.roles,
            profile: rest.profile,
            region: rest.region,
            shortfall: rest.shortfall,
        })
    });
    let node = Node {
        id,
        name,
        parent: place.parent.or(rest.parent),
        account,
        origin: rest.origin,
        management: rest.management,
        unnamed: rest.unnamed,
        placed: rest.placed,
    };
    Item { node: Arc::new(node), ou: place.ou, above: place.above, arn }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARN: &str = "arn:aws:organizations::999999999999:account/o-x/";

    /// A tree with everything that a node can have, in no order.
    fn items() -> Vec<Item> {
        let up = [("r-a", "Root"), ("ou-1", "workload"), ("ou-2", "prod")].map(|(i, n)| (i.to_owned(), n.to_owned()));
        let group = |n: usize| Item::group(&up[n].0, Some(&up[n].1), None, Origin::Organizations).below(&up[..n]);
        let plain = |id: &str| Item::account(id, "x", Details::default(), Origin::Organizations).below(&up);
        let mut full = plain("111111111111");
        full.arn = format!("{ARN}111111111111");
        let tags: Tags = [("team", "a \"b\"\n")].into_iter().collect();
        full.node_mut().account = Some(Arc::new(Details {
            email: "x@example.com".to_owned(),
            state: State::Suspended,
            joined: "2024-01-09T00:04:51.250Z".parse().ok(),
            tags: Some(tags),
            roles: vec!["Reader".to_owned()],
            profile: Some("ops".to_owned()),
            region: Some("eu-west-3".into()),
            shortfall: "no right".to_owned(),
        }));
        full.node_mut().management = true;
        let mut other = plain("222222222222");
        other.arn = "arn:aws:organizations::888888888888:account/o-y/222222222222".to_owned();
        let mut lone = Item::account("333333333333", "", Details::default(), Origin::Caller);
        lone.node_mut().parent = Some("ou-nobody-knows".to_owned());
        let mut root = group(0);
        root.node_mut().placed = true;
        vec![full, other, lone, plain("444444444444"), group(2), group(1), root]
    }

    #[test]
    fn everything_comes_back_and_what_lies_above_is_kept_once() {
        let items = items();
        let text = keep(&items.iter().collect::<Vec<_>>());
        let mut back = read(&text).unwrap();
        let by_id = |a: &Item, b: &Item| a.node.id.cmp(&b.node.id);
        let mut items = items;
        items.sort_by(by_id);
        back.sort_by(by_id);
        assert_eq!(back, items);
        assert_eq!((text.matches("workload").count(), text.matches(ARN).count(), text.lines().count()), (1, 1, 8));
    }

    #[test]
    fn the_order_in_which_rows_come_does_not_matter() {
        let mut items = items();
        let text = keep(&items.iter().collect::<Vec<_>>());
        items.reverse();
        assert_eq!(keep(&items.iter().collect::<Vec<_>>()), text);
    }

    #[test]
    fn a_damaged_or_foreign_text_is_no_tree_and_no_panic() {
        let text = keep(&items().iter().collect::<Vec<_>>());
        let cut = text.rsplit_once('\n').unwrap().0;
        for bad in ["", "[]", r#"[{"node":{}}]"#, cut, "{\"rows\":1,\"arns\":[]}\n[\"a\",\"b\",7,null,null,null]"] {
            assert!(read(bad).is_err(), "{bad}");
        }
        // Two that lie below each other: such a store was damaged, and both are still there.
        let mut circle = items();
        circle[5].node_mut().parent = Some("ou-2".to_owned());
        assert_eq!(read(&keep(&circle.iter().collect::<Vec<_>>())).unwrap().len(), circle.len());
    }
}
