/**
 * Fetches lavapipe, Mesa's Vulkan driver for CPUs, for tests: with subgroups of 8 and f16 it has what SwiftShader lacks.
 * Debian 12's own is too old for Dawn, so it comes from the suite bookworm-backports, with every library that it needs.
 * Apt resolves, downloads and verifies as always, but in folders of ours: the system stays as it is, root is not needed.
 */
import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';

const FOLDER = join('node_modules', '.cache', 'anser', 'lavapipe');
const PACKAGE = 'mesa-vulkan-drivers';
const SUITE = 'bookworm';
const BACKPORTS = `${SUITE}-backports`;
/** From the package debian-archive-keyring, which apt itself depends on. */
const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';
const LIBRARIES = 'x86_64-linux-gnu';

/**
 * What a process that runs Node has mapped already, so that it must come from the system. Everything else is fetched
 * even where the system has it: the same libraries on every machine, and no conflict with what is installed.
 */
const C_RUNTIME = ['libc6', 'libcrypt1', 'libgcc-s1', 'gcc-12-base', 'libstdc++6'].map((name) => `${name}:amd64`);

/** Lavapipe cannot be had on this machine, or not now. */
export class LavapipeMissing extends Error {
  override readonly name = 'LavapipeMissing';
  /** What the user can do next, one sentence. */
  readonly nextStep: string;

  constructor(message: string, nextStep: string, options?: ErrorOptions) {
    super(message, options);
    this.nextStep = nextStep;
  }
}

/** Runs a program and returns what it prints; throws with what it prints on stderr. */
export type RunProgram = (program: string, args: readonly string[]) => string;

const runProgram: RunProgram = (program, args) => {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive' },
  });
  if (error) throw error;
  if (status !== 0) throw new Error(`${program} failed: ${stderr.trim() || stdout.trim()}`);
  return stdout;
};

export interface Machine {
  readonly platform: string;
  readonly arch: string;
  /** The text of /etc/os-release. */
  readonly osRelease: string;
}

function thisMachine(): Machine {
  const file = '/etc/os-release';
  const { platform, arch } = process;
  return { platform, arch, osRelease: existsSync(file) ? readFileSync(file, 'utf8') : '' };
}

/** True where Debian's packages of this suite fit. */
export const isDebian12 = ({ platform, arch, osRelease }: Machine): boolean =>
  platform === 'linux' &&
  arch === 'x64' &&
  /^ID="?debian"?$/m.test(osRelease) &&
  new RegExp(`^VERSION_CODENAME="?${SUITE}"?$`, 'm').test(osRelease);

/** The archives from which the system takes SUITE, in the order of its sources, from `apt-get update --print-uris`. */
export function archivesOf(printedUris: string): string[] {
  const uris = printedUris.matchAll(new RegExp(`^'([^' ]+/)dists/${SUITE}/(?:In)?Release'`, 'gm'));
  return [...new Set([...uris].map(([, archive]) => archive ?? ''))];
}

/**
 * Apt's options, as the last configuration file it reads: the system's proxies and certificates stay, but its sources,
 * pins and hooks (which may clean the system's own cache) do not.
 */
const aptConfiguration = (folder: string): string => `
Dir::Etc::SourceList "${folder}/sources.list";
Dir::Etc::SourceParts "/dev/null";
Dir::Etc::Preferences "/dev/null";
Dir::Etc::PreferencesParts "/dev/null";
Dir::State "${folder}/state";
Dir::State::Lists "${folder}/state/lists";
Dir::State::Status "${folder}/status";
Dir::Cache "${folder}/cache";
Dir::Cache::Archives "${folder}/cache/archives";
Dir::Log "${folder}/log";
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
APT::Update::Error-Mode "any"; // else an archive that cannot be reached is a warning
APT::Sandbox::User "root"; // the user of apt's own downloads may not enter our folder
Acquire::Languages "none";
Acquire::IndexTargets::deb::DEP-11::DefaultEnabled "false";
Acquire::Retries "2";
`;

/** Downloads the packages below `folder`, which is ours alone; returns their paths. */
function download(folder: string, run: RunProgram): string[] {
  for (const name of ['state/lists/partial', 'cache/archives/partial', 'log'])
    mkdirSync(join(folder, name), { recursive: true });
  const configuration = join(folder, 'apt.conf');
  const lists = `Dir::State::Lists=${join(folder, 'state/lists')}`;
  const archives = archivesOf(run('apt-get', ['update', '--print-uris', '-o', lists]));
  if (archives.length === 0) throw new Error(`The system's package sources do not name Debian's suite ${SUITE}.`);
  writeFileSync(configuration, aptConfiguration(folder));
  writeFileSync(join(folder, 'status'), run('dpkg', ['--status', ...C_RUNTIME]));
  const apt = (...args: string[]): string => run('apt-get', ['-c', configuration, '-q', ...args]);

  // Others may call their suite the same; only Debian's archive has Debian's signature.
  const failures: unknown[] = [];
  for (const archive of archives) {
    const source = (suite: string): string => `deb [signed-by=${KEYRING}] ${archive} ${suite} main\n`;
    writeFileSync(join(folder, 'sources.list'), source(SUITE) + source(BACKPORTS));
    try {
      apt('update');
      apt('install', '--download-only', '--yes', '--no-install-recommends', '-t', BACKPORTS, PACKAGE);
      const packages = join(folder, 'cache/archives');
      return readdirSync(packages)
        .filter((name) => name.endsWith('.deb'))
        .map((name) => join(packages, name));
    } catch (error) {
      failures.push(error);
    }
  }
  throw failures.length === 1 ? failures[0] : new AggregateError(failures, failures.map(String).join('\n'));
}

/** Downloads and unpacks; `target` appears whole, by a rename. */
function install(target: string, run: RunProgram): void {
  const partial = `${target}.${randomUUID()}`;
  const root = join(partial, 'root');
  try {
    mkdirSync(root, { recursive: true });
    const work = join(partial, 'apt');
    for (const file of download(work, run)) run('dpkg-deb', ['--extract', file, root]);
    rmSync(work, { recursive: true });
    const manifest = JSON.parse(readFileSync(join(root, 'usr/share/vulkan/icd.d/lvp_icd.json'), 'utf8')) as {
      ICD: { library_path: string };
    };
    // With a slash the loader takes it from the manifest's folder, without one from the system's.
    manifest.ICD.library_path = `./root/usr/lib/${LIBRARIES}/${manifest.ICD.library_path}`;
    writeFileSync(join(partial, 'lvp_icd.json'), JSON.stringify(manifest));
    for (const name of ['run', 'shaders']) mkdirSync(join(partial, name), { mode: 0o700 });
    renameSync(partial, target);
  } catch (error) {
    rmSync(partial, { recursive: true, force: true });
    // Another process may have been faster.
    if (!existsSync(target)) throw error;
  }
}

export interface LavapipeOptions {
  readonly folder?: string;
  readonly machine?: Machine;
  readonly run?: RunProgram;
}

/**
 * The variables with which a new process gets lavapipe and no other adapter, and with which the GPU tests insist on it.
 * Fetches it on first use, later takes it from `node_modules/.cache`.
 * @throws LavapipeMissing
 */
export function lavapipeEnvironment(options: LavapipeOptions = {}): Record<string, string> {
  const { machine = thisMachine(), run = runProgram } = options;
  const folder = resolve(options.folder ?? FOLDER);
  if (!isDebian12(machine))
    throw new LavapipeMissing('it is fetched on x64 Debian 12 only', 'Run this there, for instance in a container.');
  if (!existsSync(folder)) {
    process.stdout.write(`Fetching lavapipe from ${BACKPORTS}, once (about 70 MB; 250 MB unpacked) …\n`);
    try {
      install(folder, run);
    } catch (cause) {
      const { code, syscall } = cause as NodeJS.ErrnoException;
      const absent = code === 'ENOENT' && syscall?.startsWith('spawn') === true;
      const detail = cause instanceof Error ? cause.message : String(cause);
      throw new LavapipeMissing(
        absent ? `apt or dpkg is missing (${detail})` : `apt could not fetch it: ${detail}`,
        absent
          ? 'Install apt and dpkg, or run this where they are.'
          : `Check the network, and that "apt-get update" works and its archive has the suite ${BACKPORTS}.`,
        { cause },
      );
    }
  }
  const driver = join(folder, 'lvp_icd.json');
  const libraries = [`usr/lib/${LIBRARIES}`, `lib/${LIBRARIES}`].map((path) => join(folder, 'root', path));
  const inherited = process.env['LD_LIBRARY_PATH'];
  return {
    ANSER_TEST_ADAPTER: 'lavapipe',
    // Both names of the same variable, as in hosts/softwareAdapter.ts.
    VK_DRIVER_FILES: driver,
    VK_ICD_FILENAMES: driver,
    LD_LIBRARY_PATH: [...libraries, ...(inherited ? [inherited] : [])].join(delimiter),
    // Mesa warns without the one, and would write compiled kernels to the user's home without the other.
    XDG_RUNTIME_DIR: join(folder, 'run'),
    MESA_SHADER_CACHE_DIR: join(folder, 'shaders'),
  };
}
