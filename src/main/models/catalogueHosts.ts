/** The hosts that models can be downloaded from: the only addresses outside of this machine that the app ever contacts. */
export const catalogueHosts = ['huggingface.co', 'hf-mirror.com', 'modelscope.cn'] as const;
