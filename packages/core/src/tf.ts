/**
 * The one instance of tfjs-core that every part of a run shares. Plugins outside the workspace take it from here,
 * so that their tensors live in the same engine.
 */
import * as tf from '@tensorflow/tfjs-core'

export { tf }
