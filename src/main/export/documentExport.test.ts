import { describe, expect, it } from 'vitest';
import { sectionFacts } from '../../../test/support/fakeEngineAccess.ts';
import { exportReport, fileStem } from './documentExport.ts';
import type { DocumentReport } from './documentReport.ts';

const REPORT: DocumentReport = {
  title: 'A <b>bold</b> *plan*',
  name: 'plan_1.pdf',
  focus: 'dates',
  modelName: 'RWKV-7',
  overall: 'All in all.\n\nTwo paragraphs.',
  sections: [
    { section: sectionFacts(0), pages: { first: 1, last: 3 }, summary: 'It begins <script>alert(1)</script>.' },
    { section: sectionFacts(1), pages: { first: 4, last: 4 }, summary: null },
    { section: sectionFacts(2), pages: null, summary: 'It ends.' },
  ],
  questions: [
    {
      question: 'When?',
      answer: 'In May.',
      askedAt: '2026-01-01T00:00:00.000Z',
      basis: {
        basis: { mode: 'reread', passages: [{ ...sectionFacts(1), sectionIndex: 1, sectionTitle: 'Chapter 2' }] },
        pages: [{ first: 4, last: 5 }],
        documentTokens: 25,
      },
    },
    {
      question: 'Who?',
      answer: 'Nobody.',
      askedAt: '2026-01-01T00:00:01.000Z',
      basis: { basis: { mode: 'memory', sections: 1, bytes: 50, totalBytes: 200 }, pages: null, documentTokens: 0 },
    },
  ],
};

describe('an exported document', () => {
  it('as Markdown has everything in its order, with marks escaped', () => {
    expect(exportReport(REPORT, 'markdown', 'en')).toEqual({
      fileName: 'A b bold b plan.md',
      mimeType: 'text/markdown',
      content: [
        '# A \\<b\\>bold\\</b\\> \\*plan\\*',
        '- File: plan\\_1.pdf\n- Read by: RWKV-7\n- Focus: dates',
        '## Summary',
        'All in all.\n\nTwo paragraphs.',
        '## Sections',
        '### Chapter 1',
        '*pages 1–3*',
        'It begins <script>alert(1)</script>.',
        '### Chapter 2',
        '*page 4*',
        '### Chapter 3',
        'It ends.',
        '## Questions',
        '### When?',
        'In May.',
        '*Read again for this answer: Chapter 2 (pages 4–5).*',
        '### Who?',
        'Nobody.',
        '*Answered from memory of the first 25 % of the document.*\n',
      ].join('\n\n'),
    });
  });

  it('as HTML runs nothing that a text or a model wrote', () => {
    const { content } = exportReport(REPORT, 'html', 'en');
    expect(content).toContain('<h1>A &lt;b&gt;bold&lt;/b&gt; *plan*</h1>');
    expect(content).toContain('<p>It begins &lt;script&gt;alert(1)&lt;/script&gt;.</p>');
    expect(content).toContain('<p>All in all.</p><p>Two paragraphs.</p>');
    expect(content).not.toContain('<script');
    expect(content).toContain("default-src 'none'");
  });

  it('as JSON comes back as it is', () => {
    expect(JSON.parse(exportReport(REPORT, 'json', 'en').content)).toEqual({
      kind: 'anser-document',
      version: 1,
      ...REPORT,
    });
  });

  it('has the words of the language that was asked for', () => {
    const { content } = exportReport(REPORT, 'markdown', 'zh');
    for (const part of [
      '- 文件：plan\\_1.pdf',
      '## 摘要',
      '*第 1–3 页*',
      '*为此回答重新阅读：Chapter 2（第 4–5 页）。*',
    ])
      expect(content).toContain(part);
    const page = exportReport(REPORT, 'html', 'zh').content;
    expect(page).toContain('<html lang="zh-Hans">');
    expect(page).toContain('<h2>提问</h2>');
    expect(page).not.toMatch(/Summary|Sections|Focus|page/u);
  });

  it('that was never read has no empty headings', () => {
    const bare = { ...REPORT, overall: '', sections: [], questions: [], modelName: null, focus: '' };
    expect(exportReport(bare, 'markdown', 'en').content).toBe(
      '# A \\<b\\>bold\\</b\\> \\*plan\\*\n\n- File: plan\\_1.pdf\n',
    );
    expect(exportReport(bare, 'html', 'en').content).not.toContain('<h2>');
  });
});

describe('file names', () => {
  it.each([
    ['../../etc/passwd', 'etc passwd'],
    ['con', 'Anser'],
    ['aux.report', 'Anser'],
    ['Com¹', 'Anser'],
    ['console.log', 'console.log'],
    ['🐋'.repeat(80), '🐋'.repeat(60)],
    ['  ... ', 'Anser'],
    ['Bericht: "Ä/Ö"?', 'Bericht Ä Ö'],
    ['a\u0000b\u202ec\nd', 'a b c d'],
    ['x'.repeat(300), 'x'.repeat(80)],
  ])('of %j', (title, stem) => expect(fileStem(title)).toBe(stem));
});
