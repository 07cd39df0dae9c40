import { defineConfig } from 'vitest/config'
import { testReports } from './vitest.base.js'

/** The tests of every package: once in `npm test`, repeatedly as files change in `pnpm dev`. */
export default defineConfig({
  test: { projects: ['packages/*/vitest.config.ts', 'tools/*/vitest.config.ts'], ...testReports },
})
