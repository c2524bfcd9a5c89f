//! Names as people write them: titles, nicknames, initials, order, spelling, and Chinese names by sound.

use crate::message::fold::{fold, is_han};
use pinyin::ToPinyin;
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Data {
    titles: Vec<String>,
    behind: BTreeMap<String, Vec<String>>,
    before: Before,
    sound: HashMap<String, String>,
    pub(super) roles: BTreeMap<String, Vec<String>>,
    nicknames: Nicknames,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Before {
    familiar: Vec<String>,
    double: Vec<String>,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Nicknames {
    rows: Vec<String>,
}

/// Built in; a test reads it.
pub(super) static DATA: LazyLock<Data> =
    LazyLock::new(|| toml::from_str(include_str!("names.toml")).unwrap_or_default());

/// Names by name: each with those that it may stand for.
static SHORT: LazyLock<HashMap<&'static str, Vec<&'static str>>> = LazyLock::new(|| {
    let mut short: HashMap<&str, Vec<&str>> = HashMap::new();
    for row in &DATA.nicknames.rows {
        let names: Vec<&str> = row.split_whitespace().collect();
        for name in &names {
            let others = names.iter().filter(|o| *o != name);
            short.entry(name).or_default().extend(others);
        }
    }
    short
});

/// The other names that a given name may stand for.
pub fn nicknames(name: &str) -> &'static [&'static str] {
    SHORT.get(name).map_or(&[], Vec::as_slice)
}

/// A mention of a person, taken apart.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Mention {
    /// Latin words, folded, in their order; a comma's order is turned round.
    pub words: Vec<String>,
    /// Chinese characters, folded, without title.
    pub han: String,
    /// The whole mention in Chinese, folded: an alias may hold the title.
    pub whole: String,
    /// Only the family name is said: 'Mr Lin', '老郭', '王工'.
    pub family: bool,
    /// What the title tells about the person's position.
    pub position: Option<&'static [String]>,
}

/// Characters of a mention that are looked at.
const LONGEST: usize = 80;

impl Mention {
    pub fn of(text: &str) -> Self {
        let folded: String = text.chars().take(LONGEST).map(fold).collect();
        let whole: String = folded.chars().filter(|c| is_han(*c)).collect();
        let mut mention = Self { whole: whole.clone(), ..Self::default() };
        mention.words = words(&folded);
        if let (Some((last, first)), true) = (folded.split_once(','), mention.words.len() > 1) {
            mention.words = words(first).into_iter().chain(words(last)).collect();
        }
        let before = mention.words.len();
        mention.words.retain(|w| !DATA.titles.iter().any(|t| t == w));
        mention.family = before > mention.words.len() && mention.words.len() == 1;
        if !whole.is_empty() {
            mention.chinese(&whole);
        }
        mention
    }

    fn chinese(&mut self, whole: &str) {
        let long = |s: &str| s.chars().count();
        let title = DATA.behind.iter().filter(|(t, _)| long(whole) > long(t) && whole.ends_with(t.as_str()));
        if let Some((title, position)) = title.max_by_key(|(t, _)| long(t)) {
            self.han = whole.strip_suffix(title.as_str()).unwrap_or(whole).to_owned();
            self.family = long(&self.han) == 1 || DATA.before.double.contains(&self.han);
            self.position = Some(position.as_slice());
            return;
        }
        self.han = whole.to_owned();
        if let Some(rest) = DATA.before.familiar.iter().find_map(|f| whole.strip_prefix(f.as_str()))
            && long(rest) == 1
        {
            self.han = rest.to_owned();
            self.family = true;
        }
    }
}

/// The words of a Latin name: folded, without marks on letters; single Chinese characters are none.
pub fn words(name: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut word = String::new();
    for c in name.nfd().map(fold) {
        match c {
            'ł' => word.push('l'),
            'ø' => word.push('o'),
            'đ' => word.push('d'),
            'ß' => word.push_str("ss"),
            'æ' => word.push_str("ae"),
            'œ' => word.push_str("oe"),
            '\'' | '`' => {}
            _ if is_combining_mark(c) => {}
            _ if c.is_alphabetic() && !is_han(c) => word.push(c),
            _ => {
                if !word.is_empty() {
                    out.push(std::mem::take(&mut word));
                }
            }
        }
    }
    if !word.is_empty() {
        out.push(word);
    }
    out
}

/// German vowels as they are written without dots: 'krueger' for 'Krüger'.
pub fn undotted(name: &str) -> Option<String> {
    let mut out = String::with_capacity(name.len());
    let mut dotted = false;
    for c in name.chars().map(fold) {
        match c {
            'ä' => out.push_str("ae"),
            'ö' => out.push_str("oe"),
            'ü' => out.push_str("ue"),
            _ => {
                out.push(c);
                continue;
            }
        }
        dotted = true;
    }
    dotted.then_some(out)
}

/// Family and given name of a Chinese name, both folded.
pub fn parted(han: &str) -> Option<(String, String)> {
    let chars: Vec<char> = han.chars().map(fold).filter(|c| is_han(*c)).collect();
    let double: String = chars.iter().take(2).collect();
    let long = if chars.len() > 2 && DATA.before.double.contains(&double) { 2 } else { 1 };
    let (family, given) = chars.split_at_checked(long)?;
    (!given.is_empty()).then(|| (family.iter().collect(), given.iter().collect()))
}

/// The sound of a Chinese name: family and given name in pinyin without tones.
pub fn sound(han: &str) -> Option<(String, String)> {
    let (family, given) = parted(han)?;
    let read = |s: &str| s.to_pinyin().map(|p| p.map(|p| p.plain().replace('ü', "v"))).collect::<Option<String>>();
    let family = DATA.sound.get(&family).cloned().or_else(|| read(&family))?;
    Some((family, read(&given)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_are_read() {
        let data: Data = toml::from_str(include_str!("names.toml")).unwrap();
        assert!(data.nicknames.rows.len() > 150 && data.behind.len() > 20 && data.roles.len() > 20);
        assert!(nicknames("bob").contains(&"robert"));
        assert!(nicknames("nobody").is_empty());
    }

    #[test]
    fn mentions_come_apart() {
        let m = Mention::of("Mr Lin");
        assert!(m.family && m.words == ["lin"]);
        assert_eq!(Mention::of("Marsh, Helen").words, ["helen", "marsh"]);
        assert_eq!(Mention::of("Pat O’Neil").words, ["pat", "oneil"]);
        assert_eq!(Mention::of("Piotr Zieliński").words, ["piotr", "zielinski"]);
        let m = Mention::of("王工");
        assert!(m.family && m.han == "王" && m.position.is_some());
        let m = Mention::of("老郭");
        assert!(m.family && m.han == "郭" && m.whole == "老郭");
        let m = Mention::of("許瑋婷");
        assert_eq!((m.han.as_str(), m.family), ("许玮婷", false));
    }

    #[test]
    fn chinese_names_have_a_sound() {
        assert_eq!(sound("郭建国"), Some(("guo".into(), "jianguo".into())));
        assert_eq!(sound("欧阳静"), Some(("ouyang".into(), "jing".into())));
        assert_eq!(sound("曾敏"), Some(("zeng".into(), "min".into())));
        assert_eq!(sound("王"), None);
    }
}
