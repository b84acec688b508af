import { z } from 'zod'
import { policyMistakes } from '../core/retention/policy.js'
import { text } from './setting-types.js'

const count = z.number().optional()

/** A retention policy as it stands in the file; what its members mean: docs/policies.md. */
export const retentionSchema = z
  .strictObject({
    last: count,
    withinDays: count,
    daily: count,
    weekly: count,
    monthly: count,
    yearly: count,
    timeZone: text.optional(),
    atMost: count,
    olderThanDays: count,
    totalBytes: count,
  })
  .superRefine((policy, context) => {
    for (const { member, problem, expected } of policyMistakes(policy)) {
      const message = `${problem}; it should be ${expected}`
      context.addIssue({ code: 'custom', message, path: [member] })
    }
  })
