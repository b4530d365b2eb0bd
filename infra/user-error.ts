import { RunError } from '@pulumi/pulumi';

/**
 * A mistake that the user can put right; the message says how. Pulumi shows it without a stack,
 * which it otherwise prints for an error in work that runs beside the program's main path.
 */
export class UserError extends RunError {
  override readonly name = 'UserError';

  constructor(message: string) {
    super(message);
    this.stack = undefined;
  }
}
