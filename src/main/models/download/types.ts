/** What is downloaded, from where, and how far it is. */
import type { Download } from '../../api/models.ts';

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

/** Whose word the finished file was held against: `server` is the hash that the server itself gave, `size` no hash. */
export type VerifiedBy = 'publisher' | 'server' | 'size';

/** While `verifying`, `bytes` are those that were checked. */
export interface DownloadState extends Download {
  /** Null until `ready`. */
  readonly verifiedBy: VerifiedBy | null;
}
