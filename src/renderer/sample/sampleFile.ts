/** The document that comes with the app, for trying it out. */
// eslint-disable-next-line anser/layers -- a text, not code; the terminal's demonstration reads the same file
import text from '../../../resources/samples/lighthouse.md?raw';

export const sampleFile = (): File => new File([text], 'lighthouse.md', { type: 'text/markdown' });
