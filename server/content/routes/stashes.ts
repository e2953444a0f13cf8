import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { clientNetwork } from '../../http/client-address.ts';
import { answers } from '../answer.ts';
import { missing } from '../errors.ts';
import { STASH_EXAMPLE } from '../representations/examples.ts';
import { stashOf } from '../representations/stash.ts';
import { contentRoutes } from '../route.ts';
import { checkFile } from '../uploads/check.ts';
import { FileField } from '../uploads/form.ts';
import type { Stashes } from '../uploads/stashes.ts';

const NewStash = Type.Object({ file: FileField('The picture or video to be stashed, at most 25 MB.') });

export function stashRoutes(app: FastifyInstance, stashes: Stashes): void {
  contentRoutes(app, 'uploads').post(
    '/stashes',
    {
      config: { files: ['file'] },
      summary: 'Stash a file for a later upload',
      description:
        'Send `/stashes/{stash_id}` as the `url` of an upload. A stash belongs to its customer and lasts 24 hours.',
      consumes: ['multipart/form-data'],
      body: NewStash,
      response: answers('The stash.', STASH_EXAMPLE),
    },
    async ({ context: { token, links }, request }) => {
      const file = request.uploadedFiles?.paths.get('file');
      if (file === undefined) throw missing('file');
      await checkFile(file);
      return stashOf(links, await stashes.put(token, clientNetwork(request), file));
    },
  );
}
