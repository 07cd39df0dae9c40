import { compareVersions } from '../tensorflow/compare-versions.js'
import type { NodeBinding } from '../tensorflow/node-backend.js'
import { DEFAULT_TENSORFLOW } from '../tensorflow/stage-engine.js'

/** TensorFlow's messages about an operation, an attribute or a kernel that it does not have. */
const LACKS =
  /Op type not registered|NodeDef mentions attr|No OpKernel was registered|no registered kernels|Could not find device for node|Inconsistent .*attr/i

let warned = false

/**
 * Whether a graph failed because the library is older than the one graphs are made for, and lacks something: such a step is
 * run one operation at a time. Warns once, with a warning of Node.
 */
export function olderLibraryLacks(binding: NodeBinding, name: string, error: unknown): boolean {
  const { TF_Version: version } = binding
  if (!(compareVersions(version, DEFAULT_TENSORFLOW) < 0)) return false
  const message = error instanceof Error ? error.message : String(error)
  const lacking = message.split('\n').find((line) => LACKS.test(line))
  if (lacking === undefined) return false
  if (!warned) {
    process.emitWarning(
      `libtensorflow ${version} cannot run step "${name}" as one graph (${lacking.trim().slice(0, 200)}): it is run one operation at a time, slower and with teachers in float32. "umbra engine install" installs ${DEFAULT_TENSORFLOW}.`,
      'UmbraWarning',
    )
  }
  warned = true
  return true
}
