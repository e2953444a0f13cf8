import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import type { ContentStore, UserRecord } from '../../store/content/content-store.ts';
import { answers } from '../answer.ts';
import { invalidValue } from '../errors.ts';
import { UPLOADER_EXAMPLE } from '../representations/examples.ts';
import { userOf } from '../representations/user.ts';
import { contentRoutes } from '../route.ts';
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

/** `POST /users`. The specification has no section for it, but its forms name it, and clients begin an upload with it. */
export function uploaderRoutes(app: FastifyInstance, contentStore: ContentStore): void {
  contentRoutes(app, 'users').post(
    '/users',
    {
      summary: 'Create a user, before an upload',
      description:
        'With a public token: a new user under an `id` that cannot be guessed, which is needed to upload as that user. Keep it: the media show another id. With a private token: idempotent by `email`, a user that is there is answered as it is, whatever else is sent.',
      consumes: FORM_TYPES,
      body: NewUser,
      response: answers('The user.', UPLOADER_EXAMPLE),
    },
    async ({ context: { token, links }, body: { email, screen_name: name = null, avatar_url: avatar } }) => {
      const avatarUrl = avatar === undefined ? null : parsePictureUrl(avatar);
      const [customerId, address, user] = [token.customerId, parseEmail(email), { name, avatarUrl }];
      // A visitor can send the address of somebody else, so the answer to a public token does not depend on existing
      // users and changes none of them.
      const byShop = token.kind === 'private';
      const id = byShop
        ? await contentStore.uploader(customerId, address, user)
        : await contentStore.addUploader(customerId, user, Date.now());
      const record = (await contentStore.user(id)) as UserRecord;
      return userOf(links, record, byShop ? id : uploadIdOf(id, contentStore.secret));
    },
  );
}

/** The URL in its normal form, which programs can open. */
function parsePictureUrl(sent: string): string {
  const url = URL.parse(sent);
  if (!url || !/^https?:$/.test(url.protocol)) throw invalidValue('avatar_url', sent, 'an http or https URL');
  return url.href;
}

function parseEmail(email: string): string {
  // A "+" that a form did not escape arrives as a space, and no address has a space.
  const address = email.trim().replaceAll(' ', '+');
  if (!/^[^\s@]+@[^\s@]+$/.test(address)) throw invalidValue('email', email, 'an e-mail address');
  return address;
}
