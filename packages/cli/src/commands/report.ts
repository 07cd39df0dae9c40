import { join, resolve } from 'node:path'
import { UmbraError } from '@umbra/core'
import { openSealed, parseJson, readSealedText } from '@umbra/core/files'
import { RUN_FORMAT, isRecord } from '@umbra/core/trainer'
import { Command } from 'commander'
import { printJson } from '../output/print-json.js'
import { sayMissingPlots } from '../output/say-missing-plots.js'
import { writeReports } from '../output/write-reports.js'
import type { Invocation } from '../process/invocation.js'
import { type CommonFlags, addCommonOptions, examples } from '../config/common-options.js'

interface ReportFlags extends CommonFlags {
  readonly baseline?: string
}

/** `umbra report <run>`: writes the reports of a comparison again from its record. Nothing is trained or measured. */
export const reportCommand = ({ io }: Invocation): Command => {
  const command = new Command('report')
    .description('Write report.html, .md, .json and .csv of a comparison again, from its run folder.')
    .argument('<run>', 'folder of the run')
    .option('--baseline <label>', 'method to compare the others with (default: kd, else ce)')
    .addHelpText('after', examples('umbra report runs/first', 'umbra report runs/first --baseline ce'))
  return addCommonOptions(command).action(async (run: string, { baseline, json }: ReportFlags) => {
    const folder = resolve(io.cwd, run)
    const { parseComparisonRecord, reportSummary, terminalReport } = await import('@umbra/report')
    const path = join(folder, 'record.json')
    const record = parseComparisonRecord(verified(readRecord(path), path), path)
    const { analysis, files } = await writeReports(folder, record, baseline === undefined ? {} : { baseline })
    await sayMissingPlots(io)
    if (json === true) printJson(io, { files, ...reportSummary(analysis, record) })
    else {
      io.out(`${terminalReport(analysis, record)}\n\n`)
      io.out(files.map((file) => `${file}\n`).join(''))
    }
  })
}

/** Throws UMBRA_FILE_CORRUPT where the figures are not those that were written. */
function verified(text: string, path: string): string {
  const opened = openSealed(text)
  if ('value' in opened) return text
  const parsed = parseJson(text)
  // What has another format or no checksum is explained by the parser, if it is not of this version.
  if ('value' in parsed && !isOfThisVersion(parsed.value)) return text
  throw new UmbraError('UMBRA_FILE_CORRUPT', {
    subject: `${path} is damaged: ${opened.problem}`,
    remedy:
      'Run the same command with --resume: the record is made again from the arms, and nothing is trained',
  })
}

const isOfThisVersion = (value: unknown): boolean =>
  isRecord(value) && (value.format === RUN_FORMAT || value.checksum !== undefined)

function readRecord(path: string): string {
  const read = readSealedText(path)
  if ('text' in read) return read.text
  if (read.missing !== true)
    throw new UmbraError('UMBRA_FILE_CORRUPT', { subject: `${path} cannot be read: ${read.problem}` })
  throw new UmbraError('UMBRA_FILE_MISSING', {
    subject: path,
    expected: 'the record of a comparison',
    remedy: 'Give the folder of a run of umbra compare',
  })
}
