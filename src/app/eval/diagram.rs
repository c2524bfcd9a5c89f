//! The reliability diagram: how often values are right (up) that were said with a confidence (across), a panel a language.

use super::calibration::Bin;
use super::figures::{Part, Report};
use super::table::figure;
use std::fmt::Write;

/// In the units of the drawing, which are pixels where it is shown in its own size.
const SIDE: f64 = 260.0;
const LEFT: f64 = 46.0;
const TOP: f64 = 58.0;
const BETWEEN: f64 = 60.0;
const HEIGHT: f64 = TOP + SIDE + 96.0;
/// Height of the bars that show how many values were said.
const BARS: f64 = 34.0;
/// Radius of the smallest dot; it grows with the root of the share of values.
const DOT: f64 = 3.0;
const GROWTH: f64 = 9.0;

// Colours stand in plain rules: not every viewer of SVG knows CSS variables.
const STYLE: &str = "\
text{font:12px system-ui,-apple-system,'Segoe UI',Roboto,sans-serif;fill:#1b2422}\
.soft{fill:#55615d}.strong{font-weight:650;font-size:14px}.ground{fill:#fff}\
.frame{fill:none;stroke:#c3cac6}.grid{stroke:#dfe3e0}.ideal{stroke:#55615d;stroke-dasharray:4 4}\
.gap{stroke:#1f5d57;stroke-width:1.5;opacity:.5}.dot,.bar{fill:#1f5d57}.bar{opacity:.45}\
@media (prefers-color-scheme:dark){text{fill:#e7ecea}.soft{fill:#aab5b1}.ground{fill:#121615}.frame{stroke:#434e4b}\
.grid{stroke:#2c3432}.ideal{stroke:#aab5b1}.gap{stroke:#6fc2b5}.dot,.bar{fill:#6fc2b5}}";

/// A whole SVG file.
pub fn draw(report: &Report) -> String {
    // Where several languages stand, the panel of all would say nothing new.
    let panels: Vec<&Part> = match report.parts.as_slice() {
        [one] => vec![one],
        many => many.iter().filter(|p| p.name != "all").collect(),
    };
    let width = LEFT + panels.len() as f64 * (SIDE + BETWEEN);
    let mut out = String::new();
    let _ = writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {HEIGHT:.0}\" width=\"{width:.0}\" height=\"{HEIGHT:.0}\" role=\"img\" aria-labelledby=\"title desc\">"
    );
    let _ =
        writeln!(out, "<title id=\"title\">How often values are right, by the confidence they were said with</title>");
    let _ = writeln!(out, "<desc id=\"desc\">{}</desc>", escape(&description(&report.reader, &panels)));
    let _ = writeln!(out, "<style>{STYLE}</style>");
    let _ = writeln!(out, "<rect class=\"ground\" width=\"100%\" height=\"100%\"/>");
    for (i, part) in panels.iter().enumerate() {
        panel(&mut out, part, LEFT + i as f64 * (SIDE + BETWEEN));
    }
    let _ = writeln!(out, "</svg>");
    out
}

fn panel(out: &mut String, part: &Part, left: f64) {
    let (right, bottom) = (left + SIDE, TOP + SIDE);
    let c = &part.calibration;
    let _ = writeln!(out, "<g>");
    label(out, left, TOP - 32.0, "start", "strong", language(&part.name));
    let error = format!("{} values, calibration error {}", c.said, figure(c.error));
    label(out, left, TOP - 12.0, "start", "soft", &error);
    for i in 0..=5 {
        let share = f64::from(i) / 5.0;
        let (x, y) = (left + share * SIDE, bottom - share * SIDE);
        let _ = writeln!(out, "<path class=\"grid\" d=\"M{left:.1} {y:.1}H{right:.1}M{x:.1} {TOP:.1}V{bottom:.1}\"/>");
        label(out, left - 6.0, y + 4.0, "end", "soft", &format!("{share:.1}"));
        label(out, x, bottom + 16.0, "middle", "soft", &format!("{share:.1}"));
    }
    let _ = writeln!(
        out,
        "<rect class=\"frame\" x=\"{left:.1}\" y=\"{TOP:.1}\" width=\"{SIDE:.1}\" height=\"{SIDE:.1}\"/>"
    );
    let _ = writeln!(out, "<path class=\"ideal\" d=\"M{left:.1} {bottom:.1}L{right:.1} {TOP:.1}\"/>");
    let most = c.bins.iter().map(|b| b.said).max().unwrap_or(0).max(1) as f64;
    let floor = HEIGHT - 22.0;
    for (i, bin) in c.bins.iter().enumerate().filter(|(_, b)| b.said > 0) {
        let (x, y) = (left + bin.confidence * SIDE, bottom - bin.accuracy() * SIDE);
        let ideal = bottom - bin.confidence * SIDE;
        let radius = DOT + GROWTH * (bin.said as f64 / c.said.max(1) as f64).sqrt();
        let _ = writeln!(out, "<path class=\"gap\" d=\"M{x:.1} {ideal:.1}V{y:.1}\"/>");
        let _ = writeln!(
            out,
            "<circle class=\"dot\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{radius:.1}\"><title>{}</title></circle>",
            escape(&sentence(bin))
        );
        let step = SIDE / c.bins.len() as f64;
        let height = BARS * bin.said as f64 / most;
        let _ = writeln!(
            out,
            "<rect class=\"bar\" x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{height:.1}\"><title>{}</title></rect>",
            left + i as f64 * step + 1.0,
            floor - height,
            step - 2.0,
            escape(&sentence(bin))
        );
    }
    label(out, left + SIDE / 2.0, HEIGHT - 6.0, "middle", "soft", "across: confidence; up: share right; bars: number");
    let _ = writeln!(out, "</g>");
}

fn label(out: &mut String, x: f64, y: f64, anchor: &str, class: &str, words: &str) {
    let words = escape(words);
    let _ = writeln!(out, "<text class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\">{words}</text>");
}

fn language(name: &str) -> &str {
    match name {
        "en" => "English",
        "zh" => "Chinese",
        "mixed" => "Both languages in one message",
        "other" => "Other languages",
        _ => "All languages",
    }
}

fn sentence(bin: &Bin) -> String {
    format!("said with {:.2}: {} of {} right ({:.2})", bin.confidence, bin.right, bin.said, bin.accuracy())
}

/// All that the picture shows, in words.
fn description(reader: &str, panels: &[&Part]) -> String {
    let mut out = format!("Read by {reader}.");
    for part in panels {
        let c = &part.calibration;
        let bins: Vec<String> = c.bins.iter().filter(|b| b.said > 0).map(sentence).collect();
        let error = figure(c.error);
        let _ = write!(out, " {}: calibration error {error}; {}.", language(&part.name), bins.join("; "));
    }
    out
}

fn escape(words: &str) -> String {
    let mut out = String::with_capacity(words.len());
    for c in words.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // XML knows no other control characters.
            c if c.is_control() && !matches!(c, '\n' | '\t') => {}
            c => out.push(c),
        }
    }
    out
}
