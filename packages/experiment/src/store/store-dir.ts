import { join, resolve } from 'node:path'
import type { ResolvedConfig } from '../config/experiment-config.js'

/** Folder of what is trained or computed once and shared by all runs beside it. */
export const storeDirOf = ({ runs }: Pick<ResolvedConfig, 'runs'>): string => join(resolve(runs), '.store')
