import { randomStream } from '@umbra/core'
import { getOrThrow } from '../../get-or-throw.js'
import type { SetName } from '../analysis-record.js'
import type { StudyEvidence } from '../evidence.js'
import { average } from './average.js'
import { withInterval } from './bootstrap.js'
import { type ChosenTemperatures, chosenTemperatures, studentsOf, testBySeed } from './outcomes.js'
import { rankCorrelation } from './rank-correlation.js'
import { samplesOf } from './samples-of.js'
import { type Statement, decide, undecided } from './statement.js'

const DRAWS = 2000

/** Claim 3, second half: the more distinct a teacher's wrong classes, the better it teaches. */
export function variancePredicts(evidence: StudyEvidence, set: SetName): Statement {
  const base = {
    id: 'variance-predicts',
    claim: 'A teacher whose wrong classes vary more teaches better.',
    statistic: `Spearman's rho over teachers of mean derived variance (temperature ${evidence.temperature}) and test accuracy of the student at the best shared temperature, mean over students`,
    rule: 'Supported when the 95 % bootstrap interval over seeds lies above 0, not supported when it lies at or below 0; undecided otherwise, and with fewer than 4 teachers or 2 seeds.',
    set,
    plot: 'variance' as const,
  }
  const tables = studentsOf(evidence).flatMap((student) => {
    const temperatures = chosenTemperatures(evidence, student)
    return temperatures === undefined ? [] : [tableOf(evidence, set, student, temperatures)]
  })
  if (tables.length === 0)
    return undecided(base, 'No temperature was chosen on images held out from training.')
  if (tables.some(({ teachers, seeds }) => teachers.length < 4 || seeds.length < 2))
    return undecided(base, 'There are fewer than 4 teachers or 2 seeds.')
  const rho = (seedsOf: (table: Table) => readonly number[]): number =>
    average(
      tables.map((table) => {
        const seeds = seedsOf(table)
        return rankCorrelation(
          table.teachers.map(({ variance }) => variance),
          table.teachers.map(({ accuracy }) => average(seeds.map((seed) => getOrThrow(accuracy, seed)))),
        )
      }),
    )
  const stream = randomStream(0, 'bootstrap-seeds')
  let counter = 0
  const draws = Array.from({ length: DRAWS }, () =>
    // `integer` gives the index of a seed.
    rho(({ seeds }) => seeds.map(() => seeds[stream.integer(counter++, seeds.length)]!)),
  )
  const result = withInterval(
    rho(({ seeds }) => seeds),
    draws,
  )
  return {
    ...base,
    outcome: decide(result, { supported: (low) => low > 0, refuted: (_, high) => high <= 0 }),
    result,
    evidence: tables.map(
      ({ student, method, teachers, seeds }) =>
        `${student} with ${method}, ${seeds.length} seeds: ${teachers
          .map(({ label, accuracy }) => `${label} ${(100 * average([...accuracy.values()])).toFixed(2)} %`)
          .join(', ')}.`,
    ),
  }
}

interface Table {
  readonly student: string
  readonly method: string
  readonly seeds: readonly number[]
  readonly teachers: readonly {
    readonly label: string
    readonly variance: number
    readonly accuracy: ReadonlyMap<number, number>
  }[]
}

function tableOf(
  { teachers, arms }: StudyEvidence,
  set: SetName,
  student: string,
  { global }: ChosenTemperatures,
): Table {
  const rows = teachers
    .map((teacher) => ({
      label: teacher.label,
      variance: average(samplesOf(teacher, set).derivedVariance),
      accuracy: testBySeed(arms, { student, teacher: teacher.label, method: global }),
    }))
    .filter(({ accuracy }) => accuracy.size > 0)
  const seeds = [...(rows[0]?.accuracy.keys() ?? [])].filter((seed) =>
    rows.every(({ accuracy }) => accuracy.has(seed)),
  )
  return { student, method: global, seeds, teachers: rows }
}
