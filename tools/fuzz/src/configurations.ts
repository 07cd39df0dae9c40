import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { main } from '@umbra/cli'
import { checkText } from './check-error.js'
import { configurationCase } from './configurations/configuration-case.js'
import { REPOSITORY } from './repository.js'
import { FuzzFailure, type FuzzTarget } from './target.js'

/** Configuration files: `compare --dry-run` names what is wrong; none of them has data to run on. */
export const configurations: FuzzTarget = {
  name: 'configurations',
  run: async (random, folder) => {
    const { kind, name, text } = configurationCase(random)
    const home = join(folder, 'case')
    rmSync(home, { recursive: true, force: true })
    mkdirSync(home)
    writeFileSync(join(home, name), text)
    let printed = ''
    const print = (part: string): void => void (printed += part)
    const code = await main(['node', 'umbra', 'compare', '--dry-run'], {
      ...{ out: print, err: print, colour: false, cwd: home, home: REPOSITORY, env: {} },
    })
    if (code !== 2) throw new FuzzFailure(`${kind}: exit code ${code}: ${printed.slice(0, 1000)}`)
    checkText(printed.slice(0, 8000), kind)
    return { kind, outcome: 'refused', message: printed }
  },
}
