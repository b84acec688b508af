import { constants } from 'node:fs'
import { access, lstat, stat } from 'node:fs/promises'
import { dirname, join, parse, resolve } from 'node:path'
import { OctavoError } from '../errors.js'
import { moveIntoEmptyPlace, moveIntoPlace } from './durable-file.js'
import { failedWith, isMissing } from './file-failure.js'

export interface OutputWish {
  /** A file, or a folder that the file goes into under `usualName`. */
  readonly out: string
  readonly usualName: string
  /** Replace a file that is there. */
  readonly force: boolean
  /**
   * Where `usualName` is taken, go on to the next free number (`name_2.json`). False where the name
   * says what the file is: there, as under a name that a person chose, a taken place is refused.
   */
  readonly numbered: boolean
}

/** Where a finished file is to go, as `outputPlace` found it. */
export interface OutputPlace {
  /** With a numbered name: the first one that is tried. */
  readonly file: string
  readonly ifTaken: 'replace' | 'refuse' | 'number'
}

/** A folder with so many files of one second is a fault somewhere, and no name to find. */
const lastNumber = 9_999

/**
 * Finds the place of a file before any work for it is done. `confirmation-needed`: it is taken;
 * `usage`: no file can be there.
 */
export async function outputPlace(wish: OutputWish): Promise<OutputPlace> {
  const { out, usualName, force } = wish
  const intoFolder = (await kindOf(out)) === 'folder'
  const file = intoFolder ? join(out, usualName) : resolve(out)
  if (intoFolder && wish.numbered && !force) {
    await requireWritable(out)
    return { file, ifTaken: 'number' }
  }
  const kind = await kindOf(file)
  if (kind === 'file' && !force) throw inTheWay(file)
  if (kind === 'folder' || kind === 'other')
    throw new OctavoError('usage', `${file} is not a file that can be replaced`, {
      hint: 'Name a file with -o FILE.',
    })
  if ((await kindOf(dirname(file))) !== 'folder')
    throw new OctavoError('usage', `the folder ${dirname(file)} does not exist`, {
      hint: 'Make it first, or name another with -o FILE.',
    })
  await requireWritable(dirname(file))
  return { file, ifTaken: force ? 'replace' : 'refuse' }
}

/**
 * Moves the finished file into its place and returns the path that it got. What is there stays,
 * also what came since the place was found, unless it is to be replaced.
 */
export async function putInPlace(
  finished: string,
  { file, ifTaken }: OutputPlace,
): Promise<string> {
  if (ifTaken === 'replace') {
    await moveIntoPlace(finished, file)
    return file
  }
  for (let number = 1; number <= lastNumber; number += 1) {
    const path = numberedName(file, number)
    try {
      await moveIntoEmptyPlace(finished, path)
      return path
    } catch (error) {
      if (!failedWith(error, 'EEXIST')) throw error
      if (ifTaken === 'refuse') throw inTheWay(file, error)
    }
  }
  throw inTheWay(file)
}

function numberedName(file: string, number: number): string {
  if (number === 1) return file
  const { dir, name, ext } = parse(file)
  return join(dir, `${name}_${number}${ext}`)
}

async function kindOf(path: string): Promise<'none' | 'folder' | 'file' | 'other'> {
  try {
    const found = await stat(path)
    return found.isDirectory() ? 'folder' : found.isFile() ? 'file' : 'other'
  } catch (cause) {
    if (isMissing(cause)) return (await isLink(path)) ? 'other' : 'none'
    throw new OctavoError('io-failed', `${path} can not be looked at`, { cause })
  }
}

/** To a link that leads nowhere: what is behind it can not be looked at. */
async function isLink(path: string): Promise<boolean> {
  return await lstat(path).then(
    (found) => found.isSymbolicLink(),
    () => false,
  )
}

async function requireWritable(folder: string): Promise<void> {
  try {
    await access(folder, constants.W_OK | constants.X_OK)
  } catch (cause) {
    throw new OctavoError('usage', `the folder ${folder} can not be written to`, {
      cause,
      hint: 'Change its permissions, or name another with -o FILE.',
    })
  }
}

function inTheWay(file: string, cause?: unknown): OctavoError {
  return new OctavoError('confirmation-needed', `${file} is there already`, {
    hint: 'Nothing was written: give --force to replace it, or name another with -o FILE.',
    cause,
  })
}
