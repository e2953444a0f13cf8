import type { Parameters } from '../../../src/wires/matomo/query.ts';
import type { ContentStore } from '../../store/content/content-store.ts';
import type { RowOutcome } from '../../store/events/event-row.ts';
import type { EventStore } from '../../store/events/event-store.ts';
import { type Intake, NOT_STORABLE } from '../ingest/intake.ts';
import { type Batch, BatchJudge } from './judge.ts';
import { DUPLICATE_ORDER, invalid, type NotStored, type Outcome } from './outcome.ts';
import { type PreparedRow, RowFactory } from './rows.ts';

type Prepared = NotStored | PreparedRow;

/** Stores requests by query string, in whatever form they came. */
export class MatomoTracker {
  readonly #contentStore: ContentStore;
  readonly #intake: Intake;
  readonly #rows: RowFactory;

  constructor(contentStore: ContentStore, eventStore: EventStore, intake: Intake) {
    this.#contentStore = contentStore;
    this.#intake = intake;
    this.#rows = new RowFactory(eventStore);
  }

  /** Stores what is to be stored. Resolves to the outcome of each request when all is on disk. */
  async track(requests: readonly Parameters[], batch: Batch): Promise<Outcome[]> {
    const judge = new BatchJudge(batch, this.#contentStore);
    const prepared: Prepared[] = [];
    try {
      // One after the other, since the first may begin the visit of the second.
      for (const parameters of requests) {
        const judged = await judge.judge(parameters);
        prepared.push('kind' in judged ? judged : await this.#rows.prepare(judged, batch));
      }
      const outcomes = prepared.map((one): Outcome => (one.kind === 'row' ? { kind: 'stored', row: one.row } : one));
      for (const [index, outcome] of await this.#store(prepared)) {
        const one = prepared[index] as PreparedRow;
        if (outcome === 'accepted' || (outcome === 'repeated' && one.repeatable)) delete one.undo;
        else outcomes[index] = invalid(outcome === 'repeated' ? DUPLICATE_ORDER : NOT_STORABLE);
      }
      await this.#countRobots(judge.robots, batch.arrival.receivedAt);
      return outcomes;
    } finally {
      for (const one of prepared) if (one.kind === 'row') this.#rows.release(one);
    }
  }

  /** The outcome of a request that will not be stored; undefined for one that would be. Nothing is stored or remembered. */
  async check(parameters: Parameters, batch: Batch): Promise<NotStored | undefined> {
    const judged = await new BatchJudge(batch, this.#contentStore).judge(parameters);
    return 'kind' in judged ? judged : undefined;
  }

  /** Submits the rows of all sites. Resolves to the outcome of each row, with its index in `prepared`. */
  async #store(prepared: readonly Prepared[]): Promise<[index: number, RowOutcome][]> {
    const rows = prepared.flatMap((one, index) => (one.kind === 'row' ? [{ ...one, index }] : []));
    const sites = [...Map.groupBy(rows, ({ site }) => site)];
    const submitted = await this.#intake.submitAll(
      sites.map(([customerId, ofSite]) => ({ customerId, rows: ofSite.map(({ row }) => row) })),
    );
    const outcomes = submitted.flat();
    return sites.flatMap(([, ofSite]) => ofSite).map(({ index }, nth) => [index, outcomes[nth] as RowOutcome]);
  }

  async #countRobots(robots: BatchJudge['robots'], receivedAt: number): Promise<void> {
    const groups = Map.groupBy(robots, ({ site, family }) => `${site} ${family}`);
    for (const { 0: one, length } of groups.values())
      if (one) await this.#intake.countRobots(one.site, one.family, 'matomo', length, receivedAt);
  }
}
