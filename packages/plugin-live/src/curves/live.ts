import { appendFileSync, existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type Sink, defineSink, z } from '@umbra/core'
import { makeFolder, parseJson, writeError, writeFile } from '@umbra/core/files'
import { type Point, pointLine, pointOf, pointSchema } from './point.js'
import { createLineTail } from './line-tail.js'
import { createStageCurve, type StageCurve } from './stage-curve.js'

/** File of the curves in a run folder. */
export const CURVES = join('metrics', 'steps.jsonl')

/** Most points kept of a stage. */
const LIMIT = 600

/** `metrics/steps.jsonl`, drawn by `umbra watch`. */
export const live = defineSink({
  id: 'live',
  summary: 'Curves for umbra watch in the run folder, metrics/steps.jsonl; a stage keeps at most 600 points.',
  byDefault: true,
  options: z.strictObject({}),
  open: ({ runDir }) => createLive(join(runDir, CURVES)),
})

/** Appends every point, and rewrites the file when points are merged or removed. */
export function createLive(file: string, { limit = LIMIT, clock = Date.now } = {}): Sink {
  const stages = new Map<string, StageCurve>()
  for (const [stage, points] of readPoints(file)) stages.set(stage, createStageCurve(limit, points))
  const curveOf = (stage: string): StageCurve => {
    const curve = stages.get(stage) ?? createStageCurve(limit)
    stages.set(stage, curve)
    return curve
  }
  const append = (point: Point): void => {
    try {
      makeFolder(dirname(file))
      appendFileSync(file, `${pointLine(point)}\n`)
    } catch (cause) {
      throw writeError(file, cause)
    }
  }
  const rewrite = (): Promise<void> => {
    const points = [...stages.values()].flatMap((curve) => curve.points)
    return writeFile(file, points.map((point) => `${pointLine(point)}\n`).join(''))
  }
  const appendRest = (stage: string): void => {
    const rest = stages.get(stage)?.rest()
    if (rest !== undefined) append(rest)
  }
  // A process that was killed may have left half a line.
  let whole = !existsSync(file)

  return {
    event: async (event) => {
      if (event.type === 'stage-start') {
        const cut = curveOf(event.stage).cut(event.done, event.arms)
        if (cut || !whole) await rewrite()
        whole = true
      } else if (event.type === 'step') {
        const { added, merged } = curveOf(event.stage).add(pointOf(event, clock()))
        if (merged) await rewrite()
        else if (added !== undefined) append(added)
      } else if (event.type === 'stage-end') appendRest(event.stage)
    },
    close: () => {
      for (const stage of stages.keys()) appendRest(stage)
    },
  }
}

/** Points of an earlier session by stage; lines that are none are passed over. */
function readPoints(file: string): ReadonlyMap<string, readonly Point[]> {
  const stages = new Map<string, Point[]>()
  const { read } = createLineTail(file)
  for (let more = true; more;) {
    const gain = read()
    more = gain.more
    for (const line of gain.lines) {
      const parsed = parseJson(line)
      const point = 'value' in parsed ? pointSchema.safeParse(parsed.value).data : undefined
      if (point === undefined) continue
      const points = stages.get(point.stage) ?? []
      points.push(point)
      stages.set(point.stage, points)
    }
  }
  return stages
}
