import process from 'node:process'

/**
 * Sets the number of threads of one operation of the tensorflow engine. Call it before creating an engine: libtensorflow reads
 * it once. The number of threads determines the order of sums, and so the last bits of a result.
 */
export function limitThreads(threads: number | undefined): void {
  if (threads !== undefined) process.env.TF_NUM_INTRAOP_THREADS = String(threads)
}
