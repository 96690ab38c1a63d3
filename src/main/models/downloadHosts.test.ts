import { expect, test } from 'vitest';
import { CATALOGUE, mirrorsOf } from './catalogue.ts';
import { isDownloadHost, MIRROR_HOSTS } from './downloadHosts.ts';

test.each([
  ['huggingface.co', true],
  ['cdn-lfs.huggingface.co', true],
  ['us.aws.cdn.hf.co', true],
  ['cas-bridge.xethub.hf.co', true],
  ['cas-bridge.xethub.hf-mirror.com', true],
  ['cdn-lfs-cn-1.modelscope.cn', true],
  ['nothuggingface.co', false],
  ['huggingface.co.example.org', false],
  ['co', false],
  ['hf.com', false],
  ['127.0.0.1', false],
  ['', false],
])('%s may be contacted: %s', (host, permitted) => {
  expect(isDownloadHost(host)).toBe(permitted);
});

test('the mirrors of the catalogue are the hosts that are named', () => {
  for (const model of CATALOGUE) {
    const mirrors = mirrorsOf(model, 'huggingface');
    expect(mirrors.map(({ host }) => host)).toEqual(MIRROR_HOSTS);
    expect(mirrors.map(({ url }) => new URL(url).hostname)).toEqual(MIRROR_HOSTS);
  }
});
