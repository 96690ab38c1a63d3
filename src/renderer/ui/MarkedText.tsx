/** A text of which some parts are marked. */
export interface MarkedTextProps {
  readonly parts: readonly { readonly text: string; readonly match: boolean }[];
}

export function MarkedText({ parts }: MarkedTextProps) {
  return parts.map(({ text, match }, place) =>
    match ? <mark key={place}>{text}</mark> : <span key={place}>{text}</span>,
  );
}
