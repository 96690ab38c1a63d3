/** Markdown as the model writes it, without raw HTML. While it is being written, only its last block is parsed again. */
import { memo } from 'react';
import ReactMarkdown, { type Components, type Options } from 'react-markdown';
import rehypeHighlight from 'rehype-highlight';
import rehypeKatex from 'rehype-katex';
import remarkGfm from 'remark-gfm';
import remarkMath from 'remark-math';
import 'katex/dist/katex.min.css';
import './markdown.css';
import { splitBlocks } from './blocks.ts';
import { CodeBlock } from './CodeBlock.tsx';
import { ImageNote, MarkdownLink } from './MarkdownLink.tsx';
import { withMathSigns } from './mathSigns.ts';
import { ScrollingTable } from './ScrollingTable.tsx';

export interface MarkdownProps {
  readonly text: string;
  /** More of it is coming. */
  readonly open?: boolean;
}

export function Markdown({ text, open = false }: MarkdownProps) {
  const blocks = open ? splitBlocks(text) : [text];
  return (
    <div className="markdown">
      {blocks.map((block, index) => (
        // Blocks only ever grow in number: the place is what identifies one.
        <Block key={index} text={block} plain={open && index === blocks.length - 1} />
      ))}
    </div>
  );
}

const components: Components = {
  a: ({ href, children }) => <MarkdownLink url={href ?? ''}>{children}</MarkdownLink>,
  img: ({ alt, src }) => <ImageNote alt={alt ?? ''} url={typeof src === 'string' ? src : ''} />,
  table: ({ children }) => <ScrollingTable>{children}</ScrollingTable>,
  pre: ({ children }) => <CodeBlock>{children}</CodeBlock>,
};

const remarkPlugins: Options['remarkPlugins'] = [remarkGfm, remarkMath];
const katex = [rehypeKatex, { throwOnError: false, errorColor: 'inherit', strict: 'ignore' }] as const;
const full: Options['rehypePlugins'] = [[...katex], [rehypeHighlight, { detect: false }]];
/** Colours come once a block is whole: colouring again for every piece would cost more than all the rest. */
const plainOnly: Options['rehypePlugins'] = [[...katex]];

const Block = memo(function Block({ text, plain }: { readonly text: string; readonly plain: boolean }) {
  return (
    <ReactMarkdown remarkPlugins={remarkPlugins} rehypePlugins={plain ? plainOnly : full} components={components}>
      {withMathSigns(text)}
    </ReactMarkdown>
  );
});
