//! Office XML as events whose names are without prefix and whose references are resolved.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// What a part of an office file says next.
pub enum Step<'a> {
    Start(Tag<'a>),
    /// The local name of the element that ends.
    End(String),
    Text(String),
    /// The part ends, or is broken here.
    Stop {
        broken: bool,
    },
}

/// An element that begins; an empty element ends right after.
pub struct Tag<'a>(BytesStart<'a>);

impl Tag<'_> {
    pub fn name(&self) -> &str {
        self.0.local_name().into_inner()
    }

    /// An attribute by its local name, with references resolved.
    pub fn get(&self, name: &str) -> Option<String> {
        self.0.attributes().with_checks(false).flatten().find(|a| a.key.local_name().into_inner() == name).map(|a| {
            let raw = a.value.as_ref();
            match quick_xml::escape::unescape(raw) {
                Ok(value) => value.into_owned(),
                Err(_) => raw.to_owned(),
            }
        })
    }

    /// Whether a switch like `<w:vanish w:val="0"/>` is on; without a value it is.
    pub fn on(&self) -> bool {
        !matches!(self.get("val").as_deref(), Some("0" | "false" | "off" | "none"))
    }
}

/// Reads `part` step by step, without recursion and without expanding any entity of its own.
pub struct Steps<'a> {
    reader: Reader<&'a [u8]>,
}

impl<'a> Steps<'a> {
    pub fn new(part: &'a str) -> Self {
        let mut reader = Reader::from_str(part);
        let config = reader.config_mut();
        config.expand_empty_elements = true;
        config.check_end_names = false;
        config.allow_dangling_amp = true;
        Self { reader }
    }

    pub fn next(&mut self) -> Step<'a> {
        loop {
            match self.reader.read_event() {
                Ok(Event::Start(e)) => return Step::Start(Tag(e)),
                Ok(Event::End(e)) => return Step::End(e.local_name().into_inner().to_owned()),
                Ok(Event::Text(t)) => return Step::Text(t.xml10_content().into_owned()),
                Ok(Event::CData(t)) => return Step::Text(t.xml10_content().into_owned()),
                Ok(Event::GeneralRef(r)) => {
                    let text = match r.resolve_char_ref() {
                        Ok(Some(c)) => c.to_string(),
                        _ => quick_xml::escape::resolve_predefined_entity(&r).unwrap_or("").to_owned(),
                    };
                    return Step::Text(text);
                }
                Ok(Event::Eof) => return Step::Stop { broken: false },
                Ok(_) => {}
                Err(_) => return Step::Stop { broken: true },
            }
        }
    }
}
