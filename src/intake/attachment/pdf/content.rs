//! A page's content stream, carried out: where each glyph stands, and the rules drawn between them.

use super::super::words::Words;
use super::Page;
use super::file::File;
use super::font::{Font, Shown};
use super::syntax::{Dict, Lexer, Object, is_white};
use memchr::memmem;
use std::collections::HashMap;
use std::rc::Rc;

/// Forms inside forms.
const FORM_DEPTH: usize = 8;
/// Operators of all pages together.
const OPERATORS: usize = 5_000_000;
/// Glyphs of one page, and rules of one page.
const GLYPHS: usize = 100_000;
const RULES: usize = 3_000;

/// What a page shows.
#[derive(Default)]
pub struct Placed {
    pub glyphs: Vec<Glyph>,
    /// The characters that the glyphs point into.
    pub text: String,
    /// Text that stands on end, in the order of the file.
    pub aside: String,
    pub vertical: Vec<Rule>,
    pub horizontal: Vec<Rule>,
    pub width: f64,
    /// Glyphs without a known character.
    pub lost: usize,
    /// Pictures drawn.
    pub drawn: usize,
}

/// A glyph with its text, in points from the page's lower left corner.
#[derive(Clone, Copy)]
pub struct Glyph {
    pub x0: f64,
    pub x1: f64,
    /// Of its base line.
    pub y: f64,
    pub size: f64,
    pub at: usize,
    pub len: usize,
}

impl Glyph {
    pub fn text<'a>(&self, text: &'a str) -> &'a str {
        text.get(self.at..self.at + self.len).unwrap_or("")
    }
}

/// A straight line along an axis: where it stands on the other axis, and from where to where it goes.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    pub at: f64,
    pub from: f64,
    pub to: f64,
}

type Matrix = [f64; 6];

fn times(m: &Matrix, n: &Matrix) -> Matrix {
    let [a, b, c, d, e, f] = *m;
    let [g, h, i, j, k, l] = *n;
    [a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + l]
}

fn point(m: &Matrix, x: f64, y: f64) -> (f64, f64) {
    let [a, b, c, d, e, f] = *m;
    (a * x + c * y + e, b * x + d * y + f)
}

const IDENTITY: Matrix = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0];

#[derive(Clone)]
struct State {
    ctm: Matrix,
    font: Option<Rc<Font>>,
    size: f64,
    char_space: f64,
    word_space: f64,
    stretch: f64,
    leading: f64,
    rise: f64,
}

/// Content under a mark: text that stands for it, or nothing to be read at all.
enum Mark {
    None,
    /// Text instead of the glyphs, and whether it was placed.
    Instead(String, bool),
    /// Page numbers, running heads.
    Pagination,
}

/// A form's dictionary and its content.
type Form = Rc<(Dict, Vec<u8>)>;

pub struct Interpreter<'f, 'a> {
    file: &'f File<'a>,
    fonts: HashMap<u32, Rc<Font>>,
    /// Forms by number; pictures among them are `None`.
    forms: HashMap<u32, Option<Form>>,
    /// Forms being drawn, each inside the one before.
    open: Vec<u32>,
    left: usize,
}

impl<'f, 'a> Interpreter<'f, 'a> {
    pub fn new(file: &'f File<'a>) -> Self {
        Self { file, fonts: HashMap::new(), forms: HashMap::new(), open: Vec::new(), left: OPERATORS }
    }

    /// Whether the bound on operators was met.
    pub fn exhausted(&self) -> bool {
        self.left == 0
    }

    pub fn page(&mut self, page: &Page, words: &mut Words) -> Placed {
        let file = self.file;
        let frame =
            file.numbers::<4>(page.dict.get("CropBox")).or_else(|| file.numbers::<4>(page.dict.get("MediaBox")));
        let [x0, y0, x1, y1] = frame.unwrap_or([0.0, 0.0, 595.0, 842.0]);
        let turned = page.rotate.rem_euclid(360);
        let ctm = match turned {
            90 => [0.0, -1.0, 1.0, 0.0, 0.0, 0.0],
            180 => [-1.0, 0.0, 0.0, -1.0, 0.0, 0.0],
            270 => [0.0, 1.0, -1.0, 0.0, 0.0, 0.0],
            _ => IDENTITY,
        };
        let mut placed =
            Placed { width: if turned % 180 == 90 { (y1 - y0).abs() } else { (x1 - x0).abs() }, ..Placed::default() };
        let state = State {
            ctm,
            font: None,
            size: 1.0,
            char_space: 0.0,
            word_space: 0.0,
            stretch: 1.0,
            leading: 0.0,
            rise: 0.0,
        };
        let mut content = Vec::new();
        let parts = match file.resolve(page.dict.get("Contents")) {
            Object::Array(parts) => parts,
            _ => vec![page.dict.get("Contents").clone()],
        };
        for part in parts {
            if let Object::Ref(id) = part
                && let Some((_, bytes)) = file.stream(id)
            {
                content.extend(bytes);
                content.push(b'\n');
            }
        }
        self.run(&content, &page.resources, state.clone(), &mut placed, words, 0);
        for annotation in file.array(page.dict.get("Annots")).iter().take(2_000) {
            self.annotation(&file.dict(annotation), &state, &mut placed, words);
        }
        placed
    }

    /// The filled-in fields of a form, and text that was put onto the page, show through their appearance.
    fn annotation(&mut self, dict: &Dict, state: &State, placed: &mut Placed, words: &mut Words) {
        let file = self.file;
        let hidden = file.resolve(dict.get("F")).integer().is_some_and(|f| f & 2 != 0);
        if hidden || !matches!(file.resolve(dict.get("Subtype")).name(), Some("Widget" | "FreeText" | "Stamp")) {
            return;
        }
        let appearance = file.dict(dict.get("AP"));
        let Some([x, y, _, top]) = file.numbers::<4>(dict.get("Rect")) else { return };
        let normal = appearance.get("N").clone();
        // A box has an appearance for each of its states.
        if let Object::Dict(states) = file.resolve(&normal)
            && states.get("Subtype").name() != Some("Form")
            && states.get("BBox") == &Object::Null
        {
            let off = matches!(file.resolve(dict.get("AS")), Object::Name(name) if name == "Off")
                || dict.get("AS") == &Object::Null;
            let size = (top - y).abs().clamp(1.0, 24.0);
            let whole = times(&[size, 0.0, 0.0, size, x, y + 0.2 * size], &state.ctm);
            let (end, _) = point(&state.ctm, x + size, y);
            place(placed, &mut [], &whole, end, if off { "☐" } else { "☑" });
            return;
        }
        let Object::Ref(id) = normal else { return };
        let Some(form) = self.form(id) else { return };
        let [left, bottom, ..] = file.numbers::<4>(form.0.get("BBox")).unwrap_or_default();
        let mut state = state.clone();
        state.ctm = times(&[1.0, 0.0, 0.0, 1.0, x - left, y - bottom], &state.ctm);
        let resources = file.dict(form.0.get("Resources"));
        self.run(&form.1, &resources, state, placed, words, 1);
    }

    /// A form's dictionary and content, kept for its next use; `None` for a picture.
    fn form(&mut self, id: u32) -> Option<Form> {
        if let Some(form) = self.forms.get(&id) {
            return form.clone();
        }
        let is_form = self.file.dict(&Object::Ref(id)).get("Subtype").name() == Some("Form");
        let form = if is_form { self.file.stream(id).map(Rc::new) } else { None };
        self.forms.insert(id, form.clone());
        form
    }

    fn font(&mut self, resources: &Dict, name: &str) -> Option<Rc<Font>> {
        let fonts = self.file.dict(resources.get("Font"));
        let object = fonts.get(name);
        if let Object::Ref(id) = object
            && let Some(font) = self.fonts.get(id)
        {
            return Some(font.clone());
        }
        let dict = self.file.dict(object);
        if dict.is_empty() {
            return None;
        }
        let font = Rc::new(Font::load(self.file, &dict));
        if let Object::Ref(id) = object {
            self.fonts.insert(*id, font.clone());
        }
        Some(font)
    }

    fn run(
        &mut self,
        content: &[u8],
        resources: &Dict,
        state: State,
        placed: &mut Placed,
        words: &mut Words,
        depth: usize,
    ) {
        let mut lexer = Lexer::content(content);
        let mut run = Run {
            state,
            stack: Vec::new(),
            line: IDENTITY,
            matrix: IDENTITY,
            marks: Vec::new(),
            path: Path::default(),
            placed,
        };
        let mut operands: Vec<Object> = Vec::new();
        // What the resources hold is looked up once for each stream.
        let mut fonts: HashMap<String, Option<Rc<Font>>> = HashMap::new();
        let mut objects: Option<Dict> = None;
        let mut properties: Option<Dict> = None;
        while let Some(object) = lexer.next() {
            let Object::Word(operator) = object else {
                // An operator has few operands; a stream of nothing else must not gather.
                if operands.len() < 64 {
                    operands.push(object);
                }
                continue;
            };
            if self.left == 0 || words.done() || run.placed.glyphs.len() >= GLYPHS {
                return;
            }
            self.left -= 1;
            match operator.as_slice() {
                b"Tf" => {
                    if let Some(name) = operands.first().and_then(Object::name) {
                        run.state.font = match fonts.get(name) {
                            Some(font) => font.clone(),
                            None => {
                                let font = self.font(resources, name);
                                fonts.insert(name.to_owned(), font.clone());
                                font
                            }
                        };
                    }
                    run.state.size = number(&operands, 1);
                }
                b"Do" => {
                    let name = operands.first().and_then(Object::name).unwrap_or_default();
                    match objects.get_or_insert_with(|| self.file.dict(resources.get("XObject"))).get(name) {
                        Object::Ref(id) if depth < FORM_DEPTH && !self.open.contains(id) => match self.form(*id) {
                            Some(form) => {
                                let mut state = run.state.clone();
                                if let Some(matrix) = self.file.numbers::<6>(form.0.get("Matrix")) {
                                    state.ctm = times(&matrix, &state.ctm);
                                }
                                let own = self.file.dict(form.0.get("Resources"));
                                let own = if own.is_empty() { resources } else { &own };
                                self.open.push(*id);
                                self.run(&form.1, own, state, run.placed, words, depth + 1);
                                self.open.pop();
                            }
                            None => run.placed.drawn += 1,
                        },
                        _ => {}
                    }
                }
                b"BDC" | b"BMC" => {
                    let named = properties.get_or_insert_with(|| self.file.dict(resources.get("Properties")));
                    let mark = self.mark(&operands, named);
                    if run.marks.len() < 256 {
                        run.marks.push(mark);
                    }
                }
                b"EMC" => drop(run.marks.pop()),
                b"ID" => skip_image(content, &mut lexer),
                other => run.operator(other, &operands),
            }
            operands.clear();
        }
    }

    fn mark(&self, operands: &[Object], named: &Dict) -> Mark {
        let tag = operands.first().and_then(Object::name).unwrap_or_default();
        let properties = match operands.get(1) {
            Some(Object::Dict(dict)) => dict.clone(),
            Some(Object::Name(name)) => self.file.dict(named.get(name)),
            _ => return Mark::None,
        };
        if tag == "Artifact" && properties.get("Type").name() == Some("Pagination") {
            return Mark::Pagination;
        }
        match properties.get("ActualText") {
            Object::String(text) => Mark::Instead(text_string(text), false),
            _ => Mark::None,
        }
    }
}

/// One content stream being carried out.
struct Run<'p> {
    state: State,
    stack: Vec<State>,
    /// The matrix of the text, and of the beginning of its line.
    matrix: Matrix,
    line: Matrix,
    marks: Vec<Mark>,
    path: Path,
    placed: &'p mut Placed,
}

/// Lines along the axes, not yet painted.
#[derive(Default)]
struct Path {
    start: (f64, f64),
    at: (f64, f64),
    lines: Vec<((f64, f64), (f64, f64))>,
}

impl Run<'_> {
    fn operator(&mut self, operator: &[u8], operands: &[Object]) {
        let n = |i: usize| number(operands, i);
        match operator {
            b"q" if self.stack.len() < 256 => self.stack.push(self.state.clone()),
            b"Q" => {
                if let Some(state) = self.stack.pop() {
                    self.state = state;
                }
            }
            b"cm" => self.state.ctm = times(&[n(0), n(1), n(2), n(3), n(4), n(5)], &self.state.ctm),
            b"BT" => (self.matrix, self.line) = (IDENTITY, IDENTITY),
            b"Tm" => {
                self.line = [n(0), n(1), n(2), n(3), n(4), n(5)];
                self.matrix = self.line;
            }
            b"Td" => self.next_line(n(0), n(1)),
            b"TD" => {
                self.state.leading = -n(1);
                self.next_line(n(0), n(1));
            }
            b"T*" => self.next_line(0.0, -self.state.leading),
            b"TL" => self.state.leading = n(0),
            b"Tc" => self.state.char_space = n(0),
            b"Tw" => self.state.word_space = n(0),
            b"Tz" => self.state.stretch = n(0) / 100.0,
            b"Ts" => self.state.rise = n(0),
            b"Tj" => self.show_first(operands, 0),
            b"'" => {
                self.next_line(0.0, -self.state.leading);
                self.show_first(operands, 0);
            }
            b"\"" => {
                (self.state.word_space, self.state.char_space) = (n(0), n(1));
                self.next_line(0.0, -self.state.leading);
                self.show_first(operands, 2);
            }
            b"TJ" => {
                let Some(Object::Array(items)) = operands.first() else { return };
                for item in items {
                    match item {
                        Object::String(bytes) => self.show(bytes),
                        other => {
                            let back = other.number().unwrap_or(0.0) / 1000.0 * self.state.size * self.state.stretch;
                            self.matrix = times(&[1.0, 0.0, 0.0, 1.0, -back, 0.0], &self.matrix);
                        }
                    }
                }
            }
            b"m" => {
                self.path.start = point(&self.state.ctm, n(0), n(1));
                self.path.at = self.path.start;
            }
            b"l" => self.line_to(point(&self.state.ctm, n(0), n(1))),
            b"c" => self.path.at = point(&self.state.ctm, n(4), n(5)),
            b"v" | b"y" => self.path.at = point(&self.state.ctm, n(2), n(3)),
            b"h" => self.line_to(self.path.start),
            b"re" => {
                let (x, y, w, h) = (n(0), n(1), n(2), n(3));
                let corner = |x, y| point(&self.state.ctm, x, y);
                let [a, b, c, d] = [corner(x, y), corner(x + w, y), corner(x + w, y + h), corner(x, y + h)];
                (self.path.start, self.path.at) = (a, a);
                for to in [b, c, d, a] {
                    self.line_to(to);
                }
            }
            b"S" | b"s" | b"f" | b"F" | b"f*" | b"B" | b"B*" | b"b" | b"b*" => {
                if matches!(operator, b"s" | b"b" | b"b*") {
                    self.line_to(self.path.start);
                }
                self.paint();
            }
            b"n" => self.path.lines.clear(),
            _ => {}
        }
    }

    fn line_to(&mut self, to: (f64, f64)) {
        if self.path.lines.len() < RULES {
            self.path.lines.push((self.path.at, to));
        }
        self.path.at = to;
    }

    /// Keeps what was painted along an axis; a thin rectangle gives its two long sides.
    fn paint(&mut self) {
        for ((x0, y0), (x1, y1)) in self.path.lines.drain(..) {
            let (dx, dy) = ((x1 - x0).abs(), (y1 - y0).abs());
            if dx < 1.0 && dy > 4.0 && self.placed.vertical.len() < RULES {
                self.placed.vertical.push(Rule { at: x0, from: y0.min(y1), to: y0.max(y1) });
            } else if dy < 1.0 && dx > 4.0 && self.placed.horizontal.len() < RULES {
                self.placed.horizontal.push(Rule { at: y0, from: x0.min(x1), to: x0.max(x1) });
            }
        }
    }

    fn next_line(&mut self, x: f64, y: f64) {
        self.line = times(&[1.0, 0.0, 0.0, 1.0, x, y], &self.line);
        self.matrix = self.line;
    }

    fn show_first(&mut self, operands: &[Object], index: usize) {
        if let Some(Object::String(bytes)) = operands.get(index) {
            self.show(bytes);
        }
    }

    fn show(&mut self, bytes: &[u8]) {
        let Some(font) = self.state.font.clone() else { return };
        let state = &self.state;
        let (size, stretch, rise, ctm) = (state.size, state.stretch, state.rise, state.ctm);
        let (char_space, word_space) = (state.char_space, state.word_space);
        let (mut matrix, placed, marks) = (self.matrix, &mut *self.placed, &mut self.marks);
        font.each(bytes, |Shown { text, width, is_space }| {
            let whole = times(&[size * stretch, 0.0, 0.0, size, 0.0, rise], &times(&matrix, &ctm));
            let step = width * size + char_space;
            let end = times(&[1.0, 0.0, 0.0, 1.0, step * stretch, 0.0], &matrix);
            let (x1, _) = point(&times(&end, &ctm), 0.0, rise);
            let wide = step + if is_space { word_space } else { 0.0 };
            matrix = times(&[1.0, 0.0, 0.0, 1.0, wide * stretch, 0.0], &matrix);
            place(placed, marks, &whole, x1, &text);
        });
        self.matrix = matrix;
    }
}

/// Puts a glyph onto the page, or its text aside if it does not stand upright.
fn place(placed: &mut Placed, marks: &mut [Mark], whole: &Matrix, x1: f64, text: &str) {
    if placed.glyphs.len() >= GLYPHS || marks.iter().any(|m| matches!(m, Mark::Pagination)) {
        return;
    }
    let instead = marks.iter_mut().find_map(|m| match m {
        Mark::Instead(text, done) => Some((text, done)),
        _ => None,
    });
    let text = match &instead {
        Some((_, done)) if **done => return,
        Some((text, _)) => text.as_str(),
        None => text,
    };
    let [a, b, c, d, x0, y] = *whole;
    let size = c.hypot(d);
    let sane = [x0, x1, y, size].iter().all(|n| n.is_finite() && n.abs() < 1e6);
    if text.is_empty() || !sane {
        placed.lost += usize::from(instead.is_none());
    } else if a > 0.0 && b.abs() <= 0.1 * a {
        let at = placed.text.len();
        placed.text.push_str(text);
        placed.glyphs.push(Glyph { x0, x1: x1.max(x0), y, size: size.max(0.1), at, len: text.len() });
    } else if a.abs() <= 0.1 * b.abs() {
        placed.aside.push_str(text);
    }
    // Text that slants across the page is a watermark.
    if let Some((_, done)) = instead {
        *done = true;
    }
}

fn number(operands: &[Object], index: usize) -> f64 {
    operands.get(index).and_then(Object::number).filter(|n| n.is_finite()).unwrap_or(0.0)
}

/// A text string of the file: UTF-16 or UTF-8 after a mark, else nearly Latin-1.
fn text_string(bytes: &[u8]) -> String {
    match encoding_rs::Encoding::for_bom(bytes) {
        Some((encoding, mark)) => encoding.decode_without_bom_handling(bytes.get(mark..).unwrap_or(&[])).0.into_owned(),
        None => encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned(),
    }
}

/// Skips the bytes of a picture inside the content, up to `EI` between white space.
fn skip_image(content: &[u8], lexer: &mut Lexer) {
    let start = lexer.at;
    let rest = content.get(start..).unwrap_or(&[]);
    for at in memmem::find_iter(rest, b"EI") {
        let before = at.checked_sub(1).and_then(|i| rest.get(i)).is_some_and(|b| is_white(*b));
        if before && rest.get(at + 2).is_none_or(|b| is_white(*b)) {
            lexer.at = start + at + 2;
            return;
        }
    }
    lexer.at = content.len();
}
