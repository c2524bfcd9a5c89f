//! Folders that change, break and come back under the library's eyes.

use super::*;
use std::path::Path;

fn now() -> DateTime<Utc> {
    DateTime::parse_from_rfc3339("2026-03-04T09:30:00Z").unwrap().to_utc()
}

fn put(folder: &Path, name: &str, text: impl AsRef<[u8]>) {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

const PEOPLE: &str = "employee_number,name\nE-1,Ann Lee\nE-2,王芳\n";
const CATALOG: &str = "[[item]]\nid = \"a\"\nname = \"A\"\ncategory = \"device\"\n";

fn library() -> (tempfile::TempDir, Library) {
    let dir = tempfile::tempdir().unwrap();
    put(dir.path(), "people.csv", PEOPLE);
    put(dir.path(), "catalog.toml", CATALOG);
    put(dir.path(), "pages/hr/leave.md", "# Leave\n\n25 days.");
    put(dir.path(), "policies/vpn.html", "<h1>VPN</h1><p>Ask IT.");
    let settings = Settings { folder: Some(dir.path().to_owned()), ..Settings::default() };
    let library = Library::open(settings, now());
    (dir, library)
}

impl Library {
    fn settle(&self) -> bool {
        let first = self.look(now());
        self.look(now()) || first
    }

    fn counts(&self) -> [usize; 3] {
        let s = self.snapshot();
        [s.knowledge.people.all().len(), s.knowledge.catalog.items().len(), s.pages.len()]
    }

    fn faults(&self) -> String {
        let all: Vec<String> = self.snapshot().sources.iter().flat_map(|s| &s.faults).map(Fault::to_string).collect();
        all.join("\n")
    }

    fn state(&self, name: &str) -> State {
        self.snapshot().sources.iter().find(|s| s.name == name).unwrap().state
    }
}

#[test]
fn what_changes_is_used_once_it_has_settled() {
    let (dir, library) = library();
    assert_eq!(library.counts(), [2, 1, 2]);
    assert_eq!(library.faults(), "");
    assert!(!library.look(now()), "nothing changed");
    let mut told = library.subscribe();
    put(dir.path(), "people.csv", format!("{PEOPLE}E-3,Bo Ek\n"));
    put(dir.path(), "pages/new.txt", "New page.");
    assert!(!library.look(now()), "it may still be written to");
    assert!(library.look(now()));
    assert_eq!(library.counts(), [3, 1, 3]);
    assert!(told.has_changed().unwrap());
    assert_eq!(told.borrow_and_update().number, 1);
    let before = library.snapshot();
    put(dir.path(), "pages/hr/leave.md", "# Leave\n\n26 days.");
    assert!(library.settle());
    assert!(Arc::ptr_eq(&before.knowledge, &library.snapshot().knowledge), "rows are not read again for a page");
    assert!(library.snapshot().pages.iter().any(|p| p.text.contains("26 days")));
    std::fs::remove_file(dir.path().join("pages/new.txt")).unwrap();
    library.settle();
    assert_eq!(library.counts()[2], 2);
}

#[test]
fn a_broken_file_never_empties_its_part() {
    let (dir, library) = library();
    for broken in [&b""[..], b"employee_number,name\nE-1,Ann Lee\nE-2", b"\0\0\0\x01\x02\x03\xff\0", b"a,b\n1,2\n"] {
        put(dir.path(), "people.csv", broken);
        assert!(library.settle(), "{broken:?}");
        assert_eq!(library.counts()[0], 2, "{broken:?}");
        assert_eq!(library.state("people.csv"), State::Kept);
        assert!(library.faults().contains("the version of 2026-03-04 09:30 UTC stays in use"), "{}", library.faults());
        assert!(!library.settle(), "it is said once");
    }
    put(dir.path(), "catalog.toml", "[[item]]\nid = \"a\"\nname = ");
    library.settle();
    assert_eq!(library.counts(), [2, 1, 2]);
    insta::assert_snapshot!(library.faults(), @r"
    people.csv:2: missing field `employee_number`
    people.csv:0: the file holds no row that can be used; the version of 2026-03-04 09:30 UTC stays in use
    catalog.toml:3: string values must be quoted, expected literal string
    catalog.toml:0: the file holds no row that can be used; the version of 2026-03-04 09:30 UTC stays in use
    ");
    put(dir.path(), "people.csv", PEOPLE);
    put(dir.path(), "catalog.toml", CATALOG);
    assert!(library.settle());
    assert_eq!((library.faults().as_str(), library.state("people.csv")), ("", State::Used));
    std::fs::remove_file(dir.path().join("catalog.toml")).unwrap();
    put(dir.path(), "pages/hr/leave.md", "<!-- nothing -->");
    library.settle();
    assert_eq!(library.counts(), [2, 1, 2]);
    insta::assert_snapshot!(library.faults(), @r"
    catalog.toml:0: the file is gone; the version of 2026-03-04 09:30 UTC stays in use
    hr/leave.md:0: the page holds no words that a reader sees; the last good version of the page stays in use
    ");
}

#[test]
fn a_bad_row_is_named_and_the_rest_is_used() {
    let (dir, library) = library();
    put(
        dir.path(),
        "people.csv",
        "employee_number,name,manager\nE-1,Ann Lee,E-2\nE-2,Bo Ek,E-1\nE-2,Cy Dow,\nE-4\nE-5,Di Ost,E-8\n",
    );
    library.settle();
    assert_eq!(library.counts()[0], 3);
    insta::assert_snapshot!(library.faults(), @r"
    people.csv:5: the row has 1 cells, the header 3
    people.csv:4: E-2 stands in line 3 already; this row is not used
    people.csv:6: the manager E-8 is not in the directory
    people.csv:2: a circle of managers: E-1 → E-2 → E-1; the manager of E-1 is not used
    ");
}

#[test]
fn a_folder_out_of_reach_keeps_everything() {
    let (dir, library) = library();
    let away = dir.path().with_extension("away");
    std::fs::rename(dir.path(), &away).unwrap();
    library.settle();
    assert_eq!(library.counts(), [2, 1, 2]);
    assert!(library.faults().contains("there is no such folder"));
    assert_eq!(library.state("pages"), State::Kept);
    std::fs::rename(&away, dir.path()).unwrap();
    library.settle();
    assert_eq!(library.faults(), "");
}

#[test]
fn a_page_of_the_same_path_in_two_folders_is_named() {
    let (dir, _) = library();
    put(dir.path(), "policies/hr/leave.md", "# Other");
    let further = tempfile::tempdir().unwrap();
    put(further.path(), "vpn.html", "<p>other");
    put(further.path(), "x/y.md", "y");
    let settings = Settings {
        folder: Some(dir.path().to_owned()),
        page_folders: vec![further.path().to_owned(), "/no/such/folder".into()],
        ..Settings::default()
    };
    let library = Library::open(settings, now());
    let docs: Vec<String> = library.snapshot().pages.iter().map(|p| p.doc.clone()).collect();
    assert_eq!(docs, ["hr/leave.md", "vpn.html", "x/y.md"]);
    insta::assert_snapshot!(library.faults(), @r"
    hr/leave.md:0: a page of that path stands in an earlier folder; this one is not used
    vpn.html:0: a page of that path stands in an earlier folder; this one is not used
    /no/such/folder:0: the folder cannot be read: No such file or directory (os error 2)
    ");
}

#[test]
fn parts_are_checked_written_as_one_and_used_at_once() {
    let (dir, library) = library();
    let source = library.put("people.csv", format!("{PEOPLE}E-2,Twice\n").as_bytes(), now()).unwrap();
    assert_eq!((source.count, source.faults.len()), (3, 1));
    assert_eq!(library.counts()[0], 2);
    library.put("pages/it/年假/新.md", "# 新\n\n正文".as_bytes(), now()).unwrap();
    assert_eq!(library.counts()[2], 3);
    assert_eq!(library.get("pages/it/年假/新.md").unwrap(), "# 新\n\n正文".as_bytes());
    let said = |name: &str, bytes: &[u8]| library.put(name, bytes, now()).unwrap_err().to_string();
    insta::assert_snapshot!(said("people.csv", b"name\nAnn\n"), @"nothing was changed, for the file could not be used: people.csv:2: missing field `employee_number`");
    insta::assert_snapshot!(said("catalog.toml", b"[[item]\n"), @"nothing was changed, for the file could not be used: catalog.toml:1: unclosed array table, expected `]`");
    insta::assert_snapshot!(said("requesters.toml", b"hr = 3\n"), @"nothing was changed, for the file could not be used: requesters.toml:0: invalid type: integer `3`, expected a sequence");
    insta::assert_snapshot!(said("pages/x.md", b"<!-- -->"), @"nothing was changed, for the file could not be used: x.md:0: the page holds no words that a reader sees");
    insta::assert_snapshot!(said("pages/../people.csv", b"x"), @"`pages/../people.csv` is no part of the knowledge base; parts are people.csv, departments.toml, locations.toml, catalog.toml, bundles.toml, requesters.toml, routing.toml, and pages like pages/leave.md");
    assert_eq!(library.counts(), [2, 1, 3]);
    assert!(
        std::fs::read_dir(dir.path()).unwrap().flatten().all(|e| !e.file_name().to_string_lossy().ends_with(".new"))
    );
    library.delete("pages/it/年假/新.md", now()).unwrap();
    assert_eq!(library.counts()[2], 2);
    assert!(matches!(library.delete("pages/it/none.md", now()), Err(part::PartError::NotThere(_))));
    library.delete("catalog.toml", now()).unwrap();
    assert_eq!(library.counts()[1], 0);
    assert_eq!(library.state("catalog.toml"), State::Absent);
}

#[cfg(unix)]
#[test]
fn links_lead_nowhere_out_of_the_folder() {
    let (dir, library) = library();
    let outside = tempfile::tempdir().unwrap();
    put(outside.path(), "secret.md", "secret");
    std::os::unix::fs::symlink(outside.path(), dir.path().join("pages/link")).unwrap();
    std::os::unix::fs::symlink(outside.path().join("secret.md"), dir.path().join("pages/secret.md")).unwrap();
    for name in ["pages/link/secret.md", "pages/link/new/a.md", "pages/secret.md"] {
        assert!(library.get(name).is_err(), "{name}");
        assert!(library.put(name, b"# x", now()).is_err(), "{name}");
        assert!(library.delete(name, now()).is_err(), "{name}");
    }
    assert_eq!(std::fs::read_dir(outside.path()).unwrap().count(), 1);
}

#[test]
fn many_rows_are_read_and_a_circle_among_them_is_named() {
    let mut text = String::from(
        "employee_number,name,name_zh,email,manager,title,department,location,employment_type,status,start_date,end_date,aliases\n",
    );
    for i in 0..20_000 {
        let manager = i / 10;
        text.push_str(&format!(
            "E-{i},Person {i},,p{i}@x.example,E-{manager},Clerk,Finance,Bristol,full_time,active,2020-01-01,,P{i}\n"
        ));
    }
    let dir = tempfile::tempdir().unwrap();
    put(dir.path(), "people.csv", &text);
    let library = Library::open(Settings { folder: Some(dir.path().to_owned()), ..Settings::default() }, now());
    assert_eq!(library.counts()[0], 20_000);
    insta::assert_snapshot!(library.faults(), @"people.csv:2: a circle of managers: E-0 → E-0; the manager of E-0 is not used");
}
