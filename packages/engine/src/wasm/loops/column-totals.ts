import { type WasmBackend, memoryOf } from '../wasm-backend.js'

/**
 * Runs a loop that sums columns; returns its totals. The loop gets memory for `count` single-precision partial sums and
 * as many double-precision totals.
 */
export function columnTotals(
  backend: WasmBackend,
  count: number,
  loop: (partial: number, totals: number) => void,
): Float64Array {
  const memory = memoryOf(backend)
  // The address is an unsigned 32-bit number that arrives as a signed one.
  const totals = memory._malloc(12 * count) >>> 0
  try {
    loop(totals + 8 * count, totals)
    return new Float64Array(memory.HEAPU8.slice(totals, totals + 8 * count).buffer)
  } finally {
    memory._free(totals)
  }
}
