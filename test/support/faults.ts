/**
 * Loaded into a program under test before it starts (`--import`): makes its disk full or read-only, or takes its GPU away,
 * while the file $ANSER_FAULT says so. A small file system of its own would be more real, but mounting one takes rights
 * that test machines need not have. SQLite writes by itself; it is made to meet its own limits, with its own errors.
 */
import fs, { readFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { DatabaseSync, StatementSync } from 'node:sqlite';

export type Fault = 'none' | 'ENOSPC' | 'EROFS' | 'device';

const marker = process.env['ANSER_FAULT'] ?? '';

function fault(): Fault {
  try {
    return readFileSync(marker, 'utf8') as Fault;
  } catch {
    return 'none';
  }
}

const MESSAGES = { ENOSPC: 'no space left on device', EROFS: 'read-only file system' } as const;

function systemError(code: 'ENOSPC' | 'EROFS', call: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code}: ${MESSAGES[code]}, ${call}`), { code, syscall: call });
}

function failIf(call: string, ...codes: readonly Fault[]): void {
  const now = fault();
  if ((now === 'ENOSPC' || now === 'EROFS') && codes.includes(now)) throw systemError(now, call);
}

const original = { ...fs.promises };
const WRITES = ['write', 'writev', 'writeFile', 'appendFile', 'truncate'] as const;

Object.assign(fs.promises, {
  open: async (...args: Parameters<typeof original.open>) => {
    const [, flags = 'r'] = args;
    const reads = flags === 'r' || flags === fs.constants.O_RDONLY;
    if (!reads) failIf('open', 'EROFS');
    const handle = await original.open(...args);
    if (reads) return handle;
    for (const name of WRITES) {
      const write = handle[name].bind(handle) as (...rest: unknown[]) => Promise<unknown>;
      Object.assign(handle, {
        [name]: async (...rest: unknown[]) => {
          failIf('write', 'ENOSPC', 'EROFS');
          return write(...rest);
        },
      });
    }
    return handle;
  },
  mkdir: async (...args: Parameters<typeof original.mkdir>) => {
    // What is there already is no write.
    if (!fs.existsSync(args[0])) failIf('mkdir', 'ENOSPC', 'EROFS');
    return original.mkdir(...args);
  },
  rename: async (...args: Parameters<typeof original.rename>) => {
    failIf('rename', 'EROFS');
    return original.rename(...args);
  },
});
const mkdirSync = fs.mkdirSync.bind(fs);
Object.assign(fs, {
  mkdirSync: (...args: Parameters<typeof fs.mkdirSync>) => {
    if (!fs.existsSync(args[0])) failIf('mkdir', 'ENOSPC', 'EROFS');
    return mkdirSync(...args);
  },
});
syncBuiltinESMExports();

const databases = new WeakMap<StatementSync, DatabaseSync>();
const exec = DatabaseSync.prototype.exec;
const prepare = DatabaseSync.prototype.prepare;
const run = StatementSync.prototype.run;

/** No page more than there are, or no write at all. */
function limit(database: DatabaseSync): void {
  const now = fault();
  exec.call(database, `PRAGMA max_page_count = ${now === 'ENOSPC' ? 1 : 1073741823}`);
  exec.call(database, `PRAGMA query_only = ${now === 'EROFS' ? 1 : 0}`);
}

DatabaseSync.prototype.exec = function (sql) {
  limit(this);
  exec.call(this, sql);
};
DatabaseSync.prototype.prepare = function (sql) {
  const statement = prepare.call(this, sql);
  databases.set(statement, this);
  return statement;
};
StatementSync.prototype.run = function (this: StatementSync, ...args: Parameters<typeof run>) {
  const database = databases.get(this);
  if (database) limit(database);
  return run.apply(this, args);
} as typeof run;

if (process.argv.some((argument) => argument.endsWith('entry.ts'))) {
  const { globals } = await import('webgpu');
  const { GPUAdapter: adapters } = globals as { GPUAdapter: { prototype: GPUAdapter } };
  const requestDevice = adapters.prototype.requestDevice;
  adapters.prototype.requestDevice = async function (this: GPUAdapter, ...args: Parameters<typeof requestDevice>) {
    const device = await requestDevice.apply(this, args);
    const timer = setInterval(() => {
      if (fault() !== 'device') return;
      clearInterval(timer);
      // Once: the next device is sound.
      fs.writeFileSync(marker, 'none');
      device.destroy();
    }, 100);
    timer.unref();
    return device;
  };
}
