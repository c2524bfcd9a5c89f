//! The words of a mail's parts: which alternative is read, and what was attached as whole messages.

use super::{html, mime::Node};
use crate::message::Header;

/// Rows of a table that are looked for in the plain text.
const ROWS_TRIED: usize = 40;

/// The words of a mail.
#[derive(Debug, Default)]
pub struct Body {
    pub text: String,
    /// Messages that were attached whole, in their order, each with its own words.
    pub attached: Vec<(Header, Body)>,
    /// Whether words were struck through and left out.
    pub struck: bool,
}

pub fn read(node: Node) -> Body {
    let mut body = Body::default();
    add(&mut body, node);
    body
}

fn add(body: &mut Body, node: Node) {
    match node {
        Node::Plain(text) => append(body, &text),
        Node::Html(markup) => append_html(body, &markup),
        Node::Group(nodes) => nodes.into_iter().for_each(|n| add(body, n)),
        Node::Alternative(nodes) => alternative(body, nodes),
        Node::Message(header, node) => body.attached.push((header, read(*node))),
        Node::Nothing => {}
    }
}

fn append(body: &mut Body, text: &str) {
    let text = text.trim_matches('\n');
    if text.trim().is_empty() {
        return;
    }
    if !body.text.is_empty() {
        body.text.push_str("\n\n");
    }
    body.text.push_str(text);
}

fn append_html(body: &mut Body, markup: &str) {
    let page = html::read(markup);
    body.struck |= page.struck;
    append(body, &page.text);
}

/// Plain text is read, unless it is a stub or lost the rows of tables that the HTML still has.
fn alternative(body: &mut Body, nodes: Vec<Node>) {
    let plain = nodes.iter().position(|n| matches!(n, Node::Plain(t) if !t.trim().is_empty()));
    let rich = nodes.iter().rposition(|n| markup(n).is_some());
    let chosen = match (plain, rich) {
        (Some(plain), Some(rich)) => {
            let better = match (nodes.get(plain), nodes.get(rich).and_then(markup)) {
                (Some(Node::Plain(text)), Some(markup)) => html_instead(text, markup),
                _ => false,
            };
            Some(if better { rich } else { plain })
        }
        (Some(one), None) | (None, Some(one)) => Some(one),
        // Neither: perhaps a group of plain parts.
        (None, None) => nodes.iter().rposition(|n| !matches!(n, Node::Nothing | Node::Plain(_))),
    };
    for (i, node) in nodes.into_iter().enumerate() {
        if Some(i) == chosen {
            add(body, node);
        } else {
            // A message attached to the side that is not read is no repetition.
            messages(body, node);
        }
    }
}

fn messages(body: &mut Body, node: Node) {
    match node {
        Node::Message(..) => add(body, node),
        Node::Group(nodes) | Node::Alternative(nodes) => nodes.into_iter().for_each(|n| messages(body, n)),
        _ => {}
    }
}

/// The first HTML in a node.
fn markup(node: &Node) -> Option<&str> {
    match node {
        Node::Html(text) if !text.trim().is_empty() => Some(text),
        Node::Group(nodes) | Node::Alternative(nodes) => nodes.iter().find_map(markup),
        _ => None,
    }
}

fn html_instead(plain: &str, markup: &str) -> bool {
    let has_cells = memchr::memmem::find(markup.as_bytes(), b"<td").is_some()
        || memchr::memmem::find(markup.as_bytes(), b"<TD").is_some();
    let words = words(plain);
    let short = words < 200 && markup.len() > 20 * words.max(10);
    if !has_cells && !short {
        return false;
    }
    let page = html::read(markup).text;
    (short && self::words(&page) > 2 * words + 40) || (has_cells && lost_rows(plain, &page))
}

/// Characters that are no white space.
fn words(text: &str) -> usize {
    text.chars().filter(|c| !c.is_whitespace()).count()
}

/// Whether most rows of the page's tables stand on no line of the plain text.
fn lost_rows(plain: &str, page: &str) -> bool {
    let rows: Vec<Vec<&str>> = page
        .lines()
        .map(|l| {
            l.trim_start_matches(['>', ' ']).split('\t').map(str::trim).filter(|c| !c.is_empty()).collect::<Vec<_>>()
        })
        .filter(|cells| cells.len() >= 2)
        .take(ROWS_TRIED)
        .collect();
    if rows.len() < 2 {
        return false;
    }
    let start = |cell: &str| cell.chars().take(20).collect::<String>();
    let lost = rows
        .iter()
        .filter(|cells| match cells.as_slice() {
            [first, second, ..] => {
                let (first, second) = (start(first), start(second));
                !plain.lines().take(2_000).any(|line| line.contains(&first) && line.contains(&second))
            }
            _ => false,
        })
        .count();
    lost * 2 > rows.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(plain: &str, html: &str) -> String {
        read(Node::Alternative(vec![Node::Plain(plain.into()), Node::Html(html.into())])).text
    }

    #[test]
    fn plain_text_is_read_unless_it_lost_something() {
        let table = "<table><tr><td>Name</td><td>Start</td></tr><tr><td>Amy Lin</td><td>1 May</td></tr></table>";
        assert_eq!(chosen("Hello\nthere", "<p>Hello there</p>"), "Hello\nthere");
        assert_eq!(chosen(" \n", "<p>Hello there</p>"), "Hello there");
        assert_eq!(chosen("Name\n\nStart\n\nAmy Lin\n\n1 May", table), "Name\tStart\nAmy Lin\t1 May");
        assert_eq!(chosen("Name: Start\nAmy Lin | 1 May", table), "Name: Start\nAmy Lin | 1 May");
        let long = format!("<p>{}</p>", "Please set up a laptop for Amy. ".repeat(20));
        assert!(chosen("Your program cannot show HTML.", &long).starts_with("Please"));
    }
}
