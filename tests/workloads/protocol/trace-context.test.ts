import {
  formatTraceparent,
  newTraceparent,
  parseTraceparent,
} from '../../../workloads/protocol/trace-context';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SPAN = 'b7ad6b7169203331';

test('reads what it wrote, and begins another trace each time', () => {
  const context = { traceId: TRACE, spanId: SPAN, traceFlags: 1 };
  expect(formatTraceparent(context)).toBe(`00-${TRACE}-${SPAN}-01`);
  expect(parseTraceparent(formatTraceparent(context))).toEqual(context);
  const [one, other] = [newTraceparent(), newTraceparent()].map(parseTraceparent);
  expect(one).toMatchObject({ traceFlags: 1 });
  expect(one?.traceId).not.toBe(other?.traceId);
});

test('takes what a later version of the recommendation appends for nothing', () => {
  expect(parseTraceparent(`cc-${TRACE}-${SPAN}-01-more`)).toMatchObject({ traceId: TRACE });
});

test.each([
  undefined,
  '',
  'junk',
  `00-${'0'.repeat(32)}-${SPAN}-01`,
  `00-${TRACE}-${'0'.repeat(16)}-01`,
  `ff-${TRACE}-${SPAN}-01`,
  `00-${TRACE}-${SPAN}-01-more`,
  `00-${TRACE.toUpperCase()}-${SPAN}-01`,
  `00-${TRACE}-${SPAN}`,
])('begins a new trace where the header is %j', (text) => {
  expect(parseTraceparent(text)).toBeUndefined();
});
