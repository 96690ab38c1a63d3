/** Something is under way whose progress is not known. */
export function Spinner({ label }: { readonly label: string }) {
  return (
    <span role="status" className="spinner">
      <span className="spinner-ring" aria-hidden="true" />
      <span className="visually-hidden">{label}</span>
    </span>
  );
}
