import * as tf from '@tensorflow/tfjs-core'

/** Makes TensorFlow.js compute on its plain JavaScript backend. */
export async function useCpuBackend(): Promise<void> {
  await import('@tensorflow/tfjs-backend-cpu')
  // Silences the backend's advice to install a faster one.
  tf.env().set('IS_TEST', true)
  await tf.setBackend('cpu')
}
