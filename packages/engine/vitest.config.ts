import { softwareVulkan } from '../../vitest.base.js'

softwareVulkan()

export { isolatedTests as default } from '../../vitest.base.js'
