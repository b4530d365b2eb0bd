import { find, lab } from '../support/lab';

const rulesOf = (name: string) =>
  find(lab(), 'ClusterRole', name).rules as { verbs: string[]; resources: string[] }[];

test('may only read, and no Secret', () => {
  const rules = [
    ...rulesOf('autoscaling-lab-observer'),
    ...rulesOf('autoscaling-lab-observer-definitions'),
  ];

  expect([...new Set(rules.flatMap(({ verbs }) => verbs))].sort()).toEqual([
    'get',
    'list',
    'watch',
  ]);
  expect(rules.flatMap(({ resources }) => resources)).not.toEqual(
    expect.arrayContaining(['secrets']),
  );
  expect(JSON.stringify(rules)).not.toContain('*');
});

test('sees the namespaces of the lab one by one, and of the whole cluster two definitions', () => {
  const charts = lab().filter(({ name }) => name === 'Observer');
  const objects = charts.flatMap(({ objects: each }) => each.map(({ manifest }) => manifest));
  const bound = objects.filter(({ kind }) => kind === 'RoleBinding');
  const [wide] = objects.filter(({ kind }) => kind === 'ClusterRoleBinding');

  expect(bound.map(({ metadata }) => metadata.namespace)).toEqual([
    'messaging',
    'cache',
    'meme-generator',
    'monitoring',
  ]);
  expect(wide?.roleRef).toMatchObject({ name: 'autoscaling-lab-observer-definitions' });
  expect(rulesOf('autoscaling-lab-observer-definitions')).toEqual([
    expect.objectContaining({
      resourceNames: ['scaledobjects.keda.sh', 'verticalpodautoscalers.autoscaling.k8s.io'],
    }),
  ]);
});

test('one at a time: two would publish two states', () => {
  expect(find(lab(), 'Deployment', 'observer').spec).toMatchObject({
    replicas: 1,
    strategy: { type: 'Recreate' },
  });
});
