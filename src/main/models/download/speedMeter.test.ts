import { expect, test } from 'vitest';
import { SpeedMeter } from './speedMeter.ts';

test('knows nothing from one sample', () => {
  const meter = new SpeedMeter();
  expect(meter.bytesPerSecond).toBe(0);
  meter.add(0, 100);
  expect(meter.bytesPerSecond).toBe(0);
  meter.add(0, 200);
  expect(meter.bytesPerSecond).toBe(0);
});

test('measures the last seconds only, and anew after a reset', () => {
  const meter = new SpeedMeter();
  for (let second = 0; second <= 10; second++) meter.add(1000 * second, 100 * second);
  expect(meter.bytesPerSecond).toBe(100);
  for (let second = 11; second <= 20; second++) meter.add(1000 * second, 1000 + 900 * (second - 10));
  expect(meter.bytesPerSecond).toBe(900);
  meter.reset();
  meter.add(30_000, 5);
  expect(meter.bytesPerSecond).toBe(0);
});
