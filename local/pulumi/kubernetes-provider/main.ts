import { ResourceProviderService } from '@pulumi/pulumi/proto/provider_grpc_pb';
import { engineAddress, servePlugin } from '../plugin-server';
import { providerService } from './provider-service';

// the bundler puts the version of the installed @pulumi/kubernetes here
declare const PROVIDER_VERSION: string;

servePlugin(
  ResourceProviderService,
  providerService(PROVIDER_VERSION, engineAddress(process.argv.slice(2))),
).catch((error: unknown) => {
  process.stderr.write(`pulumi-resource-kubernetes: ${String(error)}\n`);
  process.exit(1);
});
