//! Pages of every format, as a handbook has them, and as an enemy writes them.

use super::*;
use std::io::Write;

fn page(doc: &str, bytes: &[u8]) -> Page {
    let (page, fault) = read(doc, bytes);
    let page = page.unwrap_or_else(|| panic!("{fault:?}"));
    holds(&page);
    page
}

/// What every page holds to.
fn holds(page: &Page) {
    let mut before = 0;
    for block in &page.blocks {
        let words = page.text.get(block.span.clone()).expect("a span at character boundaries");
        assert!(block.span.start >= before, "blocks overlap at {words:?}");
        assert_eq!(words, words.trim());
        assert!(!words.is_empty());
        before = block.span.end;
    }
    assert!(!page.title.is_empty());
}

/// One line a block: what it is, the headings above, the words.
fn show(page: &Page) -> String {
    let mut out = format!("{} ({:?})", page.title, page.lang);
    for block in &page.blocks {
        let kind = match block.kind {
            Kind::Heading(level) => format!("h{level}"),
            other => format!("{other:?}"),
        };
        let words = page.words(block).replace('\t', " → ").replace("\r\n", "\n").replace('\n', " ⏎ ");
        out.push_str(&format!("\n{kind} [{}] {words}", block.heading.join(" / ")));
    }
    out
}

#[test]
fn markdown_keeps_its_own_text_and_its_headings() {
    let text = "---\ntitle: 'Leave'\n---\n\n# Annual *leave*\n\nYou have **25 days**,\nand [more](https://x.example) later.\n\n## How to ask\n\n1. Open the portal\n2. Ask:\n   - your manager\n   - People\n\n   and wait\n\n> Two weeks' notice.\n\n| Site | Days |\n|---|---|\n| Bristol | 25 |\n\n```\nleave --ask\n```\n\n### 年假\n\n- [x] 提前申请\n";
    let page = page("hr/leave.md", text.as_bytes());
    assert_eq!(page.text, text);
    insta::assert_snapshot!(show(&page), @r"
    Leave (En)
    h1 [] Annual *leave*
    Paragraph [Annual leave] You have **25 days**, ⏎ and [more](https://x.example) later.
    h2 [Annual leave] How to ask
    ListItem [Annual leave / How to ask] Open the portal
    ListItem [Annual leave / How to ask] Ask:
    ListItem [Annual leave / How to ask] your manager
    ListItem [Annual leave / How to ask] People
    Paragraph [Annual leave / How to ask] and wait
    Quote [Annual leave / How to ask] Two weeks' notice.
    TableRow [Annual leave / How to ask] | Site | Days |
    TableRow [Annual leave / How to ask] | Bristol | 25 |
    Code [Annual leave / How to ask] leave --ask
    h3 [Annual leave / How to ask] 年假
    ListItem [Annual leave / How to ask / 年假] 提前申请
    ");
}

#[test]
fn what_html_hides_in_markdown_is_in_no_block() {
    let text = "# A\n\nSeen <!-- not this --> again <span style=\"display:none\">nor this</span> here.\n\n<div hidden>\n\nnor *that*\n\n</div>\n\n<script>\nalert('x')\n</script>\n\n<p>shown <b>plainly</b></p>\n\n<style>.gone{visibility:hidden}</style>\n\nEnd <i class=\"gone\">secret</i>\n\n- item <font color=\"white\">white</font>\n- last\n";
    insta::assert_snapshot!(show(&page("a.md", text.as_bytes())), @r"
    A (En)
    h1 [] A
    Paragraph [A] Seen
    Paragraph [A] again
    Paragraph [A] here.
    Paragraph [A] shown
    Paragraph [A] plainly
    Paragraph [A] End
    ListItem [A] item
    ListItem [A] last
    ");
}

#[test]
fn html_pages_keep_headings_lists_and_tables_and_lose_what_is_hidden() {
    let markup = "<html><head><title>Remote  work</title><style>/* x */ .menu, #foot { display : none } .pale{color:#fefefe} @media print { .ok {display:none} } .bar{background:#003366;color:white}</style></head><body><div class='x menu'>Menu</div><h1>Remote work</h1><p class=ok>Two days<br>a week.</p><p class=pale>pay me</p><p style='font-size:1px'>tiny</p><p style='position:absolute;left:-9999px'>far</p><div class=bar>White on blue <b>is seen</b></div><p style='color:#FFF'>white on white<p>next<h2>Steps</h2><ol><li>Ask<li>Wait<ul><li>calmly</ul></ol><table><tr><th>Site<th>Days</tr><tr><td>Bristol<td>2</tr></table><pre>a  b\n\n  c</pre><blockquote><p>quoted</p></blockquote><noscript>no script</noscript><template>t</template><span aria-hidden=true>icon</span><!-- c --><script>if(a<b)x()</script><div id=foot>foot</div></body></html>";
    let page = page("remote.html", markup.as_bytes());
    insta::assert_snapshot!(show(&page), @r"
    Remote work (En)
    h1 [] Remote work
    Paragraph [Remote work] Two days ⏎ a week.
    Paragraph [Remote work] White on blue is seen
    Paragraph [Remote work] next
    h2 [Remote work] Steps
    ListItem [Remote work / Steps] Ask
    ListItem [Remote work / Steps] Wait
    ListItem [Remote work / Steps] calmly
    TableRow [Remote work / Steps] Site → Days
    TableRow [Remote work / Steps] Bristol → 2
    Code [Remote work / Steps] a  b ⏎  ⏎   c
    Quote [Remote work / Steps] quoted
    ");
    for hidden in ["Menu", "pay me", "tiny", "far", "white on", "no script", "icon", "foot", "x()"] {
        assert!(!page.text.contains(hidden), "{hidden}");
    }
}

#[test]
fn encodings_are_told_by_mark_label_and_look() {
    let text = "<p>年假为二十五天，请提前两周申请。</p>";
    let label = |charset: &str| format!("<meta charset={charset}>{text}");
    let words = |bytes: &[u8]| page("a.html", bytes).text;
    let want = "年假为二十五天，请提前两周申请。";
    for encoding in [encoding_rs::GB18030, encoding_rs::BIG5, encoding_rs::UTF_8] {
        let traditional = "<p>請於到職當日領取識別證，並設定電子郵件帳號。</p>";
        if encoding == encoding_rs::BIG5 {
            let (bytes, ..) = encoding.encode(traditional);
            assert_eq!(words(&bytes), "請於到職當日領取識別證，並設定電子郵件帳號。");
            continue;
        }
        let named = label(encoding.name());
        assert_eq!(words(&encoding.encode(&named).0), want, "{}", encoding.name());
        assert_eq!(words(&encoding.encode(text).0), want, "{} by its look", encoding.name());
    }
    let utf16: Vec<u8> = [0xFEFFu16].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    assert_eq!(words(&utf16), want);
    let wrong = encoding_rs::GB18030.encode(&label("utf-8")).0.into_owned();
    assert_eq!(words(&wrong), want, "the label is wrong");
    let latin = page("a.txt", b"Caf\xe9 \x96 25 days");
    assert_eq!(latin.text, "Café – 25 days");
    assert_eq!(page("b.md", "\u{FEFF}# 标题\n\n正文".as_bytes()).text, "# 标题\n\n正文");
    assert!(read("a.txt", &[1, 0, 0, 0, 159, 146, 0, 150, 0]).0.is_none());
}

#[test]
fn plain_text_is_paragraphs() {
    let text = "Parking\r\n\r\nAsk the front desk.\r\nBring your badge.\r\n\r\n- bay 1\r\n- bay 2\r\n";
    insta::assert_snapshot!(show(&page("site/parking.txt", text.as_bytes())), @r"
    parking (En)
    Paragraph [] Parking
    Paragraph [] Ask the front desk. ⏎ Bring your badge.
    ListItem [] bay 1
    ListItem [] bay 2
    ");
}

fn docx(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in parts {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

const RELATIONS: &str = "<Relationships><Relationship Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"word/document.xml\"/></Relationships>";

#[test]
fn word_documents_have_headings_by_style() {
    let styles = "<w:styles><w:style w:styleId='1'><w:name w:val='heading 1'/><w:pPr><w:outlineLvl w:val='0'/></w:pPr></w:style><w:style w:styleId='House2'><w:name w:val='House 2'/><w:basedOn w:val='2'/></w:style><w:style w:styleId='2'><w:name w:val='heading 2'/></w:style></w:styles>";
    let p = |style: &str, words: &str| format!("<w:p><w:pPr>{style}</w:pPr><w:r><w:t>{words}</w:t></w:r></w:p>");
    let style = |id: &str| format!("<w:pStyle w:val='{id}'/>");
    let body = [
        p(&style("1"), "离职办理"),
        p("", "员工离职须提前三十日提出。"),
        p(&style("House2"), "设备归还"),
        p("<w:numPr><w:ilvl w:val='0'/><w:numId w:val='3'/></w:numPr>", "笔记本电脑"),
        "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>物品</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>期限</w:t></w:r></w:p></w:tc></w:tr></w:tbl>".to_owned(),
        "<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>隐藏</w:t></w:r></w:p>".to_owned(),
    ];
    let document = format!("<w:document><w:body>{}</w:body></w:document>", body.concat());
    let bytes = docx(&[("_rels/.rels", RELATIONS), ("word/document.xml", &document), ("word/styles.xml", styles)]);
    insta::assert_snapshot!(show(&page("zh/离职.docx", &bytes)), @r"
    离职办理 (Zh)
    h1 [] 离职办理
    Paragraph [离职办理] 员工离职须提前三十日提出。
    h2 [离职办理] 设备归还
    ListItem [离职办理 / 设备归还] 笔记本电脑
    TableRow [离职办理 / 设备归还] 物品 → 期限
    ");
}

#[test]
fn a_pdf_is_paragraphs_and_rows() {
    let bytes = std::fs::read("fixtures/attachments/chrome-form.pdf").unwrap();
    let page = page("form.pdf", &bytes);
    assert!(page.blocks.len() > 3);
    assert!(page.blocks.iter().all(|b| b.heading.is_empty()));
}

#[test]
fn hostile_pages_are_named_bounded_and_survived() {
    let said = |doc: &str, bytes: &[u8]| read(doc, bytes).1.unwrap().to_string();
    let huge = vec![b'a'; FILE_BYTES as usize + 1];
    insta::assert_snapshot!(said("huge.md", &huge), @"huge.md:0: the page has 51 MiB; over 50 it is not read");
    let large = "word word word\n\n".repeat(TEXT_BYTES / 16 + 100);
    insta::assert_snapshot!(said("large.md", large.as_bytes()), @"large.md:0: only its first 8 MiB of text are read");
    insta::assert_snapshot!(said("empty.md", b" \n"), @"empty.md:0: the page is empty");
    insta::assert_snapshot!(said("hidden.html", b"<p hidden>all of it</p>"), @"hidden.html:0: the page holds no words that a reader sees");
    insta::assert_snapshot!(said("image.md", &[0x89, b'P', b'N', b'G', 0, 0, 0, 13, 0, 1, 2, 3]), @"image.md:0: it does not look like text and is not read");
    insta::assert_snapshot!(said("not.docx", b"PK\x03\x04 broken"), @"not.docx:0: the file is damaged and cannot be opened");
    insta::assert_snapshot!(said("torn.pdf", b"%PDF-1.7\nnothing"), @"torn.pdf:0: it holds no words that could be read");
    let zeros = "0".repeat(70 << 20);
    let bomb = docx(&[("_rels/.rels", RELATIONS), ("word/document.xml", &zeros)]);
    assert!(bomb.len() < 1 << 20);
    insta::assert_snapshot!(said("bomb.docx", &bomb), @"bomb.docx:0: it unpacks to more than 64 MiB and is not read");
    let torn = ["年假为二十五天，请提前两周申请。".as_bytes(), &b"\xE5\x28"[..]].concat();
    insta::assert_snapshot!(said("torn.md", &torn), @"torn.md:0: some of its bytes mean nothing in its encoding; the rest is read");
    assert_eq!(page("torn.md", &torn).text, "年假为二十五天，请提前两周申请。\u{FFFD}(");
}

#[test]
fn deep_and_repeated_markup_ends_quickly() {
    let begun = Instant::now();
    for piece in
        ["> ", "- ", "* a\n ", "[", "![", "**a ", "`", "<div>", "<!--", "|a", "\\", "<b x=", "[a](", "[^1]: ", "1. "]
    {
        read("a.md", piece.repeat(100_000 / piece.len()).as_bytes());
        read("a.md", format!("{piece}\n").repeat(100_000 / piece.len()).as_bytes());
    }
    for piece in [
        "<div style='display:none'>",
        "<p style='color:white'>",
        "<h1>",
        "<table><tr><td>",
        "<ul><li>",
        "<pre>",
        "<style>a{",
        "<style>a{display:none}</style>",
    ] {
        read("a.html", piece.repeat(400_000 / piece.len()).as_bytes());
    }
    assert!(begun.elapsed() < Duration::from_secs(60), "{:?}", begun.elapsed());
}

#[test]
fn the_pages_of_the_project_read_without_a_fault() {
    let mut count = 0;
    for folder in ["fixtures/kb", "fixtures/org/policies"] {
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if !is_page(&name) {
                continue;
            }
            let (page, fault) = read(&name, &std::fs::read(entry.path()).unwrap());
            assert_eq!(fault, None);
            let page = page.unwrap();
            holds(&page);
            let lang = if name.starts_with("zh") || name.ends_with("-zh.md") { Language::Zh } else { Language::En };
            assert_eq!(page.lang, lang, "{name}");
            count += 1;
        }
    }
    assert!(count > 70, "{count}");
}

proptest::proptest! {
    #[test]
    fn any_bytes_make_a_page_or_a_fault(bytes: Vec<u8>, kind in 0..4usize) {
        let (page, fault) = read(["a.md", "a.html", "a.txt", "a.docx"][kind], &bytes);
        proptest::prop_assert!(page.is_some() || fault.is_some());
        if let Some(page) = page {
            holds(&page);
        }
    }

    #[test]
    fn any_markdown_makes_blocks_that_hold(words in "[-#>*`|\\[\\]()<>! \n\ta-c一年：]{0,200}") {
        if let (Some(page), _) = read("a.md", words.as_bytes()) {
            holds(&page);
        }
    }
}
