/** A view that is one page to scroll: title, a sentence on what it is, and sections below. */
import { useLayoutEffect, useRef, type ReactNode } from 'react';
import './page.css';

export interface PageProps {
  readonly title: string;
  readonly lead?: string;
  /** Beside the title. */
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

export function Page({ title, lead, actions, children }: PageProps) {
  const page = useRef<HTMLDivElement>(null);
  // What scrolls is the frame's, and stays where the view before it was.
  useLayoutEffect(() => {
    // A block: browsers begin to return a promise, which an effect must not.
    page.current?.closest('main')?.scrollTo(0, 0);
  }, []);
  return (
    <div ref={page} className="page">
      <header className="page-head">
        <div>
          <h1>{title}</h1>
          {lead !== undefined && <p>{lead}</p>}
        </div>
        {actions !== undefined && <div className="page-actions">{actions}</div>}
      </header>
      {children}
    </div>
  );
}
