import * as tf from '@tensorflow/tfjs-core'
import { UmbraError } from '@umbra/core'
import { origin, whereOf } from './origin.js'

/** The innermost named scope: the trainer names one for each method and each teacher. */
export function scopeName(): string {
  const { scopeStack } = tf.engine().state as unknown as {
    readonly scopeStack: readonly { readonly name?: string }[]
  }
  return scopeStack.findLast(({ name }) => /^(method|teacher) /.test(name ?? ''))?.name ?? ''
}

const REMEDY = 'Compute with tensors only; take what changes from `batch.scalars`'

/** The error for a step that cannot be recorded, naming the scope and the line. */
export function impure(what: string, remedy = REMEDY): UmbraError {
  const scope = scopeName()
  return new UmbraError('UMBRA_STEP_IMPURE', {
    subject: `${scope === '' ? 'the step' : scope} ${what} at ${whereOf(origin())}`,
    expected: 'pure tensor code',
    remedy: `${remedy}, or run with --no-compile`,
  })
}

export const hostRead = (): UmbraError =>
  impure('reads the value of a tensor (dataSync, arraySync or a branch on it)')

export const earlierTensor = (): UmbraError =>
  impure('uses a tensor that an earlier step made', 'Return as state what the next step needs')

export const newVariable = (shape: readonly number[]): UmbraError =>
  impure(`makes a variable of shape [${shape.join(', ')}]`, 'Make variables in `prepare`')

export const statefulRandom = (op: string): UmbraError =>
  impure(`draws random numbers without a seed (${op})`, 'Draw them in `feeds` or from `batch.seed`')
