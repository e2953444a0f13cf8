import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { isSecretName } from './secret-names.ts';

test.each(
  `token access_token resetToken RESET_TOKEN id_token csrf-token tokens user%5Btoken%5D user[reset_token] authToken
  key api-key apiKey APIKey apikey key_id AWSAccessKeyId X-Amz-Signature X-Amz-Security-Token X-Amz-Credential sig
  secret client_secret clientSecret password Passwd passcode passphrase pwd user.password newPassword pass passwords email e-mail eMail
  mail user_email useremail customerEmail session sessionId session_id PHPSESSID sid connect.sid auth oauth auth_code
  oauth_verifier authorization otp jwt code signature`.split(/\s+/),
)('%s is secret or personal', (name) => {
  expect(isSecretName(name, [])).toBe(true);
});

test.each(
  `keyword keywords monkey turkey keyboard product_code productCode zipcode postcode promo_code country-code codec author
  authority signal design sigma inside residence compass passage tokenize secretary mailing obsessions utm_source
  utm_medium gclid page size colour q id sku`.split(/\s+/),
)('%s is not', (name) => {
  expect(isSecretName(name, [])).toBe(false);
});

test('so are those that the shop adds, in any case', () => {
  const names = ['voucher', 'customer_id', 'vouchers'].filter((name) => isSecretName(name, ['voucher', 'customer_id']));
  expect(names).toEqual(['voucher', 'customer_id']);
  expect(isSecretName('Customer_ID', ['customer_id'])).toBe(true);
});

test('the README lists the names that are left out, and some that stay', () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  const [, listed = '', stay = ''] =
    /A name is one of\s+these when it ends with (.*?); or when it is `code`\. (.*?) stay\./s.exec(readme) ?? [];
  const namesIn = (text: string) => [...text.matchAll(/`([^`]+)`/g)].map(([, name]) => name as string);
  expect(namesIn(listed).length).toBeGreaterThan(20);
  expect(namesIn(listed).filter((name) => !isSecretName(name, []))).toEqual([]);
  expect(namesIn(stay).length).toBeGreaterThan(3);
  expect(namesIn(stay).filter((name) => isSecretName(name, []))).toEqual([]);
});
