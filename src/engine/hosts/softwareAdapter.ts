/**
 * A WebGPU adapter for Linux machines without a usable GPU or Vulkan installation: lavapipe where the system has a new
 * enough one, else the SwiftShader inside the npm package @sparticuz/chromium. Nothing here hides a real GPU: hosts
 * look for one first and come here only when there is none, or when the user asks for the software adapter.
 */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import { delimiter, dirname, isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { unpackOnce } from './tarArchive.ts';

/** Where Linux distributions put Vulkan driver manifests. */
const DRIVER_FOLDERS = ['/usr/share/vulkan/icd.d', '/usr/local/share/vulkan/icd.d', '/etc/vulkan/icd.d'];

/** Dawn refuses older lavapipes: they lack dynamic indexing of image arrays. Mesa 25.0.7 works, 22.3.6 does not. */
const OLDEST_MESA = 25;

/** glibc's RTLD_NODELETE, which Node does not name. */
const KEEP_LOADED = 0x1000;

export interface SoftwareAdapter {
  readonly kind: 'lavapipe' | 'swiftshader';
  /** Vulkan driver manifest, for VK_DRIVER_FILES. */
  readonly driverFile: string;
  /** A folder with a Vulkan loader (libvulkan.so.1), for machines that have none; undefined off x64 Linux. */
  readonly loaderFolder: string | undefined;
}

/** The SwiftShader archive: beside the bundled program, or in the npm package. Undefined where neither is there. */
function swiftShaderArchive(): string | undefined {
  const bundled = fileURLToPath(new URL('./swiftshader.tar.br', import.meta.url));
  if (existsSync(bundled)) return bundled;
  try {
    const entry = createRequire(import.meta.url).resolve('@sparticuz/chromium');
    return join(dirname(entry), '..', 'bin', 'swiftshader.tar.br');
  } catch {
    return undefined;
  }
}

/** Unpacks SwiftShader and its Vulkan loader once; returns their folder, or undefined off x64 Linux. */
function swiftShaderFolder(cacheFolder: string): string | undefined {
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined;
  const archive = swiftShaderArchive();
  return archive === undefined ? undefined : unpackOnce(archive, resolve(cacheFolder), 'swiftshader');
}

/** The driver manifest of the system's lavapipe, if it is new enough for Dawn. */
export function findLavapipe(folders: readonly string[] = DRIVER_FOLDERS): string | undefined {
  return folders
    .filter((folder) => existsSync(folder))
    .flatMap((folder) =>
      readdirSync(folder)
        .filter((name) => /^lvp_icd.*\.json$/.test(name))
        .map((name) => join(folder, name)),
    )
    .find((manifest) => (mesaVersion(manifest) ?? 0) >= OLDEST_MESA);
}

/** Mesa's major version, read from the driver's own text: the manifest holds Vulkan's version only. */
function mesaVersion(manifest: string): number | undefined {
  const library = driverLibrary(manifest);
  if (library === undefined) return undefined;
  const match = /Mesa (\d+)\.\d+\.\d+/.exec(readFileSync(library).toString('latin1'));
  return match ? Number(match[1]) : undefined;
}

function driverLibrary(manifest: string): string | undefined {
  const named = /"library_path"\s*:\s*"([^"]+)"/.exec(readFileSync(manifest, 'utf8'))?.[1];
  if (named === undefined) return undefined;
  if (isAbsolute(named)) return existsSync(named) ? named : undefined;
  if (named.includes('/')) return [join(dirname(manifest), named)].find((path) => existsSync(path));
  // A bare name is for the dynamic linker, whose folders Node cannot ask for.
  const triplet = { x64: 'x86_64-linux-gnu', arm64: 'aarch64-linux-gnu' }[process.arch as string];
  return [`/usr/lib/${triplet ?? ''}`, '/usr/lib64', '/usr/lib']
    .map((folder) => join(folder, named))
    .find((path) => existsSync(path));
}

/**
 * The best software adapter of this machine: lavapipe (faster, has shader-f16), else SwiftShader. Undefined on Windows,
 * where Dawn finds Direct3D's own, and on macOS, where there is none.
 * @param only take this one or nothing
 * @throws EngineError `storage-failed`
 */
export function findSoftwareAdapter(cacheFolder: string, only?: SoftwareAdapter['kind']): SoftwareAdapter | undefined {
  if (process.platform !== 'linux') return undefined;
  const loaderFolder = swiftShaderFolder(cacheFolder);
  const lavapipe = only === 'swiftshader' ? undefined : findLavapipe();
  if (lavapipe !== undefined) return { kind: 'lavapipe', driverFile: lavapipe, loaderFolder };
  if (loaderFolder === undefined || only === 'lavapipe') return undefined;
  return { kind: 'swiftshader', driverFile: join(loaderFolder, 'vk_swiftshader_icd.json'), loaderFolder };
}

/**
 * Environment variables with which a *new* process gets the software adapter and no other; empty where there is none.
 * @throws EngineError `storage-failed`
 */
export function softwareAdapterEnvironment(
  cacheFolder: string,
  only?: SoftwareAdapter['kind'],
): Record<string, string> {
  const adapter = findSoftwareAdapter(cacheFolder, only);
  if (adapter === undefined) return {};
  const folders = [adapter.loaderFolder, process.env['LD_LIBRARY_PATH']].filter(Boolean);
  return {
    ...driverVariables(adapter),
    ...(folders.length === 0 ? {} : { LD_LIBRARY_PATH: folders.join(delimiter) }),
  };
}

/**
 * Makes the *running* process find the software adapter: every later `create()` of the npm package `webgpu` sees it, and
 * no other. For the main thread only (a worker's `process.env` is a copy that Vulkan does not see).
 * @returns what was found; undefined where this machine has no software adapter
 * @throws EngineError `storage-failed`
 */
export function enableSoftwareAdapter(
  cacheFolder: string,
  only?: SoftwareAdapter['kind'],
): SoftwareAdapter | undefined {
  const adapter = findSoftwareAdapter(cacheFolder, only);
  if (adapter === undefined) return undefined;
  Object.assign(process.env, driverVariables(adapter));
  if (adapter.loaderFolder !== undefined) provideVulkanLoader(adapter.loaderFolder);
  return adapter;
}

let lastKeeping: Promise<unknown> = Promise.resolve();

/**
 * Runs `work`, which may enable the software adapter, and then lets later ones find the machine's own adapters again: a
 * driver is chosen when Dawn first looks for adapters. One work at a time, as all share the environment.
 */
export function keepingDrivers<T>(work: () => Promise<T>): Promise<T> {
  const result = lastKeeping.then(async () => {
    const before = DRIVER_VARIABLES.map((name) => [name, process.env[name]] as const);
    try {
      return await work();
    } finally {
      for (const [name, value] of before)
        if (value === undefined) Reflect.deleteProperty(process.env, name);
        else process.env[name] = value;
    }
  });
  lastKeeping = result.catch(() => undefined);
  return result;
}

/** Both names of the same variable: loaders before 1.3.207 know only the second. */
const DRIVER_VARIABLES = ['VK_DRIVER_FILES', 'VK_ICD_FILENAMES'];

const driverVariables = ({ driverFile }: SoftwareAdapter): Record<string, string> =>
  Object.fromEntries(DRIVER_VARIABLES.map((name) => [name, driverFile]));

/**
 * Maps a Vulkan loader into this process. LD_LIBRARY_PATH is read at process start only, but the dynamic linker takes a
 * library that is loaded already for every later request of the same name, and Dawn asks for "libvulkan.so.1". Node's
 * only way to load a library is `process.dlopen`, which then looks for an add-on in it, finds none and throws:
 * with KEEP_LOADED the library stays all the same.
 */
function provideVulkanLoader(folder: string): void {
  const path = join(folder, 'libvulkan.so.1');
  try {
    process.dlopen({ exports: {} }, path, constants.dlopen.RTLD_LAZY | KEEP_LOADED);
  } catch (error) {
    if (error instanceof Error && error.message.startsWith('Module did not self-register')) return;
    throw error;
  }
}
