"""The learned reader's network in PyTorch, as src/model/ and src/understand/learned/ run it."""
import os, sys
import torch, torch.nn as nn, torch.nn.functional as F
from safetensors.torch import load_file
from labels import HEADS, QUESTIONS

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "tools"))
from bert import PARTS, Layer  # noqa: E402

FEATURES = 24


class Network(nn.Module):
    """`marks_at`: before this layer the marks of people are added; the layers below run once a message."""

    def __init__(self, words, layers=12, hidden=384, inner=1536, heads=12, positions=512, marks_at=6):
        super().__init__()
        self.register_buffer("words", words, persistent=False)
        self.heads, self.marks_at = heads, marks_at
        self.places = nn.Parameter(torch.zeros(positions, hidden))
        self.norm = nn.LayerNorm(hidden, eps=1e-12)
        self.layers = nn.ModuleList(Layer(hidden, inner) for _ in range(layers))
        self.feature = nn.Parameter(torch.zeros(FEATURES, hidden))
        self.mark = nn.Parameter(torch.zeros(3, hidden))
        self.drop = nn.Dropout(0.1)
        # The encoder's states have a large common part; without this the heads learn slowly.
        self.register_buffer("mean", torch.zeros(hidden)), self.register_buffer("spread", torch.ones(hidden))
        self.token = nn.ModuleDict({k: nn.Linear(hidden, len(v)) for k, v in HEADS.items()})
        self.query = nn.Linear(hidden, len(QUESTIONS))
        self.answer = nn.ModuleDict({k: nn.Linear(hidden, len(v)) for k, v in QUESTIONS.items()})
        nn.init.zeros_(self.query.weight), nn.init.zeros_(self.query.bias)

    def states(self, ids, mask, features, marks, of):
        """`of`: for each pass the row of its message; `marks`: a row for each pass."""
        bits = (features[..., None] >> torch.arange(FEATURES)) & 1
        x = self.norm(self.words[ids] + self.places[: ids.shape[1]] + bits.float() @ self.feature)
        wide = mask[:, None, None, :]
        for layer in self.layers[: self.marks_at]:
            x = layer(x, self.heads, wide)
        x, mask = x[of] + F.embedding(marks, self.mark) * (marks > 0)[..., None], mask[of]
        wide = mask[:, None, None, :]
        for layer in self.layers[self.marks_at :]:
            x = layer(x, self.heads, wide)
        return x, mask

    def forward(self, ids, mask, features, marks, of):
        x, mask = self.states(ids, mask, features, marks, of)
        x = self.drop((x - self.mean) / self.spread)
        weight = self.query(x).masked_fill(~mask[..., None], -1e4).softmax(1)
        asked = torch.einsum("btk,bth->bkh", weight, x)
        tokens = {k: head(x) for k, head in self.token.items()}
        return tokens, {k: head(asked[:, i]) for i, (k, head) in enumerate(self.answer.items())}

    def from_prototype(self, path):
        """Begins with the weights of the measured prototype."""
        t = {k: v.float() for k, v in load_file(path).items()}
        with torch.no_grad():
            self.places.copy_(t["b.p.weight"] + t["b.t.weight"][0])
            self.norm.weight.copy_(t["b.n.weight"]), self.norm.bias.copy_(t["b.n.bias"])
            for i, layer in enumerate(self.layers):
                for own, _ in PARTS:
                    for kind in ("weight", "bias"):
                        getattr(getattr(layer, own), kind).copy_(t[f"b.l.{i}.{own}.{kind}"])
            for row, bits in enumerate((1, 2, 4)):
                self.feature[row].copy_(t["feat.weight"][bits])
            self.mark.copy_(t["mark.weight"])
            self.mean.copy_(t["mu"]), self.spread.copy_(t["sd"])
            for own, theirs in (("tag", "tag"), ("name", "nm"), ("value", "val")):
                for kind in ("weight", "bias"):
                    rows = t[f"h.{theirs}.{kind}"]
                    target = getattr(self.token[own], kind)
                    target[: len(rows)].copy_(rows)
                    if kind == "weight":
                        target[len(rows) :].zero_()
            self.token["tag"].bias[len(t["h.tag.bias"]) :] = -4
            for i, (own, theirs) in enumerate(zip(QUESTIONS, ("cat", "kind", "op", "et", "wm", "reason", "self"))):
                self.query.weight[i].copy_(t["q.weight"][i]), self.query.bias[i].copy_(t["q.bias"][i])
                for kind in ("weight", "bias"):
                    getattr(self.answer[own], kind).copy_(t[f"c.{theirs}.{kind}"])

    def tensors(self):
        """As they ship, in 32 bits: BERT's names, and `head.*` with the standardisation folded in."""
        out = {"embeddings.position_embeddings.weight": self.places, "embeddings.LayerNorm.weight": self.norm.weight,
               "embeddings.LayerNorm.bias": self.norm.bias,
               "embeddings.token_type_embeddings.weight": torch.zeros(1, self.places.shape[1]),
               "head.feature.weight": self.feature, "head.mark.weight": self.mark}
        for i, layer in enumerate(self.layers):
            for own, theirs in PARTS:
                for kind in ("weight", "bias"):
                    out[f"encoder.layer.{i}.{theirs}.{kind}"] = getattr(getattr(layer, own), kind)
        linears = {f"head.{k}": h for k, h in self.token.items()} | {"head.query": self.query}
        linears |= {f"head.class.{k}": h for k, h in self.answer.items()}
        for name, linear in linears.items():
            weight = linear.weight / self.spread
            out[name + ".weight"], out[name + ".bias"] = weight, linear.bias - weight @ self.mean
        return {k: v.detach().contiguous().clone() for k, v in out.items()}


def words(path):
    """The word embeddings of a packed folder: rows of signed bytes with a step each."""
    t = load_file(path)
    name = "embeddings.word_embeddings."
    return t[name + "weight"].view(torch.int8).float() * t[name + "step"][:, None]
