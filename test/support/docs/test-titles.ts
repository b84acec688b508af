import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from '../../house/source-files.js'

const escaped = (text: string): string => text.replaceAll(/[$()*+.?[\\\]^{|}]/g, '\\$&')

/** Of each test file, with anything in the place of what a title takes from a variable. */
export function testTitles(): Map<string, RegExp[]> {
  const files = readdirSync(join(projectRoot, 'test'), { recursive: true, encoding: 'utf8' })
  const found = files
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => {
      const text = readFileSync(join(projectRoot, 'test', name), 'utf8')
      const titles = text.matchAll(
        /\bt\s*\.test\(\s*(?:'((?:[^'\\\n]|\\.)+)'|"([^"\n]+)"|`([^`]+)`)/g,
      )
      return [
        `test/${name}`,
        [...titles].map(([, plain, quoted, template = '']) => {
          const parts = (plain ?? quoted ?? template).split(/\$\{[^}]+\}/)
          return new RegExp(`^${parts.map(escaped).join('.+')}$`)
        }),
      ] as const
    })
  return new Map(found)
}
