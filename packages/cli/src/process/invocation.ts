import type { Io } from './io.js'

/** One call of the program: its surroundings and its words. */
export interface Invocation {
  readonly io: Io
  /** As `process.argv`: Node and the script come first. */
  readonly argv: readonly string[]
}
