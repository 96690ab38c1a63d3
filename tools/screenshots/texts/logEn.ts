/** The invented logbook in English. */
import { logText, type Dice, type LogWords } from './logEntries.ts';

const MONTHS = [
  ...['January', 'February', 'March', 'April', 'May', 'June'],
  ...['July', 'August', 'September', 'October', 'November', 'December'],
];
const WINDS = ['north', 'north-east', 'east', 'south-east', 'south', 'south-west', 'west', 'north-west'];
const FORCES = ['light', 'fresh', 'strong', 'moderate', 'a gale at night', 'falling towards evening'];
const REMARKS = [
  'Clear all day, the hills behind Corran plain to see.',
  'Fog until nine in the morning; the bell was rung throughout.',
  'Haze over the Teeth, but the harbour light was in sight.',
  'Fog the whole night; no ship was seen and three were heard.',
  'The schooner Elspeth passed northward with timber.',
  'A steamer passed far out and did not answer.',
  'The relief boat could not land and turned back.',
  'The relief boat brought bread, letters and wicks.',
  'Cleaned the lens and trimmed the wicks.',
  'Measured the crack in the north wall: no wider.',
];

const WORDS: LogWords = {
  title: (year) => `Corran Light log, ${year}`,
  preface: 'Kept by the keepers of the light, one entry for each day. The place and the people are invented.',
  months: MONTHS,
  day: (month, day) => `${day} ${MONTHS[month] ?? ''}`,
  entry: (day, { pick, number }: Dice) =>
    `${day}. Wind ${pick(WINDS)}, ${pick(FORCES)}. ${pick(REMARKS)} Oil: ${number(6, 14)} gallons.`,
};

export const logInEnglish = (year: number): string => logText(year, WORDS);
