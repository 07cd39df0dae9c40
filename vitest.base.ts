import { existsSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { configDefaults, defineConfig, mergeConfig } from 'vitest/config'

/** Folder for JSON reports; `npm test` adds them up. */
const reports = process.env.UMBRA_TEST_REPORTS
const conditions = ['@umbra/source', 'node', 'import', 'module', 'default']

/** Settings of the configuration with which a run starts. */
export const testReports =
  reports === undefined
    ? {}
    : {
        reporters: ['default', 'json'],
        outputFile: { json: join(reports, `${basename(process.cwd())}-${process.pid}.json`) },
      }

/** Files at a time. Many use all cores, so more than half as many files would only wait, and use memory. */
const WORKERS = Math.min(availableParallelism(), Math.max(2, Math.floor(availableParallelism() / 2)))

/** Test files too slow for `npm test`; `npm run test:long` runs them alone. */
const LONG = '{src,test}/**/*.long.test.ts'
const onlyLong = process.env.UMBRA_TESTS === 'long'

/**
 * Tests run on the sources: no build is needed first. The files of one worker share their modules: loading
 * TensorFlow.js and the packages once for each file took longer than most tests.
 */
export const packageTests = defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    include: onlyLong ? [LONG] : ['{src,test}/**/*.test.ts'],
    exclude: onlyLong ? configDefaults.exclude : [...configDefaults.exclude, LONG],
    globalSetup: fileURLToPath(new URL('tools/testing/src/temporary-folder.ts', import.meta.url)),
    pool: 'forks',
    isolate: false,
    maxWorkers: WORKERS,
    ...testReports,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    typecheck: { enabled: !onlyLong, include: ['src/**/*.test-d.ts'], tsconfig: './tsconfig.json' },
  },
})

/** For packages whose tests choose engines, replace modules or load other copies of TensorFlow.js: each file loads its own. */
export const isolatedTests = mergeConfig(packageTests, { test: { isolate: true } })

/** Debian's chromium brings a Vulkan loader and a driver that computes on the processor. */
const CHROMIUM = '/usr/lib/chromium'

/** Lets the webgpu engine's tests run on that driver if it is installed and no other was chosen. Called before workers start. */
export function softwareVulkan(): void {
  const driver = join(CHROMIUM, 'vk_swiftshader_icd.json')
  if (process.env.VK_ICD_FILENAMES !== undefined || !existsSync(driver)) return
  process.env.VK_ICD_FILENAMES = driver
  process.env.LD_LIBRARY_PATH = [process.env.LD_LIBRARY_PATH ?? '', CHROMIUM].filter(Boolean).join(':')
}
