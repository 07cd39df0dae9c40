/** Limits for an untrusted pickle; a state dictionary of a hundred thousand tensors stays below them. */
export const LIMITS = {
  /** Bytes of one pickled object, without its arrays. */
  bytes: 64 * 2 ** 20,
  opcodes: 20_000_000,
  /** Values on the stack. */
  stack: 4_000_000,
  /** Open marks, which limits how deep values nest. */
  marks: 200,
  memo: 4_000_000,
  /** Bytes of one integer. */
  integer: 64,
} as const
