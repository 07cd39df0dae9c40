import type { PickleObject, PickleValue } from './pickle-value.js'

/** What a pickle may refer to. Anything else in it is refused; nothing in it is ever executed. */
export interface PickleContext {
  /** Whether `module name` may appear at all. */
  readonly allows: (name: string) => boolean
  /** Result of calling an allowed name. */
  readonly call: (name: string, args: readonly PickleValue[]) => PickleValue
  /** The object a persistent id refers to. */
  readonly persistent: (id: PickleValue) => PickleObject
  /** Throws for a damaged pickle. */
  readonly corrupt: (received: string) => never
  /** Throws for a file in order that this reader does not support. */
  readonly unsupported: (received: string) => never
  /** Throws for a pickle that asks for something not allowed. */
  readonly refuse: (what: string) => never
}
