//! The objects that a PDF file and its content streams are written in.

/// Levels of arrays and dictionaries inside each other; what is deeper becomes null.
const DEPTH: usize = 64;
/// Bytes of one string; a content stream's are tens.
const STRING_BYTES: usize = 1 << 20;

#[derive(Debug, Clone, PartialEq)]
pub enum Object {
    Null,
    Bool(bool),
    Integer(i64),
    Real(f64),
    String(Vec<u8>),
    Name(String),
    Array(Vec<Object>),
    Dict(Dict),
    /// An indirect object's number.
    Ref(u32),
    /// An operator of a content stream, or any other bare word.
    Word(Vec<u8>),
}

pub static NULL: Object = Object::Null;

impl Object {
    pub fn number(&self) -> Option<f64> {
        match self {
            Object::Integer(n) => Some(*n as f64),
            Object::Real(n) => Some(*n),
            _ => None,
        }
    }

    pub fn integer(&self) -> Option<i64> {
        match self {
            Object::Integer(n) => Some(*n),
            Object::Real(n) => Some(*n as i64),
            _ => None,
        }
    }

    pub fn name(&self) -> Option<&str> {
        match self {
            Object::Name(name) => Some(name),
            _ => None,
        }
    }
}

#[derive(Debug, Clone, Default, PartialEq)]
pub struct Dict(Vec<(String, Object)>);

impl Dict {
    pub fn get(&self, key: &str) -> &Object {
        self.0.iter().find(|(k, _)| k == key).map_or(&NULL, |(_, v)| v)
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn set(&mut self, key: &str, value: Object) {
        self.0.retain(|(k, _)| k != key);
        self.0.push((key.to_owned(), value));
    }
}

/// Reads objects from bytes, one after another.
#[derive(Clone)]
pub struct Lexer<'a> {
    bytes: &'a [u8],
    pub at: usize,
    /// Whether `1 0 R` is a reference; in a content stream it is not.
    refs: bool,
}

impl<'a> Lexer<'a> {
    /// Over the objects of a file.
    pub fn file(bytes: &'a [u8], at: usize) -> Self {
        Self { bytes, at, refs: true }
    }

    /// Over a content stream or a character map.
    pub fn content(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0, refs: false }
    }

    pub fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    pub fn skip_white(&mut self) {
        while let Some(b) = self.peek() {
            if b == b'%' {
                while self.peek().is_some_and(|b| b != b'\n' && b != b'\r') {
                    self.at += 1;
                }
            } else if is_white(b) {
                self.at += 1;
            } else {
                break;
            }
        }
    }

    /// The next object; `None` at the end.
    pub fn next(&mut self) -> Option<Object> {
        self.object(0)
    }

    fn object(&mut self, depth: usize) -> Option<Object> {
        self.skip_white();
        let b = self.peek()?;
        Some(match b {
            b'/' => {
                self.at += 1;
                Object::Name(self.name())
            }
            b'(' => {
                self.at += 1;
                Object::String(self.literal())
            }
            b'<' if self.bytes.get(self.at + 1) == Some(&b'<') => {
                self.at += 2;
                self.dict(depth)
            }
            b'<' => {
                self.at += 1;
                Object::String(self.hex())
            }
            b'[' => {
                self.at += 1;
                self.array(depth)
            }
            b'>' if self.bytes.get(self.at + 1) == Some(&b'>') => {
                self.at += 2;
                Object::Word(b">>".to_vec())
            }
            b']' | b'{' | b'}' | b')' | b'>' => {
                self.at += 1;
                Object::Word(vec![b])
            }
            b'+' | b'-' | b'.' | b'0'..=b'9' => self.numeric(),
            _ => {
                let start = self.at;
                while self.peek().is_some_and(is_regular) {
                    self.at += 1;
                }
                match self.bytes.get(start..self.at).unwrap_or(&[]) {
                    b"true" => Object::Bool(true),
                    b"false" => Object::Bool(false),
                    b"null" => Object::Null,
                    word => Object::Word(word.get(..word.len().min(32)).unwrap_or(word).to_vec()),
                }
            }
        })
    }

    fn array(&mut self, depth: usize) -> Object {
        let mut items = Vec::new();
        loop {
            self.skip_white();
            match self.peek() {
                None => break,
                Some(b']') => {
                    self.at += 1;
                    break;
                }
                _ if depth >= DEPTH => {
                    // Too deep: skipped byte by byte, not by recursion.
                    self.at += 1;
                }
                _ => match self.object(depth + 1) {
                    // The end of something that holds this array: the array was never closed.
                    Some(Object::Word(word))
                        if self.refs && (word == b"endobj" || word == b"stream" || word == b">>") =>
                    {
                        break;
                    }
                    Some(item) => items.push(item),
                    None => break,
                },
            }
        }
        if depth >= DEPTH { Object::Null } else { Object::Array(items) }
    }

    fn dict(&mut self, depth: usize) -> Object {
        let mut entries = Vec::new();
        loop {
            self.skip_white();
            match self.peek() {
                None => break,
                _ if depth >= DEPTH => {
                    self.at += 1;
                    if self.bytes.get(self.at - 1..self.at + 1) == Some(b">>") {
                        self.at += 1;
                        return Object::Null;
                    }
                }
                Some(b'/') => {
                    self.at += 1;
                    let key = self.name();
                    match self.object(depth + 1) {
                        Some(Object::Word(word)) if word == b">>" => break,
                        Some(Object::Word(_)) => {}
                        Some(value) => entries.push((key, value)),
                        None => break,
                    }
                }
                _ => match self.object(depth + 1) {
                    Some(Object::Word(word)) if word == b">>" || word == b"endobj" || word == b"stream" => break,
                    Some(_) => {}
                    None => break,
                },
            }
        }
        Object::Dict(Dict(entries))
    }

    fn numeric(&mut self) -> Object {
        let start = self.at;
        self.at += 1;
        while self.peek().is_some_and(|b| matches!(b, b'0'..=b'9' | b'.' | b'-' | b'+')) {
            self.at += 1;
        }
        let text = std::str::from_utf8(self.bytes.get(start..self.at).unwrap_or(&[])).unwrap_or("");
        if let Ok(n) = text.parse::<i64>() {
            if self.refs
                && let Ok(id) = u32::try_from(n)
                && let Some(end) = self.reference()
            {
                self.at = end;
                return Object::Ref(id);
            }
            return Object::Integer(n);
        }
        // Programs write `--5`, `1.2.3` and `12-34`; what can be read of it counts.
        let text = text.trim_start_matches('+');
        let negative = text.starts_with('-');
        let digits = text.trim_start_matches('-');
        let mut dot = false;
        let end = digits
            .find(|c: char| {
                let stop = (c == '.' && dot) || (c != '.' && !c.is_ascii_digit());
                dot |= c == '.';
                stop
            })
            .unwrap_or(digits.len());
        let n: f64 = digits.get(..end).and_then(|d| d.parse().ok()).unwrap_or(0.0);
        Object::Real(if negative { -n } else { n })
    }

    /// Where ` 0 R` after a number ends, if it stands here.
    fn reference(&self) -> Option<usize> {
        let rest = self.bytes.get(self.at..(self.at + 16).min(self.bytes.len()))?;
        let mut i = rest.iter().take_while(|b| is_white(**b)).count();
        let digits = rest.iter().skip(i).take_while(|b| b.is_ascii_digit()).count();
        if i == 0 || digits == 0 {
            return None;
        }
        i += digits;
        let gap = rest.iter().skip(i).take_while(|b| is_white(**b)).count();
        i += gap;
        let ends = rest.get(i + 1).is_none_or(|b| !is_regular(*b));
        (gap > 0 && rest.get(i) == Some(&b'R') && ends).then_some(self.at + i + 1)
    }

    fn name(&mut self) -> String {
        let mut out = Vec::new();
        while let Some(b) = self.peek().filter(|b| is_regular(*b)) {
            self.at += 1;
            let code = |at: usize| self.bytes.get(at).and_then(|b| char::from(*b).to_digit(16));
            if b == b'#'
                && let (Some(high), Some(low)) = (code(self.at), code(self.at + 1))
            {
                out.push((high * 16 + low) as u8);
                self.at += 2;
            } else {
                out.push(b);
            }
        }
        String::from_utf8_lossy(&out).into_owned()
    }

    fn literal(&mut self) -> Vec<u8> {
        let (mut out, mut open) = (Vec::new(), 1usize);
        while let Some(b) = self.peek() {
            if out.len() >= STRING_BYTES {
                break;
            }
            self.at += 1;
            match b {
                b'(' => open += 1,
                b')' => {
                    open -= 1;
                    if open == 0 {
                        break;
                    }
                }
                b'\\' => {
                    let Some(escaped) = self.peek() else { break };
                    self.at += 1;
                    match escaped {
                        b'n' => out.push(b'\n'),
                        b'r' => out.push(b'\r'),
                        b't' => out.push(b'\t'),
                        b'b' | b'f' => {}
                        b'\r' => {
                            if self.peek() == Some(b'\n') {
                                self.at += 1;
                            }
                        }
                        b'\n' => {}
                        b'0'..=b'7' => {
                            let mut code = u32::from(escaped - b'0');
                            for _ in 0..2 {
                                if let Some(d @ b'0'..=b'7') = self.peek() {
                                    code = code * 8 + u32::from(d - b'0');
                                    self.at += 1;
                                }
                            }
                            out.push(code as u8);
                        }
                        other => out.push(other),
                    }
                    continue;
                }
                _ => {}
            }
            out.push(b);
        }
        out
    }

    fn hex(&mut self) -> Vec<u8> {
        let (mut out, mut high) = (Vec::new(), None);
        while let Some(b) = self.peek() {
            if out.len() >= STRING_BYTES {
                break;
            }
            self.at += 1;
            if b == b'>' {
                break;
            }
            let Some(digit) = char::from(b).to_digit(16) else { continue };
            match high.take() {
                Some(h) => out.push((h * 16 + digit) as u8),
                None => high = Some(digit),
            }
        }
        if let Some(h) = high {
            out.push((h * 16) as u8);
        }
        out
    }
}

pub fn is_white(b: u8) -> bool {
    matches!(b, 0 | b'\t' | b'\n' | 0x0C | b'\r' | b' ')
}

fn is_regular(b: u8) -> bool {
    !is_white(b) && !matches!(b, b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_are_read_and_odd_numbers_forgiven() {
        let source = b"<< /A#20B 1 0 R /C [ -1.5 +2 .5 --3 (a\\(b\\)\\101(c)) <4a4> true null ] /D << >> >> 7 8";
        let mut lexer = Lexer::file(source, 0);
        let Some(Object::Dict(dict)) = lexer.next() else { panic!("a dictionary") };
        assert_eq!(dict.get("A B"), &Object::Ref(1));
        assert_eq!(
            dict.get("C"),
            &Object::Array(vec![
                Object::Real(-1.5),
                Object::Integer(2),
                Object::Real(0.5),
                Object::Real(-3.0),
                Object::String(b"a(b)A(c)".to_vec()),
                Object::String(vec![0x4A, 0x40]),
                Object::Bool(true),
                Object::Null,
            ])
        );
        assert_eq!(lexer.next(), Some(Object::Integer(7)));
        assert_eq!(lexer.next(), Some(Object::Integer(8)));
        assert_eq!(lexer.next(), None);
    }

    #[test]
    fn deep_nesting_ends() {
        for opening in ["[", "<<", "<</A", "[<</A"] {
            let source = opening.repeat(200_000);
            assert!(Lexer::file(source.as_bytes(), 0).next().is_some());
        }
    }
}
