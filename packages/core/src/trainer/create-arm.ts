import type { LayersModel } from '@tensorflow/tfjs-layers'
import type { ObjectiveModels, StaticShapes } from '../contracts/objective.js'
import { UmbraError } from '../errors/umbra-error.js'
import type { HookRunner } from '../hooks/hook-runner.js'
import { noiseSites } from '../model/random-layers.js'
import { type TappedModel, tapModel } from '../model/tapped-model.js'
import type { BoundOptimiser } from '../optim/bind-optimiser.js'
import { tf } from '../tf.js'
import type { Arm, NewArm } from './arm.js'
import { createParameters, savedVariables, weightsOf } from './arm-variables.js'
import { carriedVariables, type CarriedVariables } from './carried-variables.js'
import { prepareObjective } from './prepare-objective.js'

/** Prepares an arm: taps, the objective's variables, optimiser slots. All shape errors come from here. */
export function createArm(
  spec: NewArm,
  shapes: Omit<StaticShapes, 'student'>,
  models: ObjectiveModels,
  optimiser: BoundOptimiser,
  hooks: HookRunner,
): Arm {
  const { model, objective } = spec
  const student = tap(model, spec, `the student of arm "${spec.id}"`)
  const allShapes = { ...shapes, student: student.shapes(shapes.batch) }
  // Before anything of the method: what a hook throws leaves nothing behind.
  const carried = carriedByHooks(spec, hooks)
  const { variables, state } = orDispose([carried], () => prepareObjective(spec, allShapes, models))
  const peerModels = Array.from({ length: objective.peers ?? 0 }, (_, i) => makePeer(spec, i))
  const peers = peerModels.map((peer) => tap(peer, spec, `a peer of arm "${spec.id}"`))
  const noise = Object.fromEntries(
    [[model, student] as const, ...peerModels.map((peer, i) => [peer, peers[i]!] as const)].map(
      // One tapped peer for each peer.
      ([network, tapped], i) => {
        const name = i === 0 ? 'student' : `peer-${i - 1}`
        const subject = `the ${i === 0 ? 'student' : 'peer'} of arm "${spec.id}"`
        return [name, noiseSites(network, shapes.batch, subject, (x) => tapped.apply(x, true))]
      },
    ),
  )
  const weights = [
    ...weightsOf(model, 'student'),
    ...peerModels.flatMap((peer, i) => weightsOf(peer, `peer-${i}`)),
  ]
  const parameters = orDispose([carried, { variables, state }], () =>
    createParameters(weights, variables, optimiser),
  )
  return {
    spec,
    student,
    peers,
    noise,
    parameters,
    variables,
    state,
    carried,
    optimiser,
    saved: savedVariables(weights, { variables, state, parameters, carried }),
    dispose: () => {
      tf.dispose([
        Object.values(variables),
        Object.values(state),
        Object.values(carried).map((values) => Object.values(values)),
        parameters.map(({ slots }) => Object.values(slots)),
      ])
      model.dispose()
      for (const peer of peerModels) peer.dispose()
    },
  }
}

/** The result of an action of a plugin's code; if it throws, what was made before is disposed. */
function orDispose<T>(made: readonly CarriedVariables[], action: () => T): T {
  try {
    return action()
  } catch (error) {
    tf.dispose(made.flatMap((records) => Object.values(records)).map((values) => Object.values(values)))
    throw error
  }
}

const tap = (model: LayersModel, { objective, aliases }: NewArm, subject: string): TappedModel =>
  tapModel(model, objective.taps?.student ?? [], aliases, subject)

function makePeer({ peer, method }: NewArm, index: number): LayersModel {
  if (peer !== undefined) return peer(index)
  throw new UmbraError('UMBRA_TERMS', {
    subject: `method "${method}"`,
    expected: 'a run that can make other students',
    received: 'none given to the arm',
  })
}

function carriedByHooks({ id, method, seed, model }: NewArm, hooks: HookRunner): CarriedVariables {
  const weights = weightsOf(model, '').map(({ name, variable }) => [name.slice(1), variable] as const)
  return carriedVariables(hooks, new Map(weights), { arm: id, method, seed })
}
