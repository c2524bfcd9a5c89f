//! Sample files of every kind and program, hostile ones, and bytes at random.

use super::words::Words;
use super::{into, read};
use crate::intake::Limits;
use proptest::prelude::*;
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

fn sample(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/attachments").join(name)).unwrap()
}

/// The words and the note, with arrows for tabs.
fn words(name: &str, media_type: &str, bytes: &[u8]) -> (String, String) {
    let (text, note) = read(name, media_type, bytes, &Limits::default(), Instant::now() + Duration::from_secs(60));
    (text.map(|t| t.raw().replace('\t', " → ")).unwrap_or_default(), note.unwrap_or_default())
}

fn of(name: &str) -> String {
    let (text, note) = words(name, "application/octet-stream", &sample(name));
    if note.is_empty() { text } else { format!("{text}\n({note})") }
}

/// Reads without the net below it: a panic fails the test.
fn bare(name: &str, bytes: &[u8]) {
    let _ = into(&mut Words::new(200_000, Instant::now() + Duration::from_secs(5)), name, "", bytes);
}

/// A zip archive with these parts.
fn zip(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn word_documents_keep_tables_and_lists_and_lose_what_was_deleted() {
    insta::assert_snapshot!(of("zh-form.docx"), @r"
    新员工入职申请表
    申请人：顾明远 → 部门：客户成功部
    需要开通：
    - 企业邮箱
    - VPN 权限
    - 门禁卡
    姓名 → 部门 → 入职日期
    赵一鸣 → 实施部 → 2026年4月7日
    钱思远 → 实施部 → 2026年4月8日
    备注 → 笔记本; 显示器
    直属经理：沈若溪
    结束。
    ");
}

#[test]
fn workbooks_of_every_make_give_the_same_rows() {
    insta::assert_snapshot!(of("two-sheets.xlsx"), @r"
    入职名单
    姓名 → 工号 → 入职日期 → 时间 → 设备 → 转正
    赵一鸣 → 100237 → 2026-04-07 → 09:30 → 笔记本; 显示器 → TRUE
    钱思远 → 100238 → 2026-04-08 14:00 →  →  → FALSE
    Leavers
    Name → Last day
    Ann Ware → 2026-05-29 → 0.3
    (A hidden sheet of the workbook is not read.)
    ");
    assert_eq!(of("libreoffice.xls"), of("two-sheets.xlsx"));
    // Times stand in this format as they are shown.
    assert_eq!(of("libreoffice.ods").replace("9:30:00", "09:30"), of("two-sheets.xlsx"));
    insta::assert_snapshot!(of("leavers.xls"), @r"
    姓名 → 最后工作日 → 剩余年假
    孙晓彤 → 2026-04-30 → 3.5
    Ann Ware → 2026-05-29 → 12
    (A hidden sheet of the workbook is not read.)
    ");
    insta::assert_snapshot!(of("joiners.ods"), @r"
    Name → Start → Desk
    Iris Vogel → 2026-04-07
    Tom Reyes → 2026-04-08 09:00 → 4.12
    ");
}

#[test]
fn text_and_rows_are_read_in_the_encoding_they_came_in() {
    insta::assert_snapshot!(of("gbk.csv"), @r"
    姓名 → 岗位 → 手机
    邓宇 → 测试工程师, 高级 → 010-55500181
    ");
    insta::assert_snapshot!(of("utf16.txt"), @r"
    交接清单：
    笔记本电脑 1 台
    ");
    let page = "<html><body><table border=1><tr><th>姓名<th>部门<tr><td>李雷<td>财务</table></body></html>";
    assert_eq!(words("名单.xls", "application/vnd.ms-excel", page.as_bytes()).0, "姓名 → 部门\n李雷 → 财务");
}

#[test]
fn pdf_as_the_chromium_printer_writes_it() {
    insta::assert_snapshot!(of("chrome-form.pdf"), @r"
    入职办理单
    姓名：高长青 部门：风控部
    姓名 → 车牌 → 入职日期 → 备注
    高长青 → 沪A·12345 → 2026年4月7日 → 需要门禁、邮箱和飞书账号，见面后由金老师领取黄色工牌
    Ann Ware →  → 29 May 2026 → none
    请信息技术部在入职日前一天下午六点之前准备好笔记本电脑和显示器，并为新员工开通企业邮箱、虚拟专用网络以及代码仓库的访问权限，如有问题请联系人力资源部的负责同事。
    Item → Quantity
    Laptop, 14 inch → 1
    Monitor → 2
    第一项
    第二项
    ");
}

#[test]
fn pdf_as_libreoffice_writes_it() {
    insta::assert_snapshot!(of("libreoffice-form.pdf"), @r"
    内部资料 请勿外传
    新员工入职申请表
    申请人：顾明远 → 部门：客户成功部
    需要开通：
    - 企业邮箱
    - VPN 权限
    1. 门禁卡
    姓名 → 部门 → 入职日期
    赵一鸣 → 实施部 → 2026年4月7日
    钱思远 → 实施部 → 2026年4月8日
    备注 → 笔记本; 显示器
    直属经理：旧经理沈若溪
    结束。
    ");
}

#[test]
fn pdf_with_predefined_chinese_fonts() {
    insta::assert_snapshot!(of("reportlab-stsong.pdf"), @r"
    入职通知
    姓名：周雨桐
    部门：市场部 (Marketing)
    入职日期：2026年4月13日
    请提前准备笔记本电脑。
    Line manager: Ho Kai Ming
    Employee → Start → Site
    Joan Firth → 7 April 2026 → Leeds
    ");
    insta::assert_snapshot!(of("gbk-euc-h.pdf"), @r"
    员工调动通知
    姓名：吴晨曦 (Wu Chenxi)
    调入：研发二部
    ");
    insta::assert_snapshot!(of("eten-b5-h.pdf"), @r"
    到職通知
    姓名：陳怡君
    報到日：2026年4月1日
    ");
    insta::assert_snapshot!(of("unigb-utf16-h.pdf"), @r"
    转正通知
    姓名：𠮷田
    ");
}

#[test]
fn pdf_tables_forms_and_old_encodings() {
    insta::assert_snapshot!(of("fpdf-table.pdf"), @r"
    离职交接单
    姓名 → 部门 → 最后工作日
    孙晓彤 → 数据平台部与人工智能应用研究院华东分部上海研发中心 → 2026-04-30
    Ann Ware →  → 29 May 2026
    请信息技术部在最后工作日下午六点之前关闭该员工的全部账号，包括企业邮箱、虚拟专用网络以及代码仓库的访问权限，并回收笔记本电脑和门禁卡。
    ");
    insta::assert_snapshot!(of("filled-form.pdf"), @r"
    Full name → Joan Firth
    Laptop needed → ☑
    ");
    insta::assert_snapshot!(of("differences.pdf"), @r"
    Café access
    Resumé for finance
    Bold
    ABC ok
    ");
}

#[test]
fn what_is_not_read_is_named() {
    let note = |name: &str, media_type: &str, bytes: &[u8]| words(name, media_type, bytes).1;
    insta::assert_snapshot!(note("a.xlsx", "", &sample("encrypted.xlsx")), @"It is encrypted and is not read.");
    insta::assert_snapshot!(note("a.pdf", "", &sample("encrypted.pdf")), @"It is encrypted and is not read.");
    insta::assert_snapshot!(note("a.png", "image/png", b"\x89PNG\r\n"), @"A file of the kind image/png is not read.");
    insta::assert_snapshot!(note("a.txt", "text/plain", b""), @"The file is empty.");
    insta::assert_snapshot!(note("a.txt", "text/plain", b" \n"), @"It holds no words that could be read.");
    insta::assert_snapshot!(note("a.txt", "text/plain", &[0; 99]), @"It does not look like text and is not read.");
    insta::assert_snapshot!(note("a.docx", "", &sample("zh-form.docx")[..9000]), @"The file is damaged and cannot be opened.");
    insta::assert_snapshot!(note("a.pdf", "", b"%PDF-1.4\n"), @"It holds no words that could be read.");
    let small = Limits { attachment_bytes: 10, ..Limits::default() };
    let soon = Instant::now() + Duration::from_secs(60);
    insta::assert_snapshot!(read("a.txt", "text/plain", b"eleven char", &small, soon).1.unwrap(), @"It has 11 bytes; over 10 it is not read (intake.attachment_bytes).");
    let late = read("a.txt", "text/plain", b"late", &Limits::default(), Instant::now());
    assert!(late.0.is_none());
    insta::assert_snapshot!(late.1.unwrap(), @"The time for attachments was over; it is not read (intake.attachment_time).");
}

#[test]
fn a_cut_pdf_gives_the_words_that_are_left() {
    let bytes = sample("gbk-euc-h.pdf");
    let (text, _) = words("a.pdf", "application/pdf", &bytes[..bytes.len() - 330]);
    assert!(text.contains("员工调动通知"), "{text}");
}

#[test]
fn hostile_files_end_with_a_note_and_what_could_be_read() {
    insta::assert_snapshot!(of("hostile-dimension.xlsx"), @r"
    first
     → 7
    (Only the first 256 columns of the workbook are read.)
    ");
    insta::assert_snapshot!(of("hostile-strings.xlsx").trim(), @"(The workbook is damaged and is not read.)");
    assert_eq!(of("hostile-loop.pdf"), "loop");
    insta::assert_snapshot!(of("hostile-flate.pdf").trim(), @"(The file unpacks to more than its bound and is not read whole.)");
    insta::assert_snapshot!(of("hostile-entities.docx"), @r"
    one  two & three
    deep
    (The document is damaged; not all of it is read.)
    ");
}

#[test]
fn a_zip_bomb_is_not_unpacked() {
    let relations =
        br#"<Relationships><Relationship Type="x/officeDocument" Target="word/document.xml"/></Relationships>"#;
    let bomb = zip(&[("_rels/.rels", relations), ("word/document.xml", &vec![b' '; 65 << 20])]);
    assert!(bomb.len() < 200_000);
    assert_eq!(words("a.docx", "", &bomb).1, "It unpacks to more than 64 MiB and is not read.");
    let many: Vec<(String, Vec<u8>)> = (0..5_100).map(|i| (format!("{i}"), Vec::new())).collect();
    let parts: Vec<(&str, &[u8])> = many.iter().map(|(n, b)| (n.as_str(), b.as_slice())).collect();
    assert_eq!(words("a.xlsx", "", &zip(&parts)).1, "It has more than 5000 parts inside and is not read.");
}

#[test]
fn endless_structures_end() {
    let begun = Instant::now();
    for inside in ["[", "<<", "<</A", "(", "<</A[", "1 0 obj ", "1 0 obj <<>> stream ", "trailer<<", "1 0 obj("] {
        let pdf = format!("%PDF-1.7\n1 0 obj {}", inside.repeat(100_000));
        words("a.pdf", "", pdf.as_bytes());
    }
    let content = "q BT [(".repeat(100_000);
    let page = format!(
        "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Kids[3 0 R]>>endobj 3 0 obj<</Contents 4 0 R>>endobj 4 0 obj<</Length {}>>stream\n{content}\nendstream endobj",
        content.len()
    );
    words("a.pdf", "", page.as_bytes());
    for text in ["BEGIN:VEVENT\n", "BEGIN:VEVENT\nA;B=C;", "\"", ",", "\t", "=\n", " \n"] {
        let text = text.repeat(50_000);
        for name in ["a.ics", "a.csv", "a.vcf", "a.txt"] {
            words(name, "", text.as_bytes());
        }
    }
    assert!(begun.elapsed() < Duration::from_secs(60), "{:?}", begun.elapsed());
}

#[test]
fn the_deadline_ends_a_long_file() {
    let rows = "a,b,c\n".repeat(3_000_000);
    let limits = Limits { attachment_chars: usize::MAX, ..Limits::default() };
    let begun = Instant::now();
    let (_, note) = read("a.csv", "text/csv", rows.as_bytes(), &limits, begun + Duration::from_millis(100));
    assert_eq!(note.unwrap(), "The time for attachments ran out; not all of it is read (intake.attachment_time).");
    assert!(begun.elapsed() < Duration::from_secs(3), "{:?}", begun.elapsed());
}

const SAMPLES: [&str; 13] = [
    "chrome-form.pdf",
    "differences.pdf",
    "encrypted.xlsx",
    "eten-b5-h.pdf",
    "filled-form.pdf",
    "fpdf-table.pdf",
    "gbk-euc-h.pdf",
    "joiners.ods",
    "leavers.xls",
    "libreoffice-form.pdf",
    "libreoffice.xls",
    "reportlab-stsong.pdf",
    "zh-form.docx",
];

type Changes = Vec<(prop::sample::Index, u8)>;

fn changes() -> impl Strategy<Value = Changes> {
    proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..40)
}

fn change(bytes: &mut [u8], changes: Changes) {
    for (at, byte) in changes {
        let at = at.index(bytes.len());
        bytes[at] = byte;
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn any_bytes_under_any_name_are_survived(
        bytes in proptest::collection::vec(any::<u8>(), 0..400),
        magic in prop::sample::select(vec![&b""[..], b"%PDF-1.7\n", b"PK\x03\x04", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", b"BEGIN:VCALENDAR\nBEGIN:VEVENT\n"]),
        name in prop::sample::select(vec!["a.csv", "a.ics", "a.vcf", "a.txt", "a.xls", "a.docx", "a.html", "a"]),
    ) {
        bare(name, &[magic, &bytes].concat());
    }

    #[test]
    fn damaged_files_are_survived(
        name in prop::sample::select(SAMPLES.to_vec()),
        changes in changes(),
        cut in proptest::option::of(any::<prop::sample::Index>()),
    ) {
        let mut bytes = sample(name);
        change(&mut bytes, changes);
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        bare(name, &bytes);
    }

    #[test]
    fn damaged_parts_of_office_files_are_survived(
        name in prop::sample::select(vec!["zh-form.docx", "joiners.ods", "libreoffice.ods", "two-sheets.xlsx"]),
        part in any::<prop::sample::Index>(),
        changes in changes(),
    ) {
        let mut archive = zip::ZipArchive::new(std::io::Cursor::new(sample(name))).unwrap();
        let mut parts: Vec<(String, Vec<u8>)> = (0..archive.len())
            .map(|i| {
                let mut entry = archive.by_index(i).unwrap();
                let mut bytes = Vec::new();
                std::io::Read::read_to_end(&mut entry, &mut bytes).unwrap();
                (entry.name().unwrap().into_owned(), bytes)
            })
            .filter(|(_, bytes)| !bytes.is_empty())
            .collect();
        let at = part.index(parts.len());
        change(&mut parts[at].1, changes);
        let parts: Vec<(&str, &[u8])> = parts.iter().map(|(n, b)| (n.as_str(), b.as_slice())).collect();
        // A workbook's library may panic; what is our own may not.
        if name.ends_with("xlsx") {
            words(name, "", &zip(&parts));
        } else {
            bare(name, &zip(&parts));
        }
    }

    #[test]
    fn damaged_objects_of_a_pdf_are_survived(
        name in prop::sample::select(vec!["chrome-form.pdf", "libreoffice-form.pdf", "filled-form.pdf", "differences.pdf"]),
        changes in changes(),
    ) {
        let mut bytes = unpacked(&sample(name));
        change(&mut bytes, changes);
        bare(name, &bytes);
    }
}

/// A PDF with its streams as they are without their filters, so that changes reach what they hold.
fn unpacked(pdf: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = pdf;
    while let Some(at) = memchr::memmem::find(rest, b"stream\n") {
        let (head, after) = rest.split_at(at + 7);
        let end = memchr::memmem::find(after, b"endstream").unwrap();
        let (body, next) = after.split_at(end);
        let mut plain = Vec::new();
        let inflated = std::io::Read::read_to_end(&mut flate2::read::ZlibDecoder::new(body), &mut plain);
        let head = String::from_utf8_lossy(head).replace("/FlateDecode", "/Crypt").replace("/ASCII85Decode", "/Crypt");
        out.extend_from_slice(head.as_bytes());
        out.extend_from_slice(if inflated.is_ok() { &plain } else { body });
        out.push(b'\n');
        out.extend_from_slice(b"endstream");
        rest = &next[9..];
    }
    out.extend_from_slice(rest);
    out
}
