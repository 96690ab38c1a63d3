/** What the fake answers: Markdown of every kind, by words in the question. */
import type { Message } from '../../src/main/api/conversations.ts';

export interface Script {
  readonly thought: string;
  readonly text: string;
  readonly replay: boolean;
  readonly fails: boolean;
}

/** `long`: an answer without end to stop; `rich`: all of Markdown; `replay` and `fail` as they say. */
export function scriptFor(question: string, version: number, think: Message['think']): Script {
  const has = (word: string): boolean => question.toLowerCase().includes(word);
  const plain = `This is version ${version} of an answer to “${question}”. It rests on nothing but a script.`;
  const text = has('long') ? LONG : has('rich') ? RICH : plain;
  return {
    thought: think === 'off' ? '' : 'The user asks something. I look at what I know.\n\nThen I answer briefly.',
    ...{ text, replay: has('replay'), fails: has('fail') },
  };
}

const SENTENCE = 'The lamp turned in its bath of mercury, and the sea below went on as it always had. ';
const LONG = `${SENTENCE.repeat(6)}\n\n`.repeat(200);

export const RICH = `## What the keeper wrote

The log has *three* hands, and the **second** is the most careful. Its writer counts everything: the oil, the hours of
fog, the ships that did not answer. See [the archive](https://example.org/lighthouse) for the scans.

1. Oil was measured each morning.
2. Fog was counted in hours, not in days.
   - The longest lasted 61 hours.
   - The shortest is given as “a breath”.
3. Ships were named only if they answered.

> A light that nobody sees is still a light.

| Year | Hours of fog | Oil (l) | Ships seen | Remarks |
|------|-------------:|--------:|-----------:|---------|
| 1891 | 412 | 1 204 | 388 | new lens |
| 1892 | 377 | 1 198 | 402 | – |
| 1893 | 506 | 1 240 | 351 | the great storm of November |

The height of the light $h$ above the sea gives the distance to the horizon, $d \\approx \\sqrt{2 R h}$:

$$
d = \\sqrt{2 \\cdot 6371\\,\\mathrm{km} \\cdot 0.041\\,\\mathrm{km}} \\approx 22.9\\,\\mathrm{km}
$$

\`\`\`ts
/** Distance to the horizon, in kilometres. */
export function horizon(heightMetres: number): number {
  const radius = 6371;
  return Math.sqrt(2 * radius * (heightMetres / 1000)); // about 3.57 √h
}
\`\`\`

Inline \`code\` stays inline, ~~and this was struck out~~. <script>alert('raw HTML is text')</script>

中文也一样：灯塔的光照亮了海面。
`;
