import { DEFAULT_TENSORFLOW, installTensorflow, listEngines, removeTensorflow } from '@umbra/engine'
import { Command } from 'commander'
import { columns } from '../output/format.js'
import { installView } from '../output/install-view.js'
import { printJson } from '../output/print-json.js'
import type { Invocation } from '../process/invocation.js'
import { withInterrupt } from '../process/with-interrupt.js'
import { type CommonFlags, addCommonOptions, examples } from '../config/common-options.js'
import { TAKE_OVER } from '../experiment/experiment-options.js'

const OTHERS = `
With UMBRA_TENSORFLOW=stock in the environment, the library of an installed @tensorflow/tfjs-node-gpu or
@tensorflow/tfjs-node is used instead, if its install script has run. The wasm and cpu engines need no installation; the
webgpu engine needs the packages that "umbra doctor" names and is used with --engine webgpu only.`

/** `umbra engine install|list|remove`: manages the tensorflow engine of this user. */
export const engineCommand = (invocation: Invocation): Command =>
  new Command('engine')
    .description('Install, list and remove the tensorflow engine.')
    .addHelpText('after', examples('umbra engine install', 'umbra engine list', 'umbra engine remove 2.21.0'))
    .addHelpText('after', OTHERS)
    .addCommand(installCommand(invocation))
    .addCommand(listCommand(invocation))
    .addCommand(removeCommand(invocation))

interface InstallFlags extends CommonFlags {
  readonly version?: string
  readonly gpu?: true
  readonly index?: string
  readonly from?: string
  readonly force?: true
  readonly takeOver?: true
  readonly quiet?: true
}

function installCommand({ io }: Invocation): Command {
  const command = new Command('install')
    .description("Download libtensorflow and build its addon in the user's cache.")
    .option('--version <version>', `version of libtensorflow (default: ${DEFAULT_TENSORFLOW})`)
    .option('--gpu', 'the build for NVIDIA GPUs')
    .option('--index <url>', "package index (default: from pip's settings, else PyPI)")
    .option('--from <folder>', 'folder that contains the wheel')
    .option('--force', 'install again, replacing an existing installation')
    .option('--take-over', TAKE_OVER)
    .option('-q, --quiet', 'show no progress')
    .addHelpText('after', examples('umbra engine install', 'umbra engine install --gpu --version 2.21.0'))
  addCommonOptions(command)
  return command.action(async ({ version, gpu, index, from, force, takeOver, quiet, json }: InstallFlags) => {
    const view = installView(io, quiet === true)
    try {
      const engine = await withInterrupt(
        (text) => io.err(`${text}\n`),
        (signal) =>
          installTensorflow(
            {
              ...(version === undefined ? {} : { version }),
              ...(index === undefined ? {} : { index }),
              ...(from === undefined ? {} : { from }),
              gpu: gpu === true,
              force: force === true,
              takeOver: takeOver === true,
              say: (text) => io.err(`${text}\n`),
              signal,
            },
            view.show,
          ),
      )
      view.stop()
      if (json === true) printJson(io, engine)
      else io.out(`engine tensorflow ${engine.name} is ready in ${engine.folder}\n`)
    } finally {
      view.stop()
    }
  })
}

function listCommand({ io }: Invocation): Command {
  const command = new Command('list')
    .description('List the installed tensorflow engines, the one in use first.')
    .addHelpText('after', examples('umbra engine list --json'))
  addCommonOptions(command)
  return command.action(({ json }: CommonFlags) => {
    const engines = listEngines()
    if (json === true) {
      printJson(io, engines)
      return
    }
    if (engines.length === 0) io.out('none installed; run umbra engine install\n')
    else
      io.out(
        `${columns(engines.map(({ name, installed, folder }) => [name, installed.slice(0, 10), folder]))}\n`,
      )
    io.out(
      'webgpu, wasm and cpu are npm packages and not listed here; umbra doctor reports which of them work\n',
    )
  })
}

function removeCommand({ io }: Invocation): Command {
  const command = new Command('remove')
    .description('Remove an installed tensorflow engine, or all of them.')
    .argument('[name]', 'name, as umbra engine list prints it (default: all)')
    .addHelpText('after', examples('umbra engine remove', 'umbra engine remove 2.21.0-gpu'))
  addCommonOptions(command)
  return command.action(async (name: string | undefined, { json }: CommonFlags) => {
    const removed = await removeTensorflow(name)
    if (json === true) printJson(io, { removed })
    else io.out(removed.length === 0 ? 'none installed\n' : `removed ${removed.join(', ')}\n`)
  })
}
