/** Which hosts a download may contact: the rule that downloads keep to, and that the privacy page states. */

/** Where the models of the catalogue are asked for. */
export const MIRROR_HOSTS = ['huggingface.co', 'hf-mirror.com', 'modelscope.cn'] as const;

/**
 * Where these hand a download over to, beyond their own subdomains. Hugging Face names the hosts of its delivery network in
 * huggingface.co/.well-known/meta.json, all below these domains; hf-mirror.com uses the same ones; ModelScope's are
 * subdomains of its own.
 */
export const DELIVERY_HOSTS = ['hf.co'] as const;

const DOMAINS: readonly string[] = [...MIRROR_HOSTS, ...DELIVERY_HOSTS];

/** Whether the host is one of these or a subdomain of one. */
export const isDownloadHost = (host: string): boolean =>
  DOMAINS.some((domain) => host === domain || host.endsWith(`.${domain}`));
