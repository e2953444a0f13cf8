import { approve, reject, setModeration, type Waiting, waitingMedia } from '../../admin/moderation.ts';
import { type Command, parseNumber } from './command.ts';
import { table } from './table.ts';

/** The media of the moderation queue that are printed. */
const MAX_SHOWN_MEDIA = 50;
/** The reports that are printed for one media, which may have a hundred. */
const MAX_SHOWN_REPORTS = 3;
/** The characters printed of a caption or of the reason of a report; the rest is cut. */
const MAX_SHOWN_CHARACTERS = 200;

export const MODERATION_COMMANDS: Record<string, Command> = {
  async 'moderate list'({ contentStore, findCustomer }) {
    const { id } = await findCustomer();
    const { waiting, next } = await waitingMedia(contentStore, id, 0, MAX_SHOWN_MEDIA);
    const rows = waiting.map((one) => [
      ...[one.mediaId, one.reason, one.shown ? 'shown' : 'hidden', new Date(one.since).toISOString(), one.type],
      ...[one.video ?? one.image, [cut(one.caption ?? ''), ...reportsOf(one)].join(' | ')],
    ]);
    return next === null ? table(rows) : `${table(rows)}\n… and more: decide these first.`;
  },
  async 'moderate approve'({ archive, argument, findCustomer }) {
    const { id, key } = await findCustomer();
    await approve(archive, id, parseNumber(argument, 'MEDIA'));
    return `Media ${argument} of ${key} is shown.`;
  },
  async 'moderate reject'({ archive, argument, findCustomer }) {
    const { id, key } = await findCustomer();
    await reject(archive, id, parseNumber(argument, 'MEDIA'));
    return `Media ${argument} of ${key} is hidden.`;
  },
  async 'moderate before'({ contentStore, findCustomer }) {
    const { id, key } = await findCustomer();
    await setModeration(contentStore, id, { premoderation: true });
    return `Uploads of ${key} wait for approval: see "moderate list".`;
  },
  async 'moderate after'({ contentStore, findCustomer }) {
    const { id, key } = await findCustomer();
    await setModeration(contentStore, id, { premoderation: false });
    return `Uploads of ${key} are shown at once.`;
  },
  async 'moderate threshold'({ contentStore, argument, findCustomer }) {
    const { id, key } = await findCustomer();
    const changed = { reportThreshold: parseNumber(argument, 'NUMBER') };
    const { reportThreshold } = await setModeration(contentStore, id, changed);
    return reportThreshold === 0
      ? `Reports hide no media of ${key}.`
      : `Media of ${key} that nobody approved are hidden once ${reportThreshold} addresses have reported them.`;
  },
};

function reportsOf({ reports, reporters }: Waiting): string[] {
  if (reports.length === 0) return [];
  const shown = reports.slice(0, MAX_SHOWN_REPORTS).map(({ email, reason }) => `${email}: ${cut(reason)}`);
  const more = reports.length - MAX_SHOWN_REPORTS;
  const rest = more > 0 ? [`and ${more} more reports`] : [];
  return [`reports: ${reports.length}, addresses: ${reporters}`, ...shown, ...rest];
}

function cut(text: string): string {
  return text.slice(0, MAX_SHOWN_CHARACTERS);
}
