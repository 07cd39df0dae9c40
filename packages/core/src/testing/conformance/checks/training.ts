import type { Variable } from '@tensorflow/tfjs-core'
import { decodeSafetensors, encodeSafetensors } from '../../../checkpoint/safetensors.js'
import { restoreVariables, storeVariablesSync } from '../../../checkpoint/stored-variables.js'
import { eagerEngine } from '../../eager-engine.js'
import { tf } from '../../../tf.js'
import type { MethodSubject } from '../method-subject.js'
import { openTraining } from '../toy-training.js'
import { type CheckName, failed, type Finding, firstFailure, notApplicable, passed } from '../verdict.js'

type Values = ReadonlyMap<string, readonly number[]>

/** What four steps of training show, each as its own finding. */
export type TrainingFindings = Readonly<
  Record<Extract<CheckName, 'teacher-untouched' | 'variables' | 'state' | 'leaks' | 'resume'>, Finding>
>

/** Trains four steps, and two more from a checkpoint taken after the second. */
export function trainingFindings(subject: MethodSubject): TrainingFindings {
  const training = openTraining(subject, eagerEngine())
  try {
    const { teacherWeights } = training
    const gone = teacherWeights.find(({ isDisposed }) => isDisposed)
    if (gone !== undefined) return disposedTeacher(gone)
    // The toy cohort trains one arm.
    const arm = training.cohort.arms[0]!
    const teachers = copied(teacherWeights)
    const start = valuesOf(arm.saved)
    const counts = [tf.memory().numTensors]
    let checkpoint = new Uint8Array()
    for (let step = 0; step < 4; step++) {
      training.step(step)
      counts.push(tf.memory().numTensors)
      if (step === 1) checkpoint = Uint8Array.from(encodeSafetensors(storeVariablesSync(arm.saved)))
    }
    const end = valuesOf(arm.saved)
    return {
      'teacher-untouched': untouched(teacherWeights, teachers),
      variables: movedFinding(start, end),
      state: stateFinding(start, end, subject.laws.fixedState),
      leaks: leakFinding(counts),
      resume: resumed(subject, checkpoint, end),
    }
  } finally {
    training.dispose()
  }
}

function disposedTeacher({ name }: Variable): TrainingFindings {
  const finding = failed(
    `A teacher must stay as it is; its weight ${name} was disposed. \`prepare\` returned the teacher's own tensor, which the trainer takes over: return a copy, tf.clone.`,
  )
  const rest = notApplicable('Its teacher is gone.')
  return { 'teacher-untouched': finding, variables: rest, state: rest, leaks: rest, resume: rest }
}

const copied = (variables: readonly Variable[]): (readonly number[])[] =>
  variables.map((one) => [...one.dataSync()])
const valuesOf = (saved: ReadonlyMap<string, Variable>): Values =>
  new Map([...saved].map(([name, variable]) => [name, [...variable.dataSync()]]))
const equal = (a: readonly number[], b: readonly number[]): boolean => a.every((x, i) => Object.is(x, b[i]))

/** Names of the values that are the same at the end. */
const unchanged = (start: readonly (readonly [string, readonly number[]])[], end: Values): string[] =>
  start.filter(([name, values]) => equal(values, end.get(name) ?? [])).map(([name]) => name)

function untouched(weights: readonly Variable[], before: readonly (readonly number[])[]): Finding {
  if (weights.length === 0) return notApplicable('It has no teacher.')
  // Copied from the same list.
  const changed = weights.find((weight, i) => !equal([...weight.dataSync()], before[i]!))
  if (changed === undefined)
    return passed('The teachers’ weights and moving statistics are the same bits after four steps.')
  const statistic = changed.name.includes('moving')
  return failed(
    `A teacher must stay as it is; ${changed.name} changed in training. ${statistic ? 'One of its layers is run in training mode.' : 'It is trained: a layer or variable of the teacher is shared with the student and not frozen.'}`,
  )
}

function movedFinding(start: Values, end: Values): Finding {
  const variables = [...start].filter(([name]) => name.startsWith('objective/'))
  if (variables.length === 0) return notApplicable('It trains no variables of its own.')
  const still = unchanged(variables, end)
  const names = still.map((name) => `"${name.slice('objective/'.length)}"`).join(', ')
  return firstFailure(
    still.length === 0
      ? []
      : [
          `Every variable of \`prepare\` must be trained; ${names} ${still.length > 1 ? 'are' : 'is'} the same after four steps. The gradient is 0, or the terms use a copy made outside.`,
        ],
    `All ${variables.length} variables of its own are trained.`,
  )
}

function stateFinding(start: Values, end: Values, fixed: readonly string[] = []): Finding {
  const state = [...start].filter(([name]) => name.startsWith('state/'))
  if (state.length === 0) return notApplicable('It keeps no state.')
  const still = unchanged(state, end).filter((name) => {
    const short = name.slice('state/'.length)
    return !fixed.some((prefix) => short.startsWith(prefix))
  })
  return firstFailure(
    still.map(
      (name) =>
        `State "${name.slice('state/'.length)}" must change as training goes on; it is the same after four steps. The terms do not return its new value; what is meant to stay is declared in laws.fixedState.`,
    ),
    'State changes by what the terms return.',
  )
}

function leakFinding(counts: readonly number[]): Finding {
  // Counted before the first step and after each of four.
  const [start, first, , , last] = counts as [number, number, number, number, number]
  if (last > first)
    return failed(
      `A step must leave no tensor behind; three steps left ${last - first}. Something is kept with tf.keep, or made outside tf.tidy.`,
    )
  if (first > start + SETUP)
    return failed(
      `A step must leave no tensor behind; the first left ${first - start - SETUP}. The terms keep tensors for later: they belong into \`prepare\`, as variables or state.`,
    )
  return passed('No tensor is left behind.')
}

/** What the trainer itself makes when a step is compiled: scale and offset of the normalisation. */
const SETUP = 2

function resumed(subject: MethodSubject, checkpoint: Uint8Array, expected: Values): Finding {
  const training = openTraining(subject, eagerEngine())
  try {
    // The toy cohort trains one arm.
    const { saved } = training.cohort.arms[0]!
    restoreVariables(saved, decodeSafetensors(checkpoint, 'checkpoint'), 'checkpoint')
    for (const step of [2, 3]) training.step(step)
    const values = valuesOf(saved)
    const [other] = [...expected].find(([name, value]) => !equal(value, values.get(name) ?? [])) ?? []
    if (other === undefined)
      return passed('Two steps, a checkpoint and two more give the bits of four steps.')
    return failed(
      `Two steps, a checkpoint and two more must end with the bits of four steps; ${other} differs. Something outlives a step that is neither variable nor state: a counter, a cache, random numbers of its own.`,
    )
  } finally {
    training.dispose()
  }
}
