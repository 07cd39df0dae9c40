import { defineConfig } from 'vitest/config'

/** `pnpm dev`: the tests of every package, again and again as files change. */
export default defineConfig({
  test: { projects: ['packages/*/vitest.config.ts', 'tools/*/vitest.config.ts'] },
})
