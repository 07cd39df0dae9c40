import { describe, expect, it } from 'vitest'
import { documentHtml } from '../document/document-html.js'
import { documentMarkdown } from '../document/document-markdown.js'
import { analysisDocument } from './analysis-document.js'
import type { AgreementFigures, AnalysisRecord, MeasuresAt, SetMeasures } from './analysis-record.js'
import { analysisTable } from './analysis-table.js'
import type { ArmEvidence } from './evidence.js'
import { familyOf } from './family.js'
import { studyText } from './statement-text.js'
import type { StudyRecord } from './study-record.js'
import { studyDocument } from './study-document.js'

const EVIL = '<script>alert(1)</script> | [x](http://evil) \u202e\u001b[31m'
/** Characters that steer a terminal or turn the direction of text. */
const steering = (text: string): string | undefined =>
  ['\u001b', '\u202e'].find((character) => text.includes(character))
const harmful = (text: string): string | undefined =>
  /<script|<img|<link|src=|url\(http/.exec(text)?.[0] ?? steering(text)

const TEMPERATURES = [0.5, 1, 2, 4, 8]

const at = (temperature: number, level: number): MeasuresAt => ({
  temperature,
  trueProbability: 0.9,
  derivedAverage: 0.01 * temperature,
  derivedVariance: level * temperature,
  derivedStandardDeviation: Math.sqrt(level * temperature),
  inherentVariance: level / temperature,
})
const measures = (level: number, classes: number): SetMeasures => ({
  samples: 100,
  accuracy: 0.9 + level,
  loss: 0.3,
  ece: 0.05,
  meanConfidence: 0.95,
  bins: [],
  headline: at(1, level),
  curve: TEMPERATURES.map((temperature) => at(temperature, level)),
  decomposition: TEMPERATURES.map((temperature) => ({
    ...{ temperature, correctGuidance: 0.1, smoothRegularisation: 0.25, classDiscriminability: -0.125 },
    total: 0.225,
  })),
  relations: Array.from({ length: classes }, (_, c) =>
    Array.from({ length: classes }, (_unused, k) => (c === k ? 0 : 1 / (classes - 1))),
  ),
})
const figures = (value: number): AgreementFigures => ({
  spearman: value,
  kendallTauB: value,
  topOverlap: { 1: value },
  linearCka: value,
  cosine: value,
  relationSpearman: value,
})
const analysis = (labels: readonly string[], classes = ['cat', 'dog', 'cat']): AnalysisRecord => ({
  name: 'tiny',
  dataset: { id: 'toy', classes, sources: [], credit: `by ${EVIL}` },
  engine: 'cpu (eager)',
  temperatures: TEMPERATURES,
  decomposedAgainst: 'each teacher itself',
  teachers: labels.map((label, i) => ({
    ...{ label, model: 'net8', parameters: 1000 * (i + 1) },
    sets: {
      train: measures(0.01 / (i + 1), classes.length),
      test: measures(0.02 / (i + 1), classes.length),
    },
  })),
  agreements: [
    {
      ...{ a: labels[0]!, b: labels[1]!, set: 'test', sameArchitecture: false, agreement: figures(0.75) },
      permuted: { mean: figures(0.0625), largest: figures(0.2), draws: 20, samples: 100 },
    },
  ],
})
const arm = (teacher: string, method: string, seed: number, test: number): ArmEvidence => ({
  ...{ student: 'small', teacher, method, seed, test, validation: test },
})
const study = (labels: readonly string[], over: Partial<StudyRecord> = {}): StudyRecord => ({
  name: 'ladder',
  statements: [
    {
      id: 'mismatch',
      claim: 'The largest teacher teaches worse.',
      outcome: 'not supported',
      statistic: 'difference',
      result: { value: 0.5, low: -1, high: 2 },
      rule: 'Supported when it is.',
      evidence: [`Seen with ${labels[0]!}.`],
      plot: 'students',
    },
    {
      id: 'calibration',
      claim: 'Calibration helps.',
      outcome: 'supported',
      statistic: 'gain',
      result: { value: 0.00617, low: 0.00054, high: 0.0118 },
      unit: 'accuracy',
      rule: 'Supported when it is.',
      evidence: [],
      plot: 'students',
    },
  ],
  temperature: 4,
  teachers: labels.map((label, i) => ({
    ...{ label, family: 'net', parameters: 1000 * (i + 1), architecture: label },
  })),
  methods: [
    { label: 'ts-t4', role: 'temperature', temperature: 4, sameWeights: true },
    { label: 'ce', role: 'reference', sameWeights: false },
    { label: 'ats', role: 'calibration', sameWeights: true },
  ],
  chosen: [
    {
      student: 'small',
      global: 'ts-t4',
      perTeacher: Object.fromEntries(labels.map((label) => [label, 'ts-t4'])),
    },
  ],
  arms: [
    arm('', 'ce', 0, 0.5),
    ...labels.flatMap((label) => [arm(label, 'ts-t4', 0, 0.625), arm(label, 'ats', 0, 0.6875)]),
  ],
  failed: [{ student: 'small', teacher: labels[0]!, method: 'ats', seed: 1, reason: `diverged ${EVIL}` }],
  recipe: { epochs: 10 },
  seeds: [0],
  analysis: analysis(labels),
  ...over,
})

describe('report of a study', () => {
  it('has every plot and table, as a page and as Markdown, the same again', async () => {
    const document = studyDocument(study(['net1', 'net2']))
    const page = await documentHtml(document)
    expect(await documentHtml(studyDocument(study(['net1', 'net2'])))).toBe(page)
    expect(document.sections.map(({ id }) => id)).toEqual([
      ...['statements', 'students', 'variance', 'measures', 'temperature', 'relations', 'recipe'],
    ])
    // Capacity; students; variance; temperature and relations on two sets: each drawn wide and narrow.
    expect(page.match(/<svg /g)).toHaveLength(2 * 7)
    const markdown = documentMarkdown(document).replaceAll('\\', '')
    for (const text of ['62.50', '68.75', '50.00', 'no teacher', 'best shared temperature', '0.75', '0.063'])
      expect(markdown.includes(text), text).toBe(true)
    expect(markdown).toContain('| The largest teacher teaches worse. | not supported | 0.5 (−1 to 2) |')
    expect(markdown).toContain('| Calibration helps. | supported | +0.62 points (0.05 to 1.18) |')
    expect(studyText(study(['net1', 'net2']))).toContain('[not supported] The largest teacher teaches worse.')
  })

  it('shows names and never obeys them', async () => {
    const record = study([EVIL, 'net2'])
    const page = await documentHtml(studyDocument(record))
    expect(harmful(page)).toBeUndefined()
    expect(page.includes('&lt;script&gt;')).toBe(true)
    const markdown = documentMarkdown(studyDocument(record))
    expect(harmful(markdown) ?? /[^\\]\]\(http/.exec(markdown)?.[0]).toBeUndefined()
    for (const text of [studyText(record), analysisTable(record.analysis)])
      expect(steering(text)).toBeUndefined()
  })

  it('says so where no student was trained, and where no temperature could be chosen', () => {
    const alone = studyDocument(study(['net1', 'net2'], { arms: [], chosen: [], failed: [] }))
    expect(alone.sections.map(({ id }) => id)).not.toContain('students')
    expect(alone.lead.join()).toContain('no student was trained')
    const blind = documentMarkdown(studyDocument(study(['net1', 'net2'], { chosen: [] })))
    expect(blind).toContain('no images were held out')
  })
})

describe('report of an analysis', () => {
  it('draws relations of a few classes and names the file where there are many', async () => {
    const few = await documentHtml(analysisDocument(analysis(['a', 'b'])))
    expect(few.includes('Class relations of each teacher on the test images')).toBe(true)
    const many = analysisDocument(
      analysis(
        ['a', 'b'],
        Array.from({ length: 31 }, (_, c) => `class ${c}`),
      ),
    )
    expect(documentMarkdown(many)).toContain('Too many classes to draw')
  })

  it('is a table for a terminal, with what was measured alone', () => {
    const record = analysis(['a', 'b'])
    const teachers = record.teachers.map(({ sets, ...teacher }) => ({
      ...teacher,
      sets: { test: sets.test! },
    }))
    const only = { ...record, teachers }
    const text = analysisTable(only)
    expect(text).toContain('toy, 100 test images, temperature 1')
    expect(text).not.toContain('train images')
    expect(text).toContain('0.750 (0.063)')
  })
})

it.each([
  ['resnet56', 'resnet'],
  ['resnet8x4', 'resnet'],
  ['wrn-16-2', 'wrn'],
  ['shufflenet-v2', 'shufflenet-v'],
  ['3d', '3d'],
])('the family of %s is %s', (model, family) => expect(familyOf(model)).toBe(family))
