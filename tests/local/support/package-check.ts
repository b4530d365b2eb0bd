import { ensurePackages, type DebianPackage } from '../../../local/debian-packages';
import { LabError } from '../../../local/lab-error';

/** Checks the packages that the first argument lists as JSON; prints the fault the user can mend. */
ensurePackages(JSON.parse(process.argv[2] ?? '') as DebianPackage[]).catch((error: unknown) => {
  if (!(error instanceof LabError)) throw error;
  process.stdout.write(error.message);
  process.exitCode = 2;
});
