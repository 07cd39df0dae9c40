/** The loss of `mtcd` and `umbra` in plain text. */
export const mtcdFormula =
  'L = ceWeight * CE + softWeight * sum_k w_k tau_s^2 ( - sum_c p_kc log softmax(z_s / tau_s)_c ) + contrastWeight * sum_k w_k L_con(T_k, S), p_k = enhance(soften(z_k, y), y), sum_k w_k = 1; L_con: CRD against memories (both directions) or InfoNCE in the batch, negatives of other classes only'

/** Where `mtcd` and `umbra` depart from the paper. */
export const mtcdDepartures: readonly string[] = [
  'The paper’s text on the contrast could not be read: this is the ensemble of CRD (sum over teachers, from its authors) with weights that sum to 1, so that the number of teachers does not change the scale.',
  'Form crd takes the average over draws of K negatives, all samples of other classes weighted evenly, instead of one draw: the same expected loss without noise.',
  'Both embeddings of a pair are trained, as in CRD’s code; Z is fixed at the first batch and detached.',
]
