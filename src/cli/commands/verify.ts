import type { Command } from 'commander'
import type { VerifiedBackup } from '../../jobs/backup/verify-backup.js'
import type { VerifyResult } from '../../jobs/job-types.js'
import { fromErrorRecord } from '../../core/errors.js'
import { isBackupId } from '../../core/backups/backup-id.js'
import { commaList } from '../comma-list.js'
import { running, type CommandContext } from '../command-context.js'
import type { Output } from '../output.js'
import { plain } from '../paint.js'
import { modelTable } from '../model-table.js'
import { wholeNumber } from '../whole-number.js'
import { counted } from '../table.js'

interface Options {
  readonly expect?: readonly string[]
  readonly maxAge?: number
  readonly against?: string
}

export function addVerify(program: Command, context: CommandContext): Command {
  return program
    .command('verify')
    .argument(
      '<FILE>',
      'a backup: a file, an id of `octavo list`, or github:owner/repo[@date][#database]',
    )
    .description('prove that a backup restores, in a scratch database')
    .option('--expect <a,b>', 'demand that these models are there and not empty', commaList)
    .option('--against <DATABASE>', 'try a fixture of Django against the tables of this database')
    .option('--max-age <DAYS>', 'demand that the backup is not older', wholeNumber)
    .action(async (file: string, options: Options, command: Command) => {
      const { output, during } = running(context, command)
      if (isBackupId(file)) {
        const wanted = { id: file, expect: options.expect ?? [], store: null }
        const kept = await during((listeners) => context.actions.verifyBackup(wanted, listeners))
        output.result(showVerified(kept, output.paint), kept)
        const [bad] = kept.failed
        if (bad) throw fromErrorRecord(bad.error)
        return
      }
      const { expect = [], maxAge = null, against = null } = options
      const request = { file, expect, maxAge, against }
      const result = await during((listeners) => context.actions.verify(request, listeners))
      output.warn(result.warnings)
      output.result(`${modelTable(result.models)}\n\n${verdict(result, output.paint)}`, result)
    })
}

/** What each store gives back, which is written down where it is kept. */
function showVerified({ record, copies, failed }: VerifiedBackup, paint: Output['paint']): string {
  const lines = copies.map(({ store, verification }) => {
    const { verdict } = verification
    const proved =
      verdict === 'bytes'
        ? 'its bytes are right; encrypted, so not restored'
        : 'restored and compared'
    return `${paint('green', 'verified:')} ${record.id} from ${store}, ${proved} (${verdict})`
  })
  const bad = failed.map(({ store, error }) => {
    return `${paint('red', 'failed:')} ${record.id} from ${store}: ${plain(error.message)} (${error.code})`
  })
  return [...lines, ...bad].join('\n')
}

const proofs = {
  pages: 'every page was read and checked',
  restored: 'restored into a scratch database and read there to the last row',
  'round-trip': 'restored, exported again and found equal',
  read: 'a whole fixture, each key once; nothing was restored (--against DATABASE tries that)',
} as const satisfies Record<VerifyResult['verified'], string>

function verdict(
  { records, verified, canonical }: VerifyResult,
  paint: (colour: 'green', text: string) => string,
): string {
  const layout = canonical ? '' : '; its layout was changed after it was written'
  return `${paint('green', 'verified:')} ${counted(records, 'record')}, ${proofs[verified]}${layout}`
}
