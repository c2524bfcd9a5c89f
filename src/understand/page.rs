//! A message laid out for reading: its texts with lines, sentences and dates found once.

use super::cues::Cues;
use super::dates::{Engine, Found, Lang};
use super::layout::Layout;
use super::names::{self, Name};
use super::{language, sentence};
use crate::calendar::Calendar;
use crate::calendar::guess::guess;
use crate::contract::Language;
use crate::message::{Message, Origin, Span, Text};
use chrono::{DateTime, FixedOffset};
use std::sync::OnceLock;

/// What every proposer reads.
#[derive(Debug)]
pub struct Page<'a> {
    pub message: &'a Message,
    pub language: Language,
    /// Working days where the writer seems to be, or as configured.
    pub calendar: Calendar,
    /// The message's text first, then each attachment with words.
    pub sources: Vec<Source<'a>>,
    /// How confidences are made of what marks say.
    pub(crate) fit: super::calibrate::Fit,
    /// What the intent model says of the whole message, judged when first asked for.
    pub(crate) intent: OnceLock<super::intent::Whole>,
    /// The stretches of each source that give orders to the program, looked for when first asked for.
    pub(crate) injected: OnceLock<Vec<Vec<Span>>>,
}

#[derive(Debug)]
pub struct Source<'a> {
    /// None: the message's own text; else the attachment's name.
    pub name: Option<&'a str>,
    pub text: &'a Text,
    /// The text's characters as written; index with a `Span`'s numbers.
    pub chars: Vec<char>,
    /// The same characters folded (half-width, simplified, lower case), equally many.
    pub folded: Vec<char>,
    /// Without line ends and surrounding white space; empty lines left out.
    pub lines: Vec<Span>,
    /// Sentences and clauses that stand alone (ended by . ! ? 。！？； or a line end); never across lines of a form or table.
    pub sentences: Vec<Span>,
    /// Form lines, tables and list items.
    pub layout: Layout,
    /// Words that look like people's names, in order.
    pub names: Vec<Name>,
    /// Phrases that tell what stands beside them.
    pub(crate) cues: Cues,
    /// Date mentions and durations, their byte spans those of `text.raw()`.
    pub dates: Found,
    /// The spans of `dates.mentions` in characters, equally many.
    pub mention_spans: Vec<Span>,
    /// The spans of `dates.durations` in characters, equally many.
    pub duration_spans: Vec<Span>,
}

impl<'a> Page<'a> {
    /// Lays a message out. Dates in forwarded words are read against the day on which those were sent.
    pub fn new(message: &'a Message, engine: &Engine) -> Self {
        let language = language::of(&message.text);
        let lang = if language::mostly_chinese(&message.text) { Lang::Zh } else { Lang::En };
        // Day-month order, holidays and working days are those of where the writer seems to be.
        let engine = &engine.in_country(guess(language, message.text.raw(), message.received_at));
        let mut sources = Vec::with_capacity(1 + message.attachments.len());
        let mut found = own_dates(message, engine, lang);
        let text = &message.text;
        super::clock::add(text.folded(), |r| text.raw_range(text.span_of_folded(r)), message.received_at, &mut found);
        sources.push(Source::new(None, text, found));
        for attachment in &message.attachments {
            if let Some(text) = &attachment.text {
                let lang = if language::mostly_chinese(text) { Lang::Zh } else { Lang::En };
                let found = engine.find(text.raw(), lang, message.received_at);
                sources.push(Source::new(Some(&attachment.name), text, found));
            }
        }
        let calendar = Calendar::of(&engine.settings().country);
        Self {
            message,
            language,
            calendar,
            sources,
            fit: super::calibrate::Fit::Symbols,
            intent: OnceLock::new(),
            injected: OnceLock::new(),
        }
    }

    /// Whose words stand there: `None` for an attachment's.
    pub fn origin(&self, source: usize, at: usize) -> Option<&Origin> {
        if source != 0 {
            return None;
        }
        let segments = &self.message.segments;
        let i = segments.partition_point(|s| s.span.end <= at);
        segments.get(i).filter(|s| s.span.start <= at).map(|s| &s.origin)
    }

    /// The subject line's span in the message's text; empty where there is none.
    pub fn subject(&self) -> Span {
        self.message.segments.iter().find(|s| s.origin == Origin::Subject).map_or(Span::new(0, 0), |s| s.span)
    }

    /// The words of a span of a source, as written.
    pub fn quote(&self, source: usize, span: Span) -> &str {
        self.sources.get(source).map_or("", |s| s.text.quote(span))
    }
}

impl<'a> Source<'a> {
    fn new(name: Option<&'a str>, text: &'a Text, dates: Found) -> Self {
        let chars: Vec<char> = text.raw().chars().collect();
        let folded: Vec<char> = text.folded().chars().collect();
        let lines = sentence::lines(&chars);
        let sentences = sentence::sentences(&chars, &lines);
        let layout = Layout::of(&chars, &folded, &lines);
        let mut names = names::find(&chars, &folded, text.folded());
        let cues = Cues::of(text, &folded);
        let mention_spans: Vec<Span> = dates.mentions.iter().map(|m| text.span_of_raw(m.span.clone())).collect();
        // 周一 is a day, May a month: a date is nobody's name.
        names.retain(|n| !is_place_name(&chars, &folded, n));
        names.retain(|n| {
            let i = mention_spans.partition_point(|m| m.end <= n.span.start);
            mention_spans.get(i).is_none_or(|m| !m.overlaps(n.span))
        });
        let duration_spans = dates.durations.iter().map(|d| text.span_of_raw(d.span.clone())).collect();
        Self { name, text, chars, folded, lines, sentences, layout, names, cues, dates, mention_spans, duration_spans }
    }

    /// Whether a date mention overlaps a span.
    pub fn dates_in(&self, span: Span) -> bool {
        let i = self.mention_spans.partition_point(|m| m.end <= span.start);
        self.mention_spans.get(i).is_some_and(|m| m.overlaps(span))
    }

    /// The names that overlap a span.
    pub fn names_in(&self, span: Span) -> &[Name] {
        let from = self.names.partition_point(|n| n.span.end <= span.start);
        let to = self.names.partition_point(|n| n.span.start < span.end);
        self.names.get(from..to.max(from)).unwrap_or_default()
    }

    /// The number of the line that holds a character.
    pub fn line_at(&self, at: usize) -> Option<usize> {
        holder(&self.lines, at)
    }

    /// The number of the sentence that holds a character.
    pub fn sentence_at(&self, at: usize) -> Option<usize> {
        holder(&self.sentences, at)
    }

    /// The character at a place as written; a line end outside the text.
    pub fn char(&self, at: usize) -> char {
        self.chars.get(at).copied().unwrap_or('\n')
    }

    /// The folded character at a place; a line end outside the text.
    pub fn fold(&self, at: usize) -> char {
        self.folded.get(at).copied().unwrap_or('\n')
    }

    /// Whether at least one empty line stands between two lines that follow each other.
    pub fn blank_between(&self, line: usize, next: usize) -> bool {
        match (self.lines.get(line), self.lines.get(next)) {
            (Some(a), Some(b)) => {
                self.chars.get(a.end..b.start).is_some_and(|gap| gap.iter().filter(|c| **c == '\n').count() > 1)
            }
            _ => true,
        }
    }
}

/// 'Hong Kong', 高雄, 'Marina Bay': a place of the lists, or one given name before another capitalised word.
fn is_place_name(chars: &[char], folded: &[char], name: &Name) -> bool {
    let words: String = folded.get(name.span.start..name.span.end).unwrap_or_default().iter().collect();
    // 'Swim Teacher', 'Duty Manager': a title in capitals.
    let first = words.split(' ').next().unwrap_or("");
    if name.form == names::Form::Latin
        && name.score <= 0.75
        && names::lists::is_word(first)
        && super::attributes::words::is_title_en(&words)
    {
        return true;
    }
    let place = super::attributes::words::is_place(&words);
    match name.form {
        names::Form::LatinSingle => {
            let next = chars.get(name.span.end) == Some(&' ')
                && chars.get(name.span.end + 1).is_some_and(|c| c.is_uppercase());
            let bay = folded.get(name.span.end + 1..name.span.end + 14).is_some_and(|w| {
                let word: String = w.iter().take_while(|c| c.is_alphabetic()).collect();
                [
                    "bay", "street", "road", "house", "park", "square", "point", "hill", "lane", "office", "airport",
                    "building", "tower", "station", "depot", "plant", "centre", "center",
                ]
                .contains(&word.as_str())
            });
            place && !names::lists::is_given(&words) || next && bay
        }
        _ => place,
    }
}

/// The span in an ordered list that holds a place.
fn holder(spans: &[Span], at: usize) -> Option<usize> {
    let i = spans.partition_point(|s| s.end <= at);
    spans.get(i).filter(|s| s.start <= at).map(|_| i)
}

/// The dates of the message's text, each stretch against its own sending day.
fn own_dates(message: &Message, engine: &Engine, lang: Lang) -> Found {
    let reference = |origin: &Origin| -> DateTime<FixedOffset> {
        match origin {
            Origin::Forwarded(header) => header.date.unwrap_or(message.received_at),
            Origin::Subject | Origin::Own => message.received_at,
        }
    };
    let plain = message.segments.iter().all(|s| reference(&s.origin) == message.received_at);
    if plain {
        return engine.find(message.text.raw(), lang, message.received_at);
    }
    let mut all = Found::default();
    for segment in &message.segments {
        let bytes = message.text.raw_range(segment.span);
        let Some(words) = message.text.raw().get(bytes.clone()) else { continue };
        let mut found = engine.find(words, lang, reference(&segment.origin));
        for mention in &mut found.mentions {
            mention.span.start += bytes.start;
            mention.span.end += bytes.start;
        }
        for duration in &mut found.durations {
            duration.span.start += bytes.start;
            duration.span.end += bytes.start;
        }
        all.mentions.append(&mut found.mentions);
        all.durations.append(&mut found.durations);
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::understand::testing::message;

    #[test]
    fn a_page_knows_lines_and_sentences() {
        let m = message("Leaver", "Hi Tom,\n\nDr. Ada Roe leaves on 3.7. She has e.g. a laptop! Thanks\n");
        let page = Page::new(&m, &Engine::new(super::super::dates::Settings::default()));
        let s = &page.sources[0];
        let said: Vec<&str> = s.sentences.iter().map(|x| s.text.quote(*x)).collect();
        assert_eq!(said, ["Leaver", "Hi Tom,", "Dr. Ada Roe leaves on 3.7.", "She has e.g. a laptop!", "Thanks"]);
        assert_eq!(page.language, Language::En);
        assert_eq!(page.subject(), Span::new(0, 6));
    }

    #[test]
    fn a_wrapped_line_goes_on() {
        let m = message(
            "x",
            "We are pleased to say that Ada Roe, who worked with us in the past as\na temp, joins again. Fine.\nName: Ada\nTitle: cook",
        );
        let page = Page::new(&m, &Engine::new(super::super::dates::Settings::default()));
        let s = &page.sources[0];
        assert_eq!(s.sentences.len(), 5);
        assert_eq!(s.lines.len(), 5);
    }

    #[test]
    fn chinese_sentences() {
        let m = message("离职", "王小明下周一离职,请关闭账号。电脑收回!谢谢;");
        let page = Page::new(&m, &Engine::new(super::super::dates::Settings::default()));
        assert_eq!(page.sources[0].sentences.len(), 4);
        assert_eq!(page.language, Language::Zh);
    }
}
