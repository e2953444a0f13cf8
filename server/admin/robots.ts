import { DAY_MS, dayOf } from '../store/events/days.ts';
import type { RobotTotal } from '../store/events/totals/robots.ts';

/** The days of robot totals that are shown, including today. */
export const DAYS_SHOWN = 30;

export function firstDayShown(now: number): number {
  return dayOf(now) - DAYS_SHOWN + 1;
}

/** A total with its day as `2026-11-29`. */
export function withIsoDay({ day, ...total }: RobotTotal) {
  return { day: new Date(day * DAY_MS).toISOString().slice(0, 10), ...total };
}
