import { ApiError } from './api-error';

/** Takes the fields of other managers in one update. */
export const PATCH_FORCE = 'pulumi.com/patchForce';

/** Whether the update was refused because other managers own some of its fields. */
export function isFieldConflict(error: unknown): error is ApiError {
  return (
    error instanceof ApiError &&
    error.code === 409 &&
    (error.status.details?.causes ?? []).some((cause) => cause.reason === 'FieldManagerConflict')
  );
}

/** Says which manager owns which field, and the ways out. */
export function describeConflict(error: ApiError): string {
  return [
    `the Kubernetes API server reported that the object has fields that another manager owns: ${error.message}`,
    `to take the fields, set the annotation "${PATCH_FORCE}" to "true"; to leave them to their owner, ` +
      'remove them from the program or list them in ignoreChanges',
  ].join('\n');
}
