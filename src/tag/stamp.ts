import type { Command } from './run-commands.ts';

/**
 * A command as it is at this moment, with its time and page: the page may change what it pushed, and be another one, when
 * the code comes. What cannot be copied (a proxy of Vue's) is taken as it stands.
 */
export function stamp(command: Command): Command {
  let copy = command;
  try {
    copy = structuredClone(command);
  } catch {}
  const name = copy?.[0];
  return name === 'track' || name === 'checkout'
    ? ([name, { at: Date.now(), pageUrl: location.href, ...(copy[1] as object) }] as Command)
    : copy;
}
