/** The family of a model id, the part before its size: `resnet` of `resnet56` and `resnet8x4`, `wrn` of `wrn-16-2`. */
export const familyOf = (model: string): string => /^[a-z]+(?:-[a-z]+)*/i.exec(model)?.[0] ?? model
