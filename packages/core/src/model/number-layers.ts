import type { layers, LayersModel } from '@tensorflow/tfjs-layers'
import { allLayers, isModel } from './all-layers.js'

type Layer = layers.Layer

/**
 * Numbers the layers of a model that have no name of their own, such as `dense_Dense7`, as if nothing else had been made before.
 *
 * tfjs counts across the process, but weights in files, taps and the streams of random layers need the same names in
 * every build.
 */
export function numberLayers(model: LayersModel): void {
  const all = allLayers(model)
  const names = newNames(all)
  const renamed = (name: string): string => names.get(name) ?? name
  for (const layer of all) layer.name = renamed(layer.name)
  for (const { containerNodes, inputNames, outputNames } of [model, ...all.filter(isModel)]) {
    const nodes = [...containerNodes].map((node) => node.replace(/^.*(?=_ib-)/, renamed))
    containerNodes.clear()
    for (const node of nodes) containerNodes.add(node)
    for (const list of [inputNames, outputNames]) list.splice(0, list.length, ...list.map(renamed))
  }
}

/** The new names of layers by their present ones. */
function newNames(all: readonly Layer[]): Map<string, string> {
  const counted = all.flatMap((layer) => {
    const prefix = prefixOf(layer)
    return prefix === undefined ? [] : [{ layer, prefix, number: Number(layer.name.slice(prefix.length)) }]
  })
  // In the order in which they were made.
  counted.sort((a, b) => a.number - b.number)
  const counts = new Map<string, number>()
  const names = new Map<string, string>()
  for (const { layer, prefix } of counted) {
    const number = (counts.get(prefix) ?? 0) + 1
    counts.set(prefix, number)
    names.set(layer.name, `${prefix}${number}`)
    // The input that a sequential model makes for its first layer.
    names.set(`${layer.name}_input`, `${prefix}${number}_input`)
  }
  return names
}

/** What stands before the number in a name that tfjs made: `dense_Dense`, `input`, `sequential_`, `model`. */
function prefixOf(layer: Layer): string | undefined {
  const { name } = layer
  const kind = layer.getClassName()
  const lower = kind.toLowerCase()
  const snake = name.slice(0, Math.max(0, name.lastIndexOf(`_${kind}`)))
  const prefixes = [
    ...(kind === 'InputLayer' ? ['input'] : []),
    ...(isModel(layer) ? [lower, `${lower}_`] : []),
    ...(snake.replaceAll('_', '') === lower ? [`${snake}_${kind}`] : []),
  ]
  return prefixes.find((prefix) => name.startsWith(prefix) && /^\d+$/.test(name.slice(prefix.length)))
}
