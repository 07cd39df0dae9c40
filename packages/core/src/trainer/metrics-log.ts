import type { Tensor, Tensor1D } from '@tensorflow/tfjs-core'
import type { StepMetrics } from '../contracts/events.js'
import { tf } from '../tf.js'
import { getEntry } from '../util/get-entry.js'
import type { Arm } from './arm.js'

/** Sums over the steps of an epoch; plain JSON, so that a resumed epoch ends with the same means. */
export interface RunningSums {
  steps: number
  loss: number
  accuracy: number
  terms: Record<string, number>
}

export const emptySums = (): RunningSums => ({ steps: 0, loss: 0, accuracy: 0, terms: {} })

/** Collects the metrics of steps on the engine and reads them a few at a time. */
export interface MetricsLog {
  readonly add: (outputs: Readonly<Record<string, Tensor>>) => void
  /** Reads the collected metrics: those of the last step by arm, and the arms whose loss is no longer finite. */
  readonly flush: () => Promise<{
    readonly last: Record<string, StepMetrics>
    readonly diverged: readonly string[]
  }>
  readonly sums: Map<string, RunningSums>
}

export function createMetricsLog(arms: readonly Arm[], sums: Map<string, RunningSums>): MetricsLog {
  const waiting = new Map<string, Tensor1D[]>(arms.map(({ spec }) => [spec.id, []]))
  const terms = new Map(arms.map(({ spec }) => [spec.id, Object.keys(spec.objective.weights)]))
  return {
    sums,
    add: (outputs) => {
      for (const [id, list] of waiting) {
        const metrics = outputs[`metrics/${id}`]
        if (metrics !== undefined) list.push(metrics as Tensor1D)
      }
    },
    flush: async () => {
      const last: Record<string, StepMetrics> = {}
      const diverged: string[] = []
      for (const [id, list] of waiting) {
        if (list.length === 0) continue
        const stacked = tf.stack(list)
        tf.dispose(list)
        list.length = 0
        const rows = (await stacked.array()) as number[][]
        stacked.dispose()
        const armSums = getEntry(sums, id, 'sums of arm')
        const names = getEntry(terms, id, 'terms of arm')
        for (const row of rows) last[id] = addRow(armSums, row, names)
        if (rows.some((row) => !Number.isFinite(row[0]))) diverged.push(id)
      }
      return { last, diverged }
    },
  }
}

function addRow(sums: RunningSums, row: readonly number[], names: readonly string[]): StepMetrics {
  const [loss, accuracy, ...means] = row as [number, number, ...number[]]
  sums.steps += 1
  sums.loss += loss
  sums.accuracy += accuracy
  // A row holds one mean for each term, see `armStep`.
  const terms = Object.fromEntries(names.map((name, i) => [name, means[i]!]))
  for (const [name, mean] of Object.entries(terms)) sums.terms[name] = (sums.terms[name] ?? 0) + mean
  return { loss, accuracy, terms }
}

/** Means of an epoch. */
export const meansOf = ({ steps, loss, accuracy, terms }: RunningSums): StepMetrics => ({
  loss: loss / steps,
  accuracy: accuracy / steps,
  terms: Object.fromEntries(Object.entries(terms).map(([name, sum]) => [name, sum / steps])),
})
