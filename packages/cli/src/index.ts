export { main } from './main.js'
export type { Io } from './process/io.js'
export { type StudyConfig, type UmbraConfig, defineConfig, defineStudy } from '@umbra/experiment'
