/** A fault the user can mend: its message is the whole output, without a stack trace. */
export class LabError extends Error {
  override readonly name = 'LabError';
}
