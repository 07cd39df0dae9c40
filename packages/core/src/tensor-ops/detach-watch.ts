import type { Tensor } from '@tensorflow/tfjs-core'

type Watch = <T extends Tensor>(made: T) => T

let watch: Watch | undefined

/** What `detach` returns, as the watcher wants it; unchanged where nobody watches. */
export const watched = <T extends Tensor>(made: T): T => watch?.(made) ?? made

/**
 * Lets `use` see, and replace, the result of every call of `detach` while `action` runs.
 *
 * The conformance kit holds what is detached at its value while it moves the inputs: only then do finite differences
 * agree with a gradient that was cut on purpose.
 */
export function watchingDetach<R>(use: Watch, action: () => R): R {
  const before = watch
  watch = use
  try {
    return action()
  } finally {
    watch = before
  }
}
