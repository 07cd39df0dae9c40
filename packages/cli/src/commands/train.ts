import { UmbraError } from '@umbra/core'
import { Command } from 'commander'
import type { RawConfig } from '../config/read-config.js'
import { compareAndReport, runExperiment } from '../experiment/run-experiment.js'
import type { Invocation } from '../process/invocation.js'
import { examples } from '../config/common-options.js'
import { type RunFlags, addExperimentOptions } from '../experiment/experiment-options.js'

/** `umbra train`: one method, one seed. */
export const trainCommand = (invocation: Invocation): Command => {
  const command = new Command('train')
    .description('Train one student with one method.')
    .option('-m, --method <id>', "method (default: the configuration's, if it has only one)")
    .option('--seed <n>', "seed (default: the configuration's first)")
    .addHelpText(
      'after',
      examples('umbra train --config examples/01-quickstart/umbra.config.ts --method kd --seed 1'),
    )
  return addExperimentOptions(command).action(
    ({ method, seed, ...flags }: RunFlags & { readonly method?: string; readonly seed?: string }) =>
      runExperiment(
        'train',
        {
          ...flags,
          ...(method === undefined ? {} : { methods: method }),
          ...(seed === undefined ? {} : { seeds: seed }),
        },
        invocation,
        { adjust: (raw) => single(raw, flags.name), work: compareAndReport(flags, invocation) },
      ),
  )
}

/** The configuration with one method and one seed, under a separate name. */
function single(raw: RawConfig, named: string | undefined): RawConfig {
  const methods: readonly unknown[] = Array.isArray(raw.methods) ? raw.methods : []
  if (methods.length > 1) {
    throw new UmbraError('UMBRA_USAGE', {
      subject: 'umbra train trains one method',
      received: methods.map(labelOf).join(', '),
      remedy: 'Choose one with --method, or run umbra compare',
    })
  }
  const seeds: readonly unknown[] = Array.isArray(raw.seeds) ? raw.seeds : [0]
  const name =
    typeof raw.name === 'string' && named === undefined ? `${raw.name}-${labelOf(methods[0])}` : raw.name
  return { ...raw, seeds: seeds.slice(0, 1), ...(name === undefined ? {} : { name }) }
}

function labelOf(entry: unknown): string {
  if (typeof entry !== 'object' || entry === null) return String(entry)
  const { label, id } = entry as { readonly label?: unknown; readonly id?: unknown }
  return String(label ?? id)
}
