// Umbra's steps against the same steps in PyTorch, interleaved in one run: pnpm build && node bench/compare.mjs [--quick]
import { execFileSync } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus, totalmem } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { interleave, median, ratio, startWorker } from './measure.mjs'

const TORCH = '2.9.1'
const here = fileURLToPath(new URL('.', import.meta.url))
const environment = join(here, '..', '.umbra', 'bench-venv')
const quick = process.argv.includes('--quick')
const only = process.argv.find((arg) => arg.startsWith('--only='))?.slice(7)
const rounds = quick ? 3 : 7
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
  if (!existsSync(binary)) {
    console.log(`installing PyTorch ${TORCH} into .umbra/bench-venv`)
    execFileSync('python3', ['-m', 'venv', environment], { stdio: 'inherit' })
    execFileSync(binary, ['-m', 'pip', 'install', '-q', `torch==${TORCH}`, 'numpy'], { stdio: 'inherit' })
  }
  return binary
}

const umbra = ({ teacher, methods, batch, steps }) =>
  startWorker('umbra', process.execPath, [
    join(here, 'workers', 'umbra.mjs'),
    JSON.stringify({
      student: 'resnet20',
      ...(teacher === undefined ? {} : { teacher: `resnet${teacher}` }),
      methods,
      batch,
      steps,
      rounds: rounds + 2,
      engine: 'tensorflow',
    }),
  ])
const torch = (name, { teacher, batch, steps, kind = 'step' }, layout = 'default') =>
  startWorker(name, python(), [
    join(here, 'workers', 'torch_step.py'),
    JSON.stringify({ student: 20, teacher, batch, steps, kind, layout, threads }),
  ])

const rows = []
const chosen = (list) => list.filter(({ key }) => only === undefined || only.split(',').includes(key))

for (const one of chosen(CASES)) {
  const sized = { ...one, steps: 8 }
  const workers = [
    await umbra(sized),
    await torch('default', sized),
    await torch('channels_last', sized, 'channels_last'),
  ]
  await interleave(workers, rounds)
  const rate = (worker) => (1000 * one.batch * sized.steps) / median(worker.times)
  const [ours, nchw, last] = workers
  rows.push([
    one.name,
    ...workers.map((w) => rate(w).toFixed(0)),
    ratio(nchw, ours).toFixed(2),
    ratio(last, ours).toFixed(2),
  ])
  console.log(rows.at(-1).join('  '))
  console.log(`  peak memory MiB ${workers.map((w) => w.peak().toFixed(0)).join(' / ')}`)
  console.log(
    `  start to end of first round s ${workers.map((w) => (w.firstRound / 1000).toFixed(1)).join(' / ')}`,
  )
  rows
    .at(-1)
    .push(
      workers.map((w) => w.peak().toFixed(0)).join(' / '),
      workers.map((w) => (w.firstRound / 1000).toFixed(1)).join(' / '),
    )
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

const text = `# Speed against PyTorch

Measured by \`node bench/compare.mjs${quick ? ' --quick' : ''}\`: Umbra on the tensorflow engine and PyTorch ${TORCH} (CPU), the same step on the same cores,
interleaved round by round; medians of ${rounds} rounds, ratios taken round by round.

Machine: ${cpus()[0]?.model ?? 'unknown'}, ${threads} threads, ${(totalmem() / 2 ** 30).toFixed(0)} GiB; Node ${process.version}.

| step | Umbra, images/s | PyTorch default | PyTorch channels_last | Umbra against default | against channels_last | peak MiB (U / d / c) | start to end of first 8 steps, s |
|---|---|---|---|---|---|---|---|
${rows.map((row) => `| ${row.join(' | ')} |`).join('\n')}

| comparison | Umbra, one cohort, ms a step of all | PyTorch default, six runs, ms | ratio |
|---|---|---|---|
${comparisons.map(([name, a, b, r]) => `| ${name} | ${a.toFixed(0)} | ${b.toFixed(0)} | ${r.toFixed(2)} |`).join('\n')}
`
if (only === undefined) writeFileSync(join(here, 'RESULTS.md'), text)
else console.log(text)
