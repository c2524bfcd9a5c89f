//! Lists of what ends a title, names a department, is a place.

use crate::message::fold::{fold_str, is_han};
use std::collections::HashSet;
use std::sync::LazyLock;

fn rows(s: &'static str) -> impl Iterator<Item = &'static str> {
    s.lines().filter(|l| !l.starts_with('#') && !l.is_empty())
}

static TITLE_HEADS: LazyLock<HashSet<&str>> =
    LazyLock::new(|| rows(include_str!("title_heads_en.txt")).flat_map(|l| l.split(' ')).collect());
static TITLE_TAILS: LazyLock<HashSet<String>> =
    LazyLock::new(|| rows(include_str!("title_tails_zh.txt")).flat_map(|l| l.split(' ')).map(fold_str).collect());
static DEPARTMENTS: LazyLock<HashSet<String>> =
    LazyLock::new(|| rows(include_str!("departments.txt")).map(fold_str).collect());
static PLACES: LazyLock<HashSet<String>> = LazyLock::new(|| rows(include_str!("places.txt")).map(fold_str).collect());

/// One list of `words.tsv`.
fn table(name: &str) -> Vec<&'static str> {
    let lines = include_str!("words.tsv").lines();
    let mut lists = lines.filter_map(|l| l.split_once('\t')).filter(|(n, _)| *n == name);
    lists.next().map(|(_, words)| words.split('|').collect()).unwrap_or_default()
}

/// Words that name an employment type rather than a position.
static TYPES: LazyLock<Vec<&str>> = LazyLock::new(|| table("types"));

/// Whether lower-case English words end like a job title.
pub fn is_title_en(words: &str) -> bool {
    let core = words.split([',', '(', '/']).next().unwrap_or(words);
    // 'head of people', 'lecturer in hydrology': the head stands before the preposition.
    let core = core
        .split(" of ")
        .next()
        .unwrap_or(core)
        .split(" in ")
        .next()
        .unwrap_or(core)
        .split(" for ")
        .next()
        .unwrap_or(core);
    let mut parts =
        core.split_whitespace().rev().filter(|w| !w.chars().all(|c| matches!(c, 'i' | 'v' | '-' | '1'..='9')));
    let Some(last) = parts.next() else { return false };
    if TYPES.contains(&core.trim()) || TYPES.contains(&last) && core.split_whitespace().count() < 2 {
        return false;
    }
    let singular = last.strip_suffix('s').unwrap_or(last);
    if !TYPES.contains(&last) && by_suffix(last) {
        return true;
    }
    !TYPES.contains(&last) && (TITLE_HEADS.contains(last) || TITLE_HEADS.contains(singular))
}

/// Words of these endings that name things or times.
static NO_TITLES: LazyLock<Vec<&str>> = LazyLock::new(|| table("no_titles"));

/// Fibre splicer, microbiologist, roaster: titles that no list holds, by their ending.
fn by_suffix(last: &str) -> bool {
    last.len() >= 5
        && !NO_TITLES.contains(&last)
        && ["er", "or", "ist", "ian", "eer", "yst", "smith", "wright", "keeper", "doc", "ers", "ists", "hand"]
            .iter()
            .any(|e| last.ends_with(e))
        && !["wer", "ower"].contains(&last)
}

/// Whether folded Chinese words end like a job title.
pub fn is_title_zh(words: &str) -> bool {
    let core = words.split(['(', '/', ',']).next().unwrap_or(words).trim();
    let chars: Vec<char> = core.chars().collect();
    if !(2..=14).contains(&chars.len()) || !chars.last().is_some_and(|c| is_han(*c)) {
        return false;
    }
    let tail: String = chars.get(chars.len() - 2..).unwrap_or_default().iter().collect();
    if [
        "到岗", "上岗", "在岗", "离岗", "转岗", "返岗", "调岗", "顶岗", "换岗", "下岗", "定岗", "轮岗", "替岗", "空岗",
        "缺岗", "脱岗", "站岗", "各岗", "该岗", "本岗", "新岗", "原岗", "待岗",
    ]
    .contains(&tail.as_str())
    {
        return false;
    }
    let not =
        ["实习生", "人员", "全员", "成员", "员工", "同事", "新员", "业务员工", "学生", "部员", "客户", "老师", "同学"];
    let one = chars.last().copied().unwrap_or(' ');
    if not.iter().any(|n| core.ends_with(n)) && core != "老师" {
        return false;
    }
    let soft = [
        "业务", "开发", "测试", "设计", "管理", "运营", "研发", "施工", "调度", "指导", "全员", "习生", "分析", "算法",
        "加工", "化工", "督导", "监理", "公关", "前端", "后端", "票务", "运维", "造工",
    ];
    if soft.contains(&tail.as_str()) {
        return chars.len() <= 6
            && !matches!(tail.as_str(), "管理" | "全员" | "习生" | "施工" | "业务" | "分析" | "指导" | "加工");
    }
    TITLE_TAILS.contains(&tail)
        || matches!(one, '师' | '岗') && chars.len() >= 2
        || one == '员'
            && chars.len() >= 3
            && ![
                "队员", "会员", "党员", "团员", "学员", "官员", "人员", "议员", "委员", "演员", "裁员", "动员", "满员",
                "定员", "超员",
            ]
            .contains(&tail.as_str())
        || ["务长", "士长", "车长", "副长", "厨长", "船长", "机长", "骑手", "水手", "鼓手"].contains(&tail.as_str())
}

pub fn is_department(folded: &str) -> bool {
    let bare = folded.trim().trim_start_matches("the ");
    DEPARTMENTS.contains(bare)
}

/// A city or region of the lists.
pub fn is_place(folded: &str) -> bool {
    let bare = folded.trim();
    PLACES.contains(bare) || bare.chars().count() > 2 && bare.strip_suffix('市').is_some_and(|b| PLACES.contains(b))
}

/// Whether folded Chinese words end like a department: 财务部, 法规科, 产品组.
pub fn is_department_zh(words: &str) -> bool {
    let chars: Vec<char> = words.chars().collect();
    let Some(last) = chars.last() else { return false };
    if !(2..=14).contains(&chars.len()) {
        return false;
    }
    let tail: String = chars.get(chars.len() - 2..).unwrap_or_default().iter().collect();
    let not = [
        "全部",
        "内部",
        "外部",
        "总部",
        "分部",
        "局部",
        "本部",
        "一部",
        "小组",
        "各组",
        "本组",
        "本科",
        "专科",
        "中心里",
        "办公室",
        "教室",
        "会议室",
        "本院",
        "医院",
        "学院里",
        "一组",
        "我部",
        "该部",
        "俱乐部",
        "干部",
        "头部",
        "各部",
        "任务组",
        "群组",
        "一样",
        "休息室",
        "更衣室",
        "本室",
        "机组",
        "账号组",
        "一线",
        "一班",
        "白班",
        "夜班",
        "早班",
        "晚班",
        "上班",
        "下班",
        "值班",
        "加班",
        "接班",
        "领班",
        "排班",
        "倒班",
        "转班",
        "当班",
        "跟班",
        "前台",
        "后台",
        "平台",
        "一台",
        "两台",
        "三台",
        "哪台",
        "各台",
        "这台",
        "那台",
        "一队",
        "归队",
        "带队",
        "车队",
        "公司",
        "我司",
        "贵司",
        "上司",
        "厂区",
        "小区",
        "园区",
        "地区",
        "校区",
        "办事处",
        "到处",
        "此处",
        "各处",
        "用处",
        "好处",
    ];
    if not.contains(&tail.as_str()) || not.contains(&words) {
        return matches!(tail.as_str(), "一组" | "一部" | "一线") && chars.len() >= 4
            || matches!(words, "前台" | "一线")
            || tail == "车队" && chars.len() >= 3;
    }
    matches!(last, '部' | '组' | '科' | '处' | '室' | '队' | '班' | '院' | '局' | '厅' | '课' | '所')
        || *last == '系' && chars.len() >= 3 && !words.contains(['上', '位', '关', '联'])
        || ["中心", "车间", "团队", "事业部", "学院", "门诊", "病区", "病房", "仓库", "工段", "专班", "条线", "产线"]
            .iter()
            .any(|e| words.ends_with(e))
}

/// Whether folded Chinese words end like a place: 浦东机场, 三号楼, 万达店.
pub fn is_place_zh(words: &str) -> bool {
    if is_place(words) {
        return true;
    }
    let chars: Vec<char> = words.chars().collect();
    if !(2..=18).contains(&chars.len()) {
        return false;
    }
    let ends = [
        "办公室",
        "分公司",
        "总部",
        "厂区",
        "工厂",
        "园区",
        "门店",
        "基地",
        "机房",
        "校区",
        "院区",
        "办事处",
        "大厦",
        "广场",
        "大楼",
        "分店",
        "支行",
        "分行",
        "总行",
        "产业园",
        "科技园",
        "软件园",
        "工业园",
        "仓",
        "号楼",
        "层",
        "座",
        "街",
        "路",
        "航站楼",
        "站",
        "城",
        "号院",
        "现场",
        "工地",
        "厂",
        "馆",
        "市",
        "区",
        "省",
        "县",
        "镇",
    ];
    if ends.iter().any(|e| words.ends_with(e)) && !["网站", "主站", "座", "现场", "上层", "一层"].contains(&words)
    {
        return true;
    }
    let last = chars.last().copied().unwrap_or(' ');
    let digits = chars.iter().any(|c| c.is_ascii_digit() || "一二三四五六七八九十".contains(*c));
    matches!(last, '楼' | '栋' | '座' | '层') && (digits || chars.len() >= 3) || last == '店' && chars.len() >= 3
}
