package org.oml.trainer.model;

/**
 * The Llama forward pass and what is computed around it, in TorchScript's archive form. Parameters
 * come as one list in the order of {@link ParameterLayout}; {@code at} indexes the flattened
 * (batch, position) pairs whose logits are wanted, since the softmax over the vocabulary is the
 * dearest part and most positions carry no loss.
 */
final class LlamaProgram {

  private LlamaProgram() {}

  static final String METHODS =
      """
        def rotate(self: __torch__.M, x: Tensor) -> Tensor:
          halves = torch.chunk(x, 2, -1)
          return torch.cat([torch.neg(halves[1]), halves[0]], -1)
        def hidden(self: __torch__.M, ids: Tensor, cos: Tensor, sin: Tensor, ps: List[Tensor], L: int, H: int, KV: int, hd: int, eps: float) -> Tensor:
          B = torch.size(ids, 0)
          T = torch.size(ids, 1)
          D = torch.size(ps[0], 1)
          x = torch.embedding(ps[0], ids)
          for i in range(L):
            o = torch.add(torch.mul(i, 9), 1)
            h = torch.rms_norm(x, [D], ps[o], eps)
            q = torch.transpose(torch.reshape(torch.linear(h, ps[torch.add(o, 1)]), [B, T, H, hd]), 1, 2)
            k = torch.transpose(torch.reshape(torch.linear(h, ps[torch.add(o, 2)]), [B, T, KV, hd]), 1, 2)
            v = torch.transpose(torch.reshape(torch.linear(h, ps[torch.add(o, 3)]), [B, T, KV, hd]), 1, 2)
            q0 = torch.add(torch.mul(q, cos), torch.mul(self.rotate(q), sin))
            k0 = torch.add(torch.mul(k, cos), torch.mul(self.rotate(k), sin))
            a = torch.scaled_dot_product_attention(q0, k0, v, None, 0., True, scale=None, enable_gqa=torch.ne(H, KV))
            a0 = torch.reshape(torch.transpose(a, 1, 2), [B, T, torch.mul(H, hd)])
            x0 = torch.add(x, torch.linear(a0, ps[torch.add(o, 4)]))
            h0 = torch.rms_norm(x0, [D], ps[torch.add(o, 5)], eps)
            g = torch.silu(torch.linear(h0, ps[torch.add(o, 6)]))
            u = torch.linear(h0, ps[torch.add(o, 7)])
            x = torch.add(x0, torch.linear(torch.mul(g, u), ps[torch.add(o, 8)]))
          return torch.rms_norm(x, [D], ps[torch.add(torch.mul(L, 9), 1)], eps)
        def logits(self: __torch__.M, ids: Tensor, at: Tensor, cos: Tensor, sin: Tensor, ps: List[Tensor], L: int, H: int, KV: int, hd: int, eps: float) -> Tensor:
          h = self.hidden(ids, cos, sin, ps, L, H, KV, hd, eps)
          if torch.eq(torch.len(ps), torch.add(torch.mul(L, 9), 2)):
            w = ps[0]
          else:
            w = ps[torch.add(torch.mul(L, 9), 2)]
          flat = torch.index_select(torch.reshape(h, [-1, torch.size(h, 2)]), 0, at)
          return torch.linear(flat, w)
        def log_probabilities(self: __torch__.M, ids: Tensor, at: Tensor, cos: Tensor, sin: Tensor, ps: List[Tensor], L: int, H: int, KV: int, hd: int, eps: float) -> Tensor:
          return torch.log_softmax(self.logits(ids, at, cos, sin, ps, L, H, KV, hd, eps), -1)
        def losses(self: __torch__.M, ids: Tensor, at: Tensor, targets: Tensor, cos: Tensor, sin: Tensor, ps: List[Tensor], L: int, H: int, KV: int, hd: int, eps: float) -> Tensor:
          lg = self.logits(ids, at, cos, sin, ps, L, H, KV, hd, eps)
          return torch.cross_entropy_loss(lg, targets, None, 0, -100, 0.)
        def gradients(self: __torch__.M, ids: Tensor, at: Tensor, targets: Tensor, cos: Tensor, sin: Tensor, ps: List[Tensor], L: int, H: int, KV: int, hd: int, eps: float) -> List[Tensor]:
          lg = self.logits(ids, at, cos, sin, ps, L, H, KV, hd, eps)
          loss = torch.cross_entropy_loss(lg, targets, None, 1, -100, 0.)
          gs = torch.grad([loss], ps, None, None, False, False)
          out = [torch.detach(loss)]
          for i in range(torch.len(gs)):
            g = gs[i]
            if g is not None:
              _0 = torch.append(out, g)
            else:
              pass
          return out
        def embedding_gradients(self: __torch__.M, ids: Tensor, at: Tensor, targets: Tensor, cos: Tensor, sin: Tensor, bids: Tensor, bat: Tensor, base: Tensor, bcos: Tensor, bsin: Tensor, share: float, ps: List[Tensor], L: int, H: int, KV: int, hd: int, eps: float) -> List[Tensor]:
          lg = self.logits(ids, at, cos, sin, ps, L, H, KV, hd, eps)
          loss = torch.cross_entropy_loss(lg, targets, None, 1, -100, 0.)
          lp = self.log_probabilities(bids, bat, bcos, bsin, ps, L, H, KV, hd, eps)
          kl = torch.mean(torch.sum(torch.mul(torch.exp(base), torch.sub(base, lp)), [-1]))
          total = torch.add(torch.mul(loss, torch.sub(1., share)), torch.mul(kl, share))
          gs = torch.grad([total], ps, None, None, False, False)
          out = [torch.detach(loss), torch.detach(kl)]
          for i in range(torch.len(gs)):
            g = gs[i]
            if g is not None:
              _0 = torch.append(out, g)
            else:
              pass
          return out
        def step(self: __torch__.M, ids: Tensor, pos: int, cos_table: Tensor, sin_table: Tensor, kc: List[Tensor], vc: List[Tensor], temperature: float, ps: List[Tensor], L: int, H: int, KV: int, hd: int, eps: float) -> Tensor:
          B = torch.size(ids, 0)
          T = torch.size(ids, 1)
          D = torch.size(ps[0], 1)
          end = torch.add(pos, T)
          cos = torch.slice(cos_table, 2, pos, end)
          sin = torch.slice(sin_table, 2, pos, end)
          x = torch.embedding(ps[0], ids)
          for i in range(L):
            o = torch.add(torch.mul(i, 9), 1)
            h = torch.rms_norm(x, [D], ps[o], eps)
            q = torch.transpose(torch.reshape(torch.linear(h, ps[torch.add(o, 1)]), [B, T, H, hd]), 1, 2)
            k = torch.transpose(torch.reshape(torch.linear(h, ps[torch.add(o, 2)]), [B, T, KV, hd]), 1, 2)
            v = torch.transpose(torch.reshape(torch.linear(h, ps[torch.add(o, 3)]), [B, T, KV, hd]), 1, 2)
            q0 = torch.add(torch.mul(q, cos), torch.mul(self.rotate(q), sin))
            k0 = torch.add(torch.mul(k, cos), torch.mul(self.rotate(k), sin))
            _1 = torch.copy_(torch.slice(kc[i], 2, pos, end), k0)
            _2 = torch.copy_(torch.slice(vc[i], 2, pos, end), v)
            a = torch.scaled_dot_product_attention(q0, torch.slice(kc[i], 2, 0, end), torch.slice(vc[i], 2, 0, end), None, 0., torch.gt(T, 1), scale=None, enable_gqa=torch.ne(H, KV))
            x0 = torch.add(x, torch.linear(torch.reshape(torch.transpose(a, 1, 2), [B, T, torch.mul(H, hd)]), ps[torch.add(o, 4)]))
            h0 = torch.rms_norm(x0, [D], ps[torch.add(o, 5)], eps)
            g = torch.silu(torch.linear(h0, ps[torch.add(o, 6)]))
            x = torch.add(x0, torch.linear(torch.mul(g, torch.linear(h0, ps[torch.add(o, 7)])), ps[torch.add(o, 8)]))
          x1 = torch.rms_norm(torch.select(x, 1, -1), [D], ps[torch.add(torch.mul(L, 9), 1)], eps)
          if torch.eq(torch.len(ps), torch.add(torch.mul(L, 9), 2)):
            w = ps[0]
          else:
            w = ps[torch.add(torch.mul(L, 9), 2)]
          lg = torch.linear(x1, w)
          if torch.le(temperature, 0.):
            next = torch.argmax(lg, -1, True)
          else:
            next = torch.multinomial(torch.softmax(torch.div(lg, temperature), -1), 1)
          return next
        def generate(self: __torch__.M, ids: Tensor, count: int, cos_table: Tensor, sin_table: Tensor, kc: List[Tensor], vc: List[Tensor], temperature: float, ps: List[Tensor], L: int, H: int, KV: int, hd: int, eps: float) -> Tensor:
          out = ids
          cur = ids
          pos = 0
          for t in range(count):
            next = self.step(cur, pos, cos_table, sin_table, kc, vc, temperature, ps, L, H, KV, hd, eps)
            pos = torch.add(pos, torch.size(cur, 1))
            cur = next
            out = torch.cat([out, next], 1)
          return out
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
        def interpolate(self: __torch__.M, ps: List[Tensor], base: List[Tensor], weight: float) -> Tensor:
          torch._foreach_lerp_(ps, base, weight)
          return ps[0]
      """;
}
