//! Cuts the sender's signature, the program's line and the firm's notice off the end of a text.
//!
//! The closing line and the name under it stay: a person who writes about themselves is named there alone.
//! Titles, telephone numbers and addresses go. Where it is not sure, nothing is cut.

use crate::message::Address;
use crate::message::fold::fold_str;
use line::{LINE_CHARS, Line, WORDS, asks, is_closing, is_contact, is_item, is_name, is_role, is_signature, names};

mod line;

/// Lines (with words) in which a closing, a notice and a delimiter are looked for.
const CLOSING_WINDOW: usize = 16;
const NOTICE_WINDOW: usize = 40;
/// Characters in which a notice shows what it is; the longest phrase has 50.
const NOTICE_CHARS: usize = 64;
/// Lines of a signature under a closing, a name, a delimiter.
const UNDER_CLOSING: usize = 10;
const UNDER_DELIMITER: usize = 20;
/// The text without what was cut off its end, and what that was.
pub fn cut(text: &str, sender: Option<&Address>) -> (String, Option<String>) {
    // Only the end is looked at; a long text is not folded whole.
    let all: Vec<&str> = text.lines().collect();
    let first = tail_start(&all);
    let lines: Vec<Line> = all.get(first..).unwrap_or_default().iter().map(|l| Line::new(l)).collect();
    let mut end = trim(&lines, lines.len());
    // Program lines and notices stand in any order, and more than one of them.
    for _ in 0..40 {
        let before = end;
        end = trim(&lines, program(&lines, end));
        end = trim(&lines, notice(&lines, end));
        if end == before {
            break;
        }
    }
    let end = trim(&lines, delimiter(&lines, end, sender));
    let end = trim(&lines, closing(&lines, end).or_else(|| name(&lines, end, sender)).unwrap_or(end));
    let keep = all.get(..first + end).unwrap_or_default();
    let signature = all.get(first + end..).unwrap_or_default().join("\n");
    let signature = signature.trim();
    if signature.is_empty() {
        return (text.trim_end().to_owned(), None);
    }
    (keep.join("\n").trim_end().to_owned(), Some(signature.to_owned()))
}

/// The text without the warning that a mail system put before it.
pub fn without_banner(text: &str) -> &str {
    let mut rest = text;
    for _ in 0..4 {
        let line = rest.lines().next().unwrap_or_default();
        if line.len() > 4_000
            || WORDS
                .banners
                .length(&fold_str(line.trim().trim_start_matches(['*', '|', '[', '\u{3010}', '\t', ' '])))
                .is_none()
        {
            break;
        }
        // A banner is one paragraph; a line of its own ends with it.
        let after = rest.get(line.len()..).unwrap_or_default();
        rest = after.trim_start();
    }
    rest
}

fn tail_start(lines: &[&str]) -> usize {
    let mut with_words = 0;
    for (i, line) in lines.iter().enumerate().rev() {
        with_words += usize::from(!line.trim().is_empty());
        if with_words > NOTICE_WINDOW + CLOSING_WINDOW {
            return i;
        }
    }
    0
}

/// The end without blank lines and rules before it.
fn trim(lines: &[Line], end: usize) -> usize {
    let mut end = end;
    while end > 0 && lines.get(end - 1).is_some_and(|l| l.is_blank() || l.is_rule()) {
        end -= 1;
    }
    end
}

fn program(lines: &[Line], end: usize) -> usize {
    let Some(last) = end.checked_sub(1) else { return end };
    let is_program = |i: usize| {
        lines.get(i).is_some_and(|l| {
            l.chars() <= 160 && WORDS.programs.length(&l.folded().replace(['<', '[', '('], "")).is_some()
        })
    };
    if is_program(last) {
        return last;
    }
    // Its link on a line of its own.
    let is_link = lines
        .get(last)
        .is_some_and(|l| l.folded().trim_start_matches('<').starts_with("http") && !l.folded().contains(' '));
    if is_link && last > 0 && is_program(last - 1) {
        return last - 1;
    }
    end
}

fn notice(lines: &[Line], end: usize) -> usize {
    let mut found = end;
    let mut seen = 0;
    for i in (0..end).rev() {
        let Some(line) = lines.get(i).filter(|_| seen < NOTICE_WINDOW) else { break };
        if line.is_blank() {
            continue;
        }
        seen += 1;
        // What is listed below a line that looks like a notice is none.
        if is_item(line) {
            break;
        }
        if WORDS
            .notices
            .length(line.start(NOTICE_CHARS).trim_start_matches(['"', '\'', '[', '(', '\u{3010}', '<', '*', ' ']))
            .is_some()
        {
            found = i;
        }
    }
    // A text of nothing else is no notice under a text.
    if lines.get(..found).unwrap_or_default().iter().all(Line::is_blank) { end } else { found }
}

/// `-- ` and what is under it; a longer rule only over what is plainly a signature.
fn delimiter(lines: &[Line], end: usize, sender: Option<&Address>) -> usize {
    let mut cut = end;
    let mut under = 0;
    for i in (0..end).rev() {
        let Some(line) = lines.get(i) else { break };
        if line.is_blank() {
            continue;
        }
        if line.is_delimiter() {
            cut = i;
            continue;
        }
        if line.is_rule() {
            let below: Vec<&Line> =
                lines.get(i + 1..cut).unwrap_or_default().iter().filter(|l| !l.is_blank()).collect();
            let telling = below.iter().any(|l| is_contact(l) || is_role(l) || sender.is_some_and(|s| names(l, s)));
            if !below.is_empty() && below.len() <= UNDER_CLOSING && telling && below.iter().all(|l| is_signature(l)) {
                cut = i;
                continue;
            }
            break;
        }
        under += 1;
        if under > UNDER_DELIMITER || is_item(line) || (asks(line) && !is_contact(line)) {
            break;
        }
    }
    cut
}

/// `Best regards` and what is under it: the end of what stays, which is the closing and the name.
fn closing(lines: &[Line], end: usize) -> Option<usize> {
    let mut found = None;
    let mut seen = 0;
    for i in (0..end).rev() {
        let line = lines.get(i)?;
        if line.is_blank() {
            continue;
        }
        seen += 1;
        if is_closing(line) {
            found = Some(i);
        } else if seen > CLOSING_WINDOW.min(UNDER_CLOSING + 3) || !is_signature(line) {
            break;
        }
    }
    let start = found?;
    let mut keep = start + 1;
    let mut named = false;
    for (i, line) in lines.get(..end)?.iter().enumerate().skip(start + 1) {
        if line.is_blank() {
            continue;
        }
        if is_closing(line) {
            keep = i + 1;
            named = false;
        } else if !named && is_name(line) {
            keep = i + 1;
            named = true;
        } else {
            break;
        }
    }
    Some(keep)
}

/// The sender's own name on a line, with a title or telephone under it or beside it.
fn name(lines: &[Line], end: usize, sender: Option<&Address>) -> Option<usize> {
    let sender = sender?;
    let mut telling = false;
    let mut under = 0;
    for i in (0..end).rev() {
        let line = lines.get(i)?;
        if line.is_blank() {
            continue;
        }
        if names(line, sender) {
            let beside = is_contact(line) || is_role(line);
            // The name alone stays; a line that also gives the title goes.
            let blank_before = i == 0 || lines.get(i - 1).is_some_and(|l| l.is_blank() || is_closing(l));
            if beside && (blank_before || telling) && line.chars() <= LINE_CHARS && i > 0 && !asks(line) {
                return Some(i);
            }
            return (telling || (under > 0 && blank_before)).then_some(i + 1);
        }
        if !is_signature(line) {
            return None;
        }
        telling |= is_contact(line) || is_role(line);
        under += 1;
        if under > UNDER_CLOSING {
            return None;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut_for(name: &str, text: &str) -> (String, Option<String>) {
        cut(text, Some(&Address { name: Some(name.to_owned()), email: None }))
    }

    #[track_caller]
    fn cuts(name: &str, body: &str, kept: &str, signature: &str) {
        let text = format!("{body}{kept}{signature}");
        let (left, gone) = cut_for(name, &text);
        assert_eq!((left.as_str(), gone.as_deref()), (format!("{body}{kept}").trim_end(), Some(signature.trim())));
    }

    const BODY: &str = "Please set up a laptop for Amy Lin, who starts on Monday.\n\n";

    #[test]
    fn signatures_are_cut() {
        cuts("Jane Roe", BODY, "", "-- \nJane Roe\nHR Manager\n+44 20 5550 0123");
        cuts("Jane Roe", BODY, "", "Sent from my iPhone");
        cuts("Jane Roe", BODY, "", "发自我的 iPhone");
        cuts("Jane Roe", BODY, "", "從我的 iPhone 傳送");
        cuts(
            "Jane Roe",
            BODY,
            "Best regards,\nJane Roe\n",
            "HR Business Partner | People Team\nHalden Ltd\nT: +44 20 5550 0123\nwww.halden.example",
        );
        cuts(
            "Jane Roe",
            BODY,
            "Thanks\n\nJane\n",
            "\nJane Roe\nOffice Manager, Halden\n\nThis email and any attachments are confidential.\nIf you are not the intended recipient, please delete it.",
        );
        cuts("Imelda Rusk", BODY, "Imelda Rusk\n", "Faculty Administrator");
        cuts(
            "张三",
            "请给新员工开通邮箱。\n\n",
            "此致\n敬礼\n\n张三\n",
            "人力资源部 HRBP\n电话：021-55500131\n2026年3月4日",
        );
        cuts(
            "张三",
            "请给新员工开通邮箱。\n\n",
            "谢谢！\n\n",
            "------------------\n张三\n锐通外包 交付部\n010-55500173",
        );
        cuts("张三", "请给新员工开通邮箱。\n\n", "", "张三 | 人力资源部 | 021-55500131");
        cuts(
            "张三",
            "请给新员工开通邮箱。\n\n",
            "祝好\n张三\n",
            "人事主管\n\n本邮件及其附件含有保密信息，仅限于发送给上面地址中列出的个人或群组。",
        );
    }

    #[test]
    fn content_is_kept() {
        for text in [
            "Please set up:\n\nThanks\n- laptop for Amy\n- badge",
            "Thanks\nLaptop: MacBook Pro\nStart date: 1 May",
            "Best regards,\nJane\n\nPS: please order the badge too",
            "New starter:\nAmy Lin\nSales Manager\namy@acme.example\n+44 20 5550 0123",
            "Jane Roe\nNew laptop please",
            "Thanks\n\nAlso Bo Li needs a phone",
            "Confidential: Bo Li is leaving today.",
            "Amy\tSales\t1 May\nBo\tIT\t2 May",
            "新员工：\n李四\n销售经理\n13800000000",
            "谢谢\n另外李四也需要门禁卡",
            "Best regards,\nJane Roe",
        ] {
            assert_eq!(cut_for("Jane Roe", text), (text.to_owned(), None), "{text}");
        }
    }

    #[test]
    fn banners_go() {
        assert_eq!(
            without_banner(
                "CAUTION: This email originated from outside of the organization. Do not click links.\n\nHi"
            ),
            "Hi"
        );
        assert_eq!(without_banner("Hi\nthere"), "Hi\nthere");
    }
}
