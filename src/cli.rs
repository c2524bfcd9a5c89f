//! The command line: arguments to calls, errors to sentences and exit statuses.

use clap::builder::TypedValueParser;
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Reads HR and IT messages, and turns them into approved requests.
#[derive(Debug, Parser)]
#[command(name = "muster", version, max_term_width = 100)]
pub struct Cli {
    /// The configuration file; without one the defaults hold.
    #[arg(long, global = true, value_name = "FILE", env = "MUSTER_CONFIG")]
    pub config: Option<PathBuf>,
    /// The organisation's folder (people, catalog, bundles …), before the configuration's.
    #[arg(long, global = true, value_name = "DIR", env = "MUSTER_KNOWLEDGE")]
    pub knowledge: Option<PathBuf>,
    /// The retriever's model folder, before the configuration's; empty: pages are searched by words alone.
    #[arg(long, global = true, value_name = "DIR", env = "MUSTER_RETRIEVER")]
    pub retriever: Option<String>,
    /// The learned reader's model folder, before the configuration's; empty or `symbols`: the reader without a model.
    #[arg(long, global = true, value_name = "DIR", env = "MUSTER_READER")]
    pub reader: Option<String>,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Print the understanding of messages, one JSON line each, in the order given.
    Extract(Extract),
    /// Measure the reader on labelled messages (JSON lines): figures by field, language and category.
    Eval(Eval),
    /// Answer JSON lines of date expressions on standard input.
    Dates,
    /// Answer questions from the policy pages, with quotes; or say that the pages do not say.
    Ask(Ask),
    /// Print the passages that pages are cut into, one JSON line each; models/retriever/train.py learns from them.
    Passages {
        /// A folder of pages.
        #[arg(value_name = "DIR")]
        folder: PathBuf,
    },
    /// Print the tokens of labelled messages (JSON lines on standard input) with the symbols' marks; models/reader/train.py
    /// learns from them.
    Tokens {
        /// The model folder whose tokenizer to use.
        #[arg(value_name = "DIR")]
        model: PathBuf,
    },
    /// Let the learned reader (--reader) learn from labelled messages, on the CPU; writes a new model folder. Exit status 3
    /// where the result reads held-out messages worse.
    Train(Train),
    /// Run the service: doors in, review pages, queue.
    Serve(Serve),
    /// Run the service with the sample organisation and the sample mailbox.
    Demo(Demo),
    /// Take files into the store and understand them.
    Import(Import),
    /// Check the chain of the audit and print its head.
    Audit(Data),
    /// Print what technicians corrected as labelled messages, one JSON line each: for `muster train` and `muster eval`.
    Examples(Data),
    /// Print the OpenAPI document of the service.
    Openapi,
    /// Make an access key for a technician or a program, and print the line for the configuration.
    Key {
        /// The person's or program's name.
        name: String,
    },
}

#[derive(Debug, Args)]
pub struct Extract {
    /// .eml, .mbox, .json or .txt files, Maildirs, folders, or - for standard input.
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// When inputs without a date of their own were received (RFC 3339); default: now.
    #[arg(long, value_name = "RFC3339", value_parser = instant)]
    pub received_at: Option<chrono::DateTime<chrono::FixedOffset>>,
    /// How to treat senders, whom no server checked here.
    #[arg(long, value_enum, default_value = "trusted")]
    pub sender: SenderArg,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum SenderArg {
    Trusted,
    Unverified,
}

#[derive(Debug, Args)]
pub struct Eval {
    /// Files of labelled messages, one JSON object a line, or - for standard input.
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Print one JSON object instead of tables.
    #[arg(long)]
    pub json: bool,
    /// Write a reliability diagram: how often values said with a confidence are right.
    #[arg(long, value_name = "FILE.svg")]
    pub svg: Option<PathBuf>,
    /// Show this many messages with the most and surest errors.
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub worst: usize,
    /// Read with two readers, each a model folder or `symbols`, and say which is better; diagram, floors and worst messages
    /// are then those of the second.
    #[arg(long, num_args = 2, value_names = ["A", "B"])]
    pub compare: Option<Vec<String>>,
    /// Read only this many messages, drawn from all files; the same ones each time.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub sample: Option<u64>,
    /// Exit status 1 where a figure is below: f1, precision, recall, category, operation, flags, whole, or a field, as in
    /// `f1=0.8` or `zh.start_date=0.9`; may be given several times.
    #[arg(long, value_name = "KEY=VALUE", value_parser = floor)]
    pub floor: Vec<(String, f64)>,
}

#[derive(Debug, Args)]
pub struct Train {
    /// Labelled messages, one JSON object a line: corrected understandings, or filled skeletons.
    #[arg(long, required = true, num_args = 1.., value_name = "FILE")]
    pub examples: Vec<PathBuf>,
    /// Messages of the same form that were learned from before: as many of them as of the new ones are mixed in, so that they
    /// are not forgotten.
    #[arg(long, num_args = 1.., value_name = "FILE")]
    pub replay: Vec<PathBuf>,
    /// The folder to write; default: beside the reader, with the next version.
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Batches of about 1,000 tokens to learn from; default: eight rounds over the new messages, 40 to 2,000.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_000_000).map(|n| n as usize))]
    pub steps: Option<usize>,
    /// Greatest step of a weight; heads take four times as much.
    #[arg(long, value_name = "X", default_value_t = 1e-4, value_parser = rate)]
    pub rate: f64,
    /// The first layer that learns, from the one at which people are marked; default: 9 of 12.
    #[arg(long, value_name = "N")]
    pub from_layer: Option<usize>,
    /// Decides which messages are held out and the order of the others.
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub seed: u64,
    /// Share of the messages that is not learned from, but measured; from 0 to 0.9.
    #[arg(long, value_name = "SHARE", default_value_t = 0.1, value_parser = share)]
    pub hold: f64,
    /// Seconds between checkpoints; the same command goes on from the last one.
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    pub save_every: u64,
    /// MiB of states of the frozen layers to keep in memory; more go to a file beside the checkpoint.
    #[arg(long, value_name = "MIB", default_value_t = 1024, value_parser = clap::value_parser!(u64).range(0..=1_000_000))]
    pub memory_mib: u64,
}

#[derive(Debug, Args)]
pub struct Ask {
    /// The question; without one, questions are read from standard input, one a line.
    #[arg(value_name = "WORDS")]
    pub question: Vec<String>,
    /// JSON lines in and out: {"id","question"} to {"id","abstained","answer","sources"}.
    #[arg(long)]
    pub json: bool,
    /// Search by words alone, to measure.
    #[arg(long, conflicts_with = "meanings")]
    pub words: bool,
    /// Search by meanings alone, to measure.
    #[arg(long)]
    pub meanings: bool,
}

#[derive(Debug, Args)]
pub struct Serve {
    /// Address and port, before the configuration's.
    #[arg(long, value_name = "ADDR:PORT")]
    pub listen: Option<String>,
    #[command(flatten)]
    pub data: Data,
    /// A folder to watch for message files; may be given several times, beside the configuration's.
    #[arg(long, value_name = "DIR")]
    pub watch: Vec<PathBuf>,
    /// A Maildir to take new mails from; may be given several times, beside the configuration's.
    #[arg(long, value_name = "DIR")]
    pub maildir: Vec<PathBuf>,
}

#[derive(Debug, Args)]
pub struct Demo {
    /// Address and port.
    #[arg(long, value_name = "ADDR:PORT", default_value = "127.0.0.1:8025")]
    pub listen: String,
    /// Where the demonstration keeps its data.
    #[arg(long, value_name = "DIR", default_value = "data/demo")]
    pub data: PathBuf,
    /// The folder with the sample world.
    #[arg(long, value_name = "DIR", default_value = "fixtures")]
    pub fixtures: PathBuf,
}

#[derive(Debug, Args)]
pub struct Data {
    /// The database file, before the configuration's.
    #[arg(long, value_name = "FILE", env = "MUSTER_STORE")]
    pub store: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct Import {
    /// .eml, .mbox, .json or .txt files, Maildirs, folders.
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    #[command(flatten)]
    pub data: Data,
}

fn instant(text: &str) -> Result<chrono::DateTime<chrono::FixedOffset>, String> {
    chrono::DateTime::parse_from_rfc3339(text.trim())
        .map_err(|_| "not an instant like 2026-03-10T09:00:00+08:00".to_owned())
}

fn floor(text: &str) -> Result<(String, f64), String> {
    let (key, value) = text.split_once('=').ok_or("not like f1=0.8")?;
    match value.trim().parse() {
        Ok(value) if (0.0..=1.0).contains(&value) => Ok((key.trim().to_owned(), value)),
        _ => Err("the floor must be a number from 0 to 1".to_owned()),
    }
}

fn number(text: &str, most: f64, wanted: &str) -> Result<f64, String> {
    let found = text.trim().parse::<f64>().ok().filter(|x| (0.0..=most).contains(x));
    found.ok_or_else(|| format!("not a number {wanted}"))
}

fn rate(text: &str) -> Result<f64, String> {
    number(text, 0.1, "from 0 to 0.1")
}

fn share(text: &str) -> Result<f64, String> {
    number(text, 0.9, "from 0 to 0.9")
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_arguments_hang_together() {
        Cli::command().debug_assert();
    }
}
