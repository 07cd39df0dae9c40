import { type Plugin, definePlugin } from '@umbra/core'
import {
  adaptiveGolden,
  averageGolden,
  confidenceGolden,
  confidenceHintGolden,
  entropyGolden,
  hintGolden,
} from './golden/multi-teacher.js'
import { mkdHint } from './methods/mkd-hint.js'
import { mkd } from './methods/mkd.js'
import { mtcd, umbra } from './methods/mtcd.js'
import { VERSION } from './version.js'
import { adaptive } from './weightings/adaptive.js'
import { average } from './weightings/average.js'
import { confidence } from './weightings/confidence.js'
import { entropy } from './weightings/entropy.js'
import { fixed } from './weightings/fixed.js'

/** Distillation from several teachers: weightings, weighted soft targets and hints, contrast, and the preset `umbra`. */
export const multiteacher: Plugin = definePlugin({
  name: '@umbra/plugin-multiteacher',
  version: VERSION,
  core: '^0.1.0',
  provides: [
    average,
    fixed,
    entropy,
    confidence,
    adaptive,
    mkd,
    mkdHint,
    mtcd,
    umbra,
    averageGolden,
    entropyGolden,
    confidenceGolden,
    adaptiveGolden,
    hintGolden,
    confidenceHintGolden,
  ],
})
