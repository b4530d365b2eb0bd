import { Command, InvalidArgumentError, Option } from 'commander';
import { client } from './commands/client';
import { down } from './commands/down';
import { env } from './commands/env';
import { experiment } from './commands/experiment';
import { logs } from './commands/logs';
import { preview } from './commands/preview';
import { rotateSecrets } from './commands/rotate-secrets';
import { run } from './commands/run';
import { status } from './commands/status';
import { up } from './commands/up';
import { readLocalConfig } from '../local/config';
import { type LabContext } from '../local/lab-context';
import { EXPERIMENT_OPTIONS } from './experiment/experiment-options';
import { LabError } from '../local/lab-error';
import { nodesOption } from '../local/node/nodes-option';
import { LocalCluster } from '../local/node/local-cluster';
import { Toolchain } from '../local/toolchain/toolchain';

async function main(argv: readonly string[]): Promise<void> {
  const config = readLocalConfig(process.env);
  const toolchain = new Toolchain(config.cacheDir);
  const cluster = new LocalCluster(config, toolchain);
  const say = (sentence: string) => process.stderr.write(`${sentence}\n`);
  const lab: LabContext = { config, toolchain, cluster, say };

  const program = new Command('lab')
    .description(
      'the autoscaling lab: a local cluster if the stack names none, and the Pulumi program on it',
    )
    .addOption(stackOption())
    .showHelpAfterError();
  const stack = () => program.opts<{ stack: string }>().stack;

  program
    .command('up')
    .description('bring the lab up, on the local cluster if the stack names no other')
    .addOption(nodesOption())
    .action((options) => up(lab, stack(), options));
  program
    .command('preview')
    .description('show what "up" would change')
    .action(() => preview(lab, stack()));
  program
    .command('down')
    .description('remove the lab and the local cluster')
    .option('--keep-cluster', 'leave the local cluster running')
    .option('--keep-volumes', 'keep the volumes and their data for the next "up"')
    .action((options) => down(lab, stack(), options));
  program
    .command('rotate-secrets')
    .description('replace every generated password, key and certificate')
    .action(() => rotateSecrets(lab, stack()));
  program
    .command('status')
    .description('show the cluster, pods, queue and autoscalers')
    .action(() => status(lab, stack()));
  program
    .command('env')
    .description('print the environment for the Pulumi CLI and kubectl as shell commands')
    .action(() => env(lab, stack()));
  program
    .command('logs')
    .description("print the last lines of one of the local node's logs")
    .argument('[name]', 'log, for example kubelet')
    .action((name) => logs(lab, name));
  program
    .command('start')
    .description('start the local cluster without the lab')
    .addOption(nodesOption())
    .action(({ nodes }) => cluster.ensureRunning(nodes));
  program
    .command('stop')
    .description('stop the local cluster and keep its data')
    .action(async () => {
      if ((await cluster.state()) === 'absent') say('no local cluster to stop');
      else await cluster.stop();
    });
  program
    .command('run')
    .description('run a command with the servers that tests need on PATH')
    .option('--lab', "also set the lab's environment variables")
    .option('--promtool', 'also put promtool on PATH')
    .argument('<command...>')
    .action(async (command, options) => {
      process.exitCode = await run(lab, stack(), command, options);
    });
  const experimentCommand = program
    .command('experiment')
    .description('run the same load under each scaling mode and compare the results')
    .action((options) => experiment(lab, stack(), options));
  for (const option of EXPERIMENT_OPTIONS) experimentCommand.addOption(option);
  program
    .command('client')
    .description("run a NATS client with the credentials of the lab's operator")
    .argument('<command...>')
    .action(async (command) => {
      process.exitCode = await client(lab, stack(), command);
    });
  program
    .command('load')
    .description("load an OCI archive into the local cluster's containerd")
    .argument('<archive>')
    .action((archive) => cluster.loadImage(archive));
  program
    .command('has-image')
    .description('exit with 0 if the local cluster has the image, with 1 if not')
    .argument('<reference>')
    .action(async (reference) => {
      process.exitCode = (await cluster.hasImage(reference)) ? 0 : 1;
    });

  try {
    await program.parseAsync([...argv]);
  } finally {
    toolchain.stop();
  }
}

function stackOption(): Option {
  return new Option('--stack <name>', 'Pulumi stack')
    .default('dev')
    .env('AUTOSCALING_LAB_STACK')
    .argParser((name) => {
      if (name === '') throw new InvalidArgumentError('give a stack name.');
      return name;
    });
}

main(process.argv).catch((error: unknown) => {
  const known = error instanceof LabError;
  process.stderr.write(`error: ${known ? error.message : ((error as Error)?.stack ?? error)}\n`);
  process.exitCode = 2;
});
