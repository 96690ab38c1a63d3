/** A few facts, each with its name. */
export interface FactsProps {
  readonly rows: readonly (readonly [name: string, value: string])[];
}

export function Facts({ rows }: FactsProps) {
  return (
    <dl className="page-facts">
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
