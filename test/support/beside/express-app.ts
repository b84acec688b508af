import { symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from '../../house/source-files.js'
import { exampleBlock, fillIn, type ExampleApp } from './example-app.js'

export const expressApp: ExampleApp = {
  name: 'Express',
  missing: false,
  write(folder, filledIn) {
    symlinkSync(join(projectRoot, 'node_modules'), join(folder, 'node_modules'))
    const shown = exampleBlock('express')
    const text = filledIn ? withJson(withStaff(shown)) : shown
    const listen = `app.listen(Number(process.argv[2]), '127.0.0.1')\n`
    writeFileSync(join(folder, 'app.mjs'), text + listen)
  },
  command: (port) => [process.execPath, 'app.mjs', String(port)],
  formHeaders: async () => ({}),
}

function withStaff(text: string): string {
  const refused = '  response.sendStatus(403)\n'
  const isStaff = `  if (request.headers['x-staff'] === 'yes') return next()\n`
  return fillIn(text, refused, isStaff + refused)
}

/** Bodies are read before the routes see them, as most apps have it. */
function withJson(text: string): string {
  const made = 'export const app = express()\n'
  return fillIn(text, made, `${made}app.use(express.json())\n`)
}
