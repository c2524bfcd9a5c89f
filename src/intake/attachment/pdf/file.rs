//! A PDF file's objects, found by looking through the whole file: a broken cross-reference table does no harm.

use super::super::words::Words;
use super::filters;
use super::syntax::{Dict, Lexer, Object, is_white};
use memchr::memmem;
use std::cell::Cell;
use std::collections::HashMap;
use std::ops::Range;

/// Bytes of all streams after decompression, together.
const UNPACKED: usize = 96 << 20;
/// Bytes of one stream after decompression.
const STREAM: usize = 24 << 20;
/// Objects of one file.
const OBJECTS: usize = 300_000;

pub struct File<'a> {
    bytes: &'a [u8],
    places: HashMap<u32, Place>,
    unpacked: Vec<Vec<u8>>,
    pub trailer: Dict,
    /// Bytes that streams may still unpack to, and bytes that objects may still be parsed from.
    left: Cell<usize>,
    work: Cell<usize>,
}

#[derive(Clone)]
enum Place {
    /// Behind `obj` in the file, and the bytes of its stream if it has one.
    Plain(usize, Option<Range<usize>>),
    /// In an unpacked object stream.
    Packed(usize, usize),
}

impl<'a> File<'a> {
    pub fn open(bytes: &'a [u8], words: &mut Words) -> Result<Self, String> {
        let mut file = Self {
            bytes,
            places: HashMap::new(),
            unpacked: Vec::new(),
            trailer: Dict::default(),
            left: Cell::new(UNPACKED),
            work: Cell::new(bytes.len().saturating_mul(20) + (32 << 20)),
        };
        file.scan(words)?;
        if file.dict(file.trailer.get("Root")).get("Pages") == &Object::Null
            && let Some((id, _)) = file.typed("Catalog").next_back()
        {
            file.trailer.set("Root", Object::Ref(id));
        }
        Ok(file)
    }

    /// Finds every `N G obj`, later ones replacing earlier ones, then the objects inside object streams.
    fn scan(&mut self, words: &mut Words) -> Result<(), String> {
        let mut after = 0;
        let mut no_end_after = usize::MAX;
        let mut packed = Vec::new();
        for at in memmem::find_iter(self.bytes, b"obj") {
            if at < after {
                continue;
            }
            if words.done() || self.work.get() == 0 {
                break;
            }
            let Some(id) = self.number_before(at) else { continue };
            let start = at + 3;
            let mut lexer = Lexer::file(self.bytes, start);
            let object = lexer.next();
            self.spend(lexer.at - start);
            let mut stream = None;
            if let Some(Object::Dict(dict)) = &object {
                stream = self.stream_range(&lexer, dict, &mut no_end_after);
                if let Some(range) = &stream {
                    after = range.end;
                    match dict.get("Type").name() {
                        Some("ObjStm") => packed.push(id),
                        Some("XRef") => self.adopt(dict),
                        _ => {}
                    }
                }
            }
            if self.places.len() < OBJECTS {
                self.places.insert(id, Place::Plain(start, stream));
            }
        }
        for at in memmem::find_iter(self.bytes, b"trailer") {
            if self.work.get() == 0 {
                break;
            }
            let mut lexer = Lexer::file(self.bytes, at + 7);
            if let Some(Object::Dict(dict)) = lexer.next() {
                self.adopt(&dict);
            }
            self.spend(lexer.at - at);
        }
        if self.trailer.get("Encrypt") != &Object::Null {
            return Err("it is encrypted and is not read".into());
        }
        for id in packed {
            if words.done() {
                break;
            }
            self.unpack(id);
        }
        Ok(())
    }

    /// The later trailer counts, in a file that was changed after it was written.
    fn adopt(&mut self, dict: &Dict) {
        for key in ["Root", "Encrypt"] {
            if dict.get(key) != &Object::Null {
                self.trailer.set(key, dict.get(key).clone());
            }
        }
    }

    /// The object number of `N G obj`, read backwards from `obj`.
    fn number_before(&self, at: usize) -> Option<u32> {
        let head = self.bytes.get(at.saturating_sub(24)..at)?;
        let mut back = head.iter().rev().copied().peekable();
        let mut skip = |keep: fn(u8) -> bool| {
            let mut taken = Vec::new();
            while let Some(b) = back.next_if(|b| keep(*b)) {
                taken.push(b);
            }
            taken
        };
        skip(is_white);
        let generation = skip(|b| b.is_ascii_digit());
        let gap = skip(is_white);
        let mut number = skip(|b| b.is_ascii_digit());
        if generation.is_empty() || gap.is_empty() || number.is_empty() {
            return None;
        }
        number.reverse();
        std::str::from_utf8(&number).ok()?.parse().ok()
    }

    /// The bytes of the stream that begins where `lexer` stands: by its length if that is true, else up to `endstream`.
    fn stream_range(&self, lexer: &Lexer, dict: &Dict, no_end_after: &mut usize) -> Option<Range<usize>> {
        let mut lexer = lexer.clone();
        lexer.skip_white();
        let word = self.bytes.get(lexer.at..lexer.at + 6)?;
        if word != b"stream" {
            return None;
        }
        let mut start = lexer.at + 6;
        if self.bytes.get(start) == Some(&b'\r') {
            start += 1;
        }
        if self.bytes.get(start) == Some(&b'\n') {
            start += 1;
        }
        if let Object::Integer(len) = dict.get("Length")
            && let Ok(len) = usize::try_from(*len)
            && let Some(end) = start.checked_add(len).filter(|e| *e <= self.bytes.len())
        {
            let rest = self.bytes.get(end..(end + 12).min(self.bytes.len())).unwrap_or(&[]);
            let white = rest.iter().take_while(|b| is_white(**b)).count();
            if rest.get(white..).is_some_and(|r| r.starts_with(b"endst") || r.starts_with(b"end")) {
                return Some(start..end);
            }
        }
        // Searched once: where none follows, none follows later either.
        if start >= *no_end_after {
            return Some(start..self.bytes.len());
        }
        match memmem::find(self.bytes.get(start..)?, b"endstream") {
            Some(len) => Some(start..start + len),
            None => {
                *no_end_after = start;
                Some(start..self.bytes.len())
            }
        }
    }

    fn unpack(&mut self, id: u32) {
        let Some((dict, bytes)) = self.stream(id) else { return };
        let first = self.resolve(dict.get("First")).integer().and_then(|n| usize::try_from(n).ok()).unwrap_or(0);
        let count = self.resolve(dict.get("N")).integer().unwrap_or(0);
        let mut lexer = Lexer::content(&bytes);
        let index = self.unpacked.len();
        for _ in 0..count.clamp(0, OBJECTS as i64) {
            let (Some(Object::Integer(id)), Some(Object::Integer(offset))) = (lexer.next(), lexer.next()) else {
                break;
            };
            let (Ok(id), Ok(offset)) = (u32::try_from(id), usize::try_from(offset)) else { continue };
            if self.places.len() < OBJECTS && !matches!(self.places.get(&id), Some(Place::Plain(..))) {
                self.places.insert(id, Place::Packed(index, first.saturating_add(offset)));
            }
        }
        self.unpacked.push(bytes);
    }

    fn spend(&self, bytes: usize) {
        self.work.set(self.work.get().saturating_sub(bytes + 1));
    }

    /// Whether a bound on unpacked or parsed bytes was met.
    pub fn exhausted(&self) -> bool {
        self.left.get() == 0 || self.work.get() == 0
    }

    pub fn get(&self, id: u32) -> Object {
        if self.work.get() == 0 {
            return Object::Null;
        }
        let (mut lexer, start) = match self.places.get(&id) {
            Some(Place::Plain(at, _)) => (Lexer::file(self.bytes, *at), *at),
            Some(Place::Packed(stream, at)) => {
                let Some(bytes) = self.unpacked.get(*stream) else { return Object::Null };
                (Lexer::file(bytes, *at), *at)
            }
            None => return Object::Null,
        };
        let object = lexer.next().unwrap_or(Object::Null);
        self.spend(lexer.at.saturating_sub(start));
        object
    }

    /// The object itself, behind up to eight references.
    pub fn resolve(&self, object: &Object) -> Object {
        let mut object = object.clone();
        for _ in 0..8 {
            match object {
                Object::Ref(id) => object = self.get(id),
                other => return other,
            }
        }
        Object::Null
    }

    /// The dictionary behind an object; empty if it is none.
    pub fn dict(&self, object: &Object) -> Dict {
        match self.resolve(object) {
            Object::Dict(dict) => dict,
            _ => Dict::default(),
        }
    }

    pub fn array(&self, object: &Object) -> Vec<Object> {
        match self.resolve(object) {
            Object::Array(items) => items,
            _ => Vec::new(),
        }
    }

    pub fn numbers<const N: usize>(&self, object: &Object) -> Option<[f64; N]> {
        let items = self.array(object);
        let numbers: Vec<f64> = items.iter().filter_map(|n| self.resolve(n).number()).collect();
        numbers.try_into().ok()
    }

    /// The dictionary and the unpacked bytes of a stream.
    pub fn stream(&self, id: u32) -> Option<(Dict, Vec<u8>)> {
        let Some(Place::Plain(_, Some(range))) = self.places.get(&id) else { return None };
        let dict = self.dict(&Object::Ref(id));
        let raw = self.bytes.get(range.clone())?;
        let names = match self.resolve(dict.get("Filter")) {
            Object::Array(items) => items,
            Object::Null => Vec::new(),
            one => vec![one],
        };
        let params = match self.resolve(dict.get("DecodeParms")) {
            Object::Array(items) => items,
            one => vec![one],
        };
        let mut bytes = raw.to_vec();
        for (i, name) in names.iter().enumerate().take(4) {
            let limit = self.left.get().min(STREAM);
            bytes = filters::apply(self.resolve(name).name()?, &bytes, limit)?;
            self.left.set(self.left.get().saturating_sub(bytes.len()));
            let params = params.get(i).map(|p| self.dict(p)).unwrap_or_default();
            let number = |key: &str, default: i64| self.resolve(params.get(key)).integer().unwrap_or(default);
            if let predictor @ 10.. = number("Predictor", 1) {
                let size = |key, default| usize::try_from(number(key, default)).unwrap_or(1).clamp(1, 1 << 16);
                bytes = filters::unpredict(
                    &bytes,
                    predictor,
                    size("Columns", 1),
                    size("Colors", 1),
                    size("BitsPerComponent", 8),
                );
            }
        }
        Some((dict, bytes))
    }

    /// The dictionaries of that type, in the order of the file.
    pub fn all_of_type(&self, name: &str) -> Vec<Dict> {
        self.typed(name).map(|(_, dict)| dict).collect()
    }

    fn typed(&self, name: &str) -> std::vec::IntoIter<(u32, Dict)> {
        let mut ids: Vec<(usize, u32)> = self
            .places
            .iter()
            .map(|(id, place)| match place {
                Place::Plain(at, _) => (*at, *id),
                Place::Packed(_, at) => (*at, *id),
            })
            .collect();
        ids.sort_unstable();
        let found: Vec<(u32, Dict)> = ids
            .into_iter()
            .filter_map(|(_, id)| match self.get(id) {
                Object::Dict(dict) if dict.get("Type").name() == Some(name) => Some((id, dict)),
                _ => None,
            })
            .collect();
        found.into_iter()
    }
}
