/** What other processes leave behind says by their id whether they are still at work on it. */

/** Whether a process with this id exists (signal 0 only asks). One that we may not signal exists too. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
