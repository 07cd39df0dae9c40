import { UmbraError } from '@umbra/core'
import { Command } from 'commander'
import { printJson } from '../output/print-json.js'
import type { Invocation } from '../process/invocation.js'
import { withInterrupt } from '../process/with-interrupt.js'
import { firstPartyModule } from '../project/first-party-module.js'
import { type CommonFlags, addCommonOptions, examples } from '../config/common-options.js'

interface WatchFlags extends CommonFlags {
  readonly port: string
  readonly runs: string
}

/** What this command uses of `@umbra/plugin-live`. */
export interface LivePage {
  readonly findRun: (run: string | undefined, runs: string, cwd: string) => string
  readonly serveRun: (options: { readonly runDir: string; readonly port: number }) => Promise<{
    readonly url: string
    readonly close: () => Promise<void>
  }>
}

/** `umbra watch [run]`: a local page with the curves of a run, until Ctrl-C. */
export const watchCommand = ({ io }: Invocation): Command => {
  const needs = { what: 'umbra watch', exports: ['findRun', 'serveRun'], folder: io.cwd } as const
  const command = new Command('watch')
    .description('Show the curves of a run on a local page, during the run or afterwards.')
    .argument('[run]', 'folder or name of a run (default: the newest)')
    .option('--port <n>', 'port on 127.0.0.1; 0 for any free port', '0')
    .option('--runs <folder>', 'folder for run folders', 'runs')
    .addHelpText('after', examples('umbra watch', 'umbra watch quickstart --port 8080', 'umbra watch --json'))
  addCommonOptions(command)
  return command.action(async (run: string | undefined, { port, runs, json }: WatchFlags) => {
    const live = await firstPartyModule('@umbra/plugin-live', needs, io)
    const { findRun, serveRun } = live as unknown as LivePage
    const runDir = findRun(run, runs, io.cwd)
    await withInterrupt(
      () => undefined,
      async (signal) => {
        const server = await serveRun({ runDir, port: portNumber(port) })
        try {
          if (json === true) printJson(io, { url: server.url, runDir })
          else io.out(`${runDir}\n${server.url}\nPress Ctrl-C to stop\n`)
          await new Promise((resolve) => signal.addEventListener('abort', resolve))
        } finally {
          await server.close()
        }
      },
    )
  })
}

function portNumber(text: string): number {
  const port = Number(text)
  if (/^\d+$/.test(text) && port <= 65_535) return port
  throw new UmbraError('UMBRA_USAGE', {
    subject: '--port',
    expected: 'a number from 0 to 65535',
    received: `"${text}"`,
  })
}
