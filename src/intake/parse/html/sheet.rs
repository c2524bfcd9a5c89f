//! A page's own style sheets, as far as they hide words: selectors of one element, and the declarations that matter.

use super::colour::{Colour, Paint};
use super::style::{self, Shown};
use html5ever::TokenizerResult;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, states::RawKind};
use std::cell::RefCell;
use std::collections::HashMap;

/// Bytes of style sheets that are read, and rules that are kept.
const BYTES: usize = 512 << 10;
const RULES: usize = 5_000;

/// The rules that hide words or set their colours.
#[derive(Debug, Default)]
pub struct Sheet {
    rules: Vec<Rule>,
    /// By identifier, else by the first class, else by the element's name.
    by_key: HashMap<String, Vec<usize>>,
}

#[derive(Debug, Default)]
struct Rule {
    name: Option<String>,
    id: Option<String>,
    classes: Vec<String>,
    hidden: Option<bool>,
    paint: Paint,
}

impl Sheet {
    /// The sheets that stand in `<style>` elements anywhere in the markup.
    pub fn of(markup: &str) -> Self {
        let mut sheet = Self::default();
        if memchr::memmem::find(markup.as_bytes(), b"<style").is_none()
            && memchr::memmem::find(markup.as_bytes(), b"<STYLE").is_none()
        {
            return sheet;
        }
        sheet.read(&tokenized(markup, Collector::default()).css.take());
        sheet
    }

    /// Rules of one level; blocks that hold under a condition (`@media …`) are passed over.
    fn read(&mut self, css: &str) {
        let css = without_comments(css);
        let mut rest = css.as_str();
        while let Some(open) = rest.find('{') {
            let head = rest.get(..open).unwrap_or("").trim();
            let body = rest.get(open + 1..).unwrap_or("");
            if head.contains('@') {
                let always =
                    head.rsplit(';').next().is_some_and(|h| matches!(h.trim(), "@media screen" | "@media all"));
                let end = if always { 0 } else { closing(body) };
                rest = body.get(end..).unwrap_or("");
                continue;
            }
            let end = body.find('}').unwrap_or(body.len());
            self.rule(head.trim_start_matches('}').trim(), body.get(..end).unwrap_or(""));
            rest = body.get(end + 1..).unwrap_or("");
        }
    }

    fn rule(&mut self, selectors: &str, declarations: &str) {
        let (hidden, paint) = declared(declarations);
        if hidden.is_none() && paint == Paint::default() {
            return;
        }
        for selector in selectors.split(',').filter_map(compound) {
            if self.rules.len() >= RULES {
                return;
            }
            let key = selector.id.as_ref().map(|i| format!("#{i}"));
            let key = key.or_else(|| selector.classes.first().map(|c| format!(".{c}")));
            let Some(key) = key.or_else(|| selector.name.clone()) else { continue };
            self.by_key.entry(key).or_default().push(self.rules.len());
            self.rules.push(Rule { hidden, paint, ..selector });
        }
    }

    /// How an element's words are shown, by these sheets and by its own attributes.
    pub fn shown(&self, tag: &Tag) -> (Shown, Paint) {
        let mut shown = style::shown(tag);
        let mut paint = Paint::default();
        let mut hidden = None;
        if !self.rules.is_empty() {
            let id = style::attribute(tag, "id").unwrap_or("");
            let classes: Vec<&str> = style::attribute(tag, "class").unwrap_or("").split_whitespace().take(50).collect();
            let keys = std::iter::once(tag.name.to_string())
                .chain(classes.iter().map(|c| format!(".{c}")))
                .chain((!id.is_empty()).then(|| format!("#{id}")));
            for rule in keys.filter_map(|k| self.by_key.get(&k)).flatten().filter_map(|i| self.rules.get(*i)) {
                let fits = rule.name.as_ref().is_none_or(|n| *n == *tag.name)
                    && rule.id.as_ref().is_none_or(|i| i == id)
                    && rule.classes.iter().all(|c| classes.contains(&c.as_str()));
                if fits {
                    hidden = rule.hidden.or(hidden);
                    paint = Paint { ink: rule.paint.ink.or(paint.ink), ground: rule.paint.ground.or(paint.ground) };
                }
            }
        }
        if let Some(own) = style::attribute(tag, "style") {
            let (own_hidden, own) = declared(own);
            hidden = own_hidden.or(hidden);
            paint = Paint { ink: own.ink.or(paint.ink), ground: own.ground.or(paint.ground) };
        }
        let attribute = |name: &str| style::attribute(tag, name).map(str::to_ascii_lowercase);
        if &*tag.name == "font" {
            paint.ink = attribute("color").and_then(|c| Colour::parse(&c)).or(paint.ink);
        }
        paint.ground = paint.ground.or_else(|| attribute("bgcolor").and_then(|c| Colour::parse(&c)));
        shown.hidden |= hidden == Some(true) || attribute("aria-hidden").is_some_and(|v| v.trim() == "true");
        (shown, paint)
    }
}

/// What declarations say of hiding (None: nothing) and of colours.
fn declared(declarations: &str) -> (Option<bool>, Paint) {
    let declarations = declarations.get(..4_000).unwrap_or(declarations).to_ascii_lowercase();
    let (mut hidden, mut paint) = (None, Paint::default());
    let (mut small, mut clipped) = (false, false);
    for declaration in declarations.split(';') {
        let Some((name, value)) = declaration.split_once(':') else { continue };
        let (name, value) = (name.trim(), value.trim().trim_end_matches("!important").trim());
        match name {
            "display" if value == "none" => hidden = Some(true),
            "display" => hidden = hidden.or(Some(false)),
            "visibility" if matches!(value, "hidden" | "collapse") => hidden = Some(true),
            "content-visibility" if value == "hidden" => hidden = Some(true),
            "opacity" if number(value).is_some_and(|n| n < 0.1) => hidden = Some(true),
            "font-size" if tiny(value) => hidden = Some(true),
            "max-height" | "max-width" | "height" | "width"
                if number(value).is_some_and(|n| n <= 1.0) && !value.ends_with("em") =>
            {
                small = true;
            }
            "overflow" | "overflow-x" | "overflow-y" if matches!(value, "hidden" | "clip") => clipped = true,
            "text-indent" | "left" | "top" | "right" | "bottom" | "margin-left" | "margin-top"
                if number(value).is_some_and(|n| n <= -500.0) =>
            {
                hidden = Some(true);
            }
            "clip" if value.starts_with("rect(0") || value.starts_with("rect(1px") => hidden = Some(true),
            "clip-path" if matches!(value, "inset(100%)" | "inset(50%)" | "circle(0)" | "circle(0px)") => {
                hidden = Some(true);
            }
            "transform" if value.contains("scale(0)") => hidden = Some(true),
            "color" | "-webkit-text-fill-color" => paint.ink = Colour::parse(value).or(paint.ink),
            "background-color" => paint.ground = ground(value).or(paint.ground),
            "background" => paint.ground = ground(value).or(paint.ground),
            _ => {}
        }
    }
    if small && clipped {
        hidden = Some(true);
    }
    (hidden, paint)
}

fn ground(value: &str) -> Option<Colour> {
    if value.contains("url(") || value.contains("gradient(") || value.contains("var(") {
        return Some(Colour::Unknown);
    }
    let whole = Colour::parse(value).filter(|c| *c != Colour::Unknown);
    let colour = whole.or_else(|| value.split_whitespace().find_map(Colour::parse))?;
    // What is behind a clear ground shows through.
    (colour != Colour::Clear).then_some(colour)
}

/// Letters that nobody reads: up to 3 px, or a fifth of the size around.
fn tiny(value: &str) -> bool {
    let Some(size) = number(value) else { return false };
    match value.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | '-' | '+')).trim() {
        "" => size == 0.0,
        "px" => size <= 3.0,
        "pt" => size <= 2.0,
        "%" => size <= 20.0,
        "em" | "rem" | "ex" | "ch" | "vw" | "vh" => size <= 0.2,
        _ => false,
    }
}

/// The number that a value begins with.
fn number(value: &str) -> Option<f32> {
    let end = value.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | '-' | '+'))).unwrap_or(value.len());
    value.get(..end)?.parse().ok()
}

/// A selector of one element: a name, an identifier, classes. Others (`a b`, `a:hover`) are not read.
fn compound(selector: &str) -> Option<Rule> {
    let selector = selector.trim();
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '#');
    if selector.is_empty() || selector.len() > 200 || !selector.chars().all(plain) {
        return None;
    }
    let mut rule = Rule::default();
    let start = selector.find(['.', '#']).unwrap_or(selector.len());
    rule.name = selector.get(..start).filter(|n| !n.is_empty()).map(str::to_ascii_lowercase);
    let mut rest = selector.get(start..)?;
    while let Some(mark) = rest.chars().next() {
        let tail = rest.get(1..)?;
        let end = tail.find(['.', '#']).unwrap_or(tail.len());
        let word = tail.get(..end)?.to_owned();
        if mark == '#' {
            rule.id = Some(word)
        } else {
            rule.classes.push(word)
        }
        rest = tail.get(end..)?;
    }
    Some(rule)
}

/// Where the block ends whose content begins here, behind its brace.
fn closing(body: &str) -> usize {
    let mut depth = 1usize;
    for (at, byte) in body.bytes().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at + 1;
        }
    }
    body.len()
}

fn without_comments(css: &str) -> String {
    let mut out = String::with_capacity(css.len());
    let mut rest = css;
    while let Some((before, after)) = rest.split_once("/*") {
        out.push_str(before);
        rest = after.split_once("*/").map_or("", |(_, rest)| rest);
    }
    out.push_str(rest);
    out
}

/// Takes the words of `<style>` elements.
/// Hands the tokens of markup to a sink, and gives it back.
pub(super) fn tokenized<S: TokenSink>(markup: &str, sink: S) -> S {
    let queue = BufferQueue::default();
    queue.push_back(StrTendril::from(markup));
    let tokenizer = Tokenizer::new(sink, Default::default());
    while !queue.is_empty() {
        if matches!(tokenizer.feed(&queue), TokenizerResult::Done) {
            break;
        }
    }
    tokenizer.end();
    tokenizer.sink
}

#[derive(Default)]
struct Collector {
    css: RefCell<String>,
    inside: RefCell<bool>,
}

impl TokenSink for Collector {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        match token {
            Token::CharacterTokens(text) if *self.inside.borrow() => {
                let mut css = self.css.borrow_mut();
                if css.len() < BYTES {
                    css.push_str(&text);
                }
            }
            Token::TagToken(tag) if &*tag.name == "style" => {
                let start = tag.kind == TagKind::StartTag && !tag.self_closing;
                *self.inside.borrow_mut() = start;
                self.css.borrow_mut().push('\n');
                if start {
                    return TokenSinkResult::RawData(RawKind::Rawtext);
                }
            }
            Token::TagToken(tag) if &*tag.name == "script" && tag.kind == TagKind::StartTag && !tag.self_closing => {
                return TokenSinkResult::RawData(RawKind::ScriptData);
            }
            _ => {}
        }
        TokenSinkResult::Continue
    }
}
