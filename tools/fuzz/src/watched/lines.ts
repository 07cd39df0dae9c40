import type { Random } from '../random.js'

/** One line of a log, and what a reader may make of it. */
export interface LogLine {
  readonly bytes: Buffer
  /** `kept`: it must be passed on as it is; `left out`: it must not be, and that must be said; `either`: both are right. */
  readonly must: 'be kept' | 'be left out' | 'be either'
}

const line = (must: LogLine['must'], text: string | Buffer): LogLine => ({
  bytes: Buffer.from(text as string),
  must,
})

/** Lines as a run writes them, of `events.jsonl` and of its curves. */
export function soundLines(file: 'events' | 'points', random: Random): LogLine[] {
  const { below } = random
  const top1 = (): number => below(1000) / 1000
  const result = (): object => ({ top1: top1(), top5: top1(), loss: top1(), samples: 16 })
  const time = '2025-01-01T00:00:00.000Z'
  const of = { stage: 'seed-0', arm: 'kd-s0' }
  const planned = { stage: 'seed-0', title: 'kd', epochs: 1, steps: 8, arms: ['kd-s0'], work: 0.5 }
  const events = [
    { type: 'notice', text: `notice ${below(1000)}: \u001b[31m <b>` },
    { type: 'plan', stages: [planned, { ...planned, stage: 'teacher-cnn' }] },
    {
      type: 'stage-start',
      stage: 'seed-0',
      title: 'kd, seed 0',
      arms: ['kd-s0', 'ce-s0'],
      steps: 8,
      done: 0,
    },
    { type: 'evaluated', ...of, epoch: below(4), set: 'validation', result: result() },
    { type: 'average-evaluated', ...of, epoch: below(4), set: 'test', result: result() },
    { type: 'arm-stopped', ...of, epoch: 2, reason: 'no better' },
    { type: 'arm-failed', ...of, code: 'UMBRA_DIVERGED', reason: 'the loss is not finite' },
    { type: 'arm-end', ...of, hash: 'abc', cached: false, failed: false, final: result(), best: result() },
    { type: 'stage-end', stage: 'seed-0', seconds: top1(), cached: false },
  ].map((event) => JSON.stringify({ time, ...event }))
  const arm = (): object => ({ loss: top1(), accuracy: random.pick([top1(), null]), terms: { kd: top1() } })
  const point = (step: number): string =>
    JSON.stringify({
      ...{ time: 1.7e12 + step, stage: random.pick(['seed-0', 'teacher-cnn']), step, steps: 8, epochs: 1 },
      ...{ imagesPerSecond: 100, secondsLeft: null, arms: { 'kd-s0': arm(), 'ce-s0': arm() } },
    })
  const count = 2 + below(8)
  const texts = Array.from({ length: count }, (_, i) =>
    file === 'points' ? point(i) : random.pick(events as [string, ...string[]]),
  )
  return texts.map((text) => line('be kept', text))
}

const nested = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`

/** A line that no run wrote. */
export function hostileLine(file: 'events' | 'points', random: Random): LogLine {
  const { pick, below, bytes } = random
  const value = pick<string>([
    'null',
    ...['[]', '{}', '"x"', 'true', '-1', '1e999', '1e308', '[null]', '{"toString":1}'],
    ...[nested(50), nested(20_000), '"\\u001b[2J"', '{"__proto__":{"x":1}}', `"${'x'.repeat(3 * 2 ** 20)}"`],
  ])
  const number = pick(['null', '"1"', '[]', '{}', '{"valueOf":1}', '1e999', 'true', '{"toString":null}'])
  const own =
    file === 'points'
      ? ([
          () => `{"time":1,"stage":"seed-0","step":1,"steps":8,"epochs":1,"arms":{"kd-s0":${value}}}`,
          () => pointWith('arms', value),
          () => pointWith('arms', `{"kd-s0":null}`),
          () =>
            pointWith(
              'arms',
              `{"kd-s0":{"loss":${number === 'null' ? '"x"' : number},"accuracy":0,"terms":{}}}`,
            ),
          () => pointWith('arms', `{"kd-s0":{"loss":1,"accuracy":0,"terms":null}}`),
          () => pointWith(pick(['step', 'steps', 'epochs', 'time']), number),
          () => pointWith('stage', pick(['null', '7', '{"toString":1}', '["seed-0"]'])),
        ] as const)
      : ([
          () => `{"type":"notice","text":${number}}`,
          () => `{"type":"notice","time":{"toString":1},"text":"x"}`,
          () => `{"type":"plan","stages":${pick(['null', '{}', '[null]', '[[]]', '[{"stage":{}}]', '7'])}}`,
          () => `{"type":"stage-start","stage":"seed-0","title":${number},"arms":[],"steps":1,"done":0}`,
          () =>
            `{"type":"stage-start","stage":"seed-0","title":"x","arms":[{"toString":1}],"steps":1,"done":0}`,
          () =>
            `{"type":"evaluated","stage":"seed-0","arm":{"toString":1},"epoch":0,"set":"test","result":null}`,
          () =>
            `{"type":"evaluated","stage":"seed-0","arm":"a","epoch":0,"set":"test","result":{"top1":${number === 'null' ? '"x"' : number}}}`,
          () => `{"type":"arm-end","stage":"seed-0","arm":${number}}`,
          () => `{"type":"arm-failed","stage":"seed-0","arm":"a","code":{"toString":1},"reason":{}}`,
          () => `{"type":"arm-stopped","stage":"seed-0","arm":"a","epoch":${number},"reason":{"toString":1}}`,
          () => `{"type":"stage-end","stage":"seed-0","seconds":${number}}`,
          () => `{"type":{"toString":1},"stage":"seed-0"}`,
        ] as const)
  return pick([
    () => line('be left out', pick(own)()),
    () => line('be left out', pick(own)()),
    () => line('be left out', value),
    () => line('be left out', `{"time":"x","type":"not`),
    () =>
      line(
        'be left out',
        Buffer.concat([Buffer.from([0xff, 0xfe, 0x80]), bytes(20).map((byte) => byte | 0x80)]),
      ),
    () => line('be left out', 'x'.repeat(pick([2 ** 20 - 1, 2 ** 20 + 1, 5 * 2 ** 20]))),
    () => line('be left out', Buffer.alloc(pick([1, 1000, 3 * 2 ** 20]))),
    () => line('be left out', `${'{"a":'.repeat(30_000)}1${'}'.repeat(30_000)}`),
    () => line('be left out', '\u0007\u001b]0;x\u0007'),
    // What a later version may write, and what the page does not show.
    () => line('be either', `{"type":"later-${below(9)}","stage":"seed-0"}`),
    () => line('be either', '{"type":"checkpoint","stage":"seed-0","step":2}'),
    () => line('be either', ''),
  ] as const)()
}

const POINT: Readonly<Record<string, string>> = {
  ...{
    time: '1',
    stage: '"seed-0"',
    step: '1',
    steps: '8',
    epochs: '1',
    imagesPerSecond: '1',
    secondsLeft: '1',
  },
  arms: '{"kd-s0":{"loss":1,"accuracy":0,"terms":{}}}',
}

const pointWith = (key: string, value: string): string =>
  `{${Object.entries({ ...POINT, [key]: value })
    .map(([name, text]) => `"${name}":${text}`)
    .join(',')}}`

/** The bytes of a file of these lines; the last may lack its end. */
export const fileOf = (lines: readonly LogLine[], half = ''): Buffer =>
  Buffer.concat([...lines.flatMap(({ bytes }) => [bytes, Buffer.from('\n')]), Buffer.from(half)])
