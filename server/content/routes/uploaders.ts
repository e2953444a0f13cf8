import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import type { ContentStore, UserRecord } from '../../store/content/content-store.ts';
import { answers, ok } from '../answer.ts';
import { invalidValue } from '../errors.ts';
import { Common } from '../parameters.ts';
import { UPLOADER_EXAMPLE } from '../representations/examples.ts';
import { userOf } from '../representations/user.ts';
import { asking } from '../request-context.ts';
import { uploadIdOf } from '../upload-id.ts';
import { FORM_TYPES } from '../uploads/form.ts';

const NewUser = Type.Object({
  email: Type.String({
    minLength: 1,
    maxLength: 254,
    description:
      'With a private token, the same address is the same user, and a keyed hash of it is stored. With a public token nothing of it is stored, and each request makes a user.',
    examples: ['mila@example.com'],
  }),
  screen_name: Type.Optional(
    Type.String({ maxLength: 100, description: 'The name beside the media.', examples: ['Mila'] }),
  ),
  avatar_url: Type.Optional(
    Type.String({
      maxLength: 2048,
      description: 'An http(s) URL of a picture.',
      examples: ['https://example.com/mila.jpg'],
    }),
  ),
});

/** `POST /users`: not a section of the text, but its forms name it and its clients begin an upload with it. */
export function uploaderRoutes(plain: FastifyInstance, store: ContentStore): void {
  const app = plain.withTypeProvider<TypeBoxTypeProvider>();

  app.post(
    '/users',
    {
      schema: {
        tags: ['users'],
        summary: 'Create a user, before an upload',
        description:
          'With a public token: a new user under an `id` that cannot be guessed, which is needed to upload as that user. Keep it: the media show another id. With a private token: idempotent by `email`, a user that is there is answered as it is, whatever else is sent.',
        consumes: FORM_TYPES,
        querystring: Common,
        body: NewUser,
        response: answers('The user.', UPLOADER_EXAMPLE),
      },
    },
    async (request) => {
      const { token, links } = asking(request);
      const { email, screen_name: name = null, avatar_url: picture } = request.body;
      const avatarUrl = picture === undefined ? null : pictureUrl(picture);
      const [customerId, address, user] = [token.customerId, addressOf(email), { name, avatarUrl }];
      // Anybody can give anybody's address: what a page asks tells nothing of who used it before, and changes nobody.
      const byShop = token.kind === 'private';
      const id = byShop
        ? await store.uploader(customerId, address, user)
        : await store.addUploader(customerId, user, Date.now());
      const record = (await store.user(id)) as UserRecord;
      return ok(userOf(links, record, byShop ? id : uploadIdOf(id, store.secret)));
    },
  );
}

/** As browsers write it: programs open it as it stands. */
function pictureUrl(sent: string): string {
  const url = URL.parse(sent);
  if (!url || !/^https?:$/.test(url.protocol)) throw invalidValue('avatar_url', sent, 'an http or https URL');
  return url.href;
}

function addressOf(email: string): string {
  // An unescaped "+" of a form arrives as a space, which no address has.
  const address = email.trim().replaceAll(' ', '+');
  if (!/^[^\s@]+@[^\s@]+$/.test(address)) throw invalidValue('email', email, 'an e-mail address');
  return address;
}
