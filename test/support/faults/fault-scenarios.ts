import { cpSync, existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { makeWeek, type FaultLab } from './fault-lab.js'
import { contentOfDocument } from './whole-document.js'

export interface Scenario {
  readonly title: string
  readonly words: readonly string[]
  /** Faults that SQLite itself passes over, and rightly: the content is checked all the same. */
  readonly mayHide: RegExp
  /** Brings a fresh folder into its first state. */
  prepare(folder: string): void
  /** What is wrong afterwards, the command having said that it succeeded, or not. */
  faults(folder: string, succeeded: boolean): string[]
}

/** SQLite goes on where a folder can't be synced for a journal. */
const scratchFolder = /fsync of [^ ]*\.octavo-work-[0-9a-f]+:/

export function faultScenarios(lab: FaultLab): readonly Scenario[] {
  return [
    exportOverOlder(lab),
    restoreToNowhere(lab),
    restoreOver(lab, 'delete'),
    restoreOver(lab, 'wal'),
  ]
}

function exportOverOlder({ template }: FaultLab): Scenario {
  const oldContent = contentOfDocument(join(template, 'old.json'))
  const newContent = contentOfDocument(join(template, 'new.json'))
  return {
    title: 'an export over an older one',
    words: ['export', 'new.sqlite3', '-o', 'backup.json', '--force'],
    mayHide: scratchFolder,
    prepare: (folder) => cpSync(join(folder, 'old.json'), join(folder, 'backup.json')),
    faults: (folder, succeeded) => {
      const content = contentOfDocument(join(folder, 'backup.json'))
      if (succeeded) return content === newContent ? [] : ['success, but not the new backup']
      return content === oldContent || content === newContent ? [] : ['the older backup is gone']
    },
  }
}

const restoreWords = ['restore', 'new.json', '--into', 'target.sqlite3', '--yes']

function restoreToNowhere(lab: FaultLab): Scenario {
  return {
    title: 'a restore where no database is',
    words: restoreWords,
    mayHide: scratchFolder,
    prepare: () => undefined,
    faults: (folder, succeeded) => {
      const target = join(folder, 'target.sqlite3')
      return existsSync(target) || succeeded ? lab.unlike(target, ['new']) : []
    },
  }
}

function restoreOver(lab: FaultLab, journal: string): Scenario {
  return {
    title: `a restore over a database in the journal mode ${journal}`,
    words: restoreWords,
    // A checkpoint that fails leaves the WAL, which holds the whole restore already.
    mayHide: journal === 'wal' ? /./ : scratchFolder,
    prepare: (folder) => makeWeek(join(folder, 'target.sqlite3'), 'old', journal),
    faults: (folder, succeeded) => {
      const target = join(folder, 'target.sqlite3')
      const copies = readdirSync(folder)
        .filter((name) => /\.before-restore-.*\.sqlite3$/.test(name))
        .map((name) => join(folder, name))
      const isChanged = lab.unlike(target, ['old']).length > 0
      const isKept = copies.some((copy) => lab.unlike(copy, ['old']).length === 0)
      return [
        ...lab.unlike(target, succeeded ? ['new'] : ['new', 'old']),
        ...copies.flatMap((copy) => lab.unlike(copy, ['new', 'old'])),
        ...(isChanged && !isKept ? ['the target was changed and the state before is nowhere'] : []),
      ]
    },
  }
}
