import * as tfCore from '@tensorflow/tfjs-core'
import * as tfLayers from '@tensorflow/tfjs-layers'
import * as core from '@umbra/core'
import * as files from '@umbra/core/files'
import * as testing from '@umbra/core/testing'
import * as trainer from '@umbra/core/trainer'
import * as experiment from '@umbra/experiment'
import * as zod from 'zod'

const { defineConfig, defineStudy } = experiment

/** The modules that users' modules get from this process, by the names under which they are imported. */
export const OWN_COPIES: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  '@umbra/core': core,
  '@umbra/core/files': files,
  '@umbra/core/testing': testing,
  '@umbra/core/trainer': trainer,
  '@umbra/experiment': experiment,
  // The part of the command that configuration files use.
  '@umbra/cli': { defineConfig, defineStudy },
  '@tensorflow/tfjs-core': tfCore,
  '@tensorflow/tfjs-layers': tfLayers,
  // What the union package exports of these two.
  '@tensorflow/tfjs': { ...tfCore, ...tfLayers },
  zod,
}
