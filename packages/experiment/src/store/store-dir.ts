import { join, resolve } from 'node:path'
import type { ResolvedConfig } from '../config/experiment-config.js'

/** Folder of models and logits made once and shared by all runs next to it. */
export const storeDirOf = ({ runs }: Pick<ResolvedConfig, 'runs'>): string => join(resolve(runs), '.store')
