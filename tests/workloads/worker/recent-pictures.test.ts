import { recentPictures } from '../../../workloads/worker/recent-pictures';

const picture = (size: number) => ({ bytes: Buffer.alloc(size), mimeType: 'image/png' });

test('keeps what was used last, within its bytes', () => {
  const recent = recentPictures({ maxBytes: 100, maxAgeMs: 60_000 });
  const [a, b, c] = [picture(40), picture(40), picture(40)];
  recent.set('a', a);
  recent.set('b', b);
  expect(recent.get('a')).toBe(a);
  recent.set('c', c);
  expect(recent.get('b')).toBeUndefined();
  expect(recent.get('a')).toBe(a);
  expect(recent.get('c')).toBe(c);
});

test('counts a picture once that is put again, and takes none that is too large', () => {
  const recent = recentPictures({ maxBytes: 100, maxAgeMs: 60_000 });
  const small = picture(10);
  recent.set('small', small);
  for (let each = 0; each < 5; each++) recent.set('again', picture(80));
  recent.set('large', picture(101));
  expect(recent.get('large')).toBeUndefined();
  expect(recent.get('small')).toBe(small);
  expect(recent.get('again')).toBeDefined();
});

test('forgets a picture that is too old, however often it is used', () => {
  jest.useFakeTimers();
  // the library takes a time of 0 for none
  jest.advanceTimersByTime(1);
  try {
    const recent = recentPictures({ maxBytes: 100, maxAgeMs: 1000 });
    recent.set('a', picture(1));
    jest.advanceTimersByTime(999);
    expect(recent.get('a')).toBeDefined();
    jest.advanceTimersByTime(2);
    expect(recent.get('a')).toBeUndefined();
  } finally {
    jest.useRealTimers();
  }
});
