//! The text layer of a PDF: each page's glyphs placed, then read as lines and table rows.

use super::words::Words;
use content::Interpreter;
use file::File;
use std::collections::HashSet;
use std::rc::Rc;
use syntax::{Dict, Object};

mod cmap;
mod content;
mod file;
mod filters;
mod font;
mod layout;
mod syntax;
mod tables;

/// Pages of one file that are read.
const PAGES: usize = 500;

pub fn read(words: &mut Words, bytes: &[u8]) -> Result<(), String> {
    let file = File::open(bytes, words)?;
    let pages = pages(&file);
    let mut interpreter = Interpreter::new(&file);
    let (mut lost, mut shown, mut glyphs) = (0, 0, 0);
    for page in pages.iter().take(PAGES) {
        if words.done() {
            return Ok(());
        }
        let placed = interpreter.page(page, words);
        lost += placed.lost;
        shown += placed.glyphs.len();
        glyphs += placed.drawn;
        layout::write(placed, words);
    }
    if file.exhausted() || interpreter.exhausted() {
        return Err("the file unpacks to more than its bound and is not read whole".into());
    }
    if pages.len() > PAGES {
        return Err(format!("only the first {PAGES} of {} pages are read", pages.len()));
    }
    if lost * 10 > shown + lost {
        return Err("some of its fonts do not say which characters they draw; those words are not read".into());
    }
    if shown == 0 && glyphs > 0 {
        return Err("it is a scanned picture without a text layer and is not read".into());
    }
    Ok(())
}

/// A page's own dictionary with what it inherits.
pub struct Page {
    pub dict: Dict,
    pub resources: Rc<Dict>,
    pub rotate: i64,
}

/// The pages in order; every node of the tree is visited once, so that a loop ends.
fn pages(file: &File) -> Vec<Page> {
    let mut pages = Vec::new();
    let root = file.dict(file.trailer.get("Root"));
    let mut stack = vec![(root.get("Pages").clone(), Rc::new(Dict::default()), 0)];
    let mut visited = HashSet::new();
    while let Some((node, inherited, turned)) = stack.pop() {
        if pages.len() > PAGES || visited.len() > 100_000 {
            break;
        }
        if let Object::Ref(id) = node
            && !visited.insert(id)
        {
            continue;
        }
        let dict = file.dict(&node);
        let own = file.dict(dict.get("Resources"));
        let resources = if own.is_empty() { inherited } else { Rc::new(own) };
        let rotate = file.resolve(dict.get("Rotate")).integer().unwrap_or(turned);
        match file.resolve(dict.get("Kids")) {
            Object::Array(kids) => stack.extend(kids.into_iter().rev().map(|kid| (kid, resources.clone(), rotate))),
            _ if dict.is_empty() => {}
            _ => pages.push(Page { dict, resources, rotate }),
        }
    }
    if pages.is_empty() {
        // A damaged tree: every page that lies about, in the order of the file.
        for dict in file.all_of_type("Page").into_iter().take(PAGES) {
            let resources = Rc::new(file.dict(dict.get("Resources")));
            pages.push(Page { dict, resources, rotate: 0 });
        }
    }
    pages
}
