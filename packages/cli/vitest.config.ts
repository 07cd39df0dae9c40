import { softwareVulkan } from '../../vitest.base.js'

softwareVulkan()

export { packageTests as default } from '../../vitest.base.js'
