/** A part of a page, under its own title. */
import { useId, type ReactNode } from 'react';

export interface PageSectionProps {
  readonly title: string;
  readonly hint?: string;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

export function PageSection({ title, hint, actions, children }: PageSectionProps) {
  const id = useId();
  return (
    <section className="page-section" aria-labelledby={id}>
      <header className="page-section-head">
        <div>
          <h2 id={id}>{title}</h2>
          {hint !== undefined && <p>{hint}</p>}
        </div>
        {actions}
      </header>
      {children}
    </section>
  );
}
