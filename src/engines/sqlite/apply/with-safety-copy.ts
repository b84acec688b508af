import { asOctavoError, OctavoError } from '../../../core/errors.js'

/** A failure after which the target may hold the new state: it says where the old one is. */
export function withSafetyCopy(thrown: unknown, safetyCopy: string): OctavoError {
  const { code, message, details } = asOctavoError(thrown)
  return new OctavoError(code, message, {
    cause: thrown,
    hint: `Look at the disk. The state before is in ${safetyCopy}: \`octavo restore --undo\` puts it back.`,
    details: { ...details, safetyCopy },
  })
}
