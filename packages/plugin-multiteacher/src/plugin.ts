import { type Plugin, definePlugin } from '@umbra/core'
import { VERSION } from './version.js'
import { average } from './weightings/average.js'
import { entropy } from './weightings/entropy.js'
import { fixed } from './weightings/fixed.js'

/** Distillation from several teachers: weightings `average`, `fixed` and `entropy`. */
export const multiteacher: Plugin = definePlugin({
  name: '@umbra/plugin-multiteacher',
  version: VERSION,
  core: '^0.1.0',
  provides: [average, fixed, entropy],
})
