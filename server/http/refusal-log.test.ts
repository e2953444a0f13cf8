import { expect, test } from 'vitest';
import { RefusalLog } from './refusal-log.ts';

function listen() {
  const lines: object[] = [];
  const clock = { now: 0 };
  const log = new RefusalLog({ warn: (details, message) => lines.push({ ...details, message }) }, () => clock.now);
  return { lines, clock, log };
}
const refusedOrigin = (origin: string) =>
  ({ refused: `The origin ${origin} is not registered`, origin: true }) as const;

test('each refused origin and each unknown key is one line an hour, and of a key only the beginning is logged', () => {
  const { lines, clock, log } = listen();
  for (let n = 0; n < 3; n++) {
    log.log(refusedOrigin('https://a.example'), 'k');
    log.log(refusedOrigin('https://b.example'), 'k');
    log.log({ refused: 'auth_token: is not known here', unknown: true }, '0123456789abcdef');
    log.log({ refused: 'auth_token: is missing' }, undefined);
  }
  const all = [
    { reason: 'The origin https://a.example is not registered', message: 'pages of an origin are refused' },
    { reason: 'The origin https://b.example is not registered', message: 'pages of an origin are refused' },
    { key: '0123…', message: 'an unknown key is refused' },
  ];
  expect(lines).toEqual(all);
  clock.now += 3_600_001;
  log.log(refusedOrigin('https://a.example'), 'k');
  expect(lines).toEqual([...all, all[0]]);
});

test('random origins do not flood the log', () => {
  const { lines, log } = listen();
  for (let n = 0; n < 10_000; n++) log.log(refusedOrigin(`https://${n}.example`), 'k');
  expect(lines).toHaveLength(50);
});
