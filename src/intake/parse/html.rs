//! HTML to text that keeps lines, lists, quotes and tables.
//!
//! What the table reader may rely on: one row of a data table is one line, its cells parted by one tab;
//! several lines inside a cell are joined by `; `; an empty cell leaves its tab; a cell that spans rows is
//! repeated in each. Tables that only lay out a page become plain lines. A quotation is marked `> `, a
//! list's item `- ` or `1. `, a horizontal rule is a line of 32 underscores, and a signature that the
//! program marked as such begins with `-- `.

use crate::intake::shape::Shaped;
use std::cell::RefCell;

use html5ever::{
    tendril::StrTendril,
    tokenizer::{BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, states::RawKind},
};

mod colour;
mod hiding;
mod page;
mod sheet;
mod style;
mod table;

pub use hiding::Hiding;
use page::Page;
use sheet::Sheet;

/// A horizontal rule, as mail programs write it in plain text.
pub const RULE: &str = "________________________________";

/// A page's words.
#[derive(Debug, Default)]
pub struct Read {
    pub text: String,
    /// Whether words were struck through; they are left out.
    pub struck: bool,
}

/// Reads markup of any quality; linear in its length.
pub fn read(markup: &str) -> Read {
    walk(markup, Page::default()).finish()
}

/// Reads a page of a handbook rather than a mail: what a reader of the page cannot see is left out whatever way
/// it is hidden (style sheet, colour of the ground, size, place), quotations bear no mark, and each line says
/// what it is.
pub fn read_shaped(markup: &str) -> Shaped {
    walk(markup, Page::strict(Sheet::of(markup))).finish_shaped()
}

fn walk(markup: &str, page: Page) -> Page {
    let queue = BufferQueue::default();
    queue.push_back(StrTendril::from(markup));
    let tokenizer = Tokenizer::new(Sink { page: RefCell::new(page) }, Default::default());
    // Scripts pause the tokenizer; there is nothing to run.
    while !queue.is_empty() {
        if matches!(tokenizer.feed(&queue), html5ever::TokenizerResult::Done) {
            break;
        }
    }
    tokenizer.end();
    tokenizer.sink.page.take()
}

struct Sink {
    page: RefCell<Page>,
}

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let Ok(mut page) = self.page.try_borrow_mut() else { return TokenSinkResult::Continue };
        match token {
            Token::CharacterTokens(text) => page.text(&text),
            Token::TagToken(tag) => {
                let raw = (tag.kind == TagKind::StartTag && !tag.self_closing).then(|| raw_kind(&tag)).flatten();
                match tag.kind {
                    TagKind::StartTag => page.open(&tag),
                    TagKind::EndTag => page.close(&tag.name),
                }
                if let Some(kind) = raw {
                    return TokenSinkResult::RawData(kind);
                }
            }
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

/// Elements whose content is no markup.
fn raw_kind(tag: &Tag) -> Option<RawKind> {
    match &*tag.name {
        "script" => Some(RawKind::ScriptData),
        "style" | "xmp" | "iframe" | "noembed" | "noframes" => Some(RawKind::Rawtext),
        "title" | "textarea" => Some(RawKind::Rcdata),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(markup: &str) -> String {
        read(markup).text
    }

    #[test]
    fn lines_and_paragraphs() {
        assert_eq!(
            text("<div>Hello&nbsp;<b>Jane</b>,</div><div><br></div><div>see\n  this<br>and that</div>"),
            "Hello Jane,\n\nsee this\nand that"
        );
        assert_eq!(text("<p>one</p><p>two</p>"), "one\n\ntwo");
        assert_eq!(
            text(
                "<p class=MsoNormal>one<o:p></o:p></p><p class=MsoNormal><o:p>&nbsp;</o:p></p><p class=\"MsoNormal\">two</p>"
            ),
            "one\n\ntwo"
        );
        assert_eq!(text("<pre>a  b\n c</pre>"), "a  b\n c");
        assert_eq!(text("a<hr>b"), format!("a\n{RULE}\nb"));
        assert_eq!(text("1<sup>st</sup> &lt;x&gt; &amp; 新"), "1st <x> & 新");
    }

    #[test]
    fn lists_are_marked() {
        assert_eq!(text("<ul><li>laptop</li><li><p>badge</p></li></ul>"), "- laptop\n- badge");
        assert_eq!(text("<ol start=3><li>a<li>b<ul><li>c</ul></ol>after"), "3. a\n4. b\n  - c\nafter");
        assert_eq!(
            text(
                "<p class=MsoListParagraph style='text-indent:-18.0pt;mso-list:l0 level1 lfo1'><![if !supportLists]><span style='font-family:Symbol'><span style='mso-list:Ignore'>·<span>&nbsp;&nbsp;&nbsp; </span></span></span><![endif]>VPN</p>"
            ),
            "- VPN"
        );
        assert_eq!(
            text("<p class=MsoListParagraph><span style='mso-list:Ignore'>2.<span>&nbsp; </span></span>Badge</p>"),
            "2. Badge"
        );
    }

    #[test]
    fn tables_are_lines_with_tabs() {
        let table = "<table><tr><th>Name</th><th>Item</th><th></th><th>Day</th></tr><tr><td><p>Amy</p></td><td>laptop<br>badge</td><td></td><td>1 May</td></tr></table>";
        assert_eq!(text(&format!("see<br>{table}ok")), "see\nName\tItem\t\tDay\nAmy\tlaptop; badge\t\t1 May\nok");
        assert_eq!(
            text("<table><tr><td rowspan=2>Sales</td><td>Amy</td></tr><tr><td>Bo</td></tr></table>"),
            "Sales\tAmy\nSales\tBo"
        );
        // A layout: one table inside another's cell.
        assert_eq!(
            text(&format!("<table><tr><td>x</td><td><div>Hi</div>{table}</td></tr></table>")),
            "x\nHi\nName\tItem\t\tDay\nAmy\tlaptop; badge\t\t1 May"
        );
        assert_eq!(text("<table><tr><td>a<td>b<tr><td>c<td>d</table>"), "a\tb\nc\td");
    }

    #[test]
    fn quotes_and_signatures_are_marked() {
        assert_eq!(
            text("ok<blockquote type=cite><div>old<br><br>words</div></blockquote>new"),
            "ok\n> old\n>\n> words\nnew"
        );
        // Gmail's indentation is no quotation.
        assert_eq!(text("<blockquote style=\"margin:0 0 0 40px;border:none;padding:0px\">in</blockquote>"), "in");
        assert_eq!(text("bye<div class=\"gmail_signature\">Jane</div>"), "bye\n-- \nJane");
    }

    #[test]
    fn what_is_not_seen_is_not_read() {
        assert_eq!(
            text(
                "<title>t</title><style>p{}</style><script>if(a<b){}</script><p>a<span style=\"Display: NONE\">b<span>c</span>d</span>e</p><div hidden>f</div>"
            ),
            "ae"
        );
        assert_eq!(text("<!--[if mso]><p>x</p><![endif]-->y<![if !mso]>z<![endif]>"), "yz");
        let struck = read("<p>laptop <s>and phone</s> ok</p>");
        assert_eq!((struck.text.as_str(), struck.struck), ("laptop ok", true));
        assert_eq!(text("<a href='https://x.example/y'>the form</a>"), "the form");
    }

    #[test]
    fn hostile_markup_ends_quickly() {
        let begun = std::time::Instant::now();
        for piece in [
            "<div>",
            "<table><tr><td>",
            "<blockquote>",
            "</b>",
            "<b a=",
            "<ul><li>",
            "<div style='display:none'>",
            "<td rowspan=1000>x",
        ] {
            read(&piece.repeat(200_000 / piece.len()));
        }
        assert!(begun.elapsed() < std::time::Duration::from_secs(20), "{:?}", begun.elapsed());
    }
}
