"""Makes a filled message look as people type: marks, case, slips, greetings, signatures, prefixes.

Works on segments `[text, labels]`, so that spans, taken afterwards, stay exact.
"""
import re

_GREETING_EN = re.compile(r"^(?:Hi|Hello|Dear|Morning|Good morning|Good afternoon|Hey|Afternoon)"
                          r"(?: (?:all|both|team|IT|there|colleagues|everyone|folks|IT team|service desk|helpdesk|Service Desk))?[,!.]?\n")
_GREETING_ZH = re.compile(r"^(?:各位好?|您好|你好|大家好|各位同事|IT同事好?|IT部同事|信息部|信息中心|hi|Hi)[，,：:！!。]?\n")
_GREETINGS = {"en": ["Hi all,", "Hello team,", "Dear colleagues,", "Hi IT,", "Good morning,", "Hey,", "Hi there,", "Hello,", "Dear all,",
                     "Morning all,", "Hi Service Desk,", "To whom it may concern,", "Hi folks,", "Good afternoon,", "Hi", "hello",
                     "Dear IT Support,", "Hope you're well.", "Happy Monday!", "Dear Sir or Madam,"],
              "zh": ["各位好：", "您好，", "你好，", "大家好，", "IT同事好：", "各位同事：", "Hi，", "Dear all，", "信息部同事：", "你好：",
                     "老师好，", "Hello，", "IT部：", "各位领导、同事：", "早上好，", "下午好，", "尊敬的同事：", "hi 各位，"]}
_TAILS = {"en": ["Sent from my phone", "Sent from my iPhone", "Sent from Outlook for Android", "Get Outlook for iOS", "Sent from my Galaxy",
                 "This e-mail and any attachments are confidential and intended solely for the addressee. If you are not the intended "
                 "recipient, please delete it.", "Please consider the environment before printing this email.",
                 "CONFIDENTIALITY NOTICE: This message may contain privileged information.", "Sent from my iPad, please excuse typos.",
                 "The information in this message is private. Any unauthorised use is prohibited.", "Book time with me",
                 "I work flexibly; please do not feel obliged to reply outside your hours."],
          "zh": ["发自我的iPhone", "发自我的手机", "发自我的华为手机", "发自企业微信", "来自飞书邮箱", "发自 Outlook",
                 "本邮件及其附件含有保密信息，仅限于发送给上面地址中列出的个人或群组。", "此邮件为系统自动发送，请勿直接回复。",
                 "保密提示：未经许可，请勿转发本邮件。", "环保提示：请考虑是否需要打印本邮件。", "发自我的小米手机", "从网易邮箱大师发来的邮件"]}
_TAIL_HANT = ["從我的 iPhone 傳送", "本郵件可能含有機密資料，若您非收件人，請刪除。", "寄自我的手機", "請勿直接回覆此郵件"]
_PREFIX = {"en": ["Re: ", "RE: ", "FW: ", "Fwd: ", "re: ", "Re: Re: ", "RE: FW: ", "[External] ", "[EXT] ", "FWD: ", "URGENT: ", "AW: "],
           "zh": ["回复：", "转发：", "答复: ", "Re: ", "Re：", "回复: ", "转发: ", "Fw:", "回复：转发：", "【转】", "答复：", "RE: "]}
_PREFIX_HANT = ["回覆：", "轉寄：", "回覆: ", "轉寄: ", "Re: "]
_HAS_PREFIX = re.compile(r"(?i)^(re|fwd?|aw|回复|转发|答复|回覆|轉寄)\s*[:：]|^\[EXT|^【转】")

_HALF = str.maketrans("，：；（）！？", ",:;()!?")
_HALF_ALL = str.maketrans("，：；（）！？。", ",:;()!?.")
_WIDE = str.maketrans(",:;()!?", "，：；（）！？")
_BULLET = re.compile(r"(?m)^([ \t]*)[-*•·][ \t]+(?=\S)")
_WORD = re.compile(r"[A-Za-z]{5,}")
_MARKS = re.compile(r"[,;](?= )|\.(?=\s*$)|\.(?= [A-Z])|'")
_STOPS = re.compile("[,，。]")
_BLANKS = re.compile(r"\n[ \t]*\n\s*")
_WRAP = re.compile(r" (?=[^\n]{30})")
_HAN_MARK = re.compile(r"(?<=[\u3400-\u9fff])[,:;!?](?=[\u3400-\u9fff\n ]|$)")


def typo(rng, word):
    """The word with a letter lost, doubled, or two changed over."""
    i = rng.randint(1, len(word) - 2)
    return rng.choice([word[:i] + word[i + 1:], word[:i] + word[i + 1] + word[i] + word[i + 2:], word[:i] + word[i] + word[i:]])


def perturb_subject(rng, language, hant, segments):
    """A reply's or forward's prefix; the whole in brackets now and then is left to the skeletons."""
    if segments and rng.random() < 0.08 and not _HAS_PREFIX.match(segments[0][0]):
        segments.insert(0, [rng.choice(_PREFIX_HANT if hant else _PREFIX[language]), ()])
    return segments


def perturb_body(rng, skeleton, segments, sentence):
    """Greeting and tail; `sentence()` gives an unrelated one from open data."""
    lang, mail = skeleton.language, skeleton.channel == "mail"
    if mail and segments and not segments[0][1]:
        m = (_GREETING_EN if lang == "en" else _GREETING_ZH).match(segments[0][0])
        if m and rng.random() < 0.3:
            segments[0][0] = rng.choice(_GREETINGS[lang]) + "\n" + segments[0][0][m.end():] if not skeleton.hant \
                else segments[0][0][m.end():].lstrip("\n")
        elif not m and rng.random() < 0.05 and not skeleton.hant:
            segments.insert(0, [rng.choice(_GREETINGS[lang]) + "\n" + ("\n" if rng.random() < 0.5 else ""), ()])
    if rng.random() < 0.05:
        segments.append(["\n" + sentence(), ()])
    if mail and rng.random() < 0.08:
        tail = rng.choice(_TAIL_HANT if skeleton.hant else _TAILS[lang])
        segments.append([rng.choice(["\n\n", "\n\n", "\n"]) + tail, ()])
    return segments


def perturb_marks(rng, skeleton, segments):
    """Case, slips and marks, over subject and body alike."""
    chat = skeleton.channel == "chat"
    if skeleton.language == "en":
        _english(rng, chat, segments)
    else:
        _chinese(rng, segments)
    if rng.random() < 0.1:
        _each(segments, lambda t: _BLANKS.sub("\n", t))
    if rng.random() < 0.12:
        bullet = rng.choice(["* ", "• ", "- ", "– ", "1) ", "· ", "> ".replace("> ", "-> "), "– "])
        _each(segments, lambda t: _BULLET.sub(lambda m: m[1] + bullet, t), unlabelled=True)
    if rng.random() < 0.02:
        _each(segments, lambda t: t.replace(" - ", " – "), unlabelled=True)
    return segments


def _english(rng, chat, segments):
    q = rng.random()
    if q < (0.3 if chat else 0.06):
        _each(segments, str.lower)
    elif q < (0.31 if chat else 0.08):
        _each(segments, _upper)
    if rng.random() < (0.2 if chat else 0.06):
        _each(segments, lambda t: _MARKS.sub("", t), unlabelled=True)
    if rng.random() < 0.2:
        _each(segments, lambda t: _WORD.sub(lambda m: typo(rng, m[0]) if rng.random() < 0.06 else m[0], t), unlabelled=True)
    if rng.random() < 0.08:
        _each(segments, lambda t: _WRAP.sub(lambda m: "\n" if rng.random() < 0.06 else " ", t), unlabelled=True)
    if rng.random() < 0.03:
        _each(segments, lambda t: t.replace("'", "’"))
    if rng.random() < 0.04:
        _each(segments, lambda t: re.sub(r"(?<=[.!?]) (?=[A-Z])", "  ", t), unlabelled=True)


def _chinese(rng, segments):
    q = rng.random()
    if q < 0.13:
        _each(segments, lambda t: t.translate(_HALF))
    elif q < 0.22:
        _each(segments, lambda t: t.translate(_HALF_ALL))
    elif q < 0.29:
        _each(segments, lambda t: _STOPS.sub(" ", t), unlabelled=True)
    elif q < 0.34:
        _each(segments, lambda t: t.translate(_WIDE) if re.search("[\u3400-\u9fff]", t) else t, unlabelled=True)
    elif q < 0.38:
        _each(segments, lambda t: t.replace("。\n", "\n").replace("；\n", "\n"), unlabelled=True)
    if rng.random() < 0.03:
        _each(segments, lambda t: t.replace("、", rng.choice([" ", "，", "/", "和"])), unlabelled=True)


def _upper(text):
    """Capitals, where they leave as many characters."""
    up = text.upper()
    return up if len(up) == len(text) else text


def _each(segments, change, unlabelled=False):
    for s in segments:
        if not (unlabelled and s[1]):
            s[0] = change(s[0])
