import { test as base, expect } from '@playwright/test';
import { CASES } from '../bench/delivery/cases.ts';
import { CHROMIUM, FIREFOX } from '../bench/delivery/engines.ts';
import { openStage, type Stage } from '../bench/delivery/stage.ts';
import { startVitrine } from '../bench/delivery/vitrine.ts';
import { demoData } from './global-setup.ts';

/** Shoppers and the line take so much of the time that they take in `npm run bench:delivery`, which plays the same. */
const PACE = 0.4;

const test = base.extend<object, { stage: Stage }>({
  stage: [
    async ({ browserName }, use) => {
      const vitrine = await startVitrine(await demoData());
      const stage = await openStage(vitrine, browserName === 'firefox' ? FIREFOX : CHROMIUM, PACE);
      await use(stage);
      await stage.close();
      await vitrine.close();
    },
    { scope: 'worker' },
  ],
});

test.describe('nothing lost, nothing twice', () => {
  for (const [place, played] of CASES.entries()) {
    test(played.what, async ({ stage, browserName }) => {
      const why = browserName === 'firefox' ? played.not?.Firefox : undefined;
      test.skip(why !== undefined, `Firefox ${why}`);
      const { stored, copies, failed } = await stage.play(played, `run-${place}`);
      expect({ stored, copies }).toEqual({ stored: played.tracked, copies: 0 });
      // How long a task takes is a question for the bench.
      if (!played.alone) expect(failed).toBeUndefined();
    });
  }
});
