import type { DistillBatch, ModelOutputs, TensorRecord } from '../contracts/objective.js'
import type { OperationRecord } from '../trace/record-operations.js'

/** Names every tensor of a batch: all of it changes from step to step. */
export function nameBatch(record: OperationRecord, batch: DistillBatch): void {
  const { target, labels, ids, seed } = batch
  nameOutputs(record, 'student', batch.student)
  for (const [i, teacher] of batch.teachers.entries()) nameOutputs(record, `teacher-${i}`, teacher)
  for (const [i, peer] of batch.peers.entries()) nameOutputs(record, `peer-${i}`, peer)
  nameAll(record, 'batch', { labels, ids, seed })
  nameAll(record, 'target', { ...target })
  nameAll(record, 'feed', batch.feeds)
  nameAll(record, 'scalar', batch.scalars)
}

function nameOutputs(record: OperationRecord, network: string, { logits, taps }: ModelOutputs): void {
  record.name(logits, `${network}/logits`)
  nameAll(record, `${network}/tap`, taps)
}

/** Names tensors `prefix/…`. */
export function nameAll(record: OperationRecord, prefix: string, tensors: TensorRecord): void {
  for (const [name, tensor] of Object.entries(tensors)) record.name(tensor, `${prefix}/${name}`)
}

/** Hashes of what made some tensors, by their names. */
export const hashesOf = (record: OperationRecord, tensors: TensorRecord): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, record.hashOf(tensor)]))
