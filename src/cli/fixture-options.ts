import { Option, type Command } from 'commander'
import { OctavoError } from '../core/errors.js'
import type { FixtureWish } from '../documents/fixture/write/write-fixture.js'
import { wholeNumber } from './whole-number.js'

export interface FixtureOptions {
  readonly indent?: number
  readonly naturalForeign?: true
  readonly naturalPrimary?: true
  readonly microseconds?: true
}

const only = '(--format django)'

/** The options of dumpdata, under its names. */
export function addFixtureOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--indent <SPACES>', `one member a line, indented by so much ${only}`).argParser(
        wholeNumber,
      ),
    )
    .option('--natural-foreign', `refer to records by their natural keys ${only}`)
    .option('--natural-primary', `leave out keys where there are natural ones ${only}`)
    .option('--microseconds', `keep what dumpdata cuts from the fractions of seconds ${only}`)
}

export function fixtureWish(options: FixtureOptions): FixtureWish {
  const { indent = 0, naturalForeign, naturalPrimary, microseconds } = options
  return {
    indent,
    naturalForeign: naturalForeign ?? false,
    naturalPrimary: naturalPrimary ?? false,
    microseconds: microseconds ?? false,
  }
}

export function refuseFixtureOptions(options: FixtureOptions): void {
  const { indent, naturalForeign, naturalPrimary, microseconds } = options
  if (indent === undefined && !naturalForeign && !naturalPrimary && !microseconds) return
  throw new OctavoError('usage', 'these options are for fixtures of Django', {
    hint: 'Add --format django.',
  })
}
