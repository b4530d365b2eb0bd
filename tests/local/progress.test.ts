import { progressLine } from '../../local/progress';

const TITLE = 'building kubernetes (kube-apiserver, kube-controller-manager, kubelet)';
const STATE = ': compiled 812 of at most 2140 packages (3 min 2 s)';

test('a line that fits is not shortened', () => {
  expect(progressLine('building images', ': 1 of 4 (2 s)', 80)).toBe(
    '  building images: 1 of 4 (2 s)',
  );
  expect(progressLine(TITLE, STATE)).toBe(`  ${TITLE}${STATE}`);
});

test.each([80, 40, 10])('on %i columns it stays one line', (columns) => {
  expect(progressLine(TITLE, STATE, columns).length).toBeLessThan(columns);
});

test('the title is shortened, not the progress', () => {
  const line = progressLine(TITLE, STATE, 80);
  expect(line).toMatch(/^ {2}building kubernetes .*…: compiled 812 of at most 2140 packages/);
  expect(line).toHaveLength(79);
});
