/** The family of a model's id: what stands before its size. `resnet56` and `resnet8x4` are of `resnet`, `wrn-16-2` is of `wrn`. */
export const familyOf = (model: string): string => /^[a-z]+(?:-[a-z]+)*/i.exec(model)?.[0] ?? model
