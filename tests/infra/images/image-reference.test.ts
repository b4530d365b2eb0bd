import { splitReference } from '../../../infra/images/image-reference';

test.each([
  ['redis:7', 'docker.io', 'library/redis', '7'],
  ['docker.io/redis:7', 'docker.io', 'library/redis', '7'],
  ['docker.io/library/redis:7', 'docker.io', 'library/redis', '7'],
  ['myuser/worker:0123', 'docker.io', 'myuser/worker', '0123'],
  ['docker.io/myuser/worker:0123', 'docker.io', 'myuser/worker', '0123'],
  ['localhost/worker:1', 'localhost', 'worker', '1'],
  ['registry:5000/worker:1', 'registry:5000', 'worker', '1'],
  ['registry.example.com/worker:1', 'registry.example.com', 'worker', '1'],
  [
    'registry.example.com:5000/lab/team/worker:1',
    'registry.example.com:5000',
    'lab/team/worker',
    '1',
  ],
])('%s is at %s as %s with the tag %s', (reference, host, repository, tag) => {
  expect(splitReference(reference)).toEqual({ host, repository, tag });
});
