export const documentPrefix = (focus?: string) => focus ? `User: ${focus}\n` : 'User: ';
export const memoryQuestion = (q: string) => `\n${q}\n\nAssistant:`;
export const rereadPrompt = (q: string, t: readonly string[]) => `User: ${q}\n${t.join('\n')}\n${q}\n\nAssistant:`;
export const summaryPrompt = (t: string) => `User: ${t}\nSummarize the text above in a few sentences.\n\nAssistant:`;
export const DOCUMENT_STOPS = ['\n\nUser:', '\n\n'];
