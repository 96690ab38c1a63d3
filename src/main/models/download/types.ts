/** What is downloaded, and from where. */

export interface DownloadItem {
  readonly id: string;
  /** A plain name, without folders. */
  readonly fileName: string;
  /** What the publisher states; undefined where unknown. */
  readonly bytes?: number | undefined;
  /** Lower case hex. */
  readonly sha256?: string | undefined;
}

export interface Mirror {
  /** The name that is shown. */
  readonly host: string;
  readonly url: string;
}
