/** The invented logbook in Chinese. */
import { logText, type Dice, type LogWords } from './logEntries.ts';

const NUMBERS = ['一', '二', '三', '四', '五', '六', '七', '八', '九', '十', '十一', '十二'];
const WINDS = ['北风', '东北风', '东风', '东南风', '南风', '西南风', '西风', '西北风'];
const REMARKS = [
  '整日晴朗',
  '清晨有雾',
  '彻夜大雾，钟声未断',
  '纵帆船北上',
  '轮船远过，未应',
  '补给船未能靠岸',
  '补给船送来信件',
  '擦拭透镜',
  '北墙裂缝未变宽',
];

const WORDS: LogWords = {
  title: (year) => `守塔日志，${year} 年`,
  preface: '逐日记录。',
  months: NUMBERS.map((number) => `${number}月`),
  day: (_, day) => `${day} 日`,
  entry: (day, { pick }: Dice) => `${day}，${pick(WINDS)}，${pick(REMARKS)}。`,
};

export const logInChinese = (year: number): string => logText(year, WORDS);
