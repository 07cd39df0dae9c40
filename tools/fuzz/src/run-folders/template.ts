import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { command } from './command.js'
import { figuresIn } from './figures.js'

/** The run's name, and so its folder. */
export const RUN = 'tiny'

const MODEL = { id: 'cnn', options: { width: 1 } }
const CONFIG = {
  name: RUN,
  engine: 'wasm',
  dataset: { id: 'digits', trainLimit: 40, testLimit: 16 },
  validation: { count: 8 },
  baselines: false,
  teachers: [{ model: MODEL, train: { epochs: 1, batch: 16 } }],
  student: { model: MODEL },
  methods: ['ce', 'kd'],
  seeds: [0],
  recipe: { epochs: 3, batch: 16 },
}

/** A run made once, to be damaged in copies. */
export interface Template {
  /** Folders with a configuration and `runs`: of a run that is finished, and of one that was interrupted in training. */
  readonly finished: string
  readonly interrupted: string
  /** The figures of the finished run. */
  readonly figures: string
  /** Text of the report of the finished run. */
  readonly report: string
}

/** Trains the run in `folder`, once there, and interrupts another. */
export async function makeTemplate(folder: string): Promise<Template> {
  const [finished, interrupted] = [join(folder, 'finished'), join(folder, 'interrupted')]
  for (const home of [finished, interrupted]) {
    mkdirSync(home, { recursive: true })
    writeFileSync(join(home, 'umbra.config.json'), JSON.stringify(CONFIG))
  }
  for (const words of [['compare'], ['report', join('runs', RUN)]]) {
    const { code, err } = await command(finished, 'template', ...words)
    if (code !== 0) throw new Error(`no run could be made: ${err}`)
  }
  await interrupt(interrupted)
  return {
    ...{ finished, interrupted },
    figures: figuresIn(join(finished, 'runs', RUN)),
    report: readFileSync(join(finished, 'runs', RUN, 'report.json'), 'utf8'),
  }
}

/** Stops a run as Ctrl-C does, at the first checkpoint of its students. */
async function interrupt(home: string): Promise<void> {
  const arms = join(home, 'runs', RUN, 'arms')
  const timer = setInterval(() => {
    if (!checkpointIn(arms)) return
    clearInterval(timer)
    process.emit('SIGINT')
  }, 0)
  const { code, err } = await command(home, 'template', 'compare')
  clearInterval(timer)
  if (code !== 130 || !checkpointIn(arms)) throw new Error(`the run could not be interrupted: ${err}`)
}

const checkpointIn = (arms: string): boolean =>
  existsSync(arms) &&
  readdirSync(arms).some((arm) => readdirSync(join(arms, arm)).some((name) => name.startsWith('checkpoint-')))

/** A copy of a template's folder to be damaged. */
export function copyOf(home: string, to: string): void {
  rmSync(to, { recursive: true, force: true })
  cpSync(home, to, { recursive: true })
}
