import { parameters, percent } from '../format.js'
import { plainText } from '../plain-text.js'
import type { AgreementFigures, AnalysisRecord, SetName } from './analysis-record.js'
import { MEASURES, MEASURE_NAMES, figure } from './figures.js'
import { plainTable } from './plain-table.js'

/** Measures and agreements of an analysis as text for a terminal, without a final line end. */
export function analysisTable(record: AnalysisRecord): string {
  const sets = setsIn(record)
  return [
    ...sets.map((set) => measuresOn(record, set)),
    ...sets.flatMap((set) => agreementsOn(record, set)),
    ...(record.dataset.credit === undefined ? [] : [plainText(record.dataset.credit, 300)]),
  ].join('\n\n')
}

/** The sets that were measured, training first. */
export const setsIn = ({ teachers }: Pick<AnalysisRecord, 'teachers'>): SetName[] =>
  (['train', 'test'] as const).filter((set) => teachers.some((teacher) => teacher.sets[set] !== undefined))

/** Header of the table of measures at temperature 1. */
export const measureHeader = (): string[] => [
  'teacher',
  'parameters',
  'accuracy %',
  'ECE %',
  ...MEASURE_NAMES.map((name) => MEASURES[name]),
]

/** Rows of the table of measures at temperature 1. */
export const measureRows = ({ teachers }: AnalysisRecord, set: SetName): string[][] =>
  teachers.flatMap(({ label, parameters: size, sets }) => {
    const on = sets[set]
    if (on === undefined) return []
    return [
      [
        label,
        parameters(size),
        percent(on.accuracy),
        percent(on.ece),
        ...MEASURE_NAMES.map((name) => figure(on.headline[name])),
      ],
    ]
  })

const measuresOn = (record: AnalysisRecord, set: SetName): string => {
  const [measures] = record.teachers.flatMap(({ sets }) => sets[set] ?? [])
  const title = `${record.dataset.id}, ${measures?.samples ?? 0} ${set} images, temperature 1`
  return plainTable(title, measureHeader(), measureRows(record, set))
}

/** Header of the table of agreements. */
export const agreementHeader = ({ agreements }: AnalysisRecord): string[] => [
  'teachers',
  'Spearman',
  'Kendall',
  ...Object.keys(agreements[0]?.agreement.topOverlap ?? {}).map((k) => `top-${k}`),
  'CKA',
  'cosine',
  'relations',
]

/** Rows of the table of agreements; chance in parentheses. */
export const agreementRows = ({ agreements }: AnalysisRecord, set: SetName): string[][] =>
  agreements
    .filter((pair) => pair.set === set)
    .map(({ a, b, sameArchitecture, agreement, permuted }) => {
      const chance = cells(permuted.mean)
      return [
        `${a} - ${b}${sameArchitecture ? ' (same architecture)' : ''}`,
        ...cells(agreement).map((cell, i) => `${cell} (${chance[i]})`),
      ]
    })

const cells = ({ topOverlap, ...rest }: AgreementFigures): string[] =>
  [
    rest.spearman,
    rest.kendallTauB,
    ...Object.values(topOverlap),
    rest.linearCka,
    rest.cosine,
    rest.relationSpearman,
  ].map((value) => (Number.isFinite(value) ? value.toFixed(3) : 'none'))

function agreementsOn(record: AnalysisRecord, set: SetName): string[] {
  const rows = agreementRows(record, set)
  if (rows.length === 0) return []
  const title = `agreement of class affinities on the ${set} images; permuted classes in parentheses`
  return [plainTable(title, agreementHeader(record), rows)]
}
