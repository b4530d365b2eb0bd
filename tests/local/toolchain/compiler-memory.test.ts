import { compilerMemory } from '../../../local/toolchain/compiler-memory';

const GIB = 2 ** 30;

test.each([
  [24, 2, '3072MiB'],
  [12, 2, '3072MiB'],
  [8, 2, '2048MiB'],
  [4, 2, '1024MiB'],
  [16, 8, '1024MiB'],
])(
  'with %d GiB and %d compilers each collects garbage only from %s on',
  (gib, compilers, limit) => {
    expect(compilerMemory(gib * GIB, compilers)).toEqual({ GOGC: 'off', GOMEMLIMIT: limit });
  },
);

test.each([
  [2, 1, { GOGC: 'off', GOMEMLIMIT: '1024MiB' }],
  [2, 2, {}],
  [3.9, 2, {}],
  [16, 16, {}],
])(
  'with %d GiB and %d compilers the limits never add up to more than half of it, and small ones are not set',
  (gib, compilers, settings) => {
    expect(compilerMemory(gib * GIB, compilers)).toEqual(settings);
  },
);

test.each([{ GOGC: '50' }, { GOMEMLIMIT: '2GiB' }])("the user's own %j stays", (env) => {
  expect(compilerMemory(24 * GIB, 2, env)).toEqual({});
});
