import type { Command } from './commands.ts';

/**
 * A copy of a command, with the current time and page. Until the code is loaded, the page may change what it pushed, and
 * navigate within itself. A command that cannot be copied, such as a proxy of Vue's, is kept as it is.
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
