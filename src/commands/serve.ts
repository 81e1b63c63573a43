import { Command } from 'commander';
import { loadConfig } from '../config/load.ts';
import { createLogger } from '../observe/log.ts';
import { startProcess } from '../process/start.ts';
import { startService } from '../service/service.ts';
import { CONFIG_FILE } from './config-file.ts';
import { UsageError } from './failure.ts';

/** `postern serve`: runs until SIGTERM or SIGINT, then finishes what is under way. */
export function serveCommand(): Command {
  return new Command('serve')
    .description('run the gate with a configuration')
    .option('-c, --config <file>', 'configuration', CONFIG_FILE)
    .action(serve);
}

async function serve(options: { config: string }): Promise<void> {
  const loaded = loadConfig(options.config, process.env);
  const { gate } = loaded.config;
  if (gate.listen.length > 0 && gate.nextHop === null) {
    throw new UsageError(
      `${loaded.file}: gate.nextHop is not set: say where accepted mail goes, for example nextHop: { host: 127.0.0.1, port: 10026 }; or gate.listen: [] for a milter alone`,
    );
  }
  const log = createLogger(loaded.config.observe.log);
  const privileged = await startProcess(loaded.config, log);
  const service = await startService(loaded, { log, privileged });
  const listening = service.addresses.map(({ address, port }) => `${address}:${port}`);
  const { milterAddresses: milter, observe, console } = service;
  const outbound = service.outboundAddresses.map(({ address, port }) => `${address}:${port}`);
  log.info({ listening, milter, outbound, observe, console, pid: process.pid }, 'serving');
  const signal = await firstSignal();
  log.info({ signal }, 'stopping');
  await service.close();
  log.info('stopped');
}

function firstSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    process.once('SIGTERM', resolve);
    process.once('SIGINT', resolve);
  });
}
