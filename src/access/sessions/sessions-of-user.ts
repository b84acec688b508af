import { foldCase } from '../../core/fold-case.js'

/** Whether the text of a session is of this account of the service: its person is it, or in a member. */
export function sessionsOfUser(name: string): (text: string) => boolean {
  const folded = foldCase(name)
  const isIt = (value: unknown): boolean =>
    isRecord(value) &&
    value['kind'] === 'user' &&
    typeof value['name'] === 'string' &&
    foldCase(value['name']) === folded
  return (text) => {
    const session: unknown = JSON.parse(text)
    return isRecord(session) && [session, ...Object.values(session)].some(isIt)
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
