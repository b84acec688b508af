import { z } from 'zod'
import { refName, repositoryName } from '../archive-settings.js'
import { retentionSchema } from '../retention-settings.js'
import { text, variableName, webAddress } from '../setting-types.js'

const common = {
  repository: repositoryName.optional(),
  apiUrl: webAddress.optional(),
  tokenEnv: variableName.optional(),
  retention: retentionSchema.optional(),
}

/** Entries of `stores` in the file. */
export const gitHubBranchEntry = z.strictObject({
  type: z.literal('github-branch'),
  branch: refName.optional(),
  prefix: text.optional(),
  ...common,
})

export const gitHubReleaseEntry = z.strictObject({
  type: z.literal('github-release'),
  tag: refName.optional(),
  ...common,
})
