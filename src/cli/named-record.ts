import { InvalidArgumentError } from 'commander'
import type { NamedRecord } from '../core/named-record.js'

/** `auth.User:3` as an option's value; given again, it adds. A key may hold colons. */
export function namedRecord(
  value: string,
  before: readonly NamedRecord[] = [],
): readonly NamedRecord[] {
  const [, model, key] = /^([^:]+):(.+)$/s.exec(value) ?? []
  if (model === undefined || key === undefined)
    throw new InvalidArgumentError('Give a model and a key: auth.User:3.')
  return [...before, { model, key }]
}
