/** A few facts, each with its name. */
export interface FactsProps {
  /** Default: as on a page of its own. */
  readonly className?: string;
  readonly rows: readonly (readonly [name: string, value: string])[];
}

export function Facts({ className = 'page-facts', rows }: FactsProps) {
  return (
    <dl className={className}>
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
