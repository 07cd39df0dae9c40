import type { Diagnosis } from '@umbra/engine'
import { columns } from './format.js'
import { styleFor } from './style.js'

/** The output of `umbra doctor`, with a final newline. */
export function diagnosisText(diagnosis: Diagnosis, colour: boolean): string {
  const { auto, engines, library, gpu, compiler, node, cpu, memory, cache, platform } = diagnosis
  const style = styleFor(colour)
  const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`
  const remedies = engines.flatMap(({ id, remedy, available }) =>
    remedy === undefined || available || id === 'webgpu' ? [] : [`${id}: ${remedy}`],
  )
  if (gpu.missing !== undefined) remedies.push(`gpu: ${gpu.missing}. ${gpu.remedy ?? ''}`)
  const machine = columns([
    ['  Node', node],
    ['  platform', `${platform.os} ${platform.arch}`],
    ['  processor', `${cpu.model}, ${cpu.cores} ${cpu.cores === 1 ? 'core' : 'cores'}`],
    ...(library === undefined ? [] : [['  libtensorflow', libraryText(library)]]),
    ['  memory', `${gigabytes(memory.total)}, ${gigabytes(memory.free)} free`],
    ...gpu.devices.map(({ name, memory }) => [
      '  GPU',
      memory === undefined ? name : `${name}, ${gigabytes(memory)}`,
    ]),
    ...(gpu.devices.length === 0 ? [['  GPU', 'no NVIDIA GPU found']] : []),
    ...(gpu.driver === undefined ? [] : [['  NVIDIA driver', gpu.driver]]),
    ['  C++ compiler', compiler?.version ?? 'not found'],
    ['  cache', cache],
  ])
  const table = columns(
    engines.map(({ id, available, reason }) => [`  ${available ? 'yes' : 'no'}`, id, reason]),
  )
  // Not under "To do": it is needed only on request.
  const webgpu = engines.find(({ id, available }) => id === 'webgpu' && !available)?.remedy
  return [
    `${style.bold('Engine')} ${style.green(auto.id)} is the choice of --engine auto. ${sentence(auto.reason)}`,
    `${style.bold('Engines')}\n${table}`,
    `${style.bold('Machine')}\n${machine}`,
    remedies.length === 0
      ? 'Nothing to do.'
      : `${style.bold('To do')}\n${remedies.map((text) => `  ${sentence(text)}`).join('\n')}`,
    ...(webgpu === undefined ? [] : [`For --engine webgpu: ${sentence(webgpu)}`]),
  ]
    .join('\n\n')
    .concat('\n')
}

/** `2.21.0, oneDNN on, instruction set AVX2, 2 threads`. */
const libraryText = ({
  version,
  oneDnn,
  instructionSet,
  threads,
}: NonNullable<Diagnosis['library']>): string =>
  [
    version,
    oneDnn === 'unknown' ? 'whether oneDNN is on is unknown here' : `oneDNN ${oneDnn}`,
    `instruction set ${instructionSet}`,
    threads === 1 ? '1 thread' : `${threads} threads`,
  ].join(', ')

const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`)
