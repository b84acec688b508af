import { withWorkFolder } from '../../src/core/files/work-folder.js'

/** A process of its own that holds a work folder until it is killed, and tells which. */
await withWorkFolder(process.argv[2] ?? '', (folder) => {
  process.send?.(folder)
  return new Promise(() => process.channel?.ref())
})
