/** Saves a file that the shell offers once, in the browser's way. */
export function fetchHandout({ url, fileName }: { readonly url: string; readonly fileName: string }): void {
  const link = document.createElement('a');
  link.href = url;
  link.download = fileName;
  link.click();
}
