import { Command } from 'commander'
import type { Invocation } from '../process/invocation.js'
import { runWorker } from '../experiment/run-worker.js'

/** Hidden: the process that a run with `--workers` starts. */
export const workerCommand = ({ io }: Invocation): Command =>
  new Command('worker').description('Started by a run with --workers.').action(() => runWorker(io))
