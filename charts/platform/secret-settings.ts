import { integer } from '../core/setting';
import { type ValuesOf } from '../core/setting-group';

/** Which generated secrets are in use. */
export const SECRET_SETTINGS = {
  secretRotation: integer({
    min: 1,
    max: 1_000_000,
    default: 1,
    unit: 'rotation number',
    example: 2,
    description:
      'Number of the generated passwords, keys and certificates in use; another number replaces all of them',
  }),
} as const;

/** Values of {@link SECRET_SETTINGS}. */
export type SecretSettings = ValuesOf<typeof SECRET_SETTINGS>;
