/** The texts of the English pictures. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Examples } from './examples.ts';
import { logInEnglish } from './logEn.ts';

const SAMPLE = join(import.meta.dirname, '..', '..', '..', 'resources', 'samples', 'lighthouse.md');

const RANGE_ANSWER = `What limits the view is the curve of the earth. A light at height $h_1$ and an eye at height $h_2$ (in metres) see each other as far as

$$
d \\approx 3.57\\,\\bigl(\\sqrt{h_1} + \\sqrt{h_2}\\bigr)\\ \\text{km}
$$

For the tower at Corran Point, **34 m** high:

| Seen from | Eye | Range | Nautical miles |
|:----------|----:|------:|---------------:|
| a rowing boat | 2 m | 25.9 km | 14.0 |
| a fishing boat | 4 m | 28.0 km | 15.1 |
| a steamer’s bridge | 10 m | 32.1 km | 17.3 |

\`\`\`ts
/** Range of a light in kilometres; heights in metres. */
const range = (light: number, eye: number): number =>
  3.57 * (Math.sqrt(light) + Math.sqrt(eye));
\`\`\`

Haze takes away more than the curve does: on most nights the light is lost well before the horizon.`;

export const english: Examples = {
  locale: 'en-GB',
  book: {
    fileName: 'The Lighthouse at Corran Point.pdf',
    text: readFileSync(SAMPLE, 'utf8'),
    focus: 'dates, people and costs',
    overall: `A granite tower was built at Corran Point between **1851 and 1854**, after sixty-two ships had been lost on the rocks before it. Ruth Carver planned it; Anna Lind kept its light for twenty-nine years and let it go out once.

The light became electric in 1932 and lost its last keeper in 1987. Since 2004 it has belonged to the village, which bought it for one pound and spends its visitors’ money on the cracks that rain and frost make.`,
    summaries: {
      'The Place':
        'The Teeth, a line of rocks hidden at high water, cost **62 ships** between 1700 and 1850. After the Martha Gray (1848, thirty-one drowned) the village asks the government for a light.',
      'The Building of the Tower':
        'Ruth Carver builds in granite from **April 1851 to September 1854**: 34 metres, 168 steps, £21,000, and not one worker lost.',
      'The Light and the Keepers':
        'Oil lamp, Paris lens, one flash every ten seconds. **Anna Lind** keeps the light from 1881 for twenty-nine years; it fails once, for twenty minutes, in January 1894.',
      'The Change to Electric Light':
        'A cable brings electric light in **1932**; dark for almost five years of war; the last keeper leaves in **1987**, and a computer watches the lamp.',
      'The Lighthouse Today':
        'The village buys the tower for **£1** in 2004 and repairs its north side for £400,000 in 2019. Lanterns are carried to it every September.',
    },
    questions: [
      {
        mode: 'reread',
        question: 'When did the lamp go out?',
        answer:
          'Once, in the storm of **January 1894**: a wave broke a window of the lamp room. Anna Lind had it burning again after twenty minutes.',
      },
      {
        mode: 'memory',
        question: 'What did the tower cost?',
        answer: 'Twenty-one thousand pounds, for three and a half years of work.',
      },
    ],
    saved: { name: 'Lighthouse, read to the end', tags: ['history'] },
  },
  log: {
    fileName: (year) => `Corran Light log, ${year}.pdf`,
    text: logInEnglish,
    focus: 'fog and ships that did not answer',
    summaries: {
      January:
        'A hard month. Fog on **many mornings**; steamers pass far out and do not answer. The relief boat turns back more than once.',
      February: 'Gales at night. The bell is rung for whole nights; the **Elspeth** goes north with timber.',
      March: 'Clearer. A steamer does not answer; the crack in the north wall is measured again and is no wider.',
      April:
        'Haze over the Teeth on most days. Herring boats come in before dark, and bread comes with the relief boat again.',
    },
  },
  folder: 'Lighthouses',
  chats: [
    {
      title: 'How far a lighthouse is seen',
      turns: [
        {
          question: 'How far away can the light at Corran Point be seen, and how is that worked out?',
          answer: RANGE_ANSWER,
        },
      ],
      pinned: true,
      daysAgo: 0,
      saved: { name: 'After the range of lights', tags: ['optics', 'draft'] },
    },
    {
      title: 'A letter to the harbour office',
      turns: [
        {
          question: 'Make this letter to the harbour office shorter, please.',
          answer: 'Here is the letter in four sentences, with the date of the visit at its beginning.',
        },
      ],
      daysAgo: 0,
      saved: { name: 'Letters: tone and form', tags: ['letters'] },
    },
    {
      title: 'Fresnel lenses, simply',
      turns: [
        {
          question: 'Why is the lens of a lighthouse made of rings?',
          answer:
            'Only the slope of the glass bends light, not its thickness: rings keep the slope and leave out the rest.',
        },
      ],
      inFolder: true,
      daysAgo: 1,
    },
    {
      title: 'Fog signals before the radio',
      turns: [
        {
          question: 'How were ships warned in fog?',
          answer: 'By bells, guns and later by horns, each lighthouse with a rhythm of its own.',
        },
      ],
      inFolder: true,
      daysAgo: 3,
    },
    {
      title: 'Words for kinds of rain',
      turns: [
        {
          question: 'Which words for rain are there?',
          answer: 'Drizzle, mizzle, shower, downpour, and “smirr” for the finest of them.',
        },
      ],
      daysAgo: 1,
    },
    {
      title: 'Reading list for the winter',
      turns: [
        {
          question: 'Order these books by length.',
          answer: 'From the shortest to the longest: letters, diaries, logs.',
        },
      ],
      daysAgo: 12,
    },
  ],
  searched: 'lighthouse',
};
