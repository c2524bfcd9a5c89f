//! Why a run ends before its time, in sentences for the person who started it.

use std::path::PathBuf;

/// What is wrong, and what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Model(#[from] crate::model::Error),
    #[error("the network cannot be reckoned: {0}")]
    Reckoning(#[from] candle_core::Error),
    #[error("{} cannot be written or read: {source}", file.display())]
    File { file: PathBuf, source: std::io::Error },
    #[error("{}: {why}", file.display())]
    Manifest { file: PathBuf, why: String },
    #[error("the model in {} is no reader: its {what}", folder.display())]
    NoReader { folder: PathBuf, what: String },
    #[error("training from layer {from} is not possible: this reader's marks of people are added before layer {least} and it has {layers} layers; give --from-layer {least} to {}", layers - 1)]
    FromLayer { from: usize, least: usize, layers: usize },
    #[error("example {number}: {why}")]
    Example { number: usize, why: String },
    #[error("there is nothing to learn from: no example has a target")]
    Nothing,
    #[error("there is a model in {} already; give another --out", .0.display())]
    Taken(PathBuf),
    #[error("{} holds a run with other examples, settings or another reader; remove that folder, or give another --out", .0.display())]
    OtherRun(PathBuf),
    #[error("{} is no checkpoint of this program: {why}; remove it to begin anew", file.display())]
    Checkpoint { file: PathBuf, why: String },
    #[error(
        "nothing would be learned of {name}: it gets no gradient ({what}); this is a fault of the program, please report it"
    )]
    NoGradient { name: String, what: &'static str },
    #[error("the loss is no number any more at step {0}; try a lower --rate")]
    Lost(usize),
}

impl Error {
    /// Says which file it was.
    pub(super) fn file(file: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let file = file.into();
        move |source| Self::File { file, source }
    }
}
