/** A short text of our own about a lighthouse that does not exist, with facts to ask for. */
export const lighthouse = `# The light at Oake Point

## The rock

Oake Point is a shelf of slate three miles from the village of Marren. At low water it is as long as a street; at high
water only the landing step shows. Before there was a light, eleven ships were lost on it within twenty years.

The first plan, from 1841, asked for a wooden tower. The builder, Agnes Tolland, refused: wood would last one winter.
She asked for granite, each stone cut so that it held the next, and she was given three summers to prove it.

## Three summers

In the first summer the men could work only four hours a day, between the tides. They set two courses of stone and lost
a boat. In the second summer Tolland had iron rings let into the slate, so that the stones could be landed in a swell,
and the tower grew to the height of a house.

In the third summer came the lantern. It was brought by cart from the city, wrapped in blankets, and crossed the water
on a morning without wind. The lamp was lit on the ninth of September 1844. Its flash, two seconds in every twelve,
could be seen from nineteen miles away.

## The keepers

Three keepers lived in the tower at a time: two on watch in turn, and one asleep. They were paid in coal, flour and a
little money. The log had to be kept in ink, and nobody was allowed to write about the weather in words that were not
on the list: calm, light, fresh, strong, gale, storm.

Keeper Ruan Pell broke that rule once. On the night of the great storm of November 1867 he wrote: “The sea came over
the lantern and we sat in the dark and counted.” They counted forty waves before they could light the lamp again. A
ship that passed in that hour, the *Calla*, steered by the sound of their bell.

## Oil, gas, electricity

The lamp burned whale oil until 1859, then mineral oil, which was cheaper and smelled worse. Gas was tried and given up
within a year. In 1931 a cable was laid from Marren, and the watch became a matter of switches.

The last keeper, Ida Pell, a great-granddaughter of Ruan, left the tower on the first of May 1978. She took the bell
with her. It hangs today in the school of Marren, and it is rung twice a year: on the ninth of September, and whenever
the first snow falls.
`;
