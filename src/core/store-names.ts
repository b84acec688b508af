import { OctavoError } from './errors.js'

/** Fits a file system's limit for one name, and four of them a service's limit for a key. */
const part = /^[A-Za-z0-9_()-][A-Za-z0-9._()-]{0,199}$/
const mostParts = 4

/** Whether an object of a store can have this name: what it may be says `store.ts`. */
export function isStoreName(name: string): boolean {
  const parts = name.split('/')
  return parts.length <= mostParts && parts.every((one) => part.test(one))
}

/** Throws `usage` for what can not be the name of an object. */
export function requireStoreName(name: string): void {
  if (isStoreName(name)) return
  throw new OctavoError('usage', `"${name}" can not be the name of an object in a store`, {
    hint: 'A name has one to four parts with / between them, of letters, digits and . _ - ( ), none of which begins with a dot.',
  })
}
