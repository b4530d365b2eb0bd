import { checkRules } from '../../../../charts/policies/rules/check-rules';
import { lab, withField } from '../../support/lab';

test.each([
  ['as it is by default', {}],
  ['with a token', { tokenSecret: 'meme-generator-secrets' }],
  ['with memes that take minutes', { workerSecondsPerMeme: 600 }],
  ['with a worker that stays', { minReplicas: 1 }],
])('the lab %s keeps every rule', (_case, changes) => {
  expect(() => checkRules(lab(changes))).not.toThrow();
});

test('one error lists every violation with its path', () => {
  const twoRules = withField(
    withField(lab({ cooldownPeriod: 10 }), 'Worker/Deployment', 'spec.replicas', 3),
    'Redis/StatefulSet',
    'spec.template.spec.containers.0.image',
    'redis',
  );

  expect(() => checkRules(twoRules)).toThrow(
    /^the charts break 3 of the lab's rules:\n- Worker\/Deployment: .+\n- WorkerScaler\/ScaledObject: .+\n- Redis\/StatefulSet: .+$/,
  );
});
