import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { readSealed } from '@umbra/core/files'
import { readArm } from './arm-files.js'
import { readArtefact } from './artefact.js'
import { readRunFile } from './run-file.js'
import { namesIn, runFolders } from './store-contents.js'

/** A damaged file, and what is wrong with it. */
export interface Damage {
  readonly path: string
  readonly problem: string
}

export interface StoreVerification {
  /** Arms, models, logits and records that were read. */
  readonly checked: number
  readonly damaged: readonly Damage[]
}

/** Files of a run folder that have a checksum, besides those of its arms and `run.json`. */
const SEALED = ['record.json', 'teachers.json', 'search.json', 'result.json']

/** Reads everything in the store and in the run folders beside it, and compares the checksums. Changes nothing. */
export function verifyStore(runs: string): StoreVerification {
  const damaged: Damage[] = []
  let checked = 0
  const check = (state: { readonly is: string } | ({ readonly is: 'damaged' } & Damage)): void => {
    if (state.is !== 'missing') checked += 1
    if ('problem' in state) damaged.push({ path: state.path, problem: state.problem })
  }
  const store = join(runs, '.store')
  for (const name of namesIn(store))
    if (existsSync(join(store, name, 'model.safetensors')))
      check(readArtefact(join(store, name, 'model.safetensors')))
    else check(readArm(join(store, name)))
  for (const name of namesIn(join(store, 'logits')))
    if (name.endsWith('.safetensors')) check(readArtefact(join(store, 'logits', name)))
  for (const run of runFolders(runs)) {
    const folder = join(runs, run)
    const file = readRunFile(folder)
    check(file.is === 'damaged' ? { ...file, path: join(folder, 'run.json') } : file)
    if (file.is === 'other-format') continue
    for (const name of SEALED) {
      const opened = readSealed(join(folder, name))
      if ('value' in opened) check({ is: 'intact' })
      else if (opened.missing !== true)
        check({ is: 'damaged', path: join(folder, name), problem: opened.problem })
    }
    for (const part of ['arms', 'search'])
      for (const arm of namesIn(join(folder, part))) check(readArm(join(folder, part, arm)))
  }
  return { checked, damaged }
}
