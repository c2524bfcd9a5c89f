//! Which elements stand alone, and which begin a line of their own.

pub fn is_void(name: &str) -> bool {
    matches!(
        name,
        "img" | "meta" | "link" | "input" | "col" | "wbr" | "base" | "area" | "source" | "embed" | "br" | "hr"
    )
}

pub fn is_block(name: &str) -> bool {
    matches!(
        name,
        "div"
            | "section"
            | "article"
            | "header"
            | "footer"
            | "center"
            | "dl"
            | "dt"
            | "dd"
            | "form"
            | "fieldset"
            | "address"
            | "main"
            | "nav"
            | "aside"
            | "figure"
            | "tbody"
            | "caption"
            | "body"
            | "html"
    )
}
