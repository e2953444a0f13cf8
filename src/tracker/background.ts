/** Runs a task when nothing more urgent waits for the main thread. */
export function inBackground(task: () => void): void {
  // Firefox before 142 and Safari have no scheduler, and Safari no idle callback either. A library that plans
  // appointments may have taken the name.
  if (typeof globalThis.scheduler?.postTask === 'function') void scheduler.postTask(task, { priority: 'background' });
  else if ('requestIdleCallback' in globalThis) requestIdleCallback(task, { timeout: 2000 });
  else setTimeout(task);
}
