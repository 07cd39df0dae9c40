export { plugins } from './plugins.js'
export { type StudyConfig, type UmbraConfig, defineConfig, defineStudy } from '@umbra/experiment'
