//! RFC 3676: format=flowed text back to paragraphs.

/// Joins flowed lines of the same quote depth; quote marks are written `> ` anew. `delsp` drops the space that marked the flow.
pub fn unflow(text: &str, delsp: bool) -> String {
    let mut out = String::with_capacity(text.len());
    // Depth of the paragraph that still flows.
    let mut open: Option<usize> = None;
    for line in text.split('\n') {
        let depth = line.bytes().take_while(|b| *b == b'>').count();
        let rest = line.get(depth..).unwrap_or_default();
        let rest = rest.strip_prefix(' ').unwrap_or(rest);
        let delimiter = rest == "-- ";
        let flows = rest.ends_with(' ') && !delimiter;
        if open != Some(depth) || delimiter {
            if open.is_some() {
                trim_end(&mut out);
                out.push('\n');
            }
            // Hostile depths are cut; they say nothing more.
            out.extend(std::iter::repeat_n("> ", depth.min(32)));
        }
        out.push_str(if flows && delsp { rest.strip_suffix(' ').unwrap_or(rest) } else { rest });
        if flows {
            open = Some(depth);
        } else {
            open = None;
            out.push('\n');
        }
    }
    if open.is_none() {
        out.pop();
    }
    out
}

/// A paragraph that ended without a last fixed line.
fn trim_end(out: &mut String) {
    out.truncate(out.trim_end_matches(' ').len());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_flow_and_depths_part() {
        let text = "Please set up \na laptop.\n>> older \n>> words\n> new \nown\n-- \nJane";
        assert_eq!(unflow(text, false), "Please set up a laptop.\n> > older words\n> new\nown\n-- \nJane");
        assert_eq!(unflow("新员 \n工\n From here", true), "新员工\nFrom here");
    }
}
