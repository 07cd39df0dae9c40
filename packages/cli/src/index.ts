export { main } from './main.js'
export type { Io } from './process/io.js'
