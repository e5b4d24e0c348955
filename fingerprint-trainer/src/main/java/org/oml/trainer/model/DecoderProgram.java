package org.oml.trainer.model;

/**
 * The forward pass of all architectures and what is computed around it, in the form of TorchScript
 * that archives hold (every expression a {@code torch.*} call). Parameters come as one list in the
 * order of {@link org.oml.trainer.checkpoint.ParameterLayout}.
 *
 * <p>Tokens of all sequences lie one behind the other, without padding. Only attention wants a
 * rectangle: {@code pad} says which token stands at each of its places, {@code unpad} where each
 * token stands in it; both are empty where all sequences are equally long. {@code at} and {@code
 * padded_at} are the positions whose predictions are wanted, among the tokens and in the rectangle:
 * behind the last attention nothing else is computed, since the vocabulary is the dearest part and
 * most positions carry no loss. Losses are differentiated by hand as far as the logits, which saves
 * half of the passes over them.
 *
 * <p>Sources: the Llama 2 paper (arXiv 2307.09288), RoFormer (arXiv 2104.09864), AdamW (arXiv
 * 1711.05101), Muon (Jordan 2024) with the update scaled as in arXiv 2502.16982.
 */
final class DecoderProgram {

  private DecoderProgram() {}

  private static final String BLOCKS =
      """
        def turned(self: __torch__.M, x: Tensor, cos: Tensor, sin: Tensor, like: Tensor) -> Tensor:
          halves = torch.chunk(torch.type_as(x, cos), 2, -1)
          a = halves[0]
          b = halves[1]
          first = torch.addcmul(torch.mul(a, cos), b, sin, value=-1)
          second = torch.addcmul(torch.mul(b, cos), a, sin)
          return torch.type_as(torch.cat([first, second], -1), like)
        def stride(self: __torch__.M, biased: bool, normed: bool) -> int:
          n = 9
          if biased:
            n0 = torch.add(n, 3)
          else:
            n0 = n
          if normed:
            n1 = torch.add(n0, 2)
          else:
            n1 = n0
          return n1
        def heads(self: __torch__.M, x: Tensor, cos: Tensor, sin: Tensor, ps: List[Tensor], o: int, H: int, KV: int, hd: int, eps: float, biased: bool, normed: bool) -> List[Tensor]:
          N = torch.size(x, 0)
          h = torch.rms_norm(x, [torch.size(x, 1)], ps[o], eps)
          if biased:
            q = torch.linear(h, ps[torch.add(o, 1)], ps[torch.add(o, 9)])
            k = torch.linear(h, ps[torch.add(o, 2)], ps[torch.add(o, 10)])
            v = torch.linear(h, ps[torch.add(o, 3)], ps[torch.add(o, 11)])
          else:
            q = torch.linear(h, ps[torch.add(o, 1)])
            k = torch.linear(h, ps[torch.add(o, 2)])
            v = torch.linear(h, ps[torch.add(o, 3)])
          q0 = torch.reshape(q, [N, H, hd])
          k0 = torch.reshape(k, [N, KV, hd])
          v0 = torch.reshape(v, [N, KV, hd])
          if normed:
            q1 = torch.rms_norm(q0, [hd], ps[torch.add(o, 9)], eps)
            k1 = torch.rms_norm(k0, [hd], ps[torch.add(o, 10)], eps)
          else:
            q1 = q0
            k1 = k0
          return [self.turned(q1, cos, sin, v0), self.turned(k1, cos, sin, v0), v0]
        def fed(self: __torch__.M, x: Tensor, a: Tensor, ps: List[Tensor], o: int, eps: float) -> Tensor:
          x0 = torch.add(x, torch.linear(a, ps[torch.add(o, 4)]))
          h = torch.rms_norm(x0, [torch.size(x0, 1)], ps[torch.add(o, 5)], eps)
          g = torch.silu(torch.linear(h, ps[torch.add(o, 6)]))
          u = torch.linear(h, ps[torch.add(o, 7)])
          return torch.add(x0, torch.linear(torch.mul(g, u), ps[torch.add(o, 8)]))
        def finished(self: __torch__.M, x: Tensor, ps: List[Tensor], L: int, eps: float, biased: bool, normed: bool) -> Tensor:
          last = torch.add(torch.mul(L, self.stride(biased, normed)), 1)
          return torch.rms_norm(x, [torch.size(x, 1)], ps[last], eps)
        def output_layer(self: __torch__.M, ps: List[Tensor], L: int, biased: bool, normed: bool) -> Tensor:
          last = torch.add(torch.mul(L, self.stride(biased, normed)), 2)
          if torch.gt(torch.len(ps), last):
            w = ps[last]
          else:
            w = ps[0]
          return w
      """;

  private static final String FORWARD =
      """
        def spread(self: __torch__.M, x: Tensor, pad: Tensor, B: int, T: int) -> Tensor:
          if torch.gt(torch.numel(pad), 0):
            y = torch.index_select(x, 0, pad)
          else:
            y = x
          return torch.transpose(torch.reshape(y, [B, T, torch.size(x, 1), torch.size(x, 2)]), 1, 2)
        def hidden(self: __torch__.M, ids: Tensor, turns: Tensor, pad: Tensor, unpad: Tensor, at: Tensor, padded_at: Tensor, B: int, cos_table: Tensor, sin_table: Tensor, ps: List[Tensor], L: int, H: int, KV: int, hd: int, eps: float, biased: bool, normed: bool) -> Tensor:
          if torch.gt(torch.numel(pad), 0):
            T = torch.floordiv(torch.numel(pad), B)
          else:
            T = torch.floordiv(torch.numel(ids), B)
          cos = torch.unsqueeze(torch.index_select(cos_table, 0, turns), 1)
          sin = torch.unsqueeze(torch.index_select(sin_table, 0, turns), 1)
          x = torch.embedding(ps[0], ids)
          step = self.stride(biased, normed)
          for i in range(L):
            o = torch.add(torch.mul(i, step), 1)
            qkv = self.heads(x, cos, sin, ps, o, H, KV, hd, eps, biased, normed)
            q = self.spread(qkv[0], pad, B, T)
            k = self.spread(qkv[1], pad, B, T)
            v = self.spread(qkv[2], pad, B, T)
            a = torch.scaled_dot_product_attention(q, k, v, None, 0., True, scale=None, enable_gqa=torch.ne(H, KV))
            a0 = torch.reshape(torch.transpose(a, 1, 2), [torch.mul(B, T), torch.mul(H, hd)])
            if torch.eq(torch.add(i, 1), L):
              a1 = torch.index_select(a0, 0, padded_at)
              x0 = torch.index_select(x, 0, at)
            else:
              x0 = x
              if torch.gt(torch.numel(unpad), 0):
                a1 = torch.index_select(a0, 0, unpad)
              else:
                a1 = a0
            x = self.fed(x0, a1, ps, o, eps)
          return self.finished(x, ps, L, eps, biased, normed)
        def logits(self: __torch__.M, ids: Tensor, turns: Tensor, pad: Tensor, unpad: Tensor, at: Tensor, padded_at: Tensor, B: int, cos: Tensor, sin: Tensor, ps: List[Tensor], L: int, H: int, KV: int, hd: int, eps: float, biased: bool, normed: bool) -> Tensor:
          h = self.hidden(ids, turns, pad, unpad, at, padded_at, B, cos, sin, ps, L, H, KV, hd, eps, biased, normed)
          return torch.type_as(torch.linear(h, self.output_layer(ps, L, biased, normed)), cos)
        def log_probabilities(self: __torch__.M, ids: Tensor, turns: Tensor, pad: Tensor, unpad: Tensor, at: Tensor, padded_at: Tensor, B: int, cos: Tensor, sin: Tensor, ps: List[Tensor], L: int, H: int, KV: int, hd: int, eps: float, biased: bool, normed: bool) -> Tensor:
          return torch.log_softmax(self.logits(ids, turns, pad, unpad, at, padded_at, B, cos, sin, ps, L, H, KV, hd, eps, biased, normed), -1)
        def predictions(self: __torch__.M, ids: Tensor, turns: Tensor, pad: Tensor, unpad: Tensor, at: Tensor, padded_at: Tensor, B: int, cos: Tensor, sin: Tensor, ps: List[Tensor], L: int, H: int, KV: int, hd: int, eps: float, biased: bool, normed: bool) -> Tensor:
          return torch.argmax(self.logits(ids, turns, pad, unpad, at, padded_at, B, cos, sin, ps, L, H, KV, hd, eps, biased, normed), -1, False)
        def losses(self: __torch__.M, ids: Tensor, turns: Tensor, pad: Tensor, unpad: Tensor, at: Tensor, padded_at: Tensor, B: int, targets: Tensor, cos: Tensor, sin: Tensor, ps: List[Tensor], L: int, H: int, KV: int, hd: int, eps: float, biased: bool, normed: bool) -> Tensor:
          lg = self.logits(ids, turns, pad, unpad, at, padded_at, B, cos, sin, ps, L, H, KV, hd, eps, biased, normed)
          return torch.cross_entropy_loss(lg, targets, None, 0, -100, 0.)
      """;

  private static final String GENERATION =
      """
        def continued(self: __torch__.M, ids: Tensor, starts: Tensor, reach: int, counter: Tensor, kc: List[Tensor], vc: List[Tensor], cos_table: Tensor, sin_table: Tensor, ps: List[Tensor], L: int, H: int, KV: int, hd: int, eps: float, biased: bool, normed: bool) -> Tensor:
          B = torch.size(ids, 0)
          T = torch.size(ids, 1)
          turns = torch.reshape(torch.add(torch.unsqueeze(starts, 1), torch.unsqueeze(torch.slice(counter, 0, 0, T), 0)), [-1])
          cos = torch.unsqueeze(torch.index_select(cos_table, 0, turns), 1)
          sin = torch.unsqueeze(torch.index_select(sin_table, 0, turns), 1)
          x = torch.embedding(ps[0], torch.reshape(ids, [-1]))
          step = self.stride(biased, normed)
          seen = torch.le(torch.unsqueeze(torch.slice(counter, 0, 0, reach), 0), torch.unsqueeze(starts, 1))
          mask = torch.reshape(seen, [B, 1, 1, reach])
          place = torch.expand(torch.reshape(starts, [B, 1, 1, 1]), [B, KV, 1, hd])
          for i in range(L):
            o = torch.add(torch.mul(i, step), 1)
            qkv = self.heads(x, cos, sin, ps, o, H, KV, hd, eps, biased, normed)
            q = torch.transpose(torch.reshape(qkv[0], [B, T, H, hd]), 1, 2)
            k = torch.transpose(torch.reshape(qkv[1], [B, T, KV, hd]), 1, 2)
            v = torch.transpose(torch.reshape(qkv[2], [B, T, KV, hd]), 1, 2)
            if torch.gt(T, 1):
              _0 = torch.copy_(torch.slice(kc[i], 2, 0, T), k)
              _1 = torch.copy_(torch.slice(vc[i], 2, 0, T), v)
              a = torch.scaled_dot_product_attention(q, k, v, None, 0., True, scale=None, enable_gqa=torch.ne(H, KV))
            else:
              _2 = torch.scatter_(kc[i], 2, place, k)
              _3 = torch.scatter_(vc[i], 2, place, v)
              a = torch.scaled_dot_product_attention(q, torch.slice(kc[i], 2, 0, reach), torch.slice(vc[i], 2, 0, reach), mask, 0., False, scale=None, enable_gqa=torch.ne(H, KV))
            a0 = torch.reshape(torch.transpose(a, 1, 2), [torch.mul(B, T), torch.mul(H, hd)])
            x = self.fed(x, a0, ps, o, eps)
          return x
        def generate(self: __torch__.M, ids: Tensor, starts: Tensor, last: Tensor, reach: int, count: int, counter: Tensor, kc: List[Tensor], vc: List[Tensor], temperature: float, cos: Tensor, sin: Tensor, ps: List[Tensor], L: int, H: int, KV: int, hd: int, eps: float, biased: bool, normed: bool) -> Tensor:
          out = annotate(List[Tensor], [])
          B = torch.size(ids, 0)
          row = torch.slice(counter, 0, 0, B)
          cur = ids
          began = starts
          final = last
          w = self.output_layer(ps, L, biased, normed)
          for t in range(count):
            x = self.continued(cur, began, torch.add(reach, t), counter, kc, vc, cos, sin, ps, L, H, KV, hd, eps, biased, normed)
            x0 = torch.index_select(x, 0, torch.add(torch.mul(row, torch.size(cur, 1)), final))
            lg = torch.linear(self.finished(x0, ps, L, eps, biased, normed), w)
            began = torch.add(torch.add(began, final), 1)
            final = torch.zeros_like(final)
            if torch.le(temperature, 0.):
              next = torch.argmax(lg, -1, True)
            else:
              next = torch.multinomial(torch.softmax(torch.div(lg, temperature), -1), 1)
            cur = next
            _0 = torch.append(out, next)
          return torch.cat(out, 1)
        def chosen(self: __torch__.M, tensors: List[Tensor], rows: Tensor) -> List[Tensor]:
          out = annotate(List[Tensor], [])
          for i in range(torch.len(tensors)):
            _0 = torch.append(out, torch.index_select(tensors[i], 0, rows))
          return out
      """;

  private static final String GRADIENTS =
      """
        def narrowed(self: __torch__.M, ps: List[Tensor], mixed: bool) -> List[Tensor]:
          if mixed:
            out = annotate(List[Tensor], [])
            for i in range(torch.len(ps)):
              _0 = torch.append(out, torch.to(ps[i], 15))
            qs = out
          else:
            qs = ps
          return qs
        def differentiated(self: __torch__.M, lgs: List[Tensor], slopes: List[Tensor], ps: List[Tensor], out: List[Tensor]) -> List[Tensor]:
          slopes0 = annotate(List[Optional[Tensor]], [])
          for j in range(torch.len(slopes)):
            _0 = torch.append(slopes0, slopes[j])
          gs = torch.grad(lgs, ps, slopes0, None, False, False)
          for i in range(torch.len(gs)):
            g = gs[i]
            if g is not None:
              _1 = torch.append(out, g)
            else:
              pass
          return out
        def answer_slope(self: __torch__.M, lp: Tensor, targets: Tensor, weight: float) -> Tensor:
          share = torch.div(weight, torch.size(lp, 0))
          s = torch.mul_(torch.exp_(lp), share)
          column = torch.unsqueeze(targets, 1)
          ones = torch.mul(torch.ones_like(torch.slice(s, 1, 0, 1)), torch.neg(share))
          return torch.scatter_add_(s, 1, column, ones)
        def gradients(self: __torch__.M, ids: Tensor, turns: Tensor, pad: Tensor, unpad: Tensor, at: Tensor, padded_at: Tensor, B: int, targets: Tensor, mixed: bool, cos: Tensor, sin: Tensor, ps: List[Tensor], L: int, H: int, KV: int, hd: int, eps: float, biased: bool, normed: bool) -> List[Tensor]:
          lg = self.logits(ids, turns, pad, unpad, at, padded_at, B, cos, sin, self.narrowed(ps, mixed), L, H, KV, hd, eps, biased, normed)
          lp = torch.log_softmax(torch.detach(lg), -1)
          loss = torch.neg(torch.mean(torch.gather(lp, 1, torch.unsqueeze(targets, 1))))
          return self.differentiated([lg], [self.answer_slope(lp, targets, 1.)], ps, [loss])
        def distillation_gradients(self: __torch__.M, ids: Tensor, turns: Tensor, pad: Tensor, unpad: Tensor, at: Tensor, padded_at: Tensor, B: int, targets: Tensor, weight: float, dids: Tensor, dturns: Tensor, dpad: Tensor, dunpad: Tensor, dat: Tensor, dpadded_at: Tensor, DB: int, base: Tensor, base_output: Tensor, dweight: float, mixed: bool, cos: Tensor, sin: Tensor, ps: List[Tensor], L: int, H: int, KV: int, hd: int, eps: float, biased: bool, normed: bool) -> List[Tensor]:
          qs = self.narrowed(ps, mixed)
          lg = self.logits(ids, turns, pad, unpad, at, padded_at, B, cos, sin, qs, L, H, KV, hd, eps, biased, normed)
          lp = torch.log_softmax(torch.detach(lg), -1)
          loss = torch.neg(torch.mean(torch.gather(lp, 1, torch.unsqueeze(targets, 1))))
          slope = self.answer_slope(lp, targets, weight)
          dlg = self.logits(dids, dturns, dpad, dunpad, dat, dpadded_at, DB, cos, sin, qs, L, H, KV, hd, eps, biased, normed)
          known = torch.log_softmax(torch.linear(base, base_output), -1)
          dlp = torch.log_softmax(torch.detach(dlg), -1)
          likely = torch.exp(known)
          kl = torch.div(torch.sum(torch.mul(likely, torch.sub(known, dlp))), torch.size(dlp, 0))
          dslope = torch.mul_(torch.sub_(torch.exp_(dlp), likely), torch.div(dweight, torch.size(dlp, 0)))
          return self.differentiated([lg, dlg], [slope, dslope], ps, [loss, kl])
      """;

  private static final String OPTIMIZER =
      """
        def gradient_norm(self: __torch__.M, gs: List[Tensor]) -> Tensor:
          return torch.linalg_vector_norm(torch.stack(torch._foreach_norm(gs, 2.)))
        def excess(self: __torch__.M, n: Tensor, largest: float) -> Tensor:
          return torch.clamp(torch.div(torch.add(n, 9.9999999999999995e-07), largest), 1.)
        def shorten(self: __torch__.M, gs: List[Tensor], n: Tensor, largest: float) -> Tensor:
          torch._foreach_mul_(gs, torch.reciprocal(self.excess(n, largest)))
          return n
        def adamw(self: __torch__.M, ps: List[Tensor], gs: List[Tensor], ms: List[Tensor], vs: List[Tensor], st: List[Tensor], n: Tensor, largest: float, lr: float, b1: float, b2: float, wd: float, eps: float) -> Tensor:
          torch._foreach_add_(st, 1.)
          mx = annotate(List[Tensor], [])
          torch._fused_adamw_(ps, gs, ms, vs, mx, st, lr=lr, beta1=b1, beta2=b2, weight_decay=wd, eps=eps, amsgrad=False, maximize=False, grad_scale=self.excess(n, largest), found_inf=None)
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
        def copied(self: __torch__.M, ps: List[Tensor]) -> List[Tensor]:
          out = annotate(List[Tensor], [])
          for i in range(torch.len(ps)):
            _0 = torch.append(out, torch.clone(ps[i]))
          return out
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
        def piece(self: __torch__.M, p: Tensor, start: int, length: int) -> Tensor:
          return torch.narrow(torch.view(p, [-1]), 0, start, length)
        def putPiece(self: __torch__.M, p: Tensor, start: int, numbers: Tensor) -> Tensor:
          _0 = torch.copy_(torch.narrow(torch.view(p, [-1]), 0, start, torch.size(numbers, 0)), numbers)
          return p
      """;

  /** All methods, indented as the body of a class. */
  static final String METHODS =
      BLOCKS + FORWARD + GENERATION + GRADIENTS + OPTIMIZER + COMBINATIONS;
}
