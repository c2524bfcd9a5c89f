#!/usr/bin/env python3
"""Learns the lexicon of item heads from the labelled skeletons and the open product lists.

usage: learn_heads.py [--corpus DIR] [--data DIR] [--all]
Python 3, standard library only. Writes src/understand/needs/heads.tsv: words that end (or are) the name
of a thing, its category (d device, s software, a access, f facility, o other), how often, of a hundred
occurrences in the skeletons, the word stands in such a name (its precision),
and how often it is the whole name where it stands alone.
A fifth of the skeletons (by hash of their id) is held out unless --all is given.
"""
import argparse, collections, glob, hashlib, os, re

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.join(HERE, "..", "..")
TOKEN = re.compile(r"\{((?:p\d+(?:\+p\d+)*|all|x\d*))\.([A-Za-z_]+)(?::([A-Za-z]+))?\}|\[((?:p\d+(?:\+p\d+)*|all|x\d*))\.([A-Za-z_]+)(?:=([a-z_]+))?\|")
ACTIONS = ["grant", "revoke", "recover", "delegate", "retain", "not"]
HAN = re.compile("[一-鿿]")

HANT = {}
for line in open(os.path.join(ROOT, "src/message/hant.tsv"), encoding="utf-8"):
    cells = line.rstrip("\n").split("\t")
    if not line.startswith("#") and len(cells) == 2:
        HANT[cells[0]] = cells[1]


def fold(s):
    out = []
    for c in s:
        o = ord(c)
        c = chr(o - 0xFEE0) if 0xFF01 <= o <= 0xFF5E else {"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "\u3000": " "}.get(c, HANT.get(c, c))
        out.append(c.lower() if len(c.lower()) == 1 else c)
    return "".join(out)


# Words whose category the labels cannot tell.
KNOWN = {
    "d": "laptop notebook macbook thinkpad surface pc desktop computer machine workstation tower monitor screen display dock docking mouse keyboard headset headphones webcam phone mobile smartphone iphone handset tablet ipad scanner printer camera charger adapter cable hub token yubikey dongle radio walkie-talkie pda device devices kit hardware equipment pager sim hotspot router drive chromebook imac earpiece handheld microphone trackball stand ultrabook toughbook terminal usb 笔记本 笔记本电脑 电脑 台式机 显示器 显示屏 鼠标 键盘 耳机 耳麦 手机 平板 扫码枪 打印机 相机 充电器 转接头 扩展坞 对讲机 主机 工作站 一体机 机 屏 双屏 加密狗 u盘 u盾 ukey 令牌 终端 硬盘 话机 座机 本 pda 平板电脑 手提电脑 筆電 设备 数位板 无人机 采集仪 仪 枪 镜头 摄像头 支架 移动电源",
    "s": "licence license seat app software suite office acrobat autocad photoshop visio project slack zoom teams jira confluence figma sap crm erp 许可 授权 席位 软件 系统 平台 小程序 app 客户端 全家桶 套件 license",
    "a": "access account accounts login logins log-in log-on sign-in permission permissions rights role roles vpn email e-mail mail mailbox inbox alias drive share folder folders calendar group list repo repository server database queue profile user id credentials password wifi wi-fi admin rights portal dashboard channel 账号 帐号 账户 权限 邮箱 信箱 邮件 邮件组 共享盘 网盘 云盘 日历 vpn 角色 工号 登录 内网 外网 后台 堡垒机 域账号 共享文件夹 群 白名单 数据库 oa 企业微信 飞书 钉钉 只读 号",
    "f": "badge badges pass passes key keys fob fobs desk seat locker parking space chair office room card cards permit cupboard code bay lanyard 工牌 工位 门禁 门禁卡 门卡 钥匙 停车位 车位 停车证 更衣柜 储物柜 饭卡 工卡 胸牌 座位 办公室 宿舍 椅 通行证 出入证 证 卡 柜 床位",
    "o": "uniform boots shoes vest jacket coat helmet hat car van vehicle gloves goggles overalls creditcard whistle 名片 工服 工装 制服 劳保鞋 安全帽 鞋 车 印章 公章 信用卡 加油卡 油卡 手套",
}
CATEGORY = {w: c for c, ws in KNOWN.items() for w in ws.split()}


def parse(folder):
    for path in sorted(glob.glob(os.path.join(folder, "*-*.txt"))):
        for block in re.split(r"(?m)^=== ?", open(path, encoding="utf-8").read())[1:]:
            head, _, body = block.partition("\n")
            yield head.split(";")[0].strip(), "\n".join(l for l in body.split("\n") if not l.startswith(">"))


def literals(body):
    """-> (plain text with labels blanked as \\x01, [(action, words)])"""
    plain, found, i, stack = [], [], 0, []
    while i < len(body):
        m = TOKEN.match(body, i)
        if m and m.group(1):
            (stack[-1][1] if stack else plain).append("\x02")
            i = m.end()
        elif m:
            stack.append((m.group(5), []))
            i = m.end()
        elif body[i] == "]" and stack:
            field, words = stack.pop()
            words = "".join(words)
            if field in ACTIONS and "\x02" not in words:
                found.append((field, fold(words)))
                plain.append("\x01")
            else:
                (stack[-1][1] if stack else plain).append(words)
            i += 1
        else:
            (stack[-1][1] if stack else plain).append(body[i])
            i += 1
    return fold("".join(plain)), found


def head_of(words):
    """The noun that an English item's name turns on, with its plural and the words before it."""
    words = re.sub(r"^(a|an|the|his|her|their|my|our|your|some|any|one|two|old|new) ", "", words)
    core = re.split(r" (?:for|in|on|to|of|with|at|from|that|by|as|valid|size|near|under)\b|[,(:]", words)[0].strip()
    m = re.findall(r"[a-z0-9][a-z0-9&'./+-]*", core)
    return m


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--corpus", default=os.path.join(ROOT, "../shared/corpus"))
    ap.add_argument("--data", default=os.path.join(ROOT, "../shared/data"))
    ap.add_argument("--all", action="store_true")
    ap.add_argument("--without", type=int, metavar="FOLD", help="leave out one quarter of the kept skeletons, too (0 to 3): for fitting weights on words unseen")
    a = ap.parse_args()
    en, zh = collections.defaultdict(collections.Counter), collections.defaultdict(collections.Counter)
    whole, bare = collections.Counter(), collections.Counter()
    texts = {"en": [], "zh": []}
    for id, body in parse(a.corpus):
        number = int(hashlib.sha256(id.encode()).hexdigest(), 16)
        if not a.all and number % 5 == 0 or a.without is not None and number // 5 % 4 == a.without:
            continue
        plain, found = literals(body)
        texts["zh" if HAN.search(plain) else "en"].append(plain)
        for action, words in found:
            words = re.sub(r"^(a|an|the|his|her|their|my|our|your|new|old) ", "", words.strip(" .,;:!?\"'()"))
            bare[words] += 1
            if HAN.search(words):
                words = re.sub(r"[一二两三四五六七八九十\d]+[台个张把套部支枚块件间条份副双只根顶]$|^[一二两三四五六七八九十\d]*[台个张把套部支枚块件间条份副双只根顶](?=.{2})", "", words)
                words = re.sub(r"[(（].*$", "", words).strip()
                if len(words) > 1:
                    whole[words] += 1
                for n in range(1, 5):
                    if len(words) >= n and HAN.match(words[-n:]):
                        zh[words[-n:]][action] += 1
                m = re.match(r"^[a-z][a-z0-9+./& -]*[a-z0-9]", words)
                if m and m.end() == len(words):
                    en[m.group()][action] += 1
            else:
                core = head_of(words)
                if core:
                    en[core[-1]][action] += 1
                    if len(core) > 1:
                        whole[" ".join(core[-3:])] += 1
                        if core[-1] in ("account", "access", "licence", "license", "login", "seat", "role", "key", "card", "pass", "user"):
                            whole[" ".join(core[:-1])] += 0
    out, alone = {}, {}
    joined = {k: "\n".join(v) for k, v in texts.items()}

    def put(words, counts, outside, floor):
        inside = sum(counts.values()) + 0.5
        share = inside / (inside + outside + 0.5)
        if share < floor or not re.search(r"\w", words) or words.isdigit():
            return
        cat = CATEGORY.get(words) or CATEGORY.get(words.rstrip("s"))
        if not cat and HAN.search(words):
            cat = next((CATEGORY[words[-n:]] for n in (3, 2, 1) if words[-n:] in CATEGORY), None)
        if not cat:
            top = counts.most_common(1)[0][0] if counts else "grant"
            cat = {"recover": "d", "revoke": "a", "delegate": "a", "retain": "a"}.get(top, "o")
        out[words] = (cat, round(100 * share))
        alone[words] = round(100 * (bare[words] + 0.25) / (bare[words] + outside + 0.5))

    words_out = collections.Counter(re.findall(r"[a-z0-9][a-z0-9&'./+-]*", joined["en"]))
    for w, c in en.items():
        n = words_out[w] if " " not in w else joined["en"].count(w)
        if len(w) > 1 and (c.total() > 1 or n < 8):
            put(w, c, n, 0.08 if c.total() > 2 else 0.2)
    zh_text = joined["zh"]
    for w, c in zh.items():
        if c.total() >= (4 if len(w) == 1 else 2):
            put(w, c, zh_text.count(w), 0.35 if len(w) == 1 else 0.12)
    for w in whole:
        if w not in out and len(w) < 40:
            h = HAN.search(w)
            last = w[-2:] if h else w.split()[-1]
            n = joined["zh" if h else "en"].count(w)
            cat = out.get(last, out.get(w[-1:], ("o", 0)))[0]
            if n <= 2 * max(1, whole[w]):
                out[w] = (CATEGORY.get(last, CATEGORY.get(w[-1:], cat)), round(100 * (whole[w] + .5) / (whole[w] + n + 1)))
    # Words that people keeping lists of things to hand out would write down.
    listed = {w for c, ws in KNOWN.items() if c in "dfo" for w in ws.split() if len(w) > 1}
    tsv = lambda p: [l.rstrip("\n").split("\t") for l in open(os.path.join(a.data, "products", p), encoding="utf-8")][1:]
    for p, cat in (("hardware_en_zh.tsv", "d"), ("access_items_en_zh.tsv", "a")):
        for row in tsv(p):
            for w in map(fold, row):
                if len(w) > 1 and not re.search(r"reset|unlock|重置|解锁", w):
                    listed.add(w)
                    core = re.sub(r"^(?:\d+[- ]?inch|\d+\" |\d+寸)\s*", "", w)
                    # What the skeletons know as an ordinary word stays as they know it.
                    n = words_out[core] if not HAN.search(core) and " " not in core else 0
                    out.setdefault(core, (CATEGORY.get(core.split()[-1], cat), 80 if n < 5 else 20))
    for _, _, name in tsv("workplace_software.tsv"):
        w = fold(name)
        if len(w) > 1:
            if not re.fullmatch("[a-z]+", w) or words_out[w] == 0:
                listed.add(w)
            n = words_out[w] if re.fullmatch("[a-z]+", w) else 0
            if w not in out:
                out[w] = ("s", 90 if n == 0 else max(5, round(100 / (1 + n))))
    for w, c in CATEGORY.items():
        if w not in out and (len(w) > 1):
            out[w] = (c, 30)
    path = os.path.join(ROOT, "src/understand/needs/heads.tsv")
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as f:
        f.write("# Heads of item names: words, category (d s a f o), precision in the skeletons (percent), precision where the word stands alone (percent), whether a list of things to hand out has it. Made by models/needs/learn_heads.py.\n"
                "# From the project's own skeletons and its hand-made lists of hardware, access items and workplace software (CC0-1.0); product names are trademarks of their owners and serve only as names.\n")
        for w in sorted(out):
            f.write(f"{w}\t{out[w][0]}\t{out[w][1]}\t{alone.get(w, out[w][1])}\t{int(w in listed)}\n")
    print(len(out), "heads", os.path.getsize(path), "bytes")


if __name__ == "__main__":
    main()
