#!/usr/bin/env python3
"""Embeddings of 20 mixed texts by PyTorch in 32 bits, to compare src/model/ with.

usage: reference.py SOURCE OUT.jsonl
SOURCE is the unpruned folder that convert_e5.py writes. Then:
MUSTER_ENCODER=DIR MUSTER_ENCODER_REFERENCE=OUT.jsonl cargo bench --bench encoder
Needs Python 3 with torch, safetensors, tokenizers.
"""
import json, sys
import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from tokenizers import Tokenizer

TEXTS = [
    "query: how many days of annual leave do I get in my first year",
    "query: who approves overtime when my manager is away?",
    "passage: Employees must report a lost badge or laptop to the security team within 24 hours.",
    "passage: New joiners receive a laptop, a monitor and VPN access on their first day.",
    "query: 新员工入职需要准备哪些材料",
    "query: 年假没休完能不能折算成工资",
    "passage: 劳动者连续工作一年以上的，享受带薪年休假。职工请事假累计二十天以上且单位按照规定不扣工资的，不享受当年的年休假。",
    "passage: 员工离职当日，信息技术部应停用其全部账号，并收回门禁卡、笔记本电脑及其他办公设备。",
    "query: vpn连不上怎么办，提示 certificate expired",
    "Hi team, please set up Priya Raghunathan as a Senior Data Engineer in Berlin, starting 3 March. She needs GitHub and Jira.",
    "请给张伟开通GitLab和Jenkins权限，他下周一转到平台研发部。",
    "Lukas is leaving us at the end of the month; hand his files over to Anna before you close the account!",
    "王芳的最后工作日是8月31日，电脑由部门经理代为归还。",
    "My screen flickers whenever I plug in the USB-C dock (model WD19TB).",
    "公司WiFi密码忘了，谁能帮忙重置一下？",
    "Reminder: timesheets for July are due by 17:00 on Friday.",
    "請問產假可以休幾天？需要提前多久申請？",
    "Is the café on the 2nd floor open on bank holidays?",
    "query: probation period notice",
    "Can I carry over unused vacation？ 可以结转到明年吗",
]


def embed(S, config, ids):
    hidden, heads = config["hidden_size"], config["num_attention_heads"]
    norm = lambda x, n: F.layer_norm(x, (hidden,), S[n + ".weight"], S[n + ".bias"], config["layer_norm_eps"])
    linear = lambda x, n: F.linear(x, S[n + ".weight"], S[n + ".bias"])
    split = lambda x: x.view(-1, heads, hidden // heads).transpose(0, 1)
    e = "embeddings."
    x = S[e + "word_embeddings.weight"][ids] + S[e + "position_embeddings.weight"][: len(ids)] + S[e + "token_type_embeddings.weight"][0]
    x = norm(x, e + "LayerNorm")
    for i in range(config["num_hidden_layers"]):
        p = f"encoder.layer.{i}."
        q, k, v = (split(linear(x, p + f"attention.self.{n}")) for n in ("query", "key", "value"))
        a = F.scaled_dot_product_attention(q, k, v).transpose(0, 1).reshape(-1, hidden)
        x = norm(x + linear(a, p + "attention.output.dense"), p + "attention.output.LayerNorm")
        x = norm(x + linear(F.gelu(linear(x, p + "intermediate.dense")), p + "output.dense"), p + "output.LayerNorm")
    return F.normalize(x.mean(0), dim=0)


source, out = sys.argv[1:3]
config = json.load(open(f"{source}/config.json"))
tokenizer = Tokenizer.from_file(f"{source}/tokenizer.json")
tensors = {k: v.float() for k, v in load_file(f"{source}/model.safetensors").items()}
mark = tokenizer.token_to_id
with torch.no_grad(), open(out, "w", encoding="utf-8") as f:
    for text in TEXTS:
        ids = [mark("<s>"), *tokenizer.encode(text, add_special_tokens=False).ids[:510], mark("</s>")]
        print(json.dumps(dict(text=text, embedding=embed(tensors, config, ids).tolist()), ensure_ascii=False), file=f)
