/** A program for buildCli.gpu.test.ts: prints, as JSON, what a bundle finds. Its argument is a cache folder. */
import { create } from 'webgpu';
import { memorySource } from '../src/engine/formats/byteSource.ts';
import { createPdfParser } from '../src/engine/hosts/pdfParser.ts';
import { resourcePath } from '../src/engine/hosts/resources.ts';
import { readShaderSources } from '../src/engine/hosts/shaderSources.ts';
import { enableSoftwareAdapter } from '../src/engine/hosts/softwareAdapter.ts';
import { writePdf } from '../test/support/writePdf.ts';

enableSoftwareAdapter(process.argv[2] ?? '');
const instance = create([]);
// Kept reachable: Dawn's event pump crashes when an instance is collected while a promise is pending.
Object.assign(globalThis, { instance });
const adapter = await instance.requestAdapter();
// Of a font that needs a file of pdf.js.
const pdf = memorySource('lamp.pdf', writePdf([[{ text: '灯塔', x: 72, y: 700, font: 'gb' }]]));
let pdfText = '';
for await (const { text } of createPdfParser().parse(pdf, {})) pdfText += text;
const found = {
  pdfText,
  shaders: [...readShaderSources().keys()],
  adapter: adapter !== null,
  vocabulary: resourcePath('vocabulary'),
};
process.stdout.write(JSON.stringify(found));
