//! 'The same access as Jane Roe', '权限跟王芳一样': needs that copy a person's.

use crate::message::Span;
use crate::understand::page::Source;
use regex::Regex;
use std::sync::LazyLock;

/// Words that copy a person's needs.
pub struct Like {
    pub span: Span,
    pub person: Span,
}

/// Words without which no pattern holds.
const TRIGGERS: &[&str] = &[
    "same", "mirror", "copy", "clone", "like", "as ", "what", "match", "一样", "一致", "参照", "比照", "照着", "看齐",
    "参考", "相同", "仿照", "同等", "对标", "照",
];

static PATTERNS: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    // On the words as written, case-insensitive where it does not matter; a person begins with a capital letter.
    const NAME: &str = r"(?P<p>\p{Lu}[\p{L}'’.-]*(?: (?:van|von|de|der|den|da|di|del|la|le|al|bin|ter|ten|of))*(?: \p{Lu}[\p{L}'’.-]*)*)";
    const ROLE: &str = r"(?i-u:access|accesses|rights|permissions?|privileges|set-?up|set up|profile|roles?|systems|applications|apps|drives|folders|shared drives|equipment|kit|drive access|till rights|licences|licenses|memberships|groups)";
    [
        format!(r"(?i-u:(?:\b{ROLE}\b )?\bsame\b(?: [a-z-]+){{0,4}}? (?:as|that|like))(?i-u: (?:for|what|those of|that of))? {NAME}"),
        format!(r"(?i-u:\b(?:mirror(?:ing)?|clone|cloning|copy(?:ing)?|copied|match(?:ing)?|modelled on|based on|replicate))(?i-u:(?: (?:the|those|that|all|from|of|on|his|her|existing|current|exact|access|rights|permissions|profile|set-?up|roles?|to))*) {NAME}(?:['’]s? (?i-u:{ROLE}))?"),
        format!(r"(?i-u:\b(?:{ROLE}) (?:as|like)) {NAME}(?i-u: has| had)?"),
        format!(r"(?i-u:\b(?:whatever|what|everything(?: that)?|all that)) {NAME}(?i-u: (?:has|had|can open|can see|uses))\b"),
        r"(?:(?:系统|账号)?(?:权限|設備|设备|配置|角色|配的东西|账号|帳號|軟件|软件)(?:范围|範圍|方面|都|也|就|全部)?)?(?:参照|參照|比照|參考|参考|仿照|对标|照着|照著|按照|比着)(?P<p>[^\s,，。;；的、()（）开開现現来來执執]{1,8})(?:的?(?:现有|現有)?(?:权限|權限|配置|角色|设备|设置))?".to_owned(),
        r"(?:(?:系统|账号)?(?:权限|權限|設備|设备|配置|角色|配的东西|账号|帳號|软件)(?:范围|方面|都|也|就|全部|请|要)?)?(?:跟|和|与|與|同)(?P<p>[^\s,，。;；的、()（）]{1,8}?)(?:的|现在的|現在的|保持|完全|目前)*(?:一样|一樣|一致|相同|一模一样|看齐|看齊|同等)(?:的?(?:系统|系統)?(?:权限|權限|配置|角色))?".to_owned(),
    ]
    .iter()
    .filter_map(|p| Regex::new(p).ok())
    .collect()
});

/// The likes of a sentence.
pub fn find(source: &Source, sentence: Span) -> Vec<Like> {
    let folded = source.text.folded_quote(sentence);
    if !TRIGGERS.iter().any(|t| folded.contains(t)) {
        return Vec::new();
    }
    let words = source.text.quote(sentence);
    let offset = source.text.raw_range(sentence).start;
    let mut found: Vec<Like> = Vec::new();
    for pattern in PATTERNS.iter() {
        for m in pattern.captures_iter(words) {
            let (Some(all), Some(person)) = (m.get(0), m.name("p")) else { continue };
            let at = |r: std::ops::Range<usize>| source.text.span_of_raw(r.start + offset..r.end + offset);
            let mut like = Like { span: at(all.range()), person: at(person.range()) };
            // A full stop or a possessive behind the name is not part of it.
            while like.person.end > like.person.start && matches!(source.char(like.person.end - 1), '.' | '\'' | '’')
            {
                if like.span.end == like.person.end {
                    like.span.end -= 1;
                }
                like.person.end -= 1;
            }
            let said = source.text.folded_quote(like.person);
            if let Some(bare) = said.strip_suffix("'s") {
                like.person.end = like.person.start + bare.chars().count();
            }
            const NOBODY: &[&str] = &[
                "usual",
                "before",
                "last",
                "monday",
                "tuesday",
                "wednesday",
                "thursday",
                "friday",
                "above",
                "以前",
                "之前",
                "原来",
                "往常",
                "上次",
                "现在",
                "合同",
                "公司",
                "附件",
                "以上",
                "惯例",
                "制度",
                "流程",
            ];
            if NOBODY.iter().any(|n| said.starts_with(n)) || found.iter().any(|f| f.span.overlaps(like.span)) {
                continue;
            }
            found.push(like);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_compiles() {
        assert_eq!(PATTERNS.len(), 6);
    }
}
