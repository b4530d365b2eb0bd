import { type IntegerSetting } from '../../../charts/core/setting';
import { type SettingGroup } from '../../../charts/core/setting-group';
import { SETTINGS } from '../../../infra/config/settings';

const GROUP: SettingGroup = SETTINGS;
const settings = Object.entries(GROUP);
const textOf = (value: unknown) =>
  typeof value === 'object' ? JSON.stringify(value) : String(value);

test.each(settings)(
  '%s has a description of one sentence, without a full stop',
  (_key, setting) => {
    expect(setting.description).toMatch(/^\S.{10,}[^.\s]$/);
    expect(setting.allowed).toMatch(/[^.]$/);
  },
);

test.each(settings)('the default of %s passes its own check', (_key, setting) => {
  const parsed = setting.parse(textOf(setting.default));
  expect(parsed).toMatchObject({ ok: true });
  expect(setting.fault(parsed.ok && parsed.value)).toBeUndefined();
});

test.each(settings)('%s has a default of its type', (_key, { type, default: value }) => {
  expect(typeof value).toBe(type === 'integer' ? 'number' : type);
});

test.each(settings.filter(([, { example }]) => !example.startsWith('--')))(
  'the example of %s passes its own check',
  (_key, { example, parse }) => {
    // as a shell hands it over
    expect(parse(example.replace(/^'(.*)'$/, '$1'))).toMatchObject({ ok: true });
  },
);

const numbers = settings.filter(([, { type }]) => type === 'integer');

test.each(numbers)('%s names its unit', (_key, { unit }) => {
  expect(unit).toMatch(/^\w[\w ]+$/);
});

test.each(numbers.filter((entry): entry is [string, IntegerSetting] => 'min' in entry[1]))(
  '%s takes its bounds and nothing beyond them, from a stack and in code',
  (_key, { min, max, parse, fault }) => {
    for (const value of [min, max]) {
      expect(parse(String(value))).toEqual({ ok: true, value });
      expect(fault(value)).toBeUndefined();
    }
    for (const value of [min - 1, max + 1]) {
      expect(parse(String(value))).toEqual({ ok: false });
      expect(fault(value)).toContain(`number from ${min} to ${max}`);
    }
  },
);

test('numbers and choices are there at all', () => {
  expect(numbers.length).toBeGreaterThan(10);
  expect(numbers.filter(([, setting]) => 'min' in setting).length).toBeGreaterThan(8);
});
