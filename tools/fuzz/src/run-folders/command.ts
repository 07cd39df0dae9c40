import process from 'node:process'
import { main } from '@umbra/cli'
import { checkText } from '../check-error.js'
import { REPOSITORY } from '../repository.js'
import { FuzzFailure } from '../target.js'

/** What a command printed, and how it ended. */
export interface Ended {
  readonly code: number
  readonly out: string
  readonly err: string
}

const CODES: readonly number[] = [0, 1, 2, 130]
/** What Node prints of an error that nobody expected. */
const DEFECT = /a bug in Umbra|\n\s+at .*:\d+:\d+|node:internal/
/** The only end of a wait for a lock that nothing releases. */
const WAITING = 'waiting for process'

/** Runs a command in this process and checks how it speaks. One that says it waits for another process is interrupted. */
export async function command(cwd: string, kind: string, ...words: readonly string[]): Promise<Ended> {
  let [out, err] = ['', '']
  const code = await main(['node', 'umbra', ...words], {
    out: (text) => void (out += text),
    err: (text) => {
      err += text
      if (text.includes(WAITING)) process.emit('SIGINT')
    },
    ...{ colour: false, cwd, home: REPOSITORY, env: {} },
  })
  const name = `${kind}: umbra ${words.join(' ')}`
  if (DEFECT.test(err)) throw new FuzzFailure(`${name}: ${err}`)
  if (!CODES.includes(code)) throw new FuzzFailure(`${name}: exit code ${code}: ${err}`)
  if (code > 1 && !/^error UMBRA_\w+: .+\n$/m.test(err))
    throw new FuzzFailure(`${name}: exit code ${code} without a line that says why: ${err}`)
  checkText(err, name)
  checkText(out.slice(0, 8000), name)
  return { code, out, err }
}
