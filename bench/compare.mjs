// Umbra's steps against the same steps in PyTorch, interleaved in one run: pnpm build && node bench/compare.mjs [--quick]
import { execFileSync } from 'node:child_process'
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { interleave, median, ratio, startWorker } from './measure.mjs'

const TORCH = '2.9.1'
const here = fileURLToPath(new URL('.', import.meta.url))
const environment = join(here, '..', '.umbra', 'bench-venv')
const quick = process.argv.includes('--quick')
const only = process.argv.find((arg) => arg.startsWith('--only='))?.slice(7)
const rounds = quick ? 3 : 7
const STEPS = 6
const threads = availableParallelism()

const kd = { id: 'kd' }
const SIX = [
  { id: 'ce' },
  { id: 'kd' },
  { id: 'kd', label: 'kd-2', options: { temperature: 2 } },
  { id: 'kd', label: 'kd-8', options: { temperature: 8 } },
  { id: 'ats' },
  { id: 'ats', label: 'ats-3', options: { tau1: 3, tau2: 2 } },
]
const CASES = [128, 64].flatMap((batch) => [
  {
    name: `cross-entropy step, ResNet-20, batch ${batch}`,
    key: `ce${batch}`,
    batch,
    methods: [{ id: 'ce' }],
  },
  {
    name: `KD step, ResNet-56 to ResNet-20, batch ${batch}`,
    key: `kd${batch}`,
    batch,
    methods: [kd],
    teacher: 56,
  },
  {
    name: `teacher pass alone, ResNet-56, batch ${batch}`,
    key: `teacher${batch}`,
    batch,
    methods: [],
    teacher: 56,
    kind: 'teacher',
  },
])
const COMPARISONS = [
  {
    name: 'six methods, ResNet-56 to ResNet-20, batch 128',
    key: 'six56',
    batch: 128,
    methods: SIX,
    teacher: 56,
  },
  {
    name: 'six methods, ResNet-110 to ResNet-20, batch 128',
    key: 'six110',
    batch: 128,
    methods: SIX,
    teacher: 110,
  },
]

function python() {
  const binary = join(environment, 'bin', 'python')
  if (existsSync(binary)) return binary
  console.log(`installing PyTorch ${TORCH} into .umbra/bench-venv`)
  const quietly = { stdio: ['ignore', 'ignore', 'pipe'] }
  try {
    execFileSync('python3', ['-m', 'venv', environment], quietly)
    execFileSync(binary, ['-m', 'pip', 'install', '-q', `torch==${TORCH}`, 'numpy'], quietly)
    return binary
  } catch (error) {
    // A partial installation would count as complete the next time.
    rmSync(environment, { recursive: true, force: true })
    const why = String(error.stderr ?? error.message)
      .trim()
      .split('\n')
      .at(-1)
    console.error(`PyTorch ${TORCH} cannot be installed, and nothing is measured without it: ${why}`)
    process.exit(1)
  }
}

const umbra = ({ teacher, methods, batch, steps, kind, teacherPrecision }, name = 'Umbra') =>
  startWorker(name, process.execPath, [
    join(here, 'workers', 'umbra.mjs'),
    JSON.stringify({
      student: 'resnet20',
      ...(teacher === undefined ? {} : { teacher: `resnet${teacher}` }),
      methods,
      batch,
      steps,
      rounds: rounds + 2,
      engine: 'tensorflow',
      kind,
      teacherPrecision,
    }),
  ])
const torch = (name, { teacher, batch, steps, kind = 'step' }, layout = 'default') =>
  startWorker(name, torchPython, [
    join(here, 'workers', 'torch_step.py'),
    JSON.stringify({ student: 20, teacher, batch, steps, kind, layout, threads }),
  ])

const torchPython = python()
const rows = []
const chosen = (list) => list.filter(({ key }) => only === undefined || only.split(',').includes(key))

for (const one of chosen(CASES)) {
  const sized = { ...one, steps: STEPS }
  const workers = [
    await umbra(sized),
    await torch('default', sized),
    await torch('channels_last', sized, 'channels_last'),
  ]
  // If there is a teacher, also with the teacher in bfloat16.
  if (one.teacher !== undefined)
    workers.push(await umbra({ ...sized, teacherPrecision: 'bfloat16' }, 'Umbra, bfloat16 teacher'))
  await interleave(workers, rounds)
  const rate = (worker) => ((1000 * one.batch * STEPS) / median(worker.times)).toFixed(0)
  const each = (format) => workers.slice(0, 3).map(format).join(' / ')
  const [ours, nchw, last, narrow] = workers
  rows.push([
    one.name,
    rate(ours),
    rate(nchw),
    rate(last),
    ratio(nchw, ours).toFixed(2),
    ratio(last, ours).toFixed(2),
    narrow === undefined ? '-' : `${rate(narrow)} (${ratio(ours, narrow).toFixed(2)})`,
    each((worker) => worker.peak().toFixed(0)),
    each((worker) => (worker.firstRound / 1000).toFixed(1)),
  ])
  console.log(rows.at(-1).join('  '))
  for (const worker of workers) worker.stop()
}

const comparisons = []
for (const one of chosen(COMPARISONS)) {
  const steps = 3
  const cohort = await umbra({ ...one, steps })
  // Five of the six runs have a teacher; PyTorch code trains them one after the other.
  const alone = await torch('with teacher', { ...one, steps })
  const plain = await torch('without teacher', { batch: one.batch, steps })
  await interleave([cohort, alone, plain], rounds)
  const separate = { times: alone.times.map((time, i) => 5 * time + plain.times[i]) }
  comparisons.push([
    one.name,
    median(cohort.times) / steps,
    median(separate.times) / steps,
    ratio(separate, cohort),
  ])
  console.log(comparisons.at(-1).join('  '))
  for (const worker of [cohort, alone, plain]) worker.stop()
}

const table = (head, lines) =>
  [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
const text = `# Speed against PyTorch

Written by \`node bench/compare.mjs${quick ? ' --quick' : ''}\` on ${new Date().toISOString().slice(0, 10)}.

Machine: ${cpus()[0]?.model ?? 'unknown'}, ${threads} threads, ${(totalmem() / 2 ** 30).toFixed(0)} GiB; load ${loadavg()[0].toFixed(1)} at the end; Node ${process.version};
PyTorch ${TORCH} on the CPU with as many threads.

## Method

Each cell is a separate process. All processes of a row take turns training ${STEPS} steps, round by round, so that a change of
the machine's speed hits all of them. Two rounds of each are not counted; then ${rounds} rounds, of which the median is given. Ratios are medians of the
ratios within a round, above 1 where Umbra is faster. Umbra runs its own trainer on the tensorflow engine, with augmentation, metrics and
optimiser; PyTorch a plain training loop with the same networks, normalisation of bytes and optimiser, without augmentation. Images and weights are random.
Peak memory is the largest resident size of the process; the time to the first steps counts from the start of the process to the end of the first
${STEPS} steps and includes tracing.

## Steps

${table(
  [
    'step',
    'Umbra, images/s',
    'PyTorch default',
    'PyTorch channels_last',
    'against default',
    'against channels_last',
    'bfloat16 teacher, images/s (times float32)',
    'peak MiB (Umbra / default / channels_last)',
    'to the end of the first steps, s',
  ],
  rows,
)}

## Six methods

One cohort of ce, kd at three temperatures and ats twice, with one teacher pass a batch, against one PyTorch run after the other: five with
the teacher and one without. Milliseconds for one step of all six.

${table(
  ['comparison', 'Umbra, ms', 'PyTorch default, ms', 'ratio'],
  comparisons.map(([name, a, b, r]) => [name, a.toFixed(0), b.toFixed(0), r.toFixed(2)]),
)}
`
if (only === undefined) writeFileSync(join(here, 'RESULTS.md'), text)
else console.log(text)
