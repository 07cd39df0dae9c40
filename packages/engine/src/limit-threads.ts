import process from 'node:process'

/**
 * Threads that one operation of the tensorflow engine may use. To be called before an engine is made: libtensorflow reads
 * it once. The number of threads decides in which order sums are taken, and so the last bits of a result.
 */
export function limitThreads(threads: number | undefined): void {
  if (threads !== undefined) process.env.TF_NUM_INTRAOP_THREADS = String(threads)
}
