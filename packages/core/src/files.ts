export {
  type StoredTensor,
  decodeSafetensors,
  encodeSafetensors,
  fromHalf,
} from './checkpoint/safetensors.js'
export { appendLine, writeError, writeFile, writeFileNow } from './util/atomic-write.js'
export { canonicalJson, contentHash } from './util/canonical-json.js'
export { takeLock, withLock, withLocks } from './util/file-lock.js'
