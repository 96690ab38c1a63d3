import { expect, test } from 'vitest';
import { isProxy } from './isProxy.ts';

test.each(['', '  ', 'http://127.0.0.1:8080', 'https://user:secret@proxy.example:3128', 'http://proxy/'])(
  '%j can be used',
  (text) => {
    expect(isProxy(text)).toBe(true);
  },
);

test.each(['127.0.0.1:8080', 'socks5://a:1', 'http://', 'http://proxy/path', 'proxy'])('%j cannot', (text) => {
  expect(isProxy(text)).toBe(false);
});
