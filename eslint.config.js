export { umbra as default } from '@umbra/eslint-config'
