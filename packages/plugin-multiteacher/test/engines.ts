import { listEngines } from '@umbra/engine'

const missing = listEngines().length > 0 ? '' : ' (skipped: the tensorflow engine is not installed)'

/** Engines that published numbers are compared on; `why` says why one is left out, or nothing. */
export const engines = [
  { id: 'cpu', why: '' },
  { id: 'wasm', why: '' },
  { id: 'tensorflow', why: missing },
] as const
