import type { Io } from './io.js'

/** One call of the program: its environment and its arguments. */
export interface Invocation {
  readonly io: Io
  /** As `process.argv`: Node and the script first. */
  readonly argv: readonly string[]
}
