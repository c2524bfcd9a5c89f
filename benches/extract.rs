//! Speed and memory of `extract`: mails a second, start-up, resident memory for a streamed mbox.
//!
//! `cargo bench --bench extract` prints a table. Ordinary mails are the labelled fixtures, repeated.

use muster::app::extract::{self, Task};
use muster::app::pipeline::Pipeline;
use muster::config::Config;
use muster::triage::Sender;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// The readers, with the mails of a throughput run.
const READERS: [(&str, Option<&str>, usize); 2] = [("shipped reader", None, 400), ("symbols", Some("symbols"), 10_000)];
/// Lines of the streamed mbox.
const LINES: usize = 1_000_000;
/// Starts that are timed.
const STARTS: usize = 25;

fn main() {
    // `cargo test --benches` builds this and runs it with --test: nothing to do there.
    if std::env::args().any(|a| a == "--test") {
        return;
    }
    let dir = std::env::temp_dir().join(format!("muster-bench-{}", std::process::id()));
    std::fs::create_dir_all(&dir).expect("a scratch folder");
    let mails = fixtures();
    for (name, reader, count) in READERS {
        println!("{name}:");
        let config = Config { reader: reader.map(PathBuf::from), ..Config::default() };
        let began = Instant::now();
        let (pipeline, _) = Pipeline::new(&config, None).expect("the reader opens");
        println!("  opened in {:.0?}", began.elapsed());
        throughput(&pipeline, &dir, &mails, count);
        one_by_one(&pipeline, &mails);
        start_up(&dir, reader);
    }
    memory(&dir, &mails);
    std::fs::remove_dir_all(&dir).expect("the scratch folder goes");
}

fn fixtures() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/mail");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("the fixtures")
        .map(|e| e.expect("an entry").path())
        .filter(|p| p.extension().is_some_and(|e| e == "eml"))
        .collect();
    files.sort();
    files
}

/// Mails a second after start, reading files to writing lines, on all cores.
fn throughput(pipeline: &Pipeline, dir: &Path, mails: &[PathBuf], count: usize) {
    let task = |paths: Vec<PathBuf>| Task { paths, received_at: now(), sender: Sender::Trusted };
    let mut bytes = 0;
    let paths: Vec<PathBuf> = (0..count)
        .map(|i| {
            let source = &mails[i % mails.len()];
            let path = dir.join(format!("{i:05}.eml"));
            bytes += std::fs::copy(source, &path).expect("a copy");
            path
        })
        .collect();
    let warm = task(paths.iter().take(count / 20).cloned().collect());
    extract::run(pipeline, &warm, &mut std::io::sink(), &mut std::io::sink()).expect("a sink takes all");
    let began = Instant::now();
    let outcome = extract::run(pipeline, &task(paths), &mut std::io::sink(), &mut std::io::sink()).expect("a sink");
    let took = began.elapsed().as_secs_f64();
    assert_eq!(outcome.read as usize, count);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    println!(
        "  extract, {count} fixture mails (mean {} bytes, attachments among them), {cores} cores: {:.0} mails/s, {:.0} µs a mail and core",
        bytes / count as u64,
        count as f64 / took,
        took * cores as f64 * 1e6 / count as f64
    );
}

/// Each fixture mail by itself, from its file to its line.
fn one_by_one(pipeline: &Pipeline, mails: &[PathBuf]) {
    let mut times: Vec<Duration> = mails
        .iter()
        .map(|mail| {
            let task = Task { paths: vec![mail.clone()], received_at: now(), sender: Sender::Trusted };
            let began = Instant::now();
            extract::run(pipeline, &task, &mut std::io::sink(), &mut std::io::sink()).expect("a sink");
            began.elapsed()
        })
        .collect();
    times.sort();
    println!(
        "  one mail at a time, {} mails: median {:.1?}, 95 % within {:.1?}, max {:.1?}",
        times.len(),
        times[times.len() / 2],
        times[times.len() * 95 / 100],
        times[times.len() - 1]
    );
}

/// Whole process, one small mail.
fn start_up(dir: &Path, reader: Option<&str>) {
    let path = dir.join("one.eml");
    std::fs::write(&path, "Subject: New starter\nFrom: a@x.example\n\nAnna Lee joins on 16 March 2026.\n")
        .expect("a mail");
    let mut times: Vec<Duration> = (0..STARTS)
        .map(|_| {
            let began = Instant::now();
            let mut command = Command::new(env!("CARGO_BIN_EXE_muster"));
            command.args(reader.map(|r| format!("--reader={r}"))).arg("extract").arg(&path);
            let status = command.stdout(Stdio::null()).status();
            assert!(status.expect("muster runs").success());
            began.elapsed()
        })
        .collect();
    times.sort();
    println!(
        "  extract of one mail, whole process, {STARTS} runs: min {:.1?}, median {:.1?}, max {:.1?}",
        times[0],
        times[STARTS / 2],
        times[STARTS - 1]
    );
}

/// Peak resident memory for an mbox of a million lines, read by the symbols.
fn memory(dir: &Path, mails: &[PathBuf]) {
    let path = dir.join("large.mbox");
    let mut file = std::io::BufWriter::new(std::fs::File::create(&path).expect("a file"));
    let texts: Vec<String> = mails
        .iter()
        .map(|m| {
            String::from_utf8_lossy(&std::fs::read(m).expect("a mail"))
                .replace("\r\n", "\n")
                .replace("\nFrom ", "\n>From ")
        })
        .collect();
    let (mut lines, mut count) = (0, 0);
    while lines < LINES {
        let text = &texts[count % texts.len()];
        write!(file, "From x@y.example Tue Mar 10 09:00:00 2026\n{text}\n\n").expect("written");
        lines += text.lines().count() + 3;
        count += 1;
    }
    file.flush().expect("written");
    let began = Instant::now();
    let mut child = Command::new(env!("CARGO_BIN_EXE_muster"))
        .args(["--reader=symbols", "extract"])
        .arg(&path)
        .stdout(Stdio::null())
        .spawn()
        .expect("muster runs");
    let mut peak = 0;
    while child.try_wait().expect("a state").is_none() {
        peak = peak.max(peak_kib(child.id()).unwrap_or(0));
        std::thread::sleep(Duration::from_millis(20));
    }
    println!(
        "symbols, an mbox of {lines} lines, {count} mails: peak {} MiB resident, {:.1?}",
        peak / 1024,
        began.elapsed()
    );
}

/// `VmHWM` of a process, KiB (Linux).
fn peak_kib(pid: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches(" kB").parse().ok()
}

fn now() -> chrono::DateTime<chrono::FixedOffset> {
    chrono::DateTime::parse_from_rfc3339("2026-03-10T09:00:00+00:00").expect("an instant")
}
