"""Simplified to traditional characters, for fillers of texts in traditional ones.

The reverse of the program's own table (`src/message/hant.tsv`). Where one simplified character stands for several,
the everyday one is named here; what is in neither stays as it is.
"""
import os

_TABLE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "src", "message", "hant.tsv")
# Characters that stand for several, or that are good traditional ones as well: the reading that titles, departments,
# dates and devices want. Others that Big5 has (周 as a name, 面, 只, 松) stay as they are.
_CHOSEN = {p[0]: p[1] for p in (
    "后後 里裡 发發 复複 系系 制制 历歷 钟鐘 准準 据據 云雲 干幹 宁寧 镇鎮 苏蘇 颜顏 启啟 术術 艳艷 产產 线線 勋勳 药藥 采採 团團 "
    "赞贊 众眾 冲沖 汇匯 证證 钥鑰 叹嘆 绿綠 馆館 鸡雞 参參 个個 签簽 为為 烟煙 坝壩 画畫 墙牆 炼煉 针針 闲閒 阅閱 当當 坛壇 净淨 "
    "妫媯 于於 几幾 价價 划劃 范範 体體 号號 万萬 与與 尽盡 须須 胜勝 杯杯 获獲 夹夾 卷卷 异異 弃棄 无無 志志 种種 礼禮 离離 "
    "网網 胆膽 适適 面面 累累 蜡蠟 布布 家家 台台 板板 升升 周周 向向 曲曲 胡胡 蒙蒙 核核 表表").split()}


def _reverse():
    table = {}
    try:
        with open(_TABLE, encoding="utf-8") as f:
            for line in f:
                cells = line.rstrip("\n").split("\t")
                if len(cells) == 2 and len(cells[0]) == len(cells[1]) == 1:
                    table.setdefault(cells[1], []).append(cells[0])
    except OSError:
        pass
    out = {ord(s): t[0] for s, t in table.items() if len(t) == 1 and not _in_big5(s)}
    out.update({ord(s): t for s, t in _CHOSEN.items()})
    return out


def _in_big5(character):
    try:
        return bool(character.encode("big5"))
    except UnicodeEncodeError:
        return False


_MAP = _reverse()
# Words that the characters alone would get wrong.
_WORDS = (("裡程", "里程"), ("公裡", "公里"), ("制造", "製造"), ("制作", "製作"), ("制藥", "製藥"), ("制圖", "製圖"), ("制片", "製片"),
          ("恢複", "恢復"), ("康複", "康復"), ("雲南", "雲南"), ("乾燥", "乾燥"), ("皇後", "皇后"))


def to_traditional(text):
    text = text.translate(_MAP)
    for wrong, right in _WORDS:
        if wrong in text:
            text = text.replace(wrong, right)
    return text
