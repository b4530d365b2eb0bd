import { RecentPictures } from '../../../workloads/worker/recent-pictures';

const picture = (size: number) => ({ bytes: Buffer.alloc(size), mimeType: 'image/png' });

test('keeps what was used last, within its bytes', () => {
  const recent = new RecentPictures({ maxBytes: 100, maxAgeMs: 60_000 });
  const [a, b, c] = [picture(40), picture(40), picture(40)];
  recent.put('a', a);
  recent.put('b', b);
  expect(recent.get('a')).toBe(a);
  recent.put('c', c);
  expect(recent.get('b')).toBeUndefined();
  expect(recent.get('a')).toBe(a);
  expect(recent.get('c')).toBe(c);
});

test('counts a picture once that is put again, and takes none that is too large', () => {
  const recent = new RecentPictures({ maxBytes: 100, maxAgeMs: 60_000 });
  const small = picture(10);
  recent.put('small', small);
  for (let each = 0; each < 5; each++) recent.put('again', picture(80));
  recent.put('large', picture(101));
  expect(recent.get('large')).toBeUndefined();
  expect(recent.get('small')).toBe(small);
  expect(recent.get('again')).toBeDefined();
});

test('forgets a picture that is too old, however often it is used', () => {
  jest.useFakeTimers();
  try {
    const recent = new RecentPictures({ maxBytes: 100, maxAgeMs: 1000 });
    recent.put('a', picture(1));
    jest.advanceTimersByTime(999);
    expect(recent.get('a')).toBeDefined();
    jest.advanceTimersByTime(1);
    expect(recent.get('a')).toBeUndefined();
  } finally {
    jest.useRealTimers();
  }
});
