//! What an element's attributes say of how its words are shown.

use html5ever::tokenizer::Tag;

/// How an element's words are shown.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Shown {
    pub hidden: bool,
    pub struck: bool,
    pub preformatted: bool,
    /// Outlook's own bullet or number before a list's item.
    pub list_mark: bool,
    /// A block that is indented, not quoted.
    pub indented: bool,
    pub signature: bool,
    /// Outlook's paragraphs have no space between them.
    pub tight: bool,
}

/// An attribute's value.
pub fn attribute<'t>(tag: &'t Tag, name: &str) -> Option<&'t str> {
    tag.attrs.iter().find(|a| &*a.name.local == name).map(|a| &*a.value)
}

/// Reads `style`, `class`, `id` and `hidden`.
pub fn shown(tag: &Tag) -> Shown {
    let mut shown = Shown::default();
    for attr in &tag.attrs {
        match &*attr.name.local {
            "hidden" => shown.hidden = true,
            "style" => style(&attr.value, &mut shown),
            "class" | "id" => {
                let name = attr.value.get(..200).unwrap_or(&attr.value).to_ascii_lowercase();
                shown.tight |= name.starts_with("mso");
                // Not `…-prefix`, which holds Gmail's two dashes alone.
                shown.signature |=
                    (name.contains("signature") || name.contains("spneditorsign") || name.contains("_foxsign"))
                        && !name.contains("prefix");
            }
            _ => {}
        }
    }
    shown
}

fn style(value: &str, shown: &mut Shown) {
    // Real styles are short; what comes after this says nothing that matters.
    let value = value.get(..2_000).unwrap_or(value);
    let tight: String = value.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_ascii_lowercase()).collect();
    for rule in tight.split(';') {
        let Some((name, value)) = rule.split_once(':') else { continue };
        let value = value.trim_end_matches("!important");
        match name {
            "display" if value == "none" => shown.hidden = true,
            "visibility" if value == "hidden" || value == "collapse" => shown.hidden = true,
            "mso-hide" if value == "all" => shown.hidden = true,
            "font-size" | "max-height" | "opacity" if matches!(value, "0" | "0px" | "0pt" | "0em" | "0%" | "0.0") => {
                shown.hidden = true
            }
            "text-decoration" | "text-decoration-line" if value.contains("line-through") => shown.struck = true,
            "white-space" if value.starts_with("pre") && value != "pre-line" => shown.preformatted = true,
            "mso-list" if value == "ignore" => shown.list_mark = true,
            "border" if value.starts_with("none") || value == "0" || value == "0px" => shown.indented = true,
            _ => {}
        }
    }
}
