import { type RunEvent, z } from '@umbra/core'
import { isRecord } from '@umbra/core/trainer'
import type { LineKind } from './follow-file.js'

const text = z.string()
/** Null stands for a number that is not finite. */
const figure = z.number().nullable()
const result = z.object({ top1: figure })
const time = text.exactOptional()
const ofArm = { time, stage: text, arm: text }
const evaluated = { ...ofArm, epoch: z.number(), set: text, result }

/** What the page shows of each event; whatever else an event has may be anything. */
const schema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('notice'), time, text }),
  z.object({
    type: z.literal('plan'),
    time,
    stages: z.array(z.object({ stage: text, work: z.number() })),
  }),
  z.object({
    type: z.literal('stage-start'),
    time,
    stage: text,
    title: text,
    arms: z.array(text),
    steps: z.number(),
    done: z.number(),
  }),
  z.object({ type: z.literal('evaluated'), ...evaluated }),
  z.object({ type: z.literal('average-evaluated'), ...evaluated }),
  z.object({
    type: z.literal('arm-end'),
    ...ofArm,
    failed: z.boolean().exactOptional(),
    final: result.exactOptional(),
    average: result.exactOptional(),
  }),
  z.object({ type: z.literal('arm-failed'), ...ofArm, code: text, reason: text }),
  z.object({ type: z.literal('arm-stopped'), ...ofArm, epoch: z.number(), reason: text }),
  z.object({
    type: z.literal('stage-end'),
    time,
    stage: text,
    seconds: figure,
    cached: z.boolean(),
  }),
])

type ShownType = z.output<typeof schema>['type']
const TYPES: ReadonlySet<string> = new Set<ShownType & RunEvent['type']>([
  ...(['notice', 'plan', 'stage-start', 'evaluated', 'average-evaluated'] as const),
  ...(['arm-end', 'arm-failed', 'arm-stopped', 'stage-end'] as const),
])

/**
 * Whether a parsed line of `events.jsonl` is an event that the page shows, `other` for one that it does not (also of a later
 * version), `none` for what no run wrote.
 */
export function kindOfEvent(value: unknown): LineKind {
  if (!isRecord(value) || typeof value.type !== 'string') return 'none'
  if (!TYPES.has(value.type)) return 'other'
  return schema.safeParse(value).success ? 'shown' : 'none'
}
