import { compareVersions } from '../tensorflow/compare-versions.js'
import type { NodeBinding } from '../tensorflow/node-backend.js'
import { DEFAULT_TENSORFLOW } from '../tensorflow/stage-engine.js'

/** What TensorFlow says of an operation, an attribute or a kernel that it does not have. */
const LACKS =
  /Op type not registered|NodeDef mentions attr|No OpKernel was registered|no registered kernels|Could not find device for node|Inconsistent .*attr/i

let told = false

/**
 * Whether a graph failed because a library older than the one that graphs are made for lacks something of it: such a step is
 * run operation by operation instead. Says so once, with a warning of Node.
 */
export function olderLibraryLacks(binding: NodeBinding, name: string, error: unknown): boolean {
  const { TF_Version: version } = binding
  if (!(compareVersions(version, DEFAULT_TENSORFLOW) < 0)) return false
  const message = error instanceof Error ? error.message : String(error)
  const lacking = message.split('\n').find((line) => LACKS.test(line))
  if (lacking === undefined) return false
  if (!told) {
    process.emitWarning(
      `libtensorflow ${version} cannot run step "${name}" as one graph (${lacking.trim().slice(0, 200)}): it is run operation by operation, slower and with teachers in float32. "umbra engine install" installs ${DEFAULT_TENSORFLOW}.`,
      'UmbraWarning',
    )
  }
  told = true
  return true
}
