import { type ComparisonRecord, RUN_FORMAT, comparisonRecordSchema } from '@umbra/core/trainer'
import { UmbraError } from '@umbra/core'
import { parseJson } from '@umbra/core/files'

/**
 * The record of a comparison from the text of its file. Unknown keys are dropped, and null stands for a figure
 * that was NaN. Throws UMBRA_RUN_FORMAT for a record of another version, UMBRA_FILE_CORRUPT, naming `source` and
 * the first thing wrong with it.
 */
export function parseComparisonRecord(json: string, source: string): ComparisonRecord {
  const corrupt = (received: string) =>
    new UmbraError('UMBRA_FILE_CORRUPT', {
      subject: source,
      expected: 'the record of a comparison',
      received,
    })
  const parsed = parseJson(json)
  if ('problem' in parsed)
    throw new UmbraError('UMBRA_FILE_CORRUPT', { subject: `${source} is damaged: ${parsed.problem}` })
  const { value } = parsed
  refuseOtherFormat(value, source)
  const result = comparisonRecordSchema.safeParse(value)
  if (result.success) return result.data
  const [issue] = result.error.issues
  const path = issue?.path.map(String).join('.') ?? ''
  throw corrupt(`${path === '' ? 'the record' : path}: ${issue?.message ?? 'not readable'}`)
}

/** The first records had no number of their format. */
function refuseOtherFormat(value: unknown, source: string): void {
  if (typeof value !== 'object' || value === null || !('pairs' in value)) return
  const format = 'format' in value ? value.format : 1
  if (!Number.isSafeInteger(format) || format === RUN_FORMAT) return
  throw new UmbraError('UMBRA_RUN_FORMAT', {
    subject: `${source} was written by another version of Umbra`,
    expected: `format ${RUN_FORMAT}`,
    received: `format ${String(format)}`,
    remedy: 'Make the report with that version, or run the comparison again with --overwrite',
  })
}
