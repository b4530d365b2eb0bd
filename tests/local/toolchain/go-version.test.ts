import { requireGo } from '../../../local/toolchain/toolchain';

test.each(['go1.26.4', 'go1.26', 'go1.100.0', 'devel +abc'])('%s is new enough', (version) => {
  expect(() => requireGo(version)).not.toThrow();
});

test.each(['go1.19.8', 'go1.25.9'])('%s is refused with the version that is needed', (version) => {
  expect(() => requireGo(version)).toThrow(
    `"go" on PATH is ${version}: install Go 1.26 or newer and run the command again`,
  );
});
