//! What the key of a form line or the head of a table column means.

use crate::message::fold::is_han;
use std::collections::HashMap;
use std::sync::LazyLock;

/// The meaning of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Key {
    Name,
    /// Who filled the form in: the person concerned only where nobody else is named.
    Applicant,
    NewName,
    Employee,
    Title,
    Department,
    /// The place, title or manager until now.
    Old,
    Manager,
    /// A person who is neither concerned nor the manager.
    OtherPerson,
    Location,
    Start,
    End,
    /// Both ends in one value.
    Period,
    RevokeAt,
    Type,
    Mode,
    Reason,
    Email,
    Phone,
    Grant,
    Revoke,
    Recover,
    Retain,
    Delegate,
    NotWanted,
    Like,
    Remarks,
    Kind,
    /// A key whose value answers nothing (cost centre, grade).
    Ignored,
}

impl Key {
    fn named(word: &str) -> Option<Self> {
        Some(match word {
            "name" => Self::Name,
            "applicant" => Self::Applicant,
            "newname" => Self::NewName,
            "employee" => Self::Employee,
            "title" => Self::Title,
            "department" => Self::Department,
            "olddepartment" => Self::Old,
            "manager" => Self::Manager,
            "oldmanager" => Self::OtherPerson,
            "location" => Self::Location,
            "start" => Self::Start,
            "end" => Self::End,
            "period" => Self::Period,
            "revokeat" => Self::RevokeAt,
            "type" => Self::Type,
            "mode" => Self::Mode,
            "reason" => Self::Reason,
            "email" => Self::Email,
            "phone" => Self::Phone,
            "grant" => Self::Grant,
            "revoke" => Self::Revoke,
            "recover" => Self::Recover,
            "retain" => Self::Retain,
            "delegate" => Self::Delegate,
            "not" => Self::NotWanted,
            "like" => Self::Like,
            "remarks" => Self::Remarks,
            "kind" => Self::Kind,
            "ignore" => Self::Ignored,
            _ => return None,
        })
    }

    /// Whether the value lists things.
    pub fn is_need(self) -> bool {
        matches!(
            self,
            Self::Grant | Self::Revoke | Self::Recover | Self::Retain | Self::Delegate | Self::NotWanted | Self::Like
        )
    }
}

static KEYS: LazyLock<HashMap<String, Key>> = LazyLock::new(|| {
    let mut keys = HashMap::new();
    for line in include_str!("keys.tsv").lines().filter(|l| !l.starts_with('#')) {
        if let Some((class, words)) = line.split_once('\t')
            && let Some(key) = Key::named(class)
        {
            for word in words.split('|') {
                keys.entry(squeeze(word.chars())).or_insert(key);
            }
        }
    }
    keys
});

/// Letters and digits only, folded before.
fn squeeze(chars: impl Iterator<Item = char>) -> String {
    chars.filter(|c| c.is_alphanumeric() || *c == '#').collect()
}

/// Characters of the longest key that is looked up.
pub const LONGEST: usize = 40;

/// The meaning of folded words, if they are a key.
pub fn lookup(folded: &[char]) -> Option<Key> {
    if folded.is_empty()
        || folded.len() > LONGEST
        || folded.iter().any(|c| matches!(c, ';' | '、' | '。' | '!' | '?'))
        || folded.iter().filter(|c| **c == ',').count() > 1
        || folded.contains(&',') && folded.iter().any(|c| is_han(*c))
    {
        return None;
    }
    // '(dd/mm)', '（必填）' say how to fill it in.
    // 'Site for everyone', 'Start for both'.
    let shared = [" for everyone", " for all", " for both", " of all", " for the group", " (all)"]
        .iter()
        .find_map(|t| folded.iter().collect::<String>().strip_suffix(t).map(|h| h.chars().collect::<Vec<char>>()));
    let folded = shared.as_deref().unwrap_or(folded);
    let bare: Vec<char> = match folded.iter().position(|c| *c == '(') {
        Some(0) | None => folded.to_vec(),
        Some(at) => folded.iter().take(at).copied().collect(),
    };
    if let Some(key) = whole(&bare) {
        return Some(key);
    }
    // 'Employee Name 姓名', 'Name / Nom': both languages in one key.
    let han = squeeze(bare.iter().copied().filter(|c| is_han(*c)));
    let latin = squeeze(bare.iter().copied().filter(|c| !is_han(*c)));
    if !han.is_empty()
        && !latin.is_empty()
        && !latin.contains(|c: char| c.is_ascii_digit())
        && KEYS.contains_key(&han)
        && let Some(key) = KEYS.get(&latin)
    {
        return Some(*key);
    }
    if bare.contains(&'/') || bare.contains(&'&') {
        return bare.split(|c| matches!(c, '/' | '&')).find_map(whole);
    }
    None
}

fn whole(words: &[char]) -> Option<Key> {
    let squeezed = squeeze(words.iter().copied());
    if squeezed.is_empty() {
        return None;
    }
    if let Some(key) = KEYS.get(&squeezed) {
        return Some(*key);
    }
    let numbered = squeezed.trim_end_matches(|c: char| c.is_ascii_digit());
    if numbered.len() < squeezed.len() && !numbered.is_empty() {
        return KEYS.get(numbered).copied();
    }
    for old in ["previous", "former", "current", "old", "原", "旧"] {
        if let Some(rest) = squeezed.strip_prefix(old)
            && KEYS.contains_key(rest)
        {
            return Some(Key::Old);
        }
    }
    for lead in [
        "new",
        "the",
        "your",
        "their",
        "his",
        "her",
        "planned",
        "employees",
        "requested",
        "proposed",
        "our",
        "新",
        "拟",
        "该",
        "其",
        "实际",
        "预计",
        "员工",
        "变更后",
        "调整后",
    ] {
        if let Some(rest) = squeezed.strip_prefix(lead)
            && let Some(key) = KEYS.get(rest)
        {
            return Some(*key);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_both_languages() {
        let of = |s: &str| lookup(&crate::message::fold::fold_str(s).chars().collect::<Vec<_>>());
        assert_eq!(of("Employee Name 姓名"), Some(Key::Name));
        assert_eq!(of("Start date (dd/mm/yyyy)"), Some(Key::Start));
        assert_eq!(of("直屬主管"), Some(Key::Manager));
        assert_eq!(of("lastWorkingDay"), Some(Key::End));
        assert_eq!(of("New line manager"), Some(Key::Manager));
        assert_eq!(of("原部门"), Some(Key::Old));
        assert_eq!(of("岗　　位"), Some(Key::Title));
        assert_eq!(of("Lunch"), None);
    }
}
