import type { ReportBlock, ReportDocument, ReportSection, ReportTable } from '../document/document.js'
import type { AnalysisRecord, SetName } from './analysis-record.js'
import { agreementHeader, agreementRows, measureHeader, measureRows, setsIn } from './analysis-table.js'
import { capacityPlot } from './capacity-plot.js'
import { figure, sum } from './figures.js'
import { relationPlot } from './relation-plot.js'
import { numbersTable, tableBlock } from './numbers-table.js'
import { temperaturePlot } from './temperature-plot.js'

/** An analysis as a separate report. */
export const analysisDocument = (record: AnalysisRecord): ReportDocument => ({
  title: `${record.name}: dark knowledge of ${record.teachers.length} teachers`,
  lead: [aboutData(record)],
  sections: analysisSections(record),
  footer: record.dataset.credit === undefined ? [] : [record.dataset.credit],
})

export const aboutData = ({ dataset, engine }: AnalysisRecord): string =>
  `Data set ${dataset.id}, ${dataset.classes.length} classes. Measured on ${engine}.`

/** The sections of an analysis, for reports that contain one. */
export function analysisSections(record: AnalysisRecord): readonly ReportSection[] {
  const sets = setsIn(record)
  return [
    {
      id: 'measures',
      title: 'Measures against capacity',
      short: 'Measures',
      blocks: [
        ...sets.map((set) =>
          tableBlock(
            `Temperature 1, ${set} images; ${CONVENTIONS}.`,
            measureHeader(),
            measureRows(record, set),
          ),
        ),
        {
          kind: 'figure',
          title: 'Measures at temperature 1 against the number of parameters',
          caption: 'The number of parameters on a logarithmic axis; each measure on its own axis.',
          label: 'Measures of each teacher against its number of parameters',
          spec: capacityPlot(record),
        },
      ],
    },
    {
      id: 'temperature',
      title: 'Distinctness against temperature',
      short: 'Temperature',
      blocks: sets.flatMap((set): ReportBlock[] => [
        {
          kind: 'figure',
          title: `Wrong classes against temperature, ${set} images`,
          caption:
            'The standard deviation is the root of each sample’s derived variance, averaged over samples.',
          label: `Distinctness of wrong classes against temperature on the ${set} images`,
          spec: temperaturePlot(record, set),
          table: curveTable(record, set),
        },
        { kind: 'table', table: decompositionTable(record, set) },
      ]),
    },
    {
      id: 'relations',
      title: 'Class relations and their agreement',
      short: 'Class relations',
      blocks: sets.flatMap((set) => relationBlocks(record, set)),
    },
  ]
}

const CONVENTIONS = 'variances over the wrong classes, means over images, raw logits, no augmentation'

function relationBlocks(record: AnalysisRecord, set: SetName): ReportBlock[] {
  const spec = relationPlot(record, set)
  const rows = agreementRows(record, set)
  return [
    spec === undefined
      ? {
          kind: 'notes',
          items: ['Too many classes to draw; the class-relation matrices are in the JSON document.'],
        }
      : {
          kind: 'figure',
          title: `Class relations, ${set} images`,
          caption: 'Mean probability of each wrong class among the wrong classes, at temperature 1.',
          label: `Class relations of each teacher on the ${set} images`,
          spec,
        },
    ...(rows.length === 0
      ? []
      : [
          tableBlock(
            `Agreement of class affinities, ${set} images; in parentheses with the second teacher’s wrong classes permuted at random.`,
            agreementHeader(record),
            rows,
          ),
        ]),
  ]
}

const curveTable = ({ teachers, temperatures }: AnalysisRecord, set: SetName): ReportTable =>
  numbersTable(
    `Mean derived variance; mean derived standard deviation, ${set} images.`,
    ['temperature', ...teachers.map(({ label }) => label)],
    temperatures.map((temperature, i) => [
      String(temperature),
      ...teachers.map(({ sets }) => {
        const at = sets[set]?.curve[i]
        return at === undefined ? '' : `${figure(at.derivedVariance)}; ${figure(at.derivedStandardDeviation)}`
      }),
    ]),
  )

const SHOWN_TEMPERATURES = [1, 2, 4, 8]

const decompositionTable = (record: AnalysisRecord, set: SetName): ReportTable =>
  numbersTable(
    `Parts of the soft cross-entropy in nats, against ${record.decomposedAgainst}, ${set} images: correct guidance + smooth regularisation + class discriminability.`,
    ['temperature', ...record.teachers.map(({ label }) => label)],
    SHOWN_TEMPERATURES.map((temperature) => [
      String(temperature),
      ...record.teachers.map(({ sets }) => {
        const at = sets[set]?.decomposition.find((part) => part.temperature === temperature)
        return at === undefined
          ? ''
          : sum([at.correctGuidance, at.smoothRegularisation, at.classDiscriminability])
      }),
    ]),
  )
