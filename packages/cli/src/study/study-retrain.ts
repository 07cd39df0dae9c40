import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { z } from '@umbra/core'
import { readSealed, sealedJson, writeFile } from '@umbra/core/files'
import type { RunOptions } from '@umbra/experiment'
import { retrainSince } from '../experiment/run-experiment.js'
import type { RunFlags } from '../experiment/experiment-options.js'

type Retrain = NonNullable<RunOptions['retrain']>

/** Beside the runs of a study, which begin after its teachers: what an interrupted session was asked to train again. */
const FILE = 'retrain.json'
const fileSchema = z.object({ what: z.enum(['teachers', 'all']), since: z.string() })

/**
 * What a study trains again, and since when. An interrupted session that was asked for it is continued with what it has made, also where
 * the flag is given again.
 */
export async function studyRetrain(
  folder: string,
  { resume, retrain: what }: Pick<RunFlags, 'resume' | 'retrain'>,
): Promise<Retrain | undefined> {
  const path = join(folder, FILE)
  if (resume === true) {
    const opened = readSealed(path)
    const interrupted = 'value' in opened ? fileSchema.safeParse(opened.value).data : undefined
    if (interrupted !== undefined) return interrupted
  }
  const retrain = retrainSince(what)
  if (retrain === undefined) endRetrain(folder)
  else await writeFile(path, sealedJson(retrain))
  return retrain
}

/** To be called when the study is done: what it was asked to train again is there. */
export const endRetrain = (folder: string): void => rmSync(join(folder, FILE), { force: true })
