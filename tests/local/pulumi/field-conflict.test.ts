import { ApiError } from '../../../local/pulumi/kubernetes-provider/api-error';
import {
  describeConflict,
  isFieldConflict,
} from '../../../local/pulumi/kubernetes-provider/field-conflict';

const conflict = new ApiError(409, {
  reason: 'Conflict',
  message:
    'Apply failed with 1 conflict: conflict with "kubectl" with subresource "scale" using apps/v1: .spec.replicas',
  details: { causes: [{ reason: 'FieldManagerConflict', field: '.spec.replicas' }] },
});

test('a conflict of managers is told from other conflicts', () => {
  expect(isFieldConflict(conflict)).toBe(true);
  expect(isFieldConflict(new ApiError(409, { reason: 'AlreadyExists' }))).toBe(false);
  expect(isFieldConflict(new Error('no'))).toBe(false);
});

test('a conflict names the manager, the field and the ways out', () => {
  const text = describeConflict(conflict);
  expect(text).toContain('conflict with "kubectl" with subresource "scale"');
  expect(text).toContain('.spec.replicas');
  expect(text).toContain('"pulumi.com/patchForce"');
  expect(text).toContain('ignoreChanges');
});
