import type { ComparisonRecord, TeacherFigures } from '@umbra/core/trainer'
import type { ReportBlock, ReportDocument, ReportSection } from '../document/document.js'
import type { ComparisonAnalysis } from '../statistics/analysis.js'
import { measuresCaption } from './measures.js'
import { pairSection } from './pair-section.js'
import { measuresPlot } from './plots/measures-plot.js'
import { teachersTable } from './tables.js'
import { count } from '../texts.js'
import { whatRan } from './what-ran.js'

/** The report of a comparison: a section for each pair, the teachers, what ran, how to read it. */
export function comparisonDocument(analysis: ComparisonAnalysis, record: ComparisonRecord): ReportDocument {
  const { name, dataset, pairs, seeds } = record
  const methods = new Set(pairs.flatMap((pair) => pair.methods.map(({ label }) => label)))
  return {
    title: name,
    lead: [
      `${plural(methods.size, 'method')}, ${plural(seeds.length, 'seed')}, ${plural(pairs.length, 'pair')} of teacher and student on ${dataset.id}: ` +
        `${count(dataset.train)} training images, ${count(dataset.validation)} held out for validation, ${count(dataset.test)} for the test.`,
    ],
    sections: [
      // An analysis has the pairs of its record, in the same order.
      ...pairs.map((pair, i) => pairSection(record, pair, analysis.pairs[i]!, `pair-${i + 1}`)),
      ...teachersSection(pairs.flatMap(({ teachers }) => teachers)),
      whatRan(record),
      HOW_TO_READ,
    ],
    footer: [
      ...(dataset.credit === undefined ? [] : [dataset.credit]),
      `Made by Umbra ${record.environment.umbra}.`,
    ],
  }
}

const plural = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? '' : 's'}`

function teachersSection(all: readonly TeacherFigures[]): ReportSection[] {
  const teachers = [...new Map(all.map((teacher) => [teacher.label, teacher])).values()]
  if (teachers.length === 0) return []
  const table = teachersTable(teachers)
  const measures = [...new Set(teachers.flatMap((teacher) => Object.keys(teacher.measures ?? {})))]
  const figure: ReportBlock[] =
    measures.length === 0 || teachers.length < 2
      ? []
      : [
          {
            kind: 'figure',
            title: 'Dark knowledge',
            caption: measuresCaption(measures),
            label:
              'Dark-knowledge measures of the teachers, one plot per measure. The table has the numbers.',
            spec: (size) => measuresPlot(teachers, size),
          },
        ]
  const caption: ReportBlock[] =
    measures.length === 0 || figure.length > 0 ? [] : [{ kind: 'text', text: measuresCaption(measures) }]
  return [{ id: 'teachers', title: 'Teachers', blocks: [...figure, ...caption, { kind: 'table', table }] }]
}

const HOW_TO_READ: ReportSection = {
  id: 'how-to-read',
  title: 'How to read this',
  blocks: [
    {
      kind: 'notes',
      items: [
        'Within a seed, every method starts from the same weights and sees the same images in the same order, so methods are compared seed by seed.',
        'The test set was used only after training. Results are those of the last epoch, or of the epoch that was best on images held out from training; no epoch was chosen on the test set.',
        'Intervals are t intervals over seeds. Those of accuracies hold 95 % each; those of the differences to the baseline hold 95 % together, over all methods of the pair (Bonferroni).',
        'A method beats the baseline, or falls behind, where the interval of the difference does not hold 0: a two-sided paired t-test gives p < 0.05, corrected for the same number of methods. Otherwise the two cannot be told apart, which is not evidence that they are equal.',
        'With 6 seeds or more, where it can reach 0.05, a Wilcoxon signed-rank test is added for robustness, without correction.',
        "d_z is the mean difference in standard deviations of the differences; Hedges' g is the same without its small-sample bias.",
        'Seeds to settle: total number of seeds with which the test would detect the observed difference with power 0.8 at the corrected level. With few seeds the observed difference is itself uncertain: an order of magnitude, not a promise.',
        'Seeds vary initial weights, order and augmentation on one split of the data: the results say nothing about other data.',
      ],
    },
  ],
}
