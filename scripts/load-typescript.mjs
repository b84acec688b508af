// For `node --import`: tests run from their sources. tsx alone leaves out the threads of Node 20, which get
// this option like every process that a test starts.
import { register } from 'tsx/esm/api'

const here = import.meta.url
// In another folder a relative path would lead nowhere.
process.execArgv.forEach((word, at) => {
  if (word.endsWith('load-typescript.mjs')) process.execArgv[at] = `--import=${here}`
})
register()
