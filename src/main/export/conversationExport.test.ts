import { describe, expect, test } from 'vitest';
import type { Conversation, Message } from '../api/conversations.ts';
import { exportConversation } from './conversationExport.ts';

const PLAIN: Message = {
  ...{ id: 'u1', parentId: null, role: 'user', text: 'Is it <b>true</b>?', thought: '', status: 'finished' },
  ...{ createdAt: '2026-01-02T03:04:05.678Z', think: 'off', details: null, endReason: null, modelName: null },
  ...{ thoughtMs: null, hasState: false, basis: null, error: null },
};
const ANSWER: Message = { ...PLAIN, id: 'a1', parentId: 'u1', role: 'assistant', modelName: 'RWKV-7', hasState: true };

const CONVERSATION: Conversation = {
  ...{ id: 'c', title: 'What <i>is</i>: *true*', autoTitle: true, folderId: null, pinned: false, draft: 'not sent' },
  ...{ createdAt: '2026-01-02T03:04:05.678Z', updatedAt: '2026-01-02T03:04:05.678Z', deletedAt: null },
  ...{ documentId: null, messageCount: 4, systemPrompt: 'Be brief.', think: 'off', headId: 'a2' },
  sampling: { preset: 'chat', custom: null },
  replayable: true,
  messages: [
    PLAIN,
    { ...ANSWER, text: 'The other version.' },
    {
      ...ANSWER,
      ...{ id: 'a2', thought: 'Secret doubts', status: 'stopped' },
      text: 'Yes:\n\n```js\nif (a < b) alert("</script>");\n```\n\nand <script>alert(1)</script>\n\n```\nnot closed',
      basis: {
        basis: { mode: 'memory', sections: 1, bytes: 50, totalBytes: 200 },
        ...{ pages: null, documentTokens: 0 },
      },
    },
  ],
};

describe('an exported conversation', () => {
  test('as Markdown holds what is shown, and its code ends', () => {
    expect(exportConversation(CONVERSATION, 'markdown', 'en')).toEqual({
      fileName: 'What i is i true.md',
      mimeType: 'text/markdown',
      content: [
        '# What \\<i\\>is\\</i\\>: \\*true\\*',
        '*2026-01-02 03:04 UTC*',
        '## System prompt',
        'Be brief.',
        '## You',
        'Is it <b>true</b>?',
        '## Anser · RWKV-7',
        'Yes:\n\n```js\nif (a < b) alert("</script>");\n```\n\nand <script>alert(1)</script>\n\n```\nnot closed\n```',
        '*Answered from memory of the first 25 % of the document.*',
        '*Stopped before its end.*\n',
      ].join('\n\n'),
    });
  });

  test('as HTML runs nothing, shows code as code, and knows its language', () => {
    const { content, fileName } = exportConversation(CONVERSATION, 'html', 'zh');
    expect(fileName).toBe('What i is i true.html');
    expect(content).toContain('<html lang="zh-Hans">');
    expect(content).toContain('<h2>你</h2><p>Is it &lt;b&gt;true&lt;/b&gt;?</p>');
    expect(content).toContain('<pre><code>if (a &lt; b) alert(&quot;&lt;/script&gt;&quot;);</code></pre>');
    expect(content).toContain('<pre><code>not closed</code></pre>');
    expect(content).toContain('凭记忆回答，依据文档前 25% 的内容。');
    expect(content).not.toMatch(/<\/?script|<img|https?:/u);
    expect(content).toContain("default-src 'none'");
    expect(content).toContain('@media print');
  });

  test.each(['markdown', 'html'] as const)('as %s has neither thoughts nor other versions nor drafts', (format) => {
    const { content } = exportConversation(CONVERSATION, format, 'en');
    expect(content).not.toMatch(/Secret doubts|The other version|not sent/u);
  });

  test('as JSON has every branch and thought, and says what it is', () => {
    const { content, fileName } = exportConversation(CONVERSATION, 'json', 'en');
    const { messages, ...file } = JSON.parse(content) as { messages: unknown[] };
    expect(fileName).toBe('What i is i true.json');
    expect(file).toMatchObject({ kind: 'anser-conversation', version: 1, id: 'c', headId: 'a2' });
    expect(messages).toEqual(CONVERSATION.messages.map(({ hasState: _, ...message }) => message));
    expect(content).not.toContain('not sent');
  });

  test.each([
    ['a longer fence holds shorter ones', '````\n```js\n````\nafter', '<pre><code>```js</code></pre><p>after</p>'],
    ['a name ends no block', '```\na\n```js\nb\n```', '<pre><code>a\n```js\nb</code></pre>'],
    ['marks within a line begin none', '```a``` is code', '<p>```a``` is code</p>'],
    ['tildes', '~~~\n```\n~~~', '<pre><code>```</code></pre>'],
  ])('of code: %s', (_, text, html) => {
    const asked = { ...CONVERSATION, headId: 'u1', messages: [{ ...PLAIN, text }] };
    expect(exportConversation(asked, 'html', 'en').content).toContain(`<h2>You</h2>${html}\n`);
    expect(exportConversation(asked, 'markdown', 'en').content).toContain(`## You\n\n${text}\n`);
  });

  test('without a title or messages is still a text', () => {
    const empty = { ...CONVERSATION, title: ' ', systemPrompt: '', headId: null, messages: [] };
    expect(exportConversation(empty, 'markdown', 'zh')).toMatchObject({
      fileName: '对话.md',
      content: '# 对话\n\n*2026-01-02 03:04 UTC*\n',
    });
  });

  test('says in both languages on which pages an answer rests', () => {
    const passage = { index: 0, sectionIndex: 0, sectionTitle: 'Whales', tokens: 1 };
    const range = { startByte: 0, endByte: 1, startLine: 1, endLine: 1 };
    const basis = {
      basis: { mode: 'reread' as const, passages: [{ ...passage, ...range }] },
      ...{ pages: [{ first: 3, last: 4 }], documentTokens: 9 },
    };
    const asked = { ...CONVERSATION, headId: 'a1', messages: [PLAIN, { ...ANSWER, text: 'Yes.', basis }] };
    expect(exportConversation(asked, 'markdown', 'en').content).toContain(
      '*Read again for this answer: Whales (pages 3–4).*',
    );
    expect(exportConversation(asked, 'html', 'zh').content).toContain('为此回答重新阅读：Whales（第 3–4 页）。');
  });
});
