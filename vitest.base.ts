import { basename, join } from 'node:path'
import { defineConfig } from 'vitest/config'

/** Folder for one JSON report a package; `npm test` adds them up. */
const reports = process.env.UMBRA_TEST_REPORTS
const conditions = ['@umbra/source', 'node', 'import', 'module', 'default']

/** Tests run on the sources: no build is needed first. */
export const packageTests = defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    pool: 'forks',
    maxWorkers: 1,
    ...(reports === undefined
      ? {}
      : {
          reporters: ['default', 'json'],
          outputFile: { json: join(reports, `${basename(process.cwd())}-${process.pid}.json`) },
        }),
    testTimeout: 120_000,
    hookTimeout: 120_000,
    typecheck: { enabled: true, include: ['src/**/*.test-d.ts'], tsconfig: './tsconfig.json' },
  },
})
