import { tf } from '../../tf.js'

/**
 * Runs tensor code of the cpu backend in float64.
 *
 * That backend is plain JavaScript whose only sign of single precision are the arrays it makes: while `action` runs,
 * `Float32Array` is `Float64Array`. Differences of a loss then have ten digits instead of two, so that a wrong gradient
 * cannot hide behind rounding. Everything made inside must be gone when it returns; nothing in it may wait.
 */
export function inDoublePrecision<T>(action: () => T): T {
  const single = globalThis.Float32Array
  const { platform } = tf.env()
  const original = platform.isTypedArray.bind(platform)
  globalThis.Float32Array = Float64Array as unknown as typeof Float32Array
  platform.isTypedArray = (value: unknown): value is Float32Array =>
    value instanceof Float64Array || original(value)
  try {
    return action()
  } finally {
    globalThis.Float32Array = single
    platform.isTypedArray = original
  }
}
