"""Fillers of everything that is neither a person nor a date: needs, titles, places, numbers."""
import re

from fill_hant import to_traditional

FACILITIES = {
    "en": ["parking space", "locker", "desk", "key card", "access badge", "building pass", "office key",
           "desk by the window", "car park permit", "meeting room access", "gym pass", "standing desk", "badge",
           "fob", "mail slot", "site pass", "bike store key", "lab key", "visitor pass", "pedestal key",
           "corner office", "canteen card", "gate pass", "security pass", "archive room key"],
    "zh": ["工位", "门禁卡", "门禁权限", "停车位", "储物柜", "工牌", "饭卡", "车位", "更衣柜", "钥匙", "宿舍", "胸牌",
           "门禁", "独立办公室", "机房门禁", "厂区通行证", "实验室门禁", "健身房权限", "班车名额", "就餐卡", "靠窗工位"]}
MAILBOXES = {
    "en": ["mailbox", "inbox", "email", "e-mail", "email account", "Outlook mailbox", "shared inbox", "mail",
           "calendar", "OneDrive files", "Teams chats", "voicemail", "team drive", "project folder",
           "distribution list", "customer mailbox", "archive", "home drive", "SharePoint site"],
    "zh": ["邮箱", "邮件", "企业邮箱", "工作邮箱", "公共邮箱", "网盘文件", "共享文件夹", "日历", "云盘资料", "客户群",
           "项目文档", "共享邮箱", "历史邮件", "审批流", "电脑里的文件"]}
ACCOUNTS = {
    "en": ["AD account", "domain account", "user account", "network login", "Windows login", "account",
           "Google account", "login", "SSO account", "service account", "admin account", "remote account",
           "Entra account", "guest account", "network account"],
    "zh": ["域账号", "AD账号", "账号", "OA账号", "系统账号", "企业微信账号", "飞书账号", "登录账号", "统一认证账号",
           "邮箱账号", "VPN账号", "钉钉账号", "全部账号", "管理员账号", "ERP账号"]}
OTHERS = {
    "en": ["company credit card", "welcome pack", "uniform", "safety boots", "business cards", "company car",
           "expenses card", "lab coat", "fuel card", "hi-vis vest"],
    "zh": ["名片", "工服", "劳保鞋", "公司信用卡", "入职礼包", "公务车", "备用金", "公章", "加油卡", "安全帽"]}
FIRMS = {
    "en": ["Acme", "Northwind", "Contoso", "Fabrikam", "Lattice Partners", "Brightway", "Oakmere", "Initech",
           "Helix Bio", "Orion Logistics", "Tallis & Co", "Verdane Systems", "Harbourlight", "Kestrel IT"],
    "zh": ["华信", "云帆科技", "中联软件", "博远", "金桥人力", "东方精工", "蓝海咨询", "星火科技", "恒越信息", "卓立",
           "天枢网络", "远图物流"]}
WORK_MODES = {
    "onsite": [("on-site", "驻场"), ("onsite", "现场办公"), ("in the office", "坐班"), ("office-based", "到岗办公")],
    "remote": [("remote", "远程"), ("fully remote", "远程办公"), ("work from home", "居家办公"),
               ("home-based", "在家办公")],
    "hybrid": [("hybrid", "混合办公"), ("two days a week in the office", "每周到岗两天"),
               ("hybrid (3 days on site)", "混合办公模式")]}
REASONS = {
    "resignation": [("resigned", "主动离职"), ("resignation", "辞职"), ("handed in notice", "个人原因离职")],
    "dismissal": [("dismissed", "辞退"), ("terminated for cause", "开除"), ("dismissal", "解雇")],
    "redundancy": [("redundancy", "裁员"), ("role eliminated", "优化"), ("made redundant", "岗位取消")],
    "retirement": [("retirement", "退休"), ("retiring", "正式退休")],
    "contract_end": [("contract ends", "合同到期"), ("end of contract", "合同到期不续签")],
    "other": [("mutual agreement", "协商一致离职"), ("relocation", "随家属迁居")]}
_SMALL = ("and", "of", "the", "in", "for", "to", "at")
# Abbreviations read as words, so that 'a SIM card' stands beside 'an SSO account'.
_SPOKEN_AS_WORD = ("SIM", "LAN", "NAS", "RAM", "SAN", "SCADA", "SOC", "MOBA", "FIDO", "LEGO", "MAC", "RACI")


def article(word):
    """'a' or 'an', by the sound that the word begins with."""
    head = re.match(r"[A-Za-z0-9]*", word)[0]
    low = head.lower()
    if not head:
        return "a"
    if head[0].isdigit():
        return "an" if head[0] == "8" or head in ("11", "18") else "a"
    spelled = head.isupper() and len(head) < 5 and head not in _SPOKEN_AS_WORD
    if spelled or len(head) == 1:
        return "an" if head[0].upper() in "AEFHILMNORSX" else "a"
    if re.match(r"(uni(?!n)|us[eau]|eu|ubi|uti|one\b|once|ura|u[skn]r)", low):
        return "a"
    return "an" if low[0] in "aeiou" or low.startswith(("hour", "honest", "heir")) else "a"


def countable(words):
    """Does an item take 'a' in English? Not plurals, and not stuff or rights."""
    low = words.lower()
    if low.startswith(("a ", "an ", "the ")) or " and " in low:
        return False
    last = re.split(r"[\s(]", low.split(" with ")[0].split(" for ")[0].split(" to ")[0].strip())[-1]
    return not (last.endswith(("s", "access", "ware", "equipment", "furniture", "mail", "paper", "chats", "admin"))
                and not last.endswith(("bus", "address", "headless"))) and last not in ("data", "pair", "kit", "archive")


class Items:
    def __init__(self, lists):
        self.lists = lists

    def need(self, rng, language, style, held=False, hant=False):
        words = self._need(rng, language, style, held)
        return to_traditional(words) if hant else words

    def _need(self, rng, language, style, held):
        lists, zh = self.lists, language == "zh"
        if style == "device":
            return (lists.device_zh if zh else lists.device_en).draw(rng, held)
        if style == "access":
            if rng.random() < 0.7:
                return (lists.access_zh if zh else lists.access_en).draw(rng, held)
            return lists.group.draw(rng, held)
        for name, words in (("account", ACCOUNTS), ("facility", FACILITIES), ("mailbox", MAILBOXES), ("other", OTHERS)):
            if style == name:
                return rng.choice(words[language])
        return self.software(rng, language, held)

    def software(self, rng, language, held=False):
        name = (self.lists.software if rng.random() < 0.8 else self.lists.brand).draw(rng, held)
        if rng.random() < 0.3:
            name += rng.choice(["账号", "权限", "系统账号", "许可", "授权", "帐号"] if language == "zh" else
                               [" licence", " license", " account", " access", " login", " Pro", " Enterprise", " seat"])
        return name

    def title(self, rng, language, held=False, hant=False):
        lists, q = self.lists, rng.random()
        if language == "zh":
            if q < 0.04:
                return lists.title_en.draw(rng, held)
            t = (lists.title_zh if q < 0.52 else lists.title_boards).draw(rng, held)
            if rng.random() < 0.12:
                t = rng.choice(lists.modifiers)[1] + t
            return to_traditional(t) if hant else t
        if q < 0.4:
            t = lists.title_en.draw(rng, held)
        elif q < 0.72:
            t = _capitals(rng, lists.title_office.draw(rng, held))
        elif q < 0.88:
            t = _capitals(rng, lists.title_trade.draw(rng, held))
        else:
            t = lists.title_misc.draw(rng, held)
        if rng.random() < 0.12:
            t = rng.choice(lists.modifiers)[0] + " " + t
        if rng.random() < 0.05:
            d = lists.dept_en.draw(rng, held)
            t += rng.choice([", " + d, " (" + d + ")", " II", " III"])
        return t

    def department(self, rng, language, held=False, hant=False):
        if language == "en":
            return self.lists.dept_en.draw(rng, held)
        d = self.lists.dept_zh.draw(rng, held)
        q = rng.random()
        if q < 0.07:
            d = rng.choice(["一", "二", "三", "华东", "华南", "海外", "总部", "智能"]) + d
        elif q < 0.14:
            d += rng.choice(["一组", "二组", "三科", "二部", "一处"])
        return to_traditional(d) if hant else d

    def place(self, rng, language, held=False, hant=False):
        lists, q = self.lists, rng.random()
        if language == "zh":
            city = lists.city_zh.draw(rng, held)
            if q < 0.4:
                place = city
            elif q < 0.7:
                place = city + rng.choice(["总部", "分公司", "办公室", "工厂", "研发中心", "门店", "仓库", "基地", "办事处",
                                           "校区", "院区"])
            elif q < 0.83:
                place = lists.site_zh.draw(rng, held)
            elif q < 0.92:
                place = rng.choice([f"{rng.choice('ABCDEF')}座{rng.randint(2, 30)}楼", f"{rng.randint(1, 12)}号楼",
                                    f"{rng.randint(2, 30)}层", f"{rng.choice('ABCD')}区{rng.randint(1, 9)}号楼"])
            else:
                place = city + lists.site_zh.draw(rng, held)
            return to_traditional(place) if hant else place
        city = lists.city_en.draw(rng, held)
        if q < 0.76:
            return city
        if q < 0.8:
            return city + " HQ"
        if q < 0.85:
            return f"Building {rng.randint(1, 40)}"
        if q < 0.95:
            return city + " " + rng.choice(["North", "South", "plant", "warehouse", "branch", "Airport", "Campus", "depot",
                                            "store", "clinic", "office", "lab"])
        return f"{rng.choice(['1st', '2nd', '3rd', '4th'])} floor, {city}"

    def employment(self, rng, language):
        value = rng.choice(["full_time"] * 3 + ["part_time", "intern", "contractor", "temporary"])
        return value, rng.choice(self.lists.employment[value])[language == "zh"]


def closed(rng, table, language):
    """A value of a closed list and words for it."""
    value = rng.choice(list(table))
    return value, rng.choice(table[value])[language == "zh"]


def firm(rng, language):
    return rng.choice(FIRMS[language])


def employee_number(rng):
    n = rng.randint
    return rng.choice([lambda: f"E{n(1000, 99999)}", lambda: f"{n(1000, 999999)}", lambda: f"V{n(0, 9999):05}",
                       lambda: f"{rng.choice('ABCGHJKLMNPRSTVWXYZ')}{rng.choice('ABCDEFGH')}-{n(100, 9999)}",
                       lambda: f"ACM-{n(1000, 9999)}", lambda: f"{n(0, 999999):06}", lambda: f"EMP{n(1000, 99999)}",
                       lambda: f"{n(2015, 2026)}{n(0, 9999):04}", lambda: f"#{n(1000, 9999)}",
                       lambda: f"{n(10, 99)}-{n(1000, 9999)}", lambda: f"P{n(100000, 999999)}",
                       lambda: f"{rng.choice(['HR', 'SZ', 'BJ', 'UK', 'DE', 'W', 'Q', 'N'])}{n(100, 99999):05}"])()


def phone(rng, language):
    n = rng.randint
    if language == "zh":
        return rng.choice([f"138{n(0, 99999999):08}", f"010-5550{n(1000, 9999)}", f"分机{n(1000, 9999)}",
                           f"1{rng.choice('3578')}{n(0, 9)} {n(0, 9999):04} {n(0, 9999):04}", f"{n(6000, 8999)}",
                           f"+86 139{n(0, 99999999):08}", f"0755-5550{n(1000, 9999)}"])
    return rng.choice([f"+44 20 7946 0{n(100, 999)}", f"555-01{n(10, 99)}", f"ext. {n(1000, 9999)}",
                       f"(212) 555-01{n(10, 99)}", f"07700 900{n(100, 999)}", f"x{n(1000, 9999)}",
                       f"+1 415 555 01{n(10, 99)}", f"+353 20 91{n(10000, 99999)}"])


def mail_domain(rng):
    return rng.choice(["acme", "northwind", "example", "oakmere", "brightway", "helixbio", "huaxin", "yunfan"]) \
        + rng.choice([".example", ".com", ".cn", ".org", ".co.uk", ".com.cn", ".net"])


def _capitals(rng, title):
    if rng.random() < 0.25:
        return title
    return " ".join(w if w in _SMALL or w[:1].isupper() else w[:1].upper() + w[1:] for w in title.split())
