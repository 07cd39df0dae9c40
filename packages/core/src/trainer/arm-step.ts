import type { Scalar, Tensor, Tensor1D, Variable } from '@tensorflow/tfjs-core'
import type { DistillBatch, ModelOutputs } from '../contracts/objective.js'
import { UmbraError } from '../errors/umbra-error.js'
import type { HookRunner } from '../hooks/hook-runner.js'
import { amongPresent } from '../losses/among-present.js'
import { type NoiseSource, withNoise } from '../model/random-layers.js'
import type { TappedModel } from '../model/tapped-model.js'
import { checkTerms } from '../objective/check-terms.js'
import { clipGradients } from '../optim/clip-gradients.js'
import { tf } from '../tf.js'
import { scoped } from '../util/scoped.js'
import type { Arm, Parameter } from './arm.js'
import { carryWeights } from './carry-weights.js'
import { withPrefix } from './with-prefix.js'

/** Inputs of an arm's step: everything of the batch but the student's own outputs, and the normalised images. */
export interface ArmInputs extends Omit<DistillBatch, 'student' | 'peers' | 'scalars'> {
  readonly images: Tensor
  readonly scalars: Readonly<Record<string, Scalar>>
  /** Numbers of the random layers: `<network>/<layer>/<call>`. */
  readonly noise: Readonly<Record<string, Tensor>>
}

/**
 * One training step of one arm: forward, terms, gradients, update. Pure tensor code except for the assignments at its end.
 *
 * Returns `[loss, accuracy, ...mean of each term]`, in the order of the objective's weights.
 */
export function armStep(arm: Arm, inputs: ArmInputs, hooks: HookRunner, clipNorm: number): Tensor1D {
  // An engine that refuses the step names the method by this scope.
  return scoped(`method "${arm.spec.method}"`, () => tracedStep(arm, inputs, hooks, clipNorm))
}

function tracedStep(arm: Arm, inputs: ArmInputs, hooks: HookRunner, clipNorm: number): Tensor1D {
  const { spec, student, peers, variables, state } = arm
  const info = { arm: spec.id, method: spec.method, seed: spec.seed }
  const { scalars } = inputs
  // Both stand in every scalar table, see `scalarSources`.
  const time = { step: scalars.step!, progress: scalars.progress! }
  const named = withPrefix(scalars, `${spec.id}/scalar/`)
  let metrics: Tensor1D | undefined
  let newState: Readonly<Record<string, Tensor>> = {}

  const forward = (): Scalar => {
    const outputs = trained(arm, 'student', student, inputs)
    const batch: DistillBatch = {
      labels: inputs.labels,
      target: inputs.target,
      ids: inputs.ids,
      teachers: inputs.teachers,
      feeds: inputs.feeds,
      peers: peers.map((peer, i) => trained(arm, `peer-${i}`, peer, inputs)),
      seed: inputs.seed,
      student: outputs,
      scalars: { ...time, ...named },
    }
    const result = spec.objective.terms(batch, variables, state)
    checkTerms(result, {
      ...{ weights: spec.objective.weights, batch: inputs.labels.shape[0], state },
      subject: `objective of method "${spec.method}"`,
    })
    // What hooks return is checked by their runner, so that neither is blamed for the other.
    const terms = hooks.has('terms') ? hooks.pipe('terms', result.terms, { ...info, batch }) : result.terms
    const names = Object.keys(spec.objective.weights)
    // `checkTerms` made sure that there is a term for each weight; each weight is in the scalar table.
    const means = names.map((name) => tf.mean(terms[name]!))
    const weighted = means.map((mean, i) => tf.mul(mean, scalars[`${spec.id}/weight/${names[i]!}`]!))
    const loss = tf.addN(weighted)
    const right: Tensor1D = tf.cast(
      tf.equal<Tensor1D>(tf.argMax(outputs.logits, 1), inputs.labels),
      'float32',
    )
    const { labelled } = inputs.target
    const accuracy = tf.mean(labelled === undefined ? right : amongPresent(right, labelled))
    metrics = tf.keep(tf.stack([loss, accuracy, ...means]) as Tensor1D)
    newState = Object.fromEntries(
      Object.entries(result.state ?? {}).map(([name, value]) => [name, tf.keep(tf.clone(value))]),
    )
    return loss as Scalar
  }

  try {
    const grads = gradientsOf(
      forward,
      arm.parameters.map(({ variable }) => variable),
    )
    applyGradients(arm, grads, scalars, hooks, clipNorm)
    for (const [name, next] of Object.entries(newState)) {
      // `checkTerms` refuses state that was not prepared.
      state[name]!.assign(next)
      next.dispose()
    }
    carryWeights(arm, hooks, time)
  } catch (error) {
    tf.dispose([metrics ?? [], Object.values(newState)])
    throw error
  }
  // Set by `forward`, which has run.
  return metrics!
}

/**
 * Gradients of a loss. What the loss throws is thrown after the pass through the tape: a tape that is cut short keeps the
 * activations of the whole batch.
 */
function gradientsOf(loss: () => Scalar, variables: Variable[]): Readonly<Record<string, Tensor>> {
  let failure: { readonly thrown: unknown } | undefined
  const { value, grads } = tf.variableGrads(() => {
    try {
      return loss()
    } catch (thrown) {
      failure = { thrown }
      return tf.addN<Scalar>(variables.slice(0, 1).map((variable) => tf.sum<Scalar>(variable)))
    }
  }, variables)
  value.dispose()
  if (failure === undefined) return grads
  tf.dispose(grads)
  throw failure.thrown as Error
}

/** Runs a network as in training, with the step's numbers in its random layers. */
function trained(
  { spec }: Arm,
  network: string,
  model: TappedModel,
  { images, noise }: ArmInputs,
): ModelOutputs {
  // `stepInputs` makes the numbers of every site that `noiseSites` found.
  const source: NoiseSource = ({ name }) => noise[`${network}/${name}`]!
  const role = network === 'student' ? 'student' : 'peer'
  return withNoise(`the ${role} of arm "${spec.id}"`, source, () => model.apply(images, true))
}

function applyGradients(
  arm: Arm,
  grads: Readonly<Record<string, Tensor>>,
  scalars: Readonly<Record<string, Scalar>>,
  hooks: HookRunner,
  clipNorm: number,
): void {
  const { spec, optimiser } = arm
  const moved: Parameter[] = []
  let gradients: Record<string, Tensor> = {}
  for (const parameter of arm.parameters) {
    const gradient = grads[parameter.variable.name]
    // A weight of the student that the objective does not reach (a head it bypasses) stays as it is.
    if (gradient === undefined && parameter.ofObjective) throw missingGradient(parameter, arm)
    if (gradient === undefined) continue
    moved.push(parameter)
    gradients[parameter.name] = gradient
  }
  if (hooks.has('gradients'))
    gradients = hooks.pipe('gradients', gradients, {
      arm: spec.id,
      method: spec.method,
      seed: spec.seed,
      scalars,
    })
  const clipped = clipNorm > 0 ? clipGradients(gradients, clipNorm) : gradients
  // `step` stands in every scalar table.
  const optimiserScalars = { ...withPrefix(scalars, `${spec.id}/optimiser/`), step: scalars.step! }
  for (const { name, variable, slots } of moved) {
    // `gradients` hooks and clipping keep every name; updates have the names of the slots.
    const update = optimiser.update(variable, clipped[name]!, slots, optimiserScalars)
    variable.assign(update.weight)
    for (const [slot, next] of Object.entries(update.state)) slots[slot]!.assign(next)
  }
}

const missingGradient = ({ name }: Parameter, { spec }: Arm): UmbraError =>
  new UmbraError('UMBRA_GRADIENT', {
    subject: `variable "${name.replace(/^objective\//, '')}" of method "${spec.method}"`,
    expected: 'a gradient from at least one term',
    received: 'none',
    remedy: 'Use the variable in `terms` without reading its value, or return it as state instead',
  })
