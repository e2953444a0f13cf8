import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { clientNetwork } from '../../http/client-address.ts';
import { answers, ok } from '../answer.ts';
import { missing } from '../errors.ts';
import { Common } from '../parameters.ts';
import { STASH_EXAMPLE } from '../representations/examples.ts';
import { stashOf } from '../representations/stash.ts';
import { asking } from '../request-context.ts';
import { checkFile } from '../uploads/check.ts';
import { FileField } from '../uploads/form.ts';
import type { Stashes } from '../uploads/stashes.ts';

const NewStash = Type.Object({ file: FileField('The picture or video to be stashed, at most 25 MB.') });

export function stashRoutes(plain: FastifyInstance, stashes: Stashes): void {
  const app = plain.withTypeProvider<TypeBoxTypeProvider>();

  app.post(
    '/stashes',
    {
      config: { files: ['file'] },
      schema: {
        tags: ['uploads'],
        summary: 'Stash a file for a later upload',
        description:
          'Send `/stashes/{stash_id}` as the `url` of an upload. A stash belongs to its customer and lasts 24 hours.',
        consumes: ['multipart/form-data'],
        querystring: Common,
        body: NewStash,
        response: answers('The stash.', STASH_EXAMPLE),
      },
    },
    async (request) => {
      const { token, links } = asking(request);
      const file = request.parcel?.files.get('file');
      if (file === undefined) throw missing('file');
      await checkFile(file);
      return ok(stashOf(links, await stashes.put(token, clientNetwork(request), file)));
    },
  );
}
