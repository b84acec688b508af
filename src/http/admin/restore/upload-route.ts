import multipart from '@fastify/multipart'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { OctavoError } from '../../../core/errors.js'
import type { Upload } from '../../../jobs/spool/uploads.js'
import { startJob } from '../../backups/start-job.js'
import { leaveSignal, setSocketTimeout } from '../../request-parts.js'
import { allowLongBody } from '../../slow-bodies.js'
import { personHook } from '../session/person-hook.js'
import type { RestorePagesOptions } from './restore-routes.js'

/** Takes a file that somebody has, and looks what it holds. It goes to no store and into no history. */
export async function uploadRoute(
  app: FastifyInstance,
  options: RestorePagesOptions,
): Promise<void> {
  const { base, desk, uploads } = options
  await app.register(multipart, {
    limits: { files: 1, fields: 3, fieldSize: 4096, parts: 5, fileSize: Infinity },
  })
  app.post(
    `${base}/restore/upload`,
    { schema: { hide: true }, onRequest: personHook(options)('restore') },
    async (request, reply) => {
      allowLongBody(request)
      setSocketTimeout(request, options.checked.stalledAnswerMs)
      const upload = await received(app, request, reply)
      const job = await startJob(
        options,
        { request, reply },
        {
          meta: { kind: 'inspect', database: null, backup: upload.id },
          subject: `the file ${upload.name}`,
          run: async (listeners) => {
            const release = uploads.hold(upload.id)
            try {
              const source = { upload: upload.path, name: upload.name }
              return await desk.runs.inspect({ source }, listeners)
            } finally {
              await release?.()
            }
          },
        },
      )
      return reply.redirect(`${base}/jobs/${job.id}`, 303)
    },
  )

  async function received(
    to: FastifyInstance,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<Upload> {
    // The mark of the session comes first: nothing is written for a form of somebody else.
    let isOwn = false
    for await (const part of request.parts()) {
      if (part.type === 'field' && part.fieldname === '_csrf') {
        request.body = { _csrf: part.value }
        await checkForm(to, request, reply)
        isOwn = true
      } else if (part.type === 'file' && isOwn) {
        const bytes = Number(request.headers['content-length'] ?? 0)
        const signal = leaveSignal(reply)
        return uploads.add(part.file, { name: part.filename, bytes, signal })
      } else break
    }
    throw new OctavoError('usage', 'no file was sent', { hint: 'Go back, and choose one.' })
  }
}

function checkForm(app: FastifyInstance, request: FastifyRequest, reply: FastifyReply) {
  return new Promise<void>((resolve, reject) => {
    // What it refuses it hands to the reply; here it is to end the reading of the form.
    const refused = Object.assign(Object.create(reply) as FastifyReply, {
      send: (error: unknown) => {
        reject(error)
        return reply
      },
    })
    app.csrfProtection(request, refused, () => resolve())
  })
}
