package org.oml.trainer.model;

/**
 * The Llama forward pass and what is computed around it, in the form of TorchScript that archives
 * hold (every expression a {@code torch.*} call). Parameters come as one list in the order of
 * {@link org.oml.trainer.checkpoint.ParameterLayout}. {@code at} indexes the flattened (batch,
 * position) pairs whose logits are wanted, since the vocabulary is the dearest part and most
 * positions carry no loss. Sources: the Llama 2 paper (arXiv 2307.09288), RoFormer (arXiv
 * 2104.09864), AdamW (arXiv 1711.05101), Muon (Jordan 2024) with the update scaled as in arXiv
 * 2502.16982.
 */
final class LlamaProgram {

  private LlamaProgram() {}

  private static final String FORWARD =
      """
        def rotate(self: __torch__.M, x: Tensor, cos: Tensor, sin: Tensor, like: Tensor) -> Tensor:
          halves = torch.chunk(x, 2, -1)
          turned = torch.cat([torch.neg(halves[1]), halves[0]], -1)
          return torch.type_as(torch.add(torch.mul(x, cos), torch.mul(turned, sin)), like)
        def hidden(self: __torch__.M, ids: Tensor, pos: int, cos_table: Tensor, sin_table: Tensor, kc: List[Tensor], vc: List[Tensor], ps: List[Tensor], L: int, H: int, KV: int, hd: int, eps: float) -> Tensor:
          B = torch.size(ids, 0)
          T = torch.size(ids, 1)
          D = torch.size(ps[0], 1)
          end = torch.add(pos, T)
          cos = torch.slice(cos_table, 2, pos, end)
          sin = torch.slice(sin_table, 2, pos, end)
          cached = torch.gt(torch.len(kc), 0)
          x = torch.embedding(ps[0], ids)
          for i in range(L):
            o = torch.add(torch.mul(i, 9), 1)
            h = torch.rms_norm(x, [D], ps[o], eps)
            q = torch.transpose(torch.reshape(torch.linear(h, ps[torch.add(o, 1)]), [B, T, H, hd]), 1, 2)
            k = torch.transpose(torch.reshape(torch.linear(h, ps[torch.add(o, 2)]), [B, T, KV, hd]), 1, 2)
            v = torch.transpose(torch.reshape(torch.linear(h, ps[torch.add(o, 3)]), [B, T, KV, hd]), 1, 2)
            q0 = self.rotate(q, cos, sin, v)
            k0 = self.rotate(k, cos, sin, v)
            if cached:
              _1 = torch.copy_(torch.slice(kc[i], 2, pos, end), k0)
              _2 = torch.copy_(torch.slice(vc[i], 2, pos, end), v)
              k1 = torch.slice(kc[i], 2, 0, end)
              v1 = torch.slice(vc[i], 2, 0, end)
            else:
              k1 = k0
              v1 = v
            a = torch.scaled_dot_product_attention(q0, k1, v1, None, 0., torch.gt(T, 1), scale=None, enable_gqa=torch.ne(H, KV))
            a0 = torch.reshape(torch.transpose(a, 1, 2), [B, T, torch.mul(H, hd)])
            x0 = torch.add(x, torch.linear(a0, ps[torch.add(o, 4)]))
            h0 = torch.rms_norm(x0, [D], ps[torch.add(o, 5)], eps)
            g = torch.silu(torch.linear(h0, ps[torch.add(o, 6)]))
            u = torch.linear(h0, ps[torch.add(o, 7)])
            x = torch.add(x0, torch.linear(torch.mul(g, u), ps[torch.add(o, 8)]))
          return torch.rms_norm(x, [D], ps[torch.add(torch.mul(L, 9), 1)], eps)
        def output(self: __torch__.M, h: Tensor, ps: List[Tensor], L: int) -> Tensor:
          last = torch.add(torch.mul(L, 9), 2)
          if torch.gt(torch.len(ps), last):
            w = ps[last]
          else:
            w = ps[0]
          return torch.linear(h, w)
        def logits(self: __torch__.M, ids: Tensor, at: Tensor, cos: Tensor, sin: Tensor, ps: List[Tensor], L: int, H: int, KV: int, hd: int, eps: float) -> Tensor:
          none = annotate(List[Tensor], [])
          h = self.hidden(ids, 0, cos, sin, none, none, ps, L, H, KV, hd, eps)
          flat = torch.index_select(torch.reshape(h, [-1, torch.size(h, 2)]), 0, at)
          return torch.type_as(self.output(flat, ps, L), cos)
        def log_probabilities(self: __torch__.M, ids: Tensor, at: Tensor, cos: Tensor, sin: Tensor, ps: List[Tensor], L: int, H: int, KV: int, hd: int, eps: float) -> Tensor:
          return torch.log_softmax(self.logits(ids, at, cos, sin, ps, L, H, KV, hd, eps), -1)
        def predictions(self: __torch__.M, ids: Tensor, at: Tensor, cos: Tensor, sin: Tensor, ps: List[Tensor], L: int, H: int, KV: int, hd: int, eps: float) -> Tensor:
          return torch.argmax(self.logits(ids, at, cos, sin, ps, L, H, KV, hd, eps), -1, False)
        def losses(self: __torch__.M, ids: Tensor, at: Tensor, targets: Tensor, cos: Tensor, sin: Tensor, ps: List[Tensor], L: int, H: int, KV: int, hd: int, eps: float) -> Tensor:
          lg = self.logits(ids, at, cos, sin, ps, L, H, KV, hd, eps)
          return torch.cross_entropy_loss(lg, targets, None, 0, -100, 0.)
        def generate(self: __torch__.M, ids: Tensor, pos: int, count: int, cos: Tensor, sin: Tensor, kc: List[Tensor], vc: List[Tensor], temperature: float, ps: List[Tensor], L: int, H: int, KV: int, hd: int, eps: float) -> Tensor:
          out = annotate(List[Tensor], [])
          cur = ids
          at = pos
          for t in range(count):
            h = self.hidden(cur, at, cos, sin, kc, vc, ps, L, H, KV, hd, eps)
            lg = self.output(torch.select(h, 1, -1), ps, L)
            at = torch.add(at, torch.size(cur, 1))
            if torch.le(temperature, 0.):
              next = torch.argmax(lg, -1, True)
            else:
              next = torch.multinomial(torch.softmax(torch.div(lg, temperature), -1), 1)
            cur = next
            _0 = torch.append(out, next)
          return torch.cat(out, 1)
      """;

  private static final String GRADIENTS =
      """
        def differentiate(self: __torch__.M, total: Tensor, ps: List[Tensor], out: List[Tensor]) -> List[Tensor]:
          gs = torch.grad([total], ps, None, None, False, False)
          for i in range(torch.len(gs)):
            g = gs[i]
            if g is not None:
              _0 = torch.append(out, g)
            else:
              pass
          return out
        def narrow(self: __torch__.M, ps: List[Tensor]) -> List[Tensor]:
          out = annotate(List[Tensor], [])
          for i in range(torch.len(ps)):
            _0 = torch.append(out, torch.to(ps[i], 15))
          return out
        def gradients(self: __torch__.M, ids: Tensor, at: Tensor, targets: Tensor, mixed: bool, cos: Tensor, sin: Tensor, ps: List[Tensor], L: int, H: int, KV: int, hd: int, eps: float) -> List[Tensor]:
          if mixed:
            qs = self.narrow(ps)
          else:
            qs = ps
          lg = self.logits(ids, at, cos, sin, qs, L, H, KV, hd, eps)
          loss = torch.cross_entropy_loss(lg, targets, None, 1, -100, 0.)
          return self.differentiate(loss, ps, [torch.detach(loss)])
        def distillation_gradients(self: __torch__.M, ids: Tensor, at: Tensor, targets: Tensor, weight: float, dids: Tensor, dat: Tensor, base: Tensor, dweight: float, cos: Tensor, sin: Tensor, ps: List[Tensor], L: int, H: int, KV: int, hd: int, eps: float) -> List[Tensor]:
          lg = self.logits(ids, at, cos, sin, ps, L, H, KV, hd, eps)
          loss = torch.cross_entropy_loss(lg, targets, None, 1, -100, 0.)
          lp = self.log_probabilities(dids, dat, cos, sin, ps, L, H, KV, hd, eps)
          kl = torch.mean(torch.sum(torch.mul(torch.exp(base), torch.sub(base, lp)), [-1]))
          total = torch.add(torch.mul(loss, weight), torch.mul(kl, dweight))
          return self.differentiate(total, ps, [torch.detach(loss), torch.detach(kl)])
      """;

  private static final String OPTIMIZER =
      """
        def clip(self: __torch__.M, gs: List[Tensor], largest: float) -> Tensor:
          n = torch.linalg_vector_norm(torch.stack(torch._foreach_norm(gs, 2.)))
          c = torch.clamp(torch.div(largest, torch.add(n, 9.9999999999999995e-07)), None, 1.)
          torch._foreach_mul_(gs, c)
          return n
        def adamw(self: __torch__.M, ps: List[Tensor], gs: List[Tensor], ms: List[Tensor], vs: List[Tensor], st: List[Tensor], lr: float, b1: float, b2: float, wd: float, eps: float) -> Tensor:
          torch._foreach_add_(st, 1.)
          mx = annotate(List[Tensor], [])
          torch._fused_adamw_(ps, gs, ms, vs, mx, st, lr=lr, beta1=b1, beta2=b2, weight_decay=wd, eps=eps, amsgrad=False, maximize=False, grad_scale=None, found_inf=None)
          return st[0]
        def orthogonalize(self: __torch__.M, g: Tensor) -> Tensor:
          tall = torch.gt(torch.size(g, 0), torch.size(g, 1))
          if tall:
            x0 = torch.t(g)
          else:
            x0 = g
          x = torch.div(x0, torch.add(torch.linalg_vector_norm(x0), 9.9999999999999995e-08))
          for i in range(5):
            a = torch.mm(x, torch.t(x))
            b = torch.add(torch.mul(a, -4.7750000000000004), torch.mul(torch.mm(a, a), 2.0314999999999999))
            x = torch.add(torch.mul(x, 3.4445000000000001), torch.mm(b, x))
          if tall:
            x1 = torch.t(x)
          else:
            x1 = x
          return x1
        def muon(self: __torch__.M, ps: List[Tensor], gs: List[Tensor], ms: List[Tensor], lr: float, momentum: float, wd: float) -> Tensor:
          torch._foreach_lerp_(ms, gs, torch.sub(1., momentum))
          for i in range(torch.len(ps)):
            p = ps[i]
            u = self.orthogonalize(torch.lerp(gs[i], ms[i], momentum))
            larger = ops.prim.max(torch.size(p, 0), torch.size(p, 1))
            scale = torch.mul(0.20000000000000001, torch.sqrt(larger))
            _0 = torch.mul_(p, torch.sub(1., torch.mul(lr, wd)))
            _1 = torch.sub_(p, torch.mul(u, torch.mul(lr, scale)))
          return ps[0]
        def interpolate(self: __torch__.M, ps: List[Tensor], base: List[Tensor], weight: float) -> Tensor:
          torch._foreach_lerp_(ps, base, weight)
          return ps[0]
      """;

  private static final String COMBINATIONS =
      """
        def accumulate(self: __torch__.M, gs: List[Tensor], weight: float, hs: List[Tensor], more: float) -> Tensor:
          torch._foreach_mul_(gs, weight)
          torch._foreach_mul_(hs, more)
          torch._foreach_add_(gs, hs)
          return gs[0]
        def descend_signs(self: __torch__.M, ps: List[Tensor], gs: List[Tensor], lr: float) -> Tensor:
          for i in range(torch.len(ps)):
            _0 = torch.sub_(ps[i], torch.mul(torch.sign(gs[i]), lr))
          return ps[0]
        def assign(self: __torch__.M, ps: List[Tensor], values: List[Tensor]) -> Tensor:
          torch._foreach_copy_(ps, values)
          return ps[0]
      """;

  /** All methods, indented as the body of a class. */
  static final String METHODS = FORWARD + GRADIENTS + OPTIMIZER + COMBINATIONS;
}
