/** The texts of the Chinese pictures. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Examples } from './examples.ts';
import { logInChinese } from './logZh.ts';

const RANGE_ANSWER = `视线受地球曲率所限。高度为 $h_1$ 的灯与高度为 $h_2$ 的眼睛（单位：米）能够互见的距离约为

$$
d \\approx 3.57\\,\\bigl(\\sqrt{h_1} + \\sqrt{h_2}\\bigr)\\ \\text{km}
$$

科兰角灯塔高 **34 米**，因此：

| 观察位置 | 眼高 | 视距 | 海里 |
|:---------|-----:|-----:|-----:|
| 小艇 | 2 米 | 25.9 公里 | 14.0 |
| 渔船 | 4 米 | 28.0 公里 | 15.1 |
| 轮船驾驶台 | 10 米 | 32.1 公里 | 17.3 |

\`\`\`ts
/** 灯光的视距（公里）；高度以米为单位。 */
const range = (light: number, eye: number): number =>
  3.57 * (Math.sqrt(light) + Math.sqrt(eye));
\`\`\`

霾的影响比曲率更大：多数夜晚，灯光在到达地平线之前就已看不见了。`;

export const chinese: Examples = {
  locale: 'zh-CN',
  book: {
    fileName: '科兰角的灯塔.pdf',
    text: readFileSync(join(import.meta.dirname, 'lighthouse.zh.md'), 'utf8'),
    focus: '年代、人物与费用',
    overall: `科兰角的花岗岩灯塔建于 **1851 至 1854 年**，在那之前已有六十二条船毁于礁石。鲁思·卡弗主持设计；安娜·林德守灯二十九年，灯只熄过一次。

1932 年改用电灯，1987 年最后一名守塔人离开。2004 年村子以一镑买下灯塔，用参观收入修补雨水与冰冻造成的裂缝。`,
    summaries: {
      科兰角的灯塔: '一篇短文，写一座虚构的灯塔和它周围的人。',
      地点: '名为“牙齿”的礁石涨潮时看不见，1700 至 1850 年间毁了 **62 条船**。1848 年“玛莎·格雷”号失事，三十一人遇难。',
      建塔: '鲁思·卡弗于 **1851 年 4 月至 1854 年 9 月** 用花岗岩建塔：高 34 米，168 级台阶，耗资两万一千镑，无人丧生。',
      灯与守塔人: '鱼油灯、巴黎透镜、十秒一闪。**安娜·林德** 自 1881 年起守灯二十九年，仅在 1894 年 1 月熄灭二十分钟。',
      改用电灯: '**1932 年** 通电；战时熄灯近五年；最后一名守塔人于 **1987 年** 离开，此后由计算机看守。',
      今天的灯塔: '2004 年村子以 **一镑** 买下灯塔，2019 年花四十万镑修补北侧。每年九月村民提灯前来。',
    },
    questions: [
      {
        mode: 'reread',
        question: '灯是什么时候熄的？',
        answer: '只熄过一次：**1894 年 1 月** 的大风暴中，海浪打碎了灯室的窗。二十分钟后，安娜·林德重新点亮了灯。',
      },
      { mode: 'memory', question: '建塔花了多少钱？', answer: '两万一千镑，历时三年半。' },
    ],
    saved: { name: '灯塔，读完全文', tags: ['历史'] },
  },
  log: {
    fileName: (year) => `守塔日志，${year} 年.pdf`,
    text: logInChinese,
    focus: '大雾，以及没有回应的船',
    summaries: {
      一月: '艰难的一月：**多日清晨有雾**，补给船不止一次无法靠岸，北墙裂缝未见变宽。',
      二月: '入夜常有大风，钟声整夜不断；**纵帆船** 北上。',
      三月: '天气转晴，渔船傍晚入港，再次测量裂缝。',
      四月: '多数日子礁石上有薄雾，补给船又能送来面包和信件。',
    },
  },
  folder: '灯塔',
  chats: [
    {
      title: '灯塔能照多远',
      turns: [{ question: '科兰角的灯光最远能在多远处看见？是怎么算出来的？', answer: RANGE_ANSWER }],
      pinned: true,
      daysAgo: 0,
      saved: { name: '视距讨论之后', tags: ['光学', '草稿'] },
    },
    {
      title: '写给港务局的信',
      turns: [{ question: '请把这封写给港务局的信缩短一些。', answer: '已缩为四句话，来访日期放在开头。' }],
      daysAgo: 0,
      saved: { name: '书信的语气与格式', tags: ['书信'] },
    },
    {
      title: '菲涅耳透镜的道理',
      turns: [
        {
          question: '灯塔的透镜为什么做成一圈一圈的？',
          answer: '使光线偏折的是玻璃表面的斜度，而不是厚度：一圈圈的环保留斜度，省去其余部分。',
        },
      ],
      inFolder: true,
      daysAgo: 1,
    },
    {
      title: '没有无线电时的雾中信号',
      turns: [{ question: '从前大雾时怎样警告船只？', answer: '用钟、炮，后来用雾号；每座灯塔都有自己的节奏。' }],
      inFolder: true,
      daysAgo: 3,
    },
    {
      title: '形容雨的词语',
      turns: [{ question: '有哪些形容雨的词？', answer: '毛毛雨、阵雨、暴雨、梅雨，以及细如牛毛的烟雨。' }],
      daysAgo: 1,
    },
    {
      title: '冬天的书单',
      turns: [{ question: '请把这些书按篇幅排序。', answer: '由短到长：书信、日记、日志。' }],
      daysAgo: 12,
    },
  ],
  searched: '灯塔',
};
