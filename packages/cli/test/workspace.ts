import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { onTestFinished } from 'vitest'

/** A folder with the files given, outside the repository, gone after the test. */
export function folderWith(files: Readonly<Record<string, string>> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'umbra-cli-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
  }
  return folder
}

const PACKAGES = resolve(import.meta.dirname, '../..')
const PLUGINS = ['baselines', 'softening', 'vision', 'live'].map((name) => `plugin-${name}`)

/** A project in which packages of this repository are installed, by links as in a workspace. */
export function projectWith(
  files: Readonly<Record<string, string>> = {},
  folders: readonly string[] = PLUGINS,
): string {
  const devDependencies = Object.fromEntries(folders.map((folder) => [`@umbra/${folder}`, '^0.1.0']))
  const project = folderWith({ 'package.json': JSON.stringify({ name: 'mine', devDependencies }), ...files })
  mkdirSync(join(project, 'node_modules', '@umbra'), { recursive: true })
  for (const folder of folders)
    symlinkSync(join(PACKAGES, folder), join(project, 'node_modules', '@umbra', folder), 'junction')
  return project
}

/** Source of a plugin of one method without a teacher. */
export const pluginSource = ({
  name = 'own',
  id = 'own-method',
  contract = 1,
  typed = false,
}: {
  readonly name?: string
  readonly id?: string
  readonly contract?: number
  /** With TypeScript's own syntax in it. */
  readonly typed?: boolean
} = {}): string => `
import { crossEntropy, defineMethod, definePlugin, tf, z } from '@umbra/core'
const scale${typed ? ': number' : ''} = 1
export const own = definePlugin({
  name: '${name}',
  version: '1.2.3',
  contract: ${contract},
  provides: [
    defineMethod({
      id: '${id}',
      title: 'Own method',
      summary: 'Cross-entropy, again.',
      formula: 'L = scale * CE',
      teachers: { min: 0, max: 1 },
      options: z.strictObject({ scale: z.number().min(0).max(10).default(scale).describe('A factor') }),
      objective: ({ scale }) => ({
        weights: { ce: scale },
        terms: ({ student, labels }) => ({ terms: { ce: crossEntropy(tf.logSoftmax(student.logits), labels) } }),
      }),
    }),
  ],
})
`

/** A configuration that trains for a moment. */
export const smallConfig = (over: Readonly<Record<string, unknown>> = {}): string =>
  JSON.stringify({
    name: 'small',
    engine: 'wasm',
    dataset: { id: 'digits', trainLimit: 40, testLimit: 16 },
    validation: { count: 8 },
    baselines: false,
    student: { model: 'cnn' },
    methods: ['ce'],
    seeds: [0],
    recipe: { epochs: 1, batch: 16 },
    ...over,
  })
