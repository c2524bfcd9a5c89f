//! The message side of a case: its words with evidence marked, forwarded headers, quoted parts, attachments.

use std::collections::HashMap;

use chrono::DateTime;

use crate::contract::{MessageFacts, Span};
use crate::message::{Automatic, Header, Message, Origin};
use crate::store::{Digest, MessageRecord};
use crate::web::fields::name_of;
use crate::web::form::TYPED;
use crate::web::port::Look;
use crate::web::runs::{Piece, Proof, Run, calm, runs};
use crate::web::when;
use crate::web::words::Lang;

/// Characters of an attachment, a quoted reply or a signature on the page.
const ASIDE_CHARS: usize = 20_000;

/// Evidence of one field: its key on the page and its spans.
pub type Evidence = (String, Vec<Span>);

pub struct MessageView {
    pub from: String,
    pub received: String,
    pub received_iso: String,
    pub channel: String,
    pub automatic: String,
    pub segments: Vec<SegmentView>,
    pub quoted: Vec<AsideView>,
    pub signature: String,
    pub attachments: Vec<AttachmentView>,
    pub doubts: Vec<String>,
    pub sha256: String,
    /// Whether the bytes could be read again: if not, quoted parts and attachments are not shown.
    pub whole: bool,
}

pub struct SegmentView {
    /// `subject`, `own`, `forwarded`.
    pub kind: &'static str,
    pub header: Vec<(String, String)>,
    pub runs: Vec<RunView>,
}

pub struct AsideView {
    pub header: Vec<(String, String)>,
    pub text: String,
}

pub struct AttachmentView {
    /// As evidence names it.
    pub name: String,
    /// As it is shown.
    pub title: String,
    pub size: String,
    pub note: String,
    pub runs: Vec<RunView>,
    pub cut: bool,
    /// Whether a field rests on it.
    pub proves: bool,
}

pub struct RunView {
    /// `m3`; empty where nothing is proved.
    pub id: String,
    /// Keys of the fields that it proves, parted by blanks.
    pub keys: String,
    pub start: usize,
    pub pieces: Vec<PieceView>,
}

pub struct PieceView {
    pub text: String,
    /// Short name of a direction control; empty for plain words.
    pub control: &'static str,
}

/// Where on the page a span begins: by source (empty for the message) and offset.
pub type Anchors = HashMap<(String, usize), String>;

pub fn view(
    l: Lang,
    facts: &MessageFacts,
    record: Option<&MessageRecord>,
    look: Option<&Look>,
    evidence: &[Evidence],
    sha256: Digest,
) -> (MessageView, Anchors) {
    let message = look.map(|look| &look.message).filter(|message| message.text.raw() == facts.text);
    let mut anchors = Anchors::new();
    let keys: Vec<&str> = evidence.iter().map(|(key, _)| key.as_str()).collect();
    let received = DateTime::parse_from_rfc3339(&facts.received_at).ok();
    let view = MessageView {
        from: calm(facts.from.as_deref().unwrap_or_default()),
        received: received.map(|at| when::moment(l, at.to_utc(), *at.offset())).unwrap_or_default(),
        received_iso: facts.received_at.clone(),
        channel: l.of_name("channel", &name_of(&facts.channel)),
        automatic: message.and_then(|m| m.automatic).map(|kind| automatic(l, kind)).unwrap_or_default(),
        segments: segments(l, facts, message, &proofs(evidence, None), &keys, &mut anchors),
        quoted: message.map(|message| quoted(l, message)).unwrap_or_default(),
        signature: message.and_then(|m| m.signature.as_deref()).map(|text| cut(text).0).unwrap_or_default(),
        attachments: look.map(|look| attachments(&look.message, evidence, &keys, &mut anchors)).unwrap_or_default(),
        doubts: record.map(|record| record.doubts.clone()).unwrap_or_default(),
        sha256: sha256.to_string(),
        whole: message.is_some(),
    };
    (view, anchors)
}

fn automatic(l: Lang, kind: Automatic) -> String {
    match kind {
        Automatic::Reply => l.w("message.automatic_reply"),
        Automatic::Bulk => l.w("message.bulk"),
        Automatic::Bounce => l.w("message.bounce"),
        Automatic::Generated => l.w("message.generated"),
    }
    .to_owned()
}

/// Spans of one source as proofs of the fields that they stand for.
fn proofs(evidence: &[Evidence], source: Option<&str>) -> Vec<Proof> {
    let of = |span: &&Span| match (span.source.as_deref(), source) {
        (None | Some("text"), None) => true,
        (Some(TYPED), _) => false,
        (own, wanted) => own == wanted,
    };
    let one = |(field, (_, spans)): (usize, &Evidence)| {
        let proof = move |span: &Span| Proof { start: span.start, end: span.end, field };
        spans.iter().filter(of).map(proof).collect::<Vec<_>>()
    };
    evidence.iter().enumerate().flat_map(one).collect()
}

/// Where a stretch begins, its kind, and its header.
type Start = (usize, &'static str, Vec<(String, String)>);

fn segments(
    l: Lang,
    facts: &MessageFacts,
    message: Option<&Message>,
    proofs: &[Proof],
    keys: &[&str],
    anchors: &mut Anchors,
) -> Vec<SegmentView> {
    // Where each stretch begins; without a fresh look only the subject is known.
    let mut starts: Vec<Start> = match message {
        Some(message) => {
            let one = |segment: &crate::message::Segment| match &segment.origin {
                Origin::Subject => (segment.span.start, "subject", Vec::new()),
                Origin::Own => (segment.span.start, "own", Vec::new()),
                Origin::Forwarded(inner) => (segment.span.start, "forwarded", header(l, inner)),
            };
            message.segments.iter().map(one).collect()
        }
        None => {
            let subject = facts.subject.as_deref().filter(|subject| facts.text.starts_with(subject));
            let length = subject.map_or(0, |subject| subject.chars().count());
            [(0, "subject", Vec::new()), (length, "own", Vec::new())]
                .into_iter()
                .skip(usize::from(length == 0))
                .collect()
        }
    };
    starts.sort_by_key(|(at, ..)| *at);
    let cuts: Vec<usize> = starts.iter().map(|(at, ..)| *at).collect();
    let mut out: Vec<SegmentView> = Vec::new();
    let mut starts = starts.into_iter().peekable();
    for run in runs(&facts.text, proofs, &cuts) {
        let mut opened = false;
        while let Some((_, kind, header)) = starts.next_if(|(at, ..)| *at <= run.start) {
            out.push(SegmentView { kind, header, runs: Vec::new() });
            opened = true;
        }
        if out.is_empty() {
            out.push(SegmentView { kind: "own", header: Vec::new(), runs: Vec::new() });
        }
        if let Some(segment) = out.last_mut() {
            let mut shown = run_view(&run, "m", "", keys, anchors);
            // The line's end that parts two stretches would only open a gap.
            if opened && segment.kind != "subject" {
                trim_start(&mut shown);
            }
            segment.runs.push(shown);
        }
    }
    out.retain(|segment| segment.kind == "forwarded" || segment.runs.iter().any(|run| !run.pieces.is_empty()));
    out
}

/// Takes line ends away from the beginning; the run's offset follows.
fn trim_start(run: &mut RunView) {
    if let Some(first) = run.pieces.first_mut().filter(|piece| piece.control.is_empty()) {
        let trimmed = first.text.trim_start_matches(['\n', '\r']);
        run.start += first.text.chars().count() - trimmed.chars().count();
        first.text = trimmed.to_owned();
        if first.text.is_empty() {
            run.pieces.remove(0);
        }
    }
}

fn run_view(run: &Run, prefix: &str, source: &str, keys: &[&str], anchors: &mut Anchors) -> RunView {
    let named: Vec<&str> = run.fields.iter().filter_map(|field| keys.get(*field).copied()).collect();
    let id = if named.is_empty() { String::new() } else { format!("{prefix}{}", run.start) };
    if !id.is_empty() {
        anchors.insert((source.to_owned(), run.start), id.clone());
    }
    let piece = |piece: &Piece| match piece {
        Piece::Plain(text) => PieceView { text: text.clone(), control: "" },
        Piece::Direction(c, name) => PieceView { text: c.to_string(), control: name },
    };
    RunView { id, keys: named.join(" "), start: run.start, pieces: run.pieces.iter().map(piece).collect() }
}

fn header(l: Lang, header: &Header) -> Vec<(String, String)> {
    let mut out = Vec::new();
    let mut add = |word: &str, text: Option<String>| {
        out.extend(text.filter(|text| !text.is_empty()).map(|text| (l.w(word).to_owned(), calm(&text))));
    };
    add("message.from", header.from.as_ref().map(ToString::to_string));
    add("message.to", header.to.clone());
    add("message.date", header.date.map(|at| when::moment(l, at.to_utc(), *at.offset())));
    add("message.subject", header.subject.clone());
    out
}

fn quoted(l: Lang, message: &Message) -> Vec<AsideView> {
    let one =
        |quoted: &crate::message::Quoted| AsideView { header: header(l, &quoted.header), text: cut(&quoted.text).0 };
    message.quoted.iter().take(20).map(one).collect()
}

fn attachments(message: &Message, evidence: &[Evidence], keys: &[&str], anchors: &mut Anchors) -> Vec<AttachmentView> {
    let one = |(i, attachment): (usize, &crate::message::Attachment)| {
        let proofs = proofs(evidence, Some(&attachment.name));
        let text = attachment.text.as_ref().map(|text| cut(text.raw()));
        let (text, cut) = text.unwrap_or_default();
        let runs = runs(&text, &proofs, &[]);
        AttachmentView {
            size: when::size(attachment.bytes as u64),
            note: attachment.note.clone().unwrap_or_default(),
            runs: runs.iter().map(|run| run_view(run, &format!("a{i}-"), &attachment.name, keys, anchors)).collect(),
            cut,
            proves: !proofs.is_empty(),
            name: attachment.name.clone(),
            title: calm(&attachment.name),
        }
    };
    message.attachments.iter().enumerate().map(one).collect()
}

/// The beginning of a text, and whether something was left out.
fn cut(text: &str) -> (String, bool) {
    match text.char_indices().nth(ASIDE_CHARS) {
        Some((at, _)) => (text.get(..at).unwrap_or_default().to_owned(), true),
        None => (text.to_owned(), false),
    }
}
