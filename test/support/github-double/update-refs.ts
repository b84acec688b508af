import type { BareRepository } from './bare-repository.js'

/** What the double calls its one repository in GraphQL. */
export const nodeId = 'R_kgDOlab'

interface RefUpdate {
  readonly name: string
  readonly beforeOid?: string
  readonly afterOid: string
  readonly force?: boolean
}

/** The mutation `updateRefs`: GraphQL tells what it refuses with status 200. */
export async function updateRefs(
  repository: BareRepository,
  body: Record<string, unknown>,
): Promise<object> {
  const { repositoryId, refUpdates } = body['variables'] as {
    repositoryId: string
    refUpdates: RefUpdate[]
  } // a test that sends something else fails here
  if (!String(body['query']).includes('updateRefs') || repositoryId !== nodeId)
    return refused('NOT_FOUND', 'Could not resolve to a node')
  for (const { name, beforeOid, afterOid, force = false } of refUpdates) {
    const head = await repository.head(name)
    if (beforeOid !== undefined && beforeOid !== head)
      return refused('UNPROCESSABLE', `"${name}" does not point to ${beforeOid}`)
    if ((await repository.typeOf(afterOid)) !== 'commit')
      return refused('UNPROCESSABLE', 'Object does not exist')
    if (force && (await forbidsForce(repository)))
      return refused('UNPROCESSABLE', 'Cannot force-push to this branch')
    if (head !== null && !force && !(await repository.isAncestor(head, afterOid)))
      return refused('UNPROCESSABLE', 'Update is not a fast forward')
  }
  // git looks at the old value itself, once more and under its lock.
  for (const { name, beforeOid, afterOid } of refUpdates)
    await repository.text('update-ref', name, afterOid, ...(beforeOid ? [beforeOid] : []))
  return { data: { updateRefs: { clientMutationId: null } } }
}

/** As a rule of the repository does. */
async function forbidsForce(repository: BareRepository): Promise<boolean> {
  const name = 'receive.denyNonFastForwards'
  return (await repository.text('config', '--default', 'false', name)) === 'true'
}

function refused(type: string, message: string): object {
  return { data: { updateRefs: null }, errors: [{ type, path: ['updateRefs'], message }] }
}
