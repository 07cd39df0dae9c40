import type { SymbolicTensor } from '@tensorflow/tfjs-layers'
import * as tfl from '@tensorflow/tfjs-layers'
import type { Tensor } from '@tensorflow/tfjs-core'
import type { ModelOutputs, TensorRecord } from '../contracts/objective.js'
import { UmbraError } from '../errors/umbra-error.js'
import { suggestion } from '../errors/nearest.js'

/** A model together with the features asked of it; weights are shared with the model it was made from. */
export interface TappedModel {
  /** Runs the model once. Pure tensor code. */
  readonly apply: (input: Tensor, training: boolean) => ModelOutputs
  /** Static shape of each tap, the batch dimension first, for a batch of `batch`. */
  readonly shapes: (batch: number) => { readonly logits: number[]; readonly taps: Record<string, number[]> }
}

/**
 * Taps a model: each name is an alias the model's definition declares, or a layer's name.
 *
 * Throws UMBRA_TAP_UNKNOWN with the nearest known name.
 */
export function tapModel(
  model: tfl.LayersModel,
  names: readonly string[],
  aliases: Readonly<Record<string, string>>,
  subject: string,
): TappedModel {
  const outputs = names.map((name) => layerOutput(model, layerOf(aliases, name), name, aliases, subject))
  // A model has at least one output, and one result for each: the logits, then the taps in the order of their names.
  const logits = model.outputs[0]!
  const wide =
    outputs.length === 0 ? model : tfl.model({ inputs: model.inputs, outputs: [logits, ...outputs] })
  const sized = (shape: readonly (number | null)[], batch: number): number[] => shape.map((n) => n ?? batch)
  return {
    apply: (input, training) => {
      const result = wide.apply(input, { training }) as Tensor | Tensor[]
      const [first, ...rest] = Array.isArray(result) ? result : [result]
      const taps: TensorRecord = Object.fromEntries(names.map((name, i) => [name, rest[i]!]))
      return { logits: first as ModelOutputs['logits'], taps }
    },
    shapes: (batch) => ({
      logits: sized(logits.shape, batch),
      taps: Object.fromEntries(names.map((name, i) => [name, sized(outputs[i]!.shape, batch)])),
    }),
  }
}

/** Those of some taps that a model has. */
export const knownTaps = (
  model: tfl.LayersModel,
  names: readonly string[],
  aliases: Readonly<Record<string, string>>,
): string[] => names.filter((name) => model.layers.some((layer) => layer.name === layerOf(aliases, name)))

/** The layer of a tap. */
const layerOf = (aliases: Readonly<Record<string, string>>, name: string): string =>
  Object.hasOwn(aliases, name) ? (aliases[name] ?? name) : name

function layerOutput(
  model: tfl.LayersModel,
  layer: string,
  name: string,
  aliases: Readonly<Record<string, string>>,
  subject: string,
): SymbolicTensor {
  const tapped = model.layers.find((candidate) => candidate.name === layer)
  if (tapped === undefined) {
    const tapNames = [
      ...new Set([...Object.keys(aliases), ...model.layers.map((candidate) => candidate.name)]),
    ]
    throw new UmbraError('UMBRA_TAP_UNKNOWN', {
      subject: `tap "${name}" of ${subject}`,
      expected: 'a tap alias or a layer name',
      remedy: suggestion(name, tapNames),
    })
  }
  const output = tapped.getOutputAt(useOf(tapped, model, name, subject))
  // A list of outputs is never empty.
  return Array.isArray(output) ? output[0]! : output
}

/** Which of a layer's uses is that of the model: a model inside it has one of its own too. */
function useOf(layer: tfl.layers.Layer, model: tfl.LayersModel, name: string, subject: string): number {
  // A sequential model knows its uses only then.
  if (!model.built) model.build(model.inputs[0]?.shape ?? [])
  const all = Array.from(layer.inboundNodes, (_, use) => use)
  const uses = all.filter((use) => model.containerNodes.has(`${layer.name}_ib-${use}`))
  if (uses.length > 1)
    throw new UmbraError('UMBRA_TAP_UNKNOWN', {
      subject: `tap "${name}" of ${subject}`,
      expected: 'a layer that is used once',
      received: `one that is used ${uses.length} times`,
      remedy: 'Make a layer of its own for each place',
    })
  // A model that a sequential one begins with is not used in it but stands in it, with its own output.
  return uses[0] ?? 0
}
