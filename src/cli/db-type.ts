import { basename } from 'node:path'
import { Option } from 'commander'
import { databaseTypes } from '../config/choose-by-type.js'
import { plain } from './paint.js'

/** The database by what it is, and not by its name. */
export function dbTypeOption(): Option {
  return new Option(
    '--db-type <type>',
    'dev is the database of DATABASE_URL, prod that of DATABASE_URL_PROD; the label goes into the name',
  ).choices(databaseTypes)
}

interface Created {
  readonly file: string
  readonly bytes: number
  readonly location: string
  readonly label: string
}

/** The three lines that scripts may look for, to the letter. */
export function createdLines({ file, bytes, location, label }: Created): string {
  const size = bytes.toLocaleString('en-US')
  return [
    `✓ Backup created: ${plain(basename(file))} (${size} bytes)`,
    `  Location: ${plain(location)}`,
    `  Database: ${plain(label)}`,
  ].join('\n')
}
