"""One layer of the encoder in PyTorch, for all trainers: as src/model/ runs it, under the names of BERT's own files."""
import torch, torch.nn.functional as F

# This layer's parts, and their names in a file of weights.
PARTS = [("q", "attention.self.query"), ("k", "attention.self.key"), ("v", "attention.self.value"),
         ("o", "attention.output.dense"), ("n1", "attention.output.LayerNorm"),
         ("i", "intermediate.dense"), ("d", "output.dense"), ("n2", "output.LayerNorm")]


class Layer(torch.nn.Module):
    def __init__(self, hidden, inner):
        super().__init__()
        linear, norm = torch.nn.Linear, lambda: torch.nn.LayerNorm(hidden, eps=1e-12)
        self.q, self.k, self.v, self.o = (linear(hidden, hidden) for _ in range(4))
        self.i, self.d, self.n1, self.n2 = linear(hidden, inner), linear(inner, hidden), norm(), norm()

    def forward(self, x, heads, mask):
        batch, length, hidden = x.shape
        split = lambda y: y.view(batch, length, heads, hidden // heads).transpose(1, 2)
        a = F.scaled_dot_product_attention(split(self.q(x)), split(self.k(x)), split(self.v(x)), attn_mask=mask)
        x = self.n1(self.o(a.transpose(1, 2).reshape(batch, length, hidden)) + x)
        return self.n2(self.d(F.gelu(self.i(x))) + x)
