import { watchingPurity } from '../purity-watch.js'
import { evaluate, type Evaluated } from '../evaluate.js'
import { type Probe, variableCount } from '../probe.js'
import { failed, firstFailure } from '../verdict.js'
import { type Check, probeBatch } from './check.js'

/**
 * Terms are a function of their arguments: the same before and after another batch, in a new objective too, without
 * reading values, clocks or random numbers of the process, without making or assigning variables.
 */
export const checkPurity: Check = ({ probe }) => {
  const used = probe()
  if (used.ownVariables > 0)
    return failed(
      'The objective must leave making variables to the trainer; it made one itself. Return initial tensors from `prepare`: a variable of its own is in no optimiser and in no checkpoint.',
    )
  const [a, b] = [probeBatch(used, 'a'), probeBatch(used, 'b')]
  const failures: string[] = []
  const before = variableCount()
  const result = evaluate(observed(used, failures), a)
  if (variableCount() !== before)
    failures.push(
      'The terms must make no variable; they made one, which no optimiser moves and no checkpoint saves.',
    )
  if (!equal(result.stateAfter, used.state))
    failures.push(
      'State must not be assigned by the terms; it was changed in place. Return the new values as `state`.',
    )
  const second = evaluate(used, b)
  const repeated = evaluate(used, a)
  if (!agree(result, repeated))
    failures.push(
      'The same batch must give the same terms each time; the second time they differ. Something is kept between calls: a counter, a cache, a moving mean. Keep it as `state`, or draw it in `feeds`.',
    )
  const fresh = probe()
  if (!agree(evaluate(fresh, b), second))
    failures.push(
      'Terms must not depend on batches seen before; a new objective gives others for the same batch. Outputs are cached by sample, or a value of the first batch is kept.',
    )
  return firstFailure(failures, 'Terms are a function of their arguments alone.')
}

/** A probe whose terms, and nothing else, are watched. */
const observed = (probe: Probe, failures: string[]): Probe => ({
  ...probe,
  objective: {
    ...probe.objective,
    terms: (...args) => {
      const { impurities, result } = watchingPurity(() => probe.objective.terms(...args))
      failures.push(...impurities)
      return result
    },
  },
})

const equal = (a: unknown, b: unknown): boolean => plain(a) === plain(b)
const plain = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) =>
    ArrayBuffer.isView(inner) ? Array.from(inner as Float32Array) : inner,
  )
const agree = (a: Evaluated, b: Evaluated): boolean => equal([a.terms, a.state], [b.terms, b.state])
