import { join } from 'node:path'
import { UmbraError } from '@umbra/core'
import { contentHash, writeFile } from '@umbra/core/files'
import { createEngine, limitThreads } from '@umbra/engine'
import { type SetName, analysisDocument, analysisTable, documentHtml, documentMarkdown } from '@umbra/report'
import type { CommonFlags } from '../config/common-options.js'
import { printJson } from '../output/print-json.js'
import { sayMissingPlots } from '../output/say-missing-plots.js'
import { createReporter } from '../output/reporter.js'
import type { Invocation } from '../process/invocation.js'
import { withInterrupt } from '../process/with-interrupt.js'
import { type Analysis, analyseTeachers } from './analyse-teachers.js'
import { type AnalysisConfigFlags, type AnalysisSetting, resolveAnalysis } from './resolve-analysis.js'
import { type AnalysisContext, withTeachers } from './with-teachers.js'

export interface AnalysisFlags extends AnalysisConfigFlags, CommonFlags {
  readonly split: string
  readonly quiet?: true
  readonly takeOver?: true
  /** False with `--no-compile`. */
  readonly compile: boolean
}

/** What `umbra analyze` does: check, measure, write `analysis.json`, `.md` and `.html`, print the tables. */
export async function runAnalysis(flags: AnalysisFlags, { io }: Invocation): Promise<void> {
  const sets = setsOf(flags.split)
  const setting = await resolveAnalysis(flags, io)
  const reporter = createReporter(io, { quiet: flags.quiet === true })
  try {
    limitThreads(setting.config.threads)
    const engine = await createEngine(setting.config.engine, { compile: flags.compile })
    reporter.say(`engine ${engine.info.id} (${engine.info.detail})`)
    const { record } = await withInterrupt(reporter.say, (signal) =>
      analyse(setting, sets, {
        ...{ engine, signal, listen: reporter.listen },
        takeOver: flags.takeOver === true,
      }),
    )
    reporter.stop()
    const folder = join(setting.config.runs, record.name)
    await writeFile(join(folder, 'analysis.json'), `${JSON.stringify(record)}\n`)
    const document = analysisDocument(record)
    await writeFile(join(folder, 'analysis.md'), documentMarkdown(document))
    await writeFile(join(folder, 'analysis.html'), await documentHtml(document))
    await sayMissingPlots(io)
    if (flags.json === true) printJson(io, record)
    else io.out(`${analysisTable(record)}\n\nwritten to ${folder}\n`)
  } finally {
    reporter.stop()
  }
}

function setsOf(split: string): readonly SetName[] {
  if (split === 'both') return ['train', 'test']
  if (split === 'train' || split === 'test') return [split]
  throw new UmbraError('UMBRA_USAGE', {
    subject: '--split',
    expected: 'train, test or both',
    received: `"${split}"`,
  })
}

/** Makes the teachers ready and measures them. The student that losses are decomposed against comes last in the list. */
const analyse = (
  setting: AnalysisSetting,
  sets: readonly SetName[],
  context: AnalysisContext,
): Promise<Analysis> => {
  const { config, against } = setting
  const models = [...config.teachers, ...(against === undefined ? [] : [against])]
  const name = (hashes: readonly string[]): string =>
    config.name === undefined
      ? defaultName(config.dataset, hashes.slice(0, config.teachers.length))
      : `${config.name}-analysis`
  return withTeachers({ ...setting, name }, models, context, (ready, teacherContext) => {
    const teachers = ready.slice(0, config.teachers.length)
    const student = ready[config.teachers.length]
    return analyseTeachers({
      ...teacherContext,
      name: name(ready.map(({ hash }) => hash)),
      teachers: teachers.map((teacher, i) => {
        const { model } = config.teachers[i]!
        return { teacher, model: model.id, architecture: contentHash(model) }
      }),
      ...(student === undefined ? {} : { student: { ...student, label: `student ${against!.model.id}` } }),
      sets,
    })
  })
}

/** A name determined by teachers and data: the same ones always get the same name. */
const defaultName = (dataset: unknown, hashes: readonly string[]): string =>
  `analyze-${contentHash([dataset, hashes]).slice(0, 8)}`
