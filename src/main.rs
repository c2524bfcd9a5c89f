//! The `muster` program.

fn main() -> std::io::Result<()> {
    if std::env::args().nth(1).as_deref() == Some("dates") {
        let engine = muster::understand::dates::Engine::default();
        let stdout = std::io::BufWriter::new(std::io::stdout().lock());
        return muster::understand::dates::command::run(std::io::stdin().lock(), stdout, &engine);
    }
    Ok(())
}
