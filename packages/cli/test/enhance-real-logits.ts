import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { type Dataset, type SoftTargets, tf } from '@umbra/core'
import { assemble } from '@umbra/core/trainer'
import { createEngine, listEngines } from '@umbra/engine'
import { kendallTauB } from '@umbra/measures'
import { classRelations } from '@umbra/plugin-discrepancy'
import { cifar10 } from '@umbra/plugin-vision'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { PLUGINS } from './first-party.js'
import { TEACHERS, logitsOf } from './real-logits.js'

const folder = resolve(process.env.UMBRA_DATA ?? join(import.meta.dirname, '../../../../shared/data'))
const hasData = existsSync(join(folder, 'weights')) && existsSync(join(folder, 'cifar-10-binary'))
const hasEngine = listEngines().length > 0
const runs = hasData && hasEngine
const why = hasData
  ? hasEngine
    ? ''
    : ' (skipped: needs the tensorflow engine, `umbra engine install`)'
  : ' (skipped: needs the folder shared/data, or UMBRA_DATA set to it)'

const CLASSES = 10
const SOFTENINGS = ['shared', 'ats'] as const
const registry = assemble(PLUGINS)

/**
 * What float32 log-probabilities leave open of a variance computed from them: each is rounded at about 1e-7 of its size, up
 * to 60 here, and counts twice in a square.
 */
const ROUNDING = 1e-5

/** Population variance of the conditional over the wrong classes, in float64. */
function inherentVariance(wrong: readonly number[]): number {
  const top = Math.max(...wrong)
  const p = wrong.map((x) => Math.exp(x - top))
  const total = p.reduce((a, b) => a + b, 0)
  const centre = 1 / p.length
  return p.reduce((sum, x) => sum + (x / total - centre) ** 2, 0) / p.length
}

interface Effect {
  /** Mean inherent variance before and after. */
  readonly before: number
  readonly after: number
  /** Samples whose inherent variance fell by more than rounding. */
  readonly lowered: number
  /** Samples with two wrong classes that changed places. */
  readonly reordered: number
  /** Samples with two wrong classes that float32 no longer tells apart. */
  readonly merged: number
  /** Mean Kendall tau-b of the wrong classes before and after. */
  readonly tau: number
}

function effectOf(before: readonly number[][], after: readonly number[][], labels: Int32Array): Effect {
  const sums = { before: 0, after: 0, lowered: 0, reordered: 0, merged: 0, tau: 0 }
  for (const [i, row] of before.entries()) {
    const wrong = row.filter((_, c) => c !== labels[i])
    const changed = after[i]!.filter((_, c) => c !== labels[i])
    const [was, is] = [inherentVariance(wrong), inherentVariance(changed)]
    sums.before += was / before.length
    sums.after += is / before.length
    if (is < was * (1 - ROUNDING)) sums.lowered++
    const order = [...wrong.keys()].sort((a, b) => wrong[a]! - wrong[b]!)
    const steps = order.slice(1).map((c, k) => ({
      distinct: wrong[c]! > wrong[order[k]!]!,
      rise: changed[c]! - changed[order[k]!]!,
    }))
    if (steps.some(({ distinct, rise }) => rise < 0 || (!distinct && rise !== 0))) sums.reordered++
    if (steps.some(({ distinct, rise }) => distinct && rise === 0)) sums.merged++
    sums.tau += kendallTauB(wrong, changed) / before.length
  }
  return sums
}

/** Tests of enhancements on the logits of published CIFAR-10 teachers for the first `count` test images. */
export function enhanceRealLogits(count: number): void {
  const cacheDir = mkdtempSync(join(tmpdir(), 'umbra-logits-'))
  const logits = new Map<string, Float32Array>()
  let dataset: Dataset

  beforeAll(async () => {
    if (!runs) return
    const engine = await createEngine('tensorflow')
    const context = { baseDir: folder, cacheDir, notice: () => undefined }
    dataset = await cifar10.load({ path: 'cifar-10-binary' }, context)
    for (const teacher of TEACHERS)
      logits.set(teacher.id, await logitsOf(teacher, { registry, engine, dataset, folder, count }))
  }, 600_000)
  afterAll(() => rmSync(cacheDir, { recursive: true }))

  it.skipIf(!runs)(
    `power and match never lower a sample’s inherent variance and keep the order of its wrong classes${why}`,
    () => {
      const labels = dataset.test.labels.slice(0, count)
      const lines: string[] = []
      for (const softening of SOFTENINGS) {
        const soften = registry.parts.softening(softening)
        const scalars = (of: Readonly<Record<string, unknown>> = {}) =>
          Object.fromEntries(Object.entries(of).map(([name, value]) => [name, tf.scalar(value as number)]))
        const targetsOf = (id: string): { log: number[][]; relations: number[][] } =>
          tf.tidy(() => {
            const y: tf.Tensor1D = tf.tensor1d(labels, 'int32')
            const z: tf.Tensor2D = tf.tensor2d(logits.get(id)!, [count, CLASSES])
            const { logProbabilities } = soften.apply(z, y, scalars(soften.scalars))
            const read = {
              log: logProbabilities.arraySync(),
              relations: classRelations(logProbabilities, y).arraySync(),
            }
            return { read }
          }).read
        // The smallest teacher's mean by class: what `match` is to bring the others to.
        const smallest = targetsOf(TEACHERS[0].id).log
        const reference = Array.from({ length: CLASSES }, (_, c) => {
          const of = smallest.filter((_, i) => labels[i] === c)
          const each = of.map((row) => inherentVariance(row.filter((_, d) => d !== c)))
          return each.reduce((a, b) => a + b, 0) / each.length
        })
        for (const { id } of TEACHERS) {
          const { log, relations } = targetsOf(id)
          const enhancements = { power: {}, match: { reference }, fuse: { relations } }
          for (const [name, options] of Object.entries(enhancements)) {
            const enhancement = registry.parts.enhancement(name, options)
            const after = tf.tidy(() => {
              const logProbabilities: tf.Tensor2D = tf.tensor2d(log)
              const targets: SoftTargets = { logProbabilities, probabilities: tf.exp(logProbabilities) }
              const y: tf.Tensor1D = tf.tensor1d(labels, 'int32')
              const result = enhancement.apply(targets, y, scalars(enhancement.scalars))
              return { log: result.logProbabilities.arraySync() }
            }).log
            const effect = effectOf(log, after, labels)
            lines.push(
              `${softening.padEnd(7)} ${id} ${name.padEnd(5)}  IV ${effect.before.toExponential(3)} -> ${effect.after.toExponential(3)}` +
                `  lowered ${effect.lowered}  reordered ${effect.reordered}  made equal by float32 ${effect.merged}  tau-b ${effect.tau.toFixed(4)}`,
            )
            if (name === 'fuse') continue
            expect({ id, name, lowered: effect.lowered, reordered: effect.reordered }).toEqual({
              id,
              name,
              lowered: 0,
              reordered: 0,
            })
            expect(effect.after).toBeGreaterThan(effect.before)
          }
        }
      }
      process.stdout.write(`${count} test images, samples counted:\n${lines.join('\n')}\n`)
    },
    600_000,
  )
}
