import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { snapshotOf } from './folders.js'
import { type Ended, command } from './run-folders/command.js'
import { type Damaged, damage } from './run-folders/damage.js'
import { expectVerified } from './run-folders/expect-verified.js'
import { figuresIn } from './run-folders/figures.js'
import { RUN, type Template, copyOf, makeTemplate } from './run-folders/template.js'
import { FuzzFailure, type FuzzTarget } from './target.js'

/** By folder of cases. */
const templates = new Map<string, Template>()

/** Damaged run folders: what is read from them is what was written, or the command says why not. */
export const runs: FuzzTarget = {
  name: 'runs',
  prepare: async (folder) => void templates.set(folder, await makeTemplate(join(folder, 'template'))),
  run: async (random, folder) => {
    const template = templates.get(folder)
    if (template === undefined) throw new Error('no run was made to be damaged')
    const [home, outside] = [join(folder, 'case'), join(folder, 'outside')]
    const before = makeOutside(outside)
    const from = random.chance(0.6) ? template.finished : template.interrupted
    copyOf(from, home)
    const damaged = damage(join(home, 'runs'), outside, random)
    const what = `${damaged.kind}: ${damaged.paths.join(', ')}`
    const umbra = (...words: readonly string[]): Promise<Ended> => command(home, what, ...words)

    const verified = await umbra('store', 'verify', '--json')
    expectVerified(verified, {
      ...{ damaged, what },
      runs: join(home, 'runs'),
      original: join(from, 'runs'),
    })
    await umbra('store', 'list')
    await umbra('store', 'clean', '--unused', '--dry-run')
    const reported = await umbra('report', join('runs', RUN))
    expectReport(reported, { damaged, what, home, template })
    const resumed = await umbra('compare', '--resume')
    expectFigures(resumed, { damaged, what, home, template })
    if (snapshotOf(outside) !== before) throw new FuzzFailure(`${what}: a folder outside was changed`)
    if (Object.keys(Object.prototype).length > 0) throw new FuzzFailure(`${what}: every object has new keys`)
    return {
      kind: damaged.kind,
      outcome: resumed.code === 0 ? 'read' : 'refused',
      message: resumed.code === 0 ? '' : resumed.err,
    }
  },
}

/** Files of someone else, beside the runs; returns what they are. */
function makeOutside(outside: string): string {
  rmSync(outside, { recursive: true, force: true })
  mkdirSync(outside)
  for (const name of ['precious.txt', 'result.json', 'model.json', 'model.safetensors', 'events.jsonl'])
    writeFileSync(join(outside, name), '{"of":"someone else"}\n')
  return snapshotOf(outside)
}

interface CaseFacts {
  readonly damaged: Damaged
  readonly what: string
  readonly home: string
  readonly template: Template
}

function expectReport({ code }: Ended, { damaged, what, home, template }: CaseFacts): void {
  if (code !== 0 || damaged.forged) return
  if (readFileSync(join(home, 'runs', RUN, 'report.json'), 'utf8') !== template.report)
    throw new FuzzFailure(`${what}: another report`)
}

function expectFigures({ code, err }: Ended, { damaged, what, home, template }: CaseFacts): void {
  if (code === 0 && !damaged.forged && figuresIn(join(home, 'runs', RUN)) !== template.figures)
    throw new FuzzFailure(`${what}: other figures after --resume: ${err}`)
  if (code === 1 && !/^error UMBRA_/m.test(err))
    throw new FuzzFailure(`${what}: failed without an error: ${err}`)
}
