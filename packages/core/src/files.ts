export {
  type StoredTensor,
  decodeSafetensors,
  encodeSafetensors,
  fromHalf,
} from './checkpoint/safetensors.js'
export { appendLine, writeError, writeFile, writeFileNow } from './util/atomic-write.js'
export { canonicalJson, contentHash } from './util/canonical-json.js'
export { makeFolder } from './util/make-folder.js'
export {
  type LockAttempt,
  type LockWait,
  type TakeOver,
  takeLock,
  withLock,
  withLocks,
} from './util/file-lock.js'
export { describeHolder, isHere } from './util/process-id.js'
export { draftOf, removeDeadDrafts } from './util/draft-files.js'
export { type Opened, openSealed, readSealed, sealedJson, sha256Of } from './util/sealed-json.js'
