//! The names of things in a sentence: runs of words cut to whole noun phrases.

use super::lexicon::{Act, Head, LEXICON, Side};
use super::tokens::{Pieces, Sort, Token};
use crate::contract::NeedCategory;
use crate::message::Span;
use crate::understand::page::Source;
use std::sync::LazyLock;

/// A run of words that may name a thing.
#[derive(Debug, Clone, PartialEq)]
pub struct Phrase {
    /// The first token and the one behind the last, quantity left out.
    pub tokens: (usize, usize),
    pub span: Span,
    /// The head that its name turns on; None for unknown words.
    pub head: Option<Head>,
    /// The head is the whole name.
    pub alone: bool,
    pub quantity: Option<u32>,
    /// The name stands in an 'access to …'.
    pub accessed: bool,
}

/// Han characters that end a name where no known head holds them.
const ENDS_HAN: &str = "的给把将请和与及跟或他她它们被让是了还就再也呢吗吧啊呀么那这您你我";

/// Heads that complete the name before them rather than begin one.
const SUFFIXES: &[&str] = &[
    "账号",
    "帐号",
    "账户",
    "权限",
    "系统",
    "平台",
    "许可",
    "授权",
    "席位",
    "后台",
    "角色",
    "客户端",
    "资格",
    "登录",
    "帐户",
    "号",
    "组",
    "群",
    "软件",
    "使用权",
    "license",
    "account",
    "access",
];

/// Measure words.
const MEASURES: &str = "台个张把套部支枚块件间条份副双只根顶盒本架组路名位";

/// One list of `phrase.tsv`.
fn table(name: &str) -> Vec<&'static str> {
    let lines = include_str!("phrase.tsv").lines();
    let mut lists = lines.filter_map(|l| l.split_once('\t')).filter(|(n, _)| *n == name);
    lists.next().map(|(_, words)| words.split('|').collect()).unwrap_or_default()
}

/// Nouns after which 'to', 'for', 'on', 'in' lead to what is accessed.
static OPENS: LazyLock<Vec<&str>> = LazyLock::new(|| table("opens"));

/// Those of them that name nothing without what is accessed.
const BARE: &[&str] = &[
    "access",
    "accesses",
    "rights",
    "right",
    "permission",
    "permissions",
    "login",
    "logins",
    "log-in",
    "account",
    "accounts",
    "membership",
    "user",
    "licence",
    "licences",
    "license",
    "licenses",
    "entry",
];

/// Words that stand for people.
static PEOPLE: LazyLock<Vec<&str>> = LazyLock::new(|| table("people"));

/// A quantity as a word.
fn number_word(word: &str) -> Option<u32> {
    Some(match word {
        "one" | "一" | "壹" => 1,
        "two" | "两" | "二" | "俩" | "couple" | "pair" => 2,
        "three" | "三" | "仨" => 3,
        "four" | "四" => 4,
        "five" | "五" => 5,
        "six" | "六" => 6,
        "seven" | "七" => 7,
        "eight" | "八" => 8,
        "nine" | "九" => 9,
        "ten" | "十" => 10,
        "twelve" | "dozen" => 12,
        _ => return None,
    })
}

/// 'x2', '2x', '×2', '*2'.
fn times(word: &str) -> Option<u32> {
    let digits = word.strip_prefix('x').or_else(|| word.strip_suffix('x'))?;
    digits.parse().ok().filter(|n| (1..1_000).contains(n))
}

/// Whether the token is used as a cue where it stands; `at` its first token.
pub fn is_cue(pieces: &Pieces, source: &Source, token: usize) -> bool {
    let Some(hit) = pieces.tokens.get(token).and_then(|t| t.hit).and_then(|h| pieces.hits.get(h)) else { return false };
    if hit.entry.cues.is_empty() {
        return false;
    }
    let only_key = hit.entry.cues.iter().all(|c| c.side == Side::Key);
    if only_key {
        return is_key(pieces, source, hit.tokens);
    }
    if hit.entry.head.is_some() {
        // A thing and a cue: a cue only where it is a key.
        return is_key(pieces, source, hit.tokens) || hit.entry.cues.iter().all(|c| c.act == Act::Block);
    }
    true
}

/// Whether the tokens are a form key: a colon, an equals sign or a spaced dash follows, or they fill the sentence.
pub fn is_key(pieces: &Pieces, _source: &Source, tokens: (usize, usize)) -> bool {
    match pieces.tokens.get(tokens.1) {
        Some(t) => matches!(t.sort, Sort::Mark(':' | '=' | '|' | '>')) || t.sort == Sort::Mark('-') && t.gap,
        None => {
            tokens.0 == 0 || tokens.0 == 1 && matches!(pieces.mark(0), Some('-' | '*' | '•' | '#' | '【' | '▸' | '·'))
        }
    }
}

/// Whether a token ends a name.
fn ends(pieces: &Pieces, source: &Source, i: usize, t: &Token) -> bool {
    if t.taken {
        return true;
    }
    let head = t.hit.and_then(|h| pieces.hits.get(h)).is_some_and(|h| h.entry.head.is_some());
    if is_cue(pieces, source, i) {
        return true;
    }
    match t.sort {
        Sort::Mark(c) => !joins(pieces, i, c),
        Sort::Number => false,
        Sort::Han => {
            !head && source.chars.get(t.span.start).is_some_and(|_| ENDS_HAN.contains(source.fold(t.span.start)))
        }
        Sort::Word => {
            let word = source.text.folded_quote(t.span);
            if head {
                return false;
            }
            let address = word.split_once('@').is_some_and(|(_, host)| host.contains('.'));
            address || word.ends_with("'s") || word.ends_with("s'") || LEXICON.ends_name(word)
        }
    }
}

/// Whether a mark joins the words beside it ('FI/CO', 'R&D') rather than parting them ('laptop/phone').
fn joins(pieces: &Pieces, i: usize, c: char) -> bool {
    if !matches!(c, '/' | '-' | '+' | '&' | '.') {
        return false;
    }
    let (Some(before), Some(mark), Some(after)) =
        (i.checked_sub(1).and_then(|p| pieces.tokens.get(p)), pieces.tokens.get(i), pieces.tokens.get(i + 1))
    else {
        return false;
    };
    let whole = |t: &Token| t.hit.and_then(|h| pieces.hits.get(h)).is_some_and(|h| h.entry.head.is_some());
    let letters = |t: &Token| matches!(t.sort, Sort::Word | Sort::Number);
    !mark.gap && !after.gap && letters(before) && letters(after) && !(whole(before) && whole(after)) && c != '+'
}

/// Whether a gap before a token parts two names (Chinese lists without marks: 'VPN 邮箱 OA').
fn parts(pieces: &Pieces, source: &Source, i: usize) -> bool {
    let (Some(t), Some(p)) = (pieces.tokens.get(i), i.checked_sub(1).and_then(|p| pieces.tokens.get(p))) else {
        return false;
    };
    if !t.gap || t.hit.is_some() && t.hit == p.hit {
        return false;
    }
    let (han, before) = (t.sort == Sort::Han, p.sort == Sort::Han);
    if !han && !before {
        return false;
    }
    let hit = |t: &Token| t.hit.and_then(|h| pieces.hits.get(h));
    if han && before {
        return true;
    }
    let suffix = hit(t).is_some_and(|h| {
        let words = source.text.folded_quote(span_of(pieces, h.tokens));
        SUFFIXES.contains(&words)
    });
    hit(p).is_some_and(|h| h.entry.head.is_some()) && hit(t).is_some_and(|h| h.entry.head.is_some()) && !suffix
}

/// The span of a run of tokens.
pub fn span_of(pieces: &Pieces, tokens: (usize, usize)) -> Span {
    match (pieces.tokens.get(tokens.0), tokens.1.checked_sub(1).and_then(|l| pieces.tokens.get(l))) {
        (Some(a), Some(b)) => Span::new(a.span.start, b.span.end),
        _ => Span::new(0, 0),
    }
}

/// The phrases of a sentence, in its order.
pub fn phrases(pieces: &Pieces, source: &Source) -> Vec<Phrase> {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    let mut start = None;
    for i in 0..=pieces.tokens.len() {
        let end = pieces.tokens.get(i).is_none_or(|t| ends(pieces, source, i, t));
        if end || parts(pieces, source, i) {
            if let Some(s) = start.take() {
                runs.push((s, i));
            }
            if !end {
                start = Some(i);
            }
        } else if start.is_none() {
            start = Some(i);
        }
    }
    let mut out: Vec<Phrase> = runs.into_iter().filter_map(|run| name(pieces, source, run)).collect();
    attach(pieces, source, &mut out);
    own_suffix(pieces, source, &mut out);
    out
}

/// Cuts a run of words to the name in it.
fn name(pieces: &Pieces, source: &Source, run: (usize, usize)) -> Option<Phrase> {
    let (mut a, mut b) = run;
    let mut quantity = None;
    let word = |i: usize| pieces.word(source, i);
    let sort = |i: usize| pieces.tokens.get(i).map(|t| t.sort);
    let hit_at = |i: usize| pieces.tokens.get(i).and_then(|t| t.hit).and_then(|h| pieces.hits.get(h));
    // A quantity in front: 'two monitors', '2 x', '两台…'.
    let mut k = a;
    if hit_at(k).is_none() {
        if sort(k) == Some(Sort::Number) && word(k).len() <= 3 {
            quantity = word(k).parse().ok();
            k += 1;
        } else if let Some(n) = number_word(word(k)).or_else(|| times(word(k))) {
            quantity = Some(n);
            k += 1;
        }
        if quantity.is_some() && matches!(word(k), "x" | "×" | "pcs" | "pieces" | "pairs" | "sets" | "of" | "units") {
            k += 1;
        }
        if k < b
            && sort(k) == Some(Sort::Han)
            && hit_at(k).is_none_or(|h| h.tokens.1 - h.tokens.0 == 1)
            && MEASURES.contains(word(k))
            && k + 1 < b
        {
            k += 1;
            a = k;
        } else if quantity.is_some() && k < b && sort(k) != Some(Sort::Han) {
            a = k;
        } else if k > a {
            quantity = None;
        }
    }
    if a >= b {
        return None;
    }
    // A quantity behind: '…一台', '… x2'.
    let last = |b: usize| b.checked_sub(1).filter(|l| *l > a);
    if let Some(l) = last(b) {
        if let Some(n) = times(word(l)) {
            quantity = Some(n);
            b = l;
        } else if sort(l) == Some(Sort::Han) && MEASURES.contains(word(l)) && l > a + 1 {
            let n = word(l - 1).parse().ok().or_else(|| number_word(word(l - 1)));
            if n.is_some() {
                quantity = n;
                b = l - 1;
            }
        }
    }
    // The last head ends the name; numbers and capitalised words of a product's name may follow it.
    let mut head = None;
    let mut alone = false;
    let mut end = b;
    for i in (a..b).rev() {
        if let Some(h) = hit_at(i)
            && let Some(found) = h.entry.head
        {
            head = Some(found);
            alone = h.tokens.0 <= a;
            end = h.tokens.1.min(b);
            while end < b
                && sort(end) != Some(Sort::Han)
                && (sort(end) == Some(Sort::Number) || product_like(source, pieces, end))
            {
                end += 1;
            }
            break;
        }
    }
    if head.is_some() {
        b = end;
    }
    // Very long runs are sentences that no word list cut: their last words name the thing.
    let longest = if pieces.tokens.get(b - 1).is_some_and(|t| t.sort == Sort::Han) { 14 } else { 6 };
    if b - a > longest {
        a = b - longest;
        while a < b && hit_at(a).is_some_and(|h| h.tokens.0 < a) {
            a += 1;
        }
    }
    (a < b).then(|| Phrase { tokens: (a, b), span: span_of(pieces, (a, b)), head, alone, quantity, accessed: false })
}

/// A word with a digit or an upper-case letter.
fn product_like(source: &Source, pieces: &Pieces, i: usize) -> bool {
    pieces.tokens.get(i).is_some_and(|t| {
        t.sort == Sort::Word && source.text.quote(t.span).chars().any(|c| c.is_ascii_digit() || c.is_uppercase())
    })
}

/// Joins 'read-only access' and 'to the finance drive', 'key' and 'for the cold room'; 'access to Jira and Slack' names Jira and Slack.
fn attach(pieces: &Pieces, source: &Source, phrases: &mut Vec<Phrase>) {
    let mut k = 0;
    while k + 1 < phrases.len() {
        let (Some(one), Some(two)) = (phrases.get(k).cloned(), phrases.get(k + 1).cloned()) else { break };
        let between: Vec<&str> = (one.tokens.1..two.tokens.0).map(|i| pieces.word(source, i)).collect();
        let (prep, det) = match between.as_slice() {
            [p] => (*p, ""),
            [p, d] => (*p, *d),
            _ => {
                k += 1;
                continue;
            }
        };
        let first = pieces.word(source, one.tokens.1 - 1);
        let people = PEOPLE.contains(&pieces.word(source, two.tokens.1 - 1))
            || PEOPLE.contains(&pieces.word(source, two.tokens.0));
        let article = det.is_empty() || matches!(det, "the" | "our" | "their" | "his" | "her" | "your" | "a" | "an");
        let capital = source.char(two.span.start).is_uppercase();
        let opens = OPENS.contains(&first);
        let single = one.tokens.1 - one.tokens.0 == 1;
        if !article || people {
            k += 1;
            continue;
        }
        let joined = match prep {
            "of" => one.head.is_some() || matches!(first, "set" | "copy" | "pair" | "box" | "licence"),
            "to" | "on" => opens && !(single && BARE.contains(&first)),
            "for" | "in" => {
                opens && !single && det == "the" && !capital
                    || matches!(first, "key" | "keys" | "code" | "fob" | "locker" | "card" | "cards" | "pass" | "desk")
                        && det == "the"
                        && !capital
            }
            "near" | "by" => matches!(first, "desk" | "seat" | "locker" | "space" | "bay"),
            _ => false,
        };
        if joined {
            let tokens = (one.tokens.0, two.tokens.1);
            let joined = Phrase {
                tokens,
                span: span_of(pieces, tokens),
                head: one.head.or(two.head),
                alone: false,
                quantity: one.quantity,
                accessed: false,
            };
            if let Some(slot) = phrases.get_mut(k) {
                *slot = joined;
            }
            phrases.remove(k + 1);
            continue;
        }
        if single
            && BARE.contains(&first)
            && matches!(prep, "to" | "for" | "on" | "in")
            && (prep != "for" || !capital || two.head.is_some())
            && (prep == "to" || two.head.is_some())
        {
            if let Some(next) = phrases.get_mut(k + 1) {
                next.accessed = true;
            }
            phrases.remove(k);
            continue;
        }
        k += 1;
    }
}

/// 'X系统的权限' is one name; '王伟的权限' is not.
fn own_suffix(pieces: &Pieces, source: &Source, phrases: &mut Vec<Phrase>) {
    let mut k = 0;
    while k + 1 < phrases.len() {
        let (Some(one), Some(two)) = (phrases.get(k).cloned(), phrases.get(k + 1).cloned()) else { break };
        let of = two.tokens.0 == one.tokens.1 + 1 && pieces.word(source, one.tokens.1) == "的";
        let suffix = SUFFIXES.contains(&source.text.folded_quote(two.span));
        let thing = one.head.is_some_and(|h| h.precision >= 40) || source.fold(one.span.start).is_ascii_alphabetic();
        if of && suffix && thing {
            let tokens = (one.tokens.0, two.tokens.1);
            if let Some(slot) = phrases.get_mut(k) {
                *slot = Phrase { tokens, span: span_of(pieces, tokens), head: two.head, alone: false, ..one };
            }
            phrases.remove(k + 1);
        } else {
            k += 1;
        }
    }
}

/// The category of a name: its head's; what is accessed is access; unknown words by what is done with them.
pub fn category(phrase: &Phrase, fallback: NeedCategory) -> NeedCategory {
    match phrase.head {
        Some(h) if phrase.accessed && h.category == NeedCategory::Other => NeedCategory::Access,
        Some(h) => h.category,
        None if phrase.accessed => NeedCategory::Access,
        None => fallback,
    }
}
