export { main } from './main.js'
export { type Io, processIo } from './process/io.js'
export { type StudyConfig, type UmbraConfig, defineConfig, defineStudy } from '@umbra/experiment'
