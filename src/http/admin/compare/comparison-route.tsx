import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { OctavoError } from '../../../core/errors.js'
import type { AdminOptions } from '../admin-options.js'
import { sendPage } from '../page/send-page.js'
import { visitOf } from '../page/visit.js'
import { personHook, personOf } from '../session/person-hook.js'
import type { Comparison } from './comparison.js'
import { ComparisonPage } from './comparison-page.js'

const params = z.strictObject({ id: z.uuid() })
const querystring = z.strictObject({ model: z.string().max(2000).optional() })

/** What a comparison has found. It holds records: who may not download them does not see them here. */
export async function comparisonRoute(app: FastifyInstance, options: AdminOptions): Promise<void> {
  const { base, board } = options
  app.withTypeProvider<ZodTypeProvider>().get(
    `${base}/comparisons/:id`,
    {
      schema: { hide: true, params, querystring },
      onRequest: personHook(options)('compare'),
    },
    async (request, reply) => {
      const job = board.get(request.params.id)
      if (job?.kind !== 'compare' || job.status !== 'done')
        throw new OctavoError('not-found', 'this comparison is not known any more', {
          hint: 'Compare once more: a comparison is kept until the service starts anew.',
        })
      return sendPage(
        reply,
        <ComparisonPage
          visit={visitOf(request, reply, options)}
          role={personOf(request).role}
          job={job}
          // What compares gives the board this.
          comparison={job.result as Comparison}
          model={request.query.model ?? null}
        />,
      )
    },
  )
}
