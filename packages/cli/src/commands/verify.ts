import type { EngineId } from '@umbra/core/trainer'
import { UmbraError } from '@umbra/core'
import { readGoldenFolder } from '@umbra/core/testing'
import { createEngine } from '@umbra/engine'
import { Command } from 'commander'
import { resolve } from 'node:path'
import { loadProject } from '../project/load-project.js'
import { printJson } from '../output/print-json.js'
import { verificationText } from '../output/verification-text.js'
import { assembleProject } from '../project/assemble-project.js'
import type { Invocation } from '../process/invocation.js'
import { exitWith } from '../process/exit-with.js'
import { verifyGolden } from '../verify/verify-golden.js'
import { type PluginFlags, addCommonOptions, addPluginOptions, examples } from '../config/common-options.js'

interface VerifyFlags extends PluginFlags {
  readonly golden: string
  readonly engine: 'auto' | EngineId
  readonly byFamily?: true
}

/** `umbra verify --golden DIR`: compares the methods with published numbers. Exit code 1 if a case fails. */
export const verifyCommand = ({ io }: Invocation): Command => {
  const command = new Command('verify')
    .description('Compute published cases with the methods of the plugins, and compare.')
    .requiredOption('--golden <folder>', 'folder of .json files in the golden format')
    .option('--engine <engine>', 'auto, tensorflow, wasm or cpu', 'auto')
    .option('--by-family', 'one line per family instead of one per case')
    .addHelpText(
      'after',
      examples('umbra verify --golden golden', 'umbra verify --golden golden --engine wasm --by-family'),
    )
  addCommonOptions(addPluginOptions(command))
  return command.action(async ({ golden, engine: choice, byFamily, json, config, plugin }: VerifyFlags) => {
    if (choice === 'webgpu') throw notOnWebgpu()
    const files = readGoldenFolder(resolve(io.cwd, golden))
    const registry = await assembleProject(await loadProject(config, io), plugin, io)
    const { info } = await createEngine(choice)
    const cases = verifyGolden(registry, files)
    const failed = cases.filter(({ status }) => status === 'failed').length
    if (json === true) printJson(io, { ok: failed === 0, engine: info, cases })
    else {
      const engine = `${info.id} (${info.detail})`
      io.out(verificationText(cases, { engine, byFamily: byFamily === true, colour: io.colour }))
    }
    if (failed > 0) throw exitWith(1)
  })
}

const notOnWebgpu = (): UmbraError =>
  new UmbraError('UMBRA_USAGE', {
    subject: 'umbra verify --engine webgpu',
    expected: 'auto, tensorflow, wasm or cpu',
    received: 'an engine that reads values asynchronously and is less exact than the published numbers',
    remedy: 'Verify on another engine; the code of the methods is the same',
  })
