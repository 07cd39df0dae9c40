import { safeJson } from './safe-json.js'
import type { ComparisonTable } from './summarise.js'

/** A comparison as JSON, fractions unrounded. Characters that steer terminals are written as escapes. */
export const jsonTable = (table: ComparisonTable): string => safeJson(table)
