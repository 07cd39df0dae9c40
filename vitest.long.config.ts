import config from './vitest.config.js'

// Read by vitest.base.ts: projects are configured in this process after this file, and are not told the mode.
process.env.UMBRA_TESTS = 'long'

/** The tests too slow for `npm test`: `npm run test:long`. */
export default config
