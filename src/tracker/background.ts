/** Runs a task when the main thread is idle, and in two seconds at the latest. */
export function inBackground(task: () => void): void {
  // Safari has no idle callback. The other way round, `setTimeout` takes the options for no delay.
  (globalThis.requestIdleCallback ?? setTimeout)(task, { timeout: 2000 } as never);
}
