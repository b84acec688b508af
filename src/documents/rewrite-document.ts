import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { randomBytes } from 'node:crypto'
import type { DocumentReading } from '../core/document.js'
import { readBytes, type ReadOptions } from './byte-source.js'
import type { JsonObject } from './canonical-json.js'
import { closingOf } from './document-closing.js'
import { headOf } from './document-head.js'
import { DocumentReader } from './document-reader.js'
import { DocumentTokens, type ModelTarget } from './document-tokens.js'
import { LineReader } from './line-reader.js'
import { ModelsFile } from './models-file.js'

export interface RewriteDocument extends ReadOptions {
  readonly workFolder: string
}

/**
 * Makes a document in another layout canonical: its records go into a file in the work folder, one
 * line each; all else is small and stays in memory.
 */
export async function rewriteDocument(
  path: string,
  options: RewriteDocument,
): Promise<DocumentReading> {
  const scratch = join(options.workFolder, `models-${randomBytes(6).toString('hex')}.part`)
  const remove = (): Promise<void> => rm(scratch, { force: true })
  try {
    const members = await writeModels(path, scratch, options)
    const head = headOf(members)
    const closing = closingOf(members)
    const lines = new LineReader(readBytes(scratch, options))
    const close = async (): Promise<void> => {
      await lines.close()
      await remove()
    }
    return new DocumentReader({ head, lines, closing, close })
  } catch (error) {
    await remove()
    throw error
  }
}

/** Reads a whole document in another layout for its errors alone. */
export async function surveyDocument(path: string, options: ReadOptions): Promise<JsonObject> {
  return readInto(path, passOver, options)
}

/** A tool that sorts members puts the models before the schema: they are read a second time then. */
async function writeModels(
  path: string,
  scratch: string,
  options: RewriteDocument,
): Promise<JsonObject> {
  const file = await ModelsFile.create(scratch)
  try {
    let members = await readInto(path, file, options)
    if (!file.begun) {
      file.useHead(members)
      members = await readInto(path, file, options)
    }
    await file.finish()
    return members
  } finally {
    await file.close()
  }
}

type Target = ModelTarget & Partial<Pick<ModelsFile, 'flush'>>

const passOver: Target = {
  begin: () => false,
  openModel: () => undefined,
  record: () => undefined,
  closeModel: () => undefined,
}

async function readInto(path: string, target: Target, options: ReadOptions): Promise<JsonObject> {
  const document = new DocumentTokens(target)
  for await (const piece of readBytes(path, options)) {
    document.write(piece)
    await target.flush?.()
  }
  document.end()
  return document.members
}
