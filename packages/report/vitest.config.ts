export { isolatedTests as default } from '../../vitest.base.js'
