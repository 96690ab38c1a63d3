/** Moves the focus to the message field of the view, if it has one. */
export function focusComposer(): boolean {
  const field = document.querySelector<HTMLTextAreaElement>('.composer-field');
  field?.focus();
  return field !== null;
}
