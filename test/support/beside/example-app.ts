import { ask } from '../ask.js'
import { docBlock } from '../doc-block.js'

/** An example of docs/beside-django.md as an app that runs. */
export interface ExampleApp {
  readonly name: string
  /** Why it can't run here. */
  readonly missing: string | false
  /**
   * Writes it as it stands there, or as an app has it: the place for the staff filled in, and something
   * around it that reads bodies first or takes the length of an answer away.
   */
  write(folder: string, filledIn: boolean): void
  command(port: number): readonly [string, ...string[]]
  /** What a browser sends with a form. */
  formHeaders(port: number): Promise<Record<string, string>>
}

/** Where the place for the staff is filled in, whoever sends this is staff. */
export const staff = { 'x-staff': 'yes' }

export function exampleBlock(name: string): string {
  return docBlock('beside-django.md', name)
}

/** Puts what an app would put in place of a line that is there once. */
export function fillIn(text: string, line: string, filled: string): string {
  const parts = text.split(line)
  if (parts.length !== 2) throw new Error(`"${line}" is there ${parts.length - 1} times`)
  return parts.join(filled)
}

/** The cookie and the token of a page of the app. */
export async function tokenHeaders(port: number, path: string): Promise<Record<string, string>> {
  const { headers, body } = await ask({ at: port, path })
  const [cookie = ''] = (headers['set-cookie'] ?? []).map((one) => one.split(';')[0] ?? '')
  return { cookie, 'x-csrf-token': body.toString() }
}
