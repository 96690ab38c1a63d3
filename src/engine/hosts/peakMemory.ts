/** The most main memory that this process has ever held. */
import { readFileSync } from 'node:fs';

/**
 * Peak resident bytes of the whole process: Node, the model on its way through, and whatever the graphics driver keeps in
 * main memory. (Linux's own `VmHWM` where there is one: what `getrusage` tells there counts the program that started us.)
 */
export function peakHostMemoryBytes(): number {
  try {
    const kibibytes = /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
    if (kibibytes !== undefined) return 1024 * Number(kibibytes);
  } catch {
    // No Linux.
  }
  return 1024 * process.resourceUsage().maxRSS;
}
