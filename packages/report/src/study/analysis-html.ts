import { htmlFigure } from '../html/figure.js'
import { type Html, type HtmlValue, markup } from '../html/html.js'
import { type PageSection, htmlPage } from '../html/page.js'
import { htmlTable } from '../html/table.js'
import type { AnalysisRecord, SetName } from './analysis-record.js'
import { agreementHeader, agreementRows, measureHeader, measureRows, setsIn } from './analysis-table.js'
import { capacityPlot } from './capacity-plot.js'
import { figure } from './figures.js'
import { relationPlot } from './relation-plot.js'
import { temperaturePlot } from './temperature-plot.js'

/** An analysis as a page of its own: tables and plots, no script, nothing loaded. Names in it are text, never markup. */
export async function analysisHtml(record: AnalysisRecord): Promise<string> {
  const { dataset, engine, name } = record
  return htmlPage({
    title: `${name}: dark knowledge of ${record.teachers.length} teachers`,
    lead: markup`<p>Data set ${dataset.id}, ${dataset.classes.length} classes. Engine ${engine}.</p>`,
    sections: await analysisSections(record),
    ...(dataset.credit === undefined ? {} : { footer: dataset.credit }),
  })
}

/** The sections of measures, for pages that show more than an analysis. */
export async function analysisSections(record: AnalysisRecord): Promise<PageSection[]> {
  const sets = setsIn(record)
  return [
    {
      id: 'measures',
      title: 'Measures against capacity',
      short: 'Measures',
      content: [
        ...sets.map((set) =>
          table(`Temperature 1, ${set} images; ${CONVENTIONS}`, measureHeader(), measureRows(record, set)),
        ),
        htmlFigure({
          title: 'Measures at temperature 1 against the number of parameters',
          plot: await capacityPlot(record),
        }),
      ],
    },
    {
      id: 'temperature',
      title: 'Distinctness against temperature',
      short: 'Temperature',
      content: await each(sets, async (set) => [
        htmlFigure({
          title: `Wrong classes against temperature, ${set} images`,
          caption:
            'The standard deviation is the root of each sample’s derived variance, averaged over samples.',
          plot: await temperaturePlot(record, set),
          table: curveTable(record, set),
        }),
        decompositionTable(record, set),
      ]),
    },
    {
      id: 'relations',
      title: 'Class relations and their agreement',
      short: 'Class relations',
      content: await each(sets, async (set) => {
        const plot = await relationPlot(record, set)
        const rows = agreementRows(record, set)
        return [
          plot === undefined
            ? markup`<p class="note">Too many classes to draw; the class-relation matrices stand in analysis.json.</p>`
            : htmlFigure({
                title: `Class relations, ${set} images`,
                caption: 'Mean probability of each wrong class among the wrong classes, at temperature 1.',
                plot,
              }),
          rows.length > 0 &&
            table(
              `Agreement of class affinities, ${set} images; with the second teacher’s wrong classes renamed at random in parentheses`,
              agreementHeader(record),
              rows,
            ),
        ]
      }),
    },
  ]
}

const CONVENTIONS = 'variances over the wrong classes, means over images, raw logits, no augmentation'

const each = async (
  sets: readonly SetName[],
  content: (set: SetName) => Promise<HtmlValue>,
): Promise<HtmlValue[]> => {
  const out: HtmlValue[] = []
  for (const set of sets) out.push(await content(set))
  return out
}

const table = (caption: string, header: readonly string[], rows: readonly (readonly string[])[]): Html =>
  htmlTable({ caption, columns: header.map((title, i) => ({ title, numeric: i > 0 })), rows })

const curveTable = ({ teachers, temperatures }: AnalysisRecord, set: SetName): Html =>
  table(
    'Mean derived variance; mean derived standard deviation',
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

const decompositionTable = (record: AnalysisRecord, set: SetName): Html =>
  table(
    `Parts of the soft cross-entropy in nats, against ${record.decomposedAgainst}: correct guidance + smooth regularisation + class discriminability`,
    ['temperature', ...record.teachers.map(({ label }) => label)],
    SHOWN_TEMPERATURES.map((temperature) => [
      String(temperature),
      ...record.teachers.map(({ sets }) => {
        const at = sets[set]?.decomposition.find((part) => part.temperature === temperature)
        return at === undefined
          ? ''
          : [at.correctGuidance, at.smoothRegularisation, at.classDiscriminability].map(figure).join(' + ')
      }),
    ]),
  )
