/**
 * What the running wasm backend is made of, such as `wasm 4.22, SIMD, 1 thread`. Call it after `tf.setBackend('wasm')`.
 *
 * One thread always: the threaded build of tfjs-backend-wasm starts its workers from blob URLs, which Node refuses.
 */
export async function describeWasm(): Promise<string> {
  const { getThreadsCount, version_wasm } = await import('@tensorflow/tfjs-backend-wasm')
  const version = version_wasm.split('.').slice(0, 2).join('.')
  const threads = getThreadsCount()
  return `wasm ${version}, SIMD, ${threads} ${threads === 1 ? 'thread' : 'threads'}`
}
