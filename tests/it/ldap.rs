//! A real OpenLDAP on a free port of this machine: pages, both scripts, TLS, faults, and what happens when it is down.

use chrono::{DateTime, Utc};
use muster::knowledge::sources::ldap::{self, Attributes, Schema};
use muster::knowledge::sources::{Library, Settings, State};
use std::fmt::Write as _;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Entries beside the hand-made ones; more than a page and than the server gives at once.
const CROWD: usize = 1_200;
/// The password of the reader: what this variable holds in every test run.
const PASSWORD_ENV: &str = "CARGO_PKG_NAME";

struct Slapd {
    child: Child,
    port: u16,
    tls_port: u16,
    /// The certificate that its TLS shows.
    ca: PathBuf,
}

impl Drop for Slapd {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The program of an LDAP server; a test without one fails.
fn program(name: &str) -> PathBuf {
    let found = ["/usr/sbin", "/usr/lib/openldap", "/usr/libexec", "/usr/local/libexec", "/opt/homebrew/libexec"];
    let found = found.iter().map(|folder| Path::new(folder).join(name)).find(|path| path.is_file());
    found.unwrap_or_else(|| panic!("{name} is not installed; tests/run installs it (Debian's package slapd)"))
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address").port()
}

impl Slapd {
    /// Fills the folder with configuration, certificate and entries.
    fn prepare(folder: &Path) {
        let made =
            rcgen::generate_simple_self_signed(vec!["localhost".into(), "127.0.0.1".into()]).expect("a certificate");
        std::fs::write(folder.join("cert.pem"), made.cert.pem()).unwrap();
        std::fs::write(folder.join("key.pem"), made.signing_key.serialize_pem()).unwrap();
        std::fs::create_dir_all(folder.join("db")).unwrap();
        let at = folder.display();
        let schema =
            ["core", "cosine", "inetorgperson"].map(|s| format!("include /etc/ldap/schema/{s}.schema\n")).concat();
        let config = format!(
            "{schema}modulepath /usr/lib/ldap\nmoduleload back_mdb\npidfile {at}/pid\n\
             TLSCACertificateFile {at}/cert.pem\nTLSCertificateFile {at}/cert.pem\nTLSCertificateKeyFile {at}/key.pem\n\
             sizelimit size.soft=500 size.hard=500 size.pr=300 size.prtotal=unlimited\n\
             database mdb\nsuffix \"dc=halden,dc=example\"\nrootdn \"cn=admin,dc=halden,dc=example\"\ndirectory {at}/db\n\
             access to attrs=userPassword by anonymous auth by * none\naccess to * by users read by * none\n"
        );
        std::fs::write(folder.join("slapd.conf"), config).unwrap();
        std::fs::write(folder.join("all.ldif"), entries()).unwrap();
        let mut add = Command::new(program("slapd"));
        add.args(["-T", "add", "-q", "-f"]).arg(folder.join("slapd.conf")).arg("-l").arg(folder.join("all.ldif"));
        let added = add.output().expect("slapadd runs");
        assert!(added.status.success(), "{}", String::from_utf8_lossy(&added.stderr));
    }

    fn start(folder: &Path, port: u16, tls_port: u16) -> Self {
        let urls = format!("ldap://127.0.0.1:{port} ldaps://127.0.0.1:{tls_port}");
        let mut command = Command::new(program("slapd"));
        command.args(["-d", "0", "-h", &urls, "-f"]).arg(folder.join("slapd.conf"));
        let child =
            command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("slapd runs");
        let slapd = Self { child, port, tls_port, ca: folder.join("cert.pem") };
        let begun = Instant::now();
        while TcpStream::connect(("127.0.0.1", tls_port)).is_err() {
            assert!(begun.elapsed() < Duration::from_secs(30), "slapd does not listen");
            std::thread::sleep(Duration::from_millis(50));
        }
        slapd
    }

    fn new(folder: &Path) -> Self {
        Self::prepare(folder);
        Self::start(folder, free_port(), free_port())
    }

    fn settings(&self) -> ldap::Settings {
        ldap::Settings {
            url: format!("ldap://127.0.0.1:{}", self.port),
            starttls: false,
            ca_file: None,
            bind_dn: "cn=reader,dc=halden,dc=example".into(),
            password_env: PASSWORD_ENV.into(),
            base: "ou=people,dc=halden,dc=example".into(),
            filter: String::new(),
            attributes: Attributes::of(Schema::InetOrgPerson),
            page_size: 250,
            timeout: Duration::from_secs(20),
            wins: true,
            copy: None,
        }
    }
}

/// One entry of people; Chinese values are base64, as LDIF wants them.
fn person(out: &mut String, uid: &str, attributes: &[(&str, &str)]) {
    writeln!(out, "dn: uid={uid},ou=people,dc=halden,dc=example\nobjectClass: inetOrgPerson\nuid: {uid}").unwrap();
    for (name, value) in attributes {
        if value.is_ascii() {
            writeln!(out, "{name}: {value}").unwrap();
        } else {
            writeln!(out, "{name}:: {}", base64(value.as_bytes())).unwrap();
        }
    }
    out.push('\n');
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let n = chunk.iter().chain([0, 0].iter()).take(3).fold(0u32, |n, b| n << 8 | u32::from(*b));
        for i in 0..4 {
            out.push(if i > chunk.len() { '=' } else { char::from(LETTERS[(n >> (18 - 6 * i)) as usize & 63]) });
        }
    }
    out
}

fn entries() -> String {
    let mut out = String::from(
        "dn: dc=halden,dc=example\nobjectClass: organization\nobjectClass: dcObject\no: Halden\ndc: halden\n\n\
         dn: cn=reader,dc=halden,dc=example\nobjectClass: organizationalRole\nobjectClass: simpleSecurityObject\ncn: reader\nuserPassword: muster\n\n\
         dn: ou=people,dc=halden,dc=example\nobjectClass: organizationalUnit\nou: people\n\n",
    );
    let dn = |uid: &str| format!("uid={uid},ou=People, dc=Halden,dc=example");
    person(
        &mut out,
        "lin",
        &[
            ("cn", "Lin Xiaowen"),
            ("cn;lang-zh", "林晓雯"),
            ("sn", "Lin"),
            ("mail", "xiaowen.lin@halden.example"),
            ("employeeNumber", "E-1007"),
            ("title", "人事经理"),
            ("departmentNumber", "People"),
            ("l", "Shanghai"),
            ("employeeType", "Full-Time"),
            ("initials", "LXW"),
        ],
    );
    // The Chinese name stands in sn and givenName alone; the manager is a distinguished name in other case.
    person(
        &mut out,
        "guo",
        &[
            ("cn", "Guo Jianguo"),
            ("sn;lang-zh", "郭"),
            ("givenName;lang-zh", "建国"),
            ("sn", "Guo"),
            ("mail", "jianguo.guo@halden.example"),
            ("employeeNumber", "E-2001"),
            ("manager", &dn("lin")),
            ("employeeType", "外包"),
        ],
    );
    person(&mut out, "a", &[("cn", "Ada Ring"), ("sn", "Ring"), ("employeeNumber", "E-3001"), ("manager", &dn("b"))]);
    person(&mut out, "b", &[("cn", "Bea Ring"), ("sn", "Ring"), ("employeeNumber", "E-3002"), ("manager", &dn("a"))]);
    person(
        &mut out,
        "gone",
        &[("cn", "Gus Gone"), ("sn", "Gone"), ("employeeNumber", "E-3003"), ("manager", &dn("nobody"))],
    );
    person(&mut out, "lost", &[("cn", "Lou Lost"), ("sn", "Lost")]);
    person(&mut out, "twice", &[("cn", "Tom Twice"), ("sn", "Twice"), ("employeeNumber", "E-3003")]);
    for i in 0..CROWD {
        let (number, mail) = (format!("E-{}", 10_000 + i), format!("p{i}@halden.example"));
        person(
            &mut out,
            &format!("p{i}"),
            &[
                ("cn", &format!("Person {i}")),
                ("cn;lang-zh", &format!("员工{i}")),
                ("sn", "Crowd"),
                ("mail", &mail),
                ("employeeNumber", &number),
                ("manager", &dn("lin")),
            ],
        );
    }
    out
}

fn now() -> DateTime<Utc> {
    DateTime::parse_from_rfc3339("2026-03-04T09:30:00Z").unwrap().to_utc()
}

fn library(ldap: ldap::Settings, people: &str) -> (tempfile::TempDir, Library) {
    let org = tempfile::tempdir().unwrap();
    std::fs::write(org.path().join("people.csv"), people).unwrap();
    let settings = Settings { folder: Some(org.path().to_owned()), ldap: Some(ldap), ..Settings::default() };
    (org, Library::open(settings, now()))
}

const PEOPLE: &str = "employee_number,name,email,title,manager,aliases\nE-1007,Wendy Lin,,HR,,Wendy\nE-9,Only File,only@halden.example,Clerk,E-1007,\n";

/// State, count and faults of the directory.
fn said(library: &Library) -> (State, usize, String) {
    let snapshot = library.snapshot();
    let source = snapshot.sources.iter().find(|s| s.name == "ldap").expect("the source");
    let faults: Vec<String> = source.faults.iter().map(ToString::to_string).collect();
    (source.state, source.count, faults.join("\n"))
}

#[tokio::test]
async fn all_pages_are_read_and_joined_with_the_file_and_faults_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let slapd = Slapd::new(folder.path());
    let (_org, library) = library(slapd.settings(), PEOPLE);
    assert_eq!(said(&library).0, State::Absent);
    assert!(library.ask_directory(now()).await);
    let (state, count, faults) = said(&library);
    assert_eq!((state, count), (State::Used, CROWD + 6), "{faults}");
    // A server gives entries in an order of its own, so a circle may begin with either of its two.
    let (circles, others): (Vec<&str>, Vec<&str>) = faults.lines().partition(|l| l.contains("circle"));
    assert!(matches!(*circles, [one] if one.contains("E-3001") && one.contains("E-3002")), "{faults}");
    insta::assert_snapshot!(others.join("\n"), @r"
    ldap:0: entry 6: the entry has neither a number nor an address; it is not used
    ldap:0: E-3003: the manager is not among the entries
    ldap:0: E-3003 stands in the directory service already; this row is not used
    ");
    let snapshot = library.snapshot();
    let people = &snapshot.knowledge.people;
    // Everybody of both once: one of the file is in the directory too, and one number is there twice.
    assert_eq!(people.all().len(), CROWD + 6);
    let lin = people.by_number("E-1007").unwrap();
    assert_eq!((lin.name.as_str(), lin.name_zh.as_str(), lin.title.as_str()), ("Lin Xiaowen", "林晓雯", "人事经理"));
    assert_eq!((lin.location.as_str(), lin.employment_type.as_str()), ("Shanghai", "full_time"));
    assert_eq!(lin.aliases, "Wendy;LXW;lin");
    assert!(people.by_name("林晓雯").iter().any(|p| p.employee_number == "E-1007"));
    let guo = people.by_email("jianguo.guo@halden.example").unwrap();
    assert_eq!(
        (guo.name_zh.as_str(), guo.manager.as_str(), guo.employment_type.as_str()),
        ("郭建国", "E-1007", "contractor")
    );
    assert!(people.reports_to(guo, lin));
    assert!(people.by_number("E-9").is_some());
    assert!(!library.ask_directory(now()).await, "the same answer changes nothing");
    let file_first = ldap::Settings { wins: false, ..slapd.settings() };
    let (_org, library) = self::library(file_first, PEOPLE);
    library.ask_directory(now()).await;
    assert_eq!(library.snapshot().knowledge.people.by_number("E-1007").unwrap().name, "Wendy Lin");
}

#[tokio::test]
async fn tls_trusts_the_configured_certificate_and_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let slapd = Slapd::new(folder.path());
    let tls = ldap::Settings { url: format!("ldaps://127.0.0.1:{}", slapd.tls_port), ..slapd.settings() };
    let starttls = ldap::Settings { starttls: true, ..slapd.settings() };
    for settings in [tls, starttls] {
        let trusting = ldap::Settings { ca_file: Some(slapd.ca.clone()), ..settings.clone() };
        assert_eq!(ldap::fetch(&trusting).await.map(|e| e.len()).map_err(|e| e.to_string()), Ok(CROWD + 7));
        let refused = ldap::fetch(&settings).await.unwrap_err().to_string();
        assert!(refused.contains("cannot be reached") && refused.contains("certificate"), "{refused}");
    }
    let other = tempfile::tempdir().unwrap();
    let stranger = rcgen::generate_simple_self_signed(vec!["127.0.0.1".into()]).unwrap();
    std::fs::write(other.path().join("ca.pem"), stranger.cert.pem()).unwrap();
    let wrong = ldap::Settings { starttls: true, ca_file: Some(other.path().join("ca.pem")), ..slapd.settings() };
    assert!(ldap::fetch(&wrong).await.is_err());
    std::fs::write(other.path().join("ca.pem"), "nothing").unwrap();
    let refused = ldap::fetch(&wrong).await.unwrap_err().to_string();
    assert!(refused.ends_with("cannot be read: the file holds none"), "{refused}");
}

#[tokio::test]
async fn a_directory_that_is_down_keeps_its_last_answer_and_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("kept/ldap.json");
    let slapd = Slapd::new(folder.path());
    let (port, tls_port) = (slapd.port, slapd.tls_port);
    let settings = ldap::Settings { copy: Some(copy.clone()), timeout: Duration::from_secs(5), ..slapd.settings() };
    let (_org, library) = library(settings.clone(), PEOPLE);
    library.ask_directory(now()).await;
    drop(slapd);
    assert!(library.ask_directory(now()).await);
    let (state, count, faults) = said(&library);
    assert_eq!((state, count), (State::Kept, CROWD + 6));
    assert!(
        faults.contains("cannot be reached") && faults.contains("the answer of 2026-03-04 09:30 UTC stays in use"),
        "{faults}"
    );
    assert!(!library.ask_directory(now()).await, "it is said once");

    // A new start finds the copy, before the directory answers.
    let (_org, again) = self::library(settings.clone(), PEOPLE);
    assert_eq!((said(&again).0, said(&again).1), (State::Kept, CROWD + 6));
    assert_eq!(again.snapshot().knowledge.people.all().len(), CROWD + 6);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(&copy).unwrap().permissions().mode() & 0o077, 0, "the copy is its owner's alone");
    }
    let slapd = Slapd::start(folder.path(), port, tls_port);
    assert!(again.ask_directory(now()).await);
    assert_eq!(said(&again).0, State::Used);

    // Faults of the question itself.
    let fault = async |change: &dyn Fn(&mut ldap::Settings)| {
        let mut settings = slapd.settings();
        change(&mut settings);
        ldap::fetch(&settings).await.map(|e| e.len()).unwrap_err().to_string().replace(&slapd.port.to_string(), "PORT")
    };
    insta::assert_snapshot!(fault(&|s| s.password_env = "CARGO_PKG_VERSION".into()).await, @"the directory service ldap://127.0.0.1:PORT does not let `cn=reader,dc=halden,dc=example` in: the name or the password is wrong (code 49)");
    insta::assert_snapshot!(fault(&|s| s.password_env = "MUSTER_NO_SUCH_VARIABLE".into()).await, @"the environment variable MUSTER_NO_SUCH_VARIABLE, which should hold the password of the directory service, is not set");
    insta::assert_snapshot!(fault(&|s| s.base = "ou=none,dc=halden,dc=example".into()).await, @"the directory service ldap://127.0.0.1:PORT did not answer the search: the base is not there (code 32)");
    insta::assert_snapshot!(fault(&|s| s.filter = "(((".into()).await, @"the directory service ldap://127.0.0.1:PORT did not answer the search: filter parse error");
    insta::assert_snapshot!(fault(&|s| s.bind_dn = String::new()).await, @"the directory service ldap://127.0.0.1:PORT did not answer the search: the base is not there (code 32)");
    // Something that is no directory service and never answers.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let deaf = ldap::Settings {
        url: format!("ldap://{}", silent.local_addr().unwrap()),
        timeout: Duration::from_secs(1),
        ..slapd.settings()
    };
    let begun = Instant::now();
    assert!(ldap::fetch(&deaf).await.is_err());
    assert!(begun.elapsed() < Duration::from_secs(15), "{:?}", begun.elapsed());
}
