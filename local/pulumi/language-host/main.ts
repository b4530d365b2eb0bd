import { LanguageRuntimeService } from '@pulumi/pulumi/proto/language_grpc_pb';
import { engineAddress, servePlugin } from '../plugin-server';
import { languageHost } from './language-host';

// the bundler puts the version of the installed engine here
declare const LANGUAGE_HOST_VERSION: string;

servePlugin(
  LanguageRuntimeService,
  languageHost(LANGUAGE_HOST_VERSION, engineAddress(process.argv.slice(2))),
).catch((error: unknown) => {
  process.stderr.write(`pulumi-language-nodejs: ${String(error)}\n`);
  process.exit(1);
});
