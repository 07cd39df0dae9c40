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
export { type ParsedJson, parseJson } from './util/parse-json.js'
export {
  type OpenFile,
  type Unreadable,
  hashRegular,
  openRegular,
  readRegular,
  readStartOf,
  readVerified,
} from './util/regular-file.js'
export { removeFile } from './util/remove-file.js'
export { statusOf } from './util/status-of.js'
export { draftOf, removeDeadDrafts } from './util/draft-files.js'
export {
  type Opened,
  openSealed,
  readSealed,
  readSealedText,
  sealedJson,
  sha256Of,
} from './util/sealed-json.js'
