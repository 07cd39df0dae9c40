import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { readSealed } from '@umbra/core/files'
import { type DamagedFile, verifyCheckpoints } from '@umbra/core/trainer'
import { readArm } from './arm-files.js'
import { readArtefact } from './artefact.js'
import { readRunFile } from './run-file.js'
import { isFolder, isHash, namesIn, runFolders } from './store-contents.js'

export interface StoreVerification {
  /** Arms, models, logits, checkpoints and records that were read. */
  readonly checked: number
  readonly damaged: readonly DamagedFile[]
}

/** Files of a run folder that have a checksum, besides those of its arms and `run.json`. */
const SEALED = ['record.json', 'teachers.json', 'search.json', 'result.json']

type Checked = { readonly is: string } | ({ readonly is: 'damaged' } & DamagedFile)

/** Reads everything in the store and in the run folders beside it, and compares the checksums. Changes nothing. */
export function verifyStore(runs: string): StoreVerification {
  const damaged: DamagedFile[] = []
  let checked = 0
  const check = (state: Checked): void => {
    if (state.is !== 'missing') checked += 1
    if ('problem' in state) damaged.push({ path: state.path, problem: state.problem })
  }
  const checkpoints = (path: string): void => {
    const verified = verifyCheckpoints(path)
    checked += verified.checked
    damaged.push(...verified.damaged)
  }
  const folder = (path: string): boolean => {
    const is = isFolder(path)
    if (!is) check({ is: 'damaged', path, problem: 'it is no folder' })
    return is
  }
  const store = join(runs, '.store')
  if (existsSync(store)) folder(store)
  for (const name of namesIn(store).filter((each) => isHash(each) && folder(join(store, each)))) {
    if (existsSync(join(store, name, 'model.safetensors')))
      check(readArtefact(join(store, name, 'model.safetensors')))
    else check(readArm(join(store, name)))
    checkpoints(join(store, name))
  }
  for (const name of namesIn(join(store, 'logits')))
    if (name.endsWith('.safetensors')) check(readArtefact(join(store, 'logits', name)))
  for (const run of runFolders(runs).map((name) => join(runs, name))) {
    const file = readRunFile(run)
    check(file.is === 'damaged' ? { ...file, path: join(run, 'run.json') } : file)
    if (file.is === 'other-format') continue
    for (const name of SEALED) {
      const opened = readSealed(join(run, name))
      if ('value' in opened) check({ is: 'intact' })
      else if (opened.missing !== true)
        check({ is: 'damaged', path: join(run, name), problem: opened.problem })
    }
    for (const part of ['arms', 'search'])
      for (const arm of namesIn(join(run, part))) {
        check(readArm(join(run, part, arm)))
        checkpoints(join(run, part, arm))
      }
  }
  return { checked, damaged }
}
