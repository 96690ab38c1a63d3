/** Opens a model file of any kind that we read, told by its first bytes, never by its name. */
import { readRange, viewOf } from './boundedRead.ts';
import type { ByteSource } from './byteSource.ts';
import { openGguf } from './gguf.ts';
import { unreadable, unsupported } from './modelErrors.ts';
import { openPth } from './pth.ts';
import { openSafetensors } from './safetensors.ts';
import type { WeightSource } from './weightSource.ts';

const SNIFFED_BYTES = 16;

/**
 * Opens a GGUF, safetensors (`.st` too) or `.pth` file; reads its header only. The source is closed by the result's
 * `close`, and stays the caller's when this throws.
 * @throws EngineError `model-unreadable` for a broken file or no model file, `model-unsupported` for kinds that we do
 * not run.
 */
export async function openModel(source: ByteSource): Promise<WeightSource> {
  const first = await readRange(source, 0, Math.min(source.size, SNIFFED_BYTES), 'its beginning');
  const text = String.fromCharCode(...first);
  if (text.startsWith('GGUF')) return openGguf(source);
  if (text.startsWith('PK')) return openPth(source);
  // Eight bytes of length, the upper three zero in any file that exists, then the table.
  if (text[8] === '{' && viewOf(first).getUint32(4, true) < 0x100) return openSafetensors(source);
  if (first[0] === 0x80 && (first[1] ?? 0) <= 5)
    throw unsupported(
      source.name,
      'it was written by PyTorch before 1.6',
      'Load and save it again with a current PyTorch.',
    );
  if (text.startsWith('version https://'))
    throw unreadable(
      source.name,
      'it is a pointer to a large file, not the file itself',
      'Fetch the file with Git LFS or download it from the page of the model.',
    );
  if (source.size === 0) throw unreadable(source.name, 'it is empty');
  throw unreadable(source.name, 'it is no model file', 'Choose a .pth, .safetensors, .st or .gguf file.');
}
