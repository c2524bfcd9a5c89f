//! Intent: the category of a message, and the kind and operation of its parts, by a small linear model and cue words.

mod cues;
mod features;
mod model;

use super::mark::{Mark, Proposer, What};
use super::page::Page;
use crate::contract::{Category, Kind, Operation};
use crate::message::{Automatic, Span};

/// Probability that an automatic reply, a bounce or a bulk mail asks for nothing. Its own words may still
/// say otherwise: a leaver's out-of-office is no request, a forwarded list mail may be one.
const AUTOMATIC_IS_OTHER: f32 = 0.96;

/// What the model says of a whole message.
#[derive(Debug, Clone)]
pub struct Whole {
    categories: Vec<(Category, f32)>,
    operation: (Operation, f32),
}

/// Category guesses for the whole message, likeliest first, with calibrated probabilities that sum to 1.
pub fn categories(page: &Page) -> Vec<(Category, f32)> {
    whole(page).categories.clone()
}

/// The likeliest category of the whole message.
pub fn category(page: &Page) -> Category {
    whole(page).categories.first().map_or(Category::Other, |(c, _)| *c)
}

/// What is to happen with the request of the whole message.
pub fn operation(page: &Page) -> (Operation, f32) {
    whole(page).operation
}

fn whole<'p>(page: &'p Page) -> &'p Whole {
    page.intent.get_or_init(|| {
        let subject = page.subject();
        let Some(source) = page.sources.first() else {
            return Whole { categories: Vec::new(), operation: (Operation::Create, 0.5) };
        };
        let text = source.text;
        let rest = Span::new(subject.end, text.len());
        let judged = model::judge(text.folded_quote(subject), text.folded_quote(rest));
        let mut categories: Vec<(Category, f32)> = judged.categories().collect();
        if matches!(page.message.automatic, Some(Automatic::Reply | Automatic::Bulk | Automatic::Bounce)) {
            for (category, p) in &mut categories {
                *p *= 1.0 - AUTOMATIC_IS_OTHER;
                if *category == Category::Other {
                    *p += AUTOMATIC_IS_OTHER;
                }
            }
        }
        categories.sort_by(|a, b| b.1.total_cmp(&a.1));
        Whole { categories, operation: likeliest(&judged) }
    })
}

fn likeliest(judged: &model::Judged) -> (Operation, f32) {
    judged.operations().max_by(|a, b| a.1.total_cmp(&b.1)).unwrap_or((Operation::Create, 0.5))
}

/// The kind of request that a sentence or block speaks of, if its words tell; the probability is among the four kinds.
pub fn kind_of(page: &Page, source: usize, span: Span) -> Option<(Kind, f32)> {
    let text = page.sources.get(source)?.text;
    let judged = model::judge("", text.folded_quote(span));
    if judged.features < model::TELLING {
        return None;
    }
    let kinds = [
        (Category::Onboarding, Kind::Onboarding),
        (Category::Offboarding, Kind::Offboarding),
        (Category::Transfer, Kind::Transfer),
        (Category::Access, Kind::Access),
    ];
    let of = |c: Category| judged.categories().find(|(k, _)| *k == c).map_or(0.0, |(_, p)| p);
    let sum: f32 = kinds.iter().map(|(c, _)| of(*c)).sum();
    kinds.iter().map(|(c, kind)| (*kind, of(*c) / sum.max(f32::MIN_POSITIVE))).max_by(|a, b| a.1.total_cmp(&b.1))
}

/// What is to happen with the request that a sentence or block speaks of.
pub fn operation_of(page: &Page, source: usize, span: Span) -> (Operation, f32) {
    let Some(found) = page.sources.get(source) else { return (Operation::Create, 0.5) };
    if source == 0 && span.start == 0 && span.end >= found.text.len() {
        return operation(page);
    }
    likeliest(&model::judge("", found.text.folded_quote(span)))
}

/// The proposer of `Kind` and `Operation` marks: the sentences whose words tell.
pub struct Intent;

/// Least probability of a sentence's kind or operation that is marked.
const MARKED: f32 = 0.6;

impl Proposer for Intent {
    fn name(&self) -> &'static str {
        "intent"
    }

    fn propose(&self, page: &Page, marks: &mut Vec<Mark>) {
        for (number, source) in page.sources.iter().enumerate() {
            for cue in cues::find(source.text) {
                let what = match cue.says {
                    cues::Says::Operation(operation) => What::Operation(operation),
                    cues::Says::Kind(kind) => What::Kind(kind),
                    cues::Says::About(_) => continue,
                };
                if cue.weight >= MARKED {
                    marks.push(Mark { span: cue.span, source: number, what, confidence: cue.weight, by: self.name() });
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::understand::dates::{Engine, Settings};
    use crate::understand::testing::message;

    fn category(subject: &str, body: &str) -> Category {
        let m = message(subject, body);
        categories(&Page::new(&m, &Engine::new(Settings::default())))[0].0
    }

    #[test]
    fn plain_messages_fall_where_they_belong() {
        assert_eq!(
            category("New starter", "Mia Olsen joins us on Monday as Data Analyst. She needs a laptop."),
            Category::Onboarding
        );
        assert_eq!(
            category("Leaver", "Mia Olsen has resigned, her last day is 30 June. Please close her account."),
            Category::Offboarding
        );
        assert_eq!(
            category("Move", "Mia Olsen transfers from Sales to Marketing on 1 May. New manager: Tom Berg."),
            Category::Transfer
        );
        assert_eq!(
            category("VPN", "Please give Mia Olsen access to the finance drive until Friday."),
            Category::Access
        );
        assert_eq!(
            category("Outlook", "My Outlook crashes whenever I open an attachment, can you help?"),
            Category::Support
        );
        assert_eq!(category("入职", "新同事李伟下周一入职，岗位数据分析师，请准备电脑。"), Category::Onboarding);
        assert_eq!(category("离职", "李伟提出辞职，最后工作日6月30日，请停用账号。"), Category::Offboarding);
        assert_eq!(category("咨询", "请问年假可以结转到明年吗？"), Category::HrQuestion);
    }

    #[test]
    fn an_automatic_reply_asks_for_nothing() {
        let mut m =
            message("Automatic reply: new starter", "Mia joins on Monday and needs a laptop. I am out of the office.");
        m.automatic = Some(Automatic::Reply);
        assert_eq!(categories(&Page::new(&m, &Engine::new(Settings::default())))[0].0, Category::Other);
    }

    #[test]
    fn operations_are_told_apart() {
        let said = |body: &str| {
            let m = message("Re: starter", body);
            let page = Page::new(&m, &Engine::new(Settings::default()));
            operation_of(&page, 0, Span::new(0, m.text.len())).0
        };
        assert_eq!(said("Mia Olsen will not be joining after all, please cancel the request."), Operation::Cancel);
        assert_eq!(said("Any update on the laptop for Mia Olsen?"), Operation::Inquire);
        assert_eq!(said("Correction: Mia Olsen starts on 8 June instead of 1 June."), Operation::Amend);
        assert_eq!(said("Mia Olsen joins us on Monday, she needs a laptop."), Operation::Create);
        assert_eq!(said("李伟入职时间推迟到下周三，其他不变。"), Operation::Amend);
        assert_eq!(said("李伟不来了，入职单请取消。"), Operation::Cancel);
    }
}
