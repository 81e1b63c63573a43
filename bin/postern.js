#!/usr/bin/env node
// The entry that any Node can start. Postern needs Node 26; where the one on the PATH is older, the bundled one takes over.
// A long command line is handed over by IPC: onnxruntime 1.30 reads /proc/self/cmdline and crashes beyond some 21 kB of it.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const NEEDED_MAJOR = 26;
/** Well below what crashes, well above what a person types. */
const LONG_COMMAND_LINE = 4096;
const args = process.argv.slice(2);
const isLong = args.join(' ').length > LONG_COMMAND_LINE;
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const compiled = join(root, 'dist', 'main.js');
const source = join(root, 'src', 'main.ts');
// A checkout runs its sources; the published package, which has none, runs what prepack compiled.
const main = existsSync(source) ? source : compiled;

const isNewEnough = Number(process.versions.node.split('.')[0]) >= NEEDED_MAJOR;

if (isNewEnough && !isLong) {
  await import(main);
} else {
  runWith(isNewEnough ? process.execPath : bundledNode());
}

function bundledNode() {
  const require = createRequire(import.meta.url);
  try {
    return join(dirname(require.resolve(`node-linux-${process.arch}/package.json`)), 'bin', 'node');
  } catch {
    console.error(
      `postern: needs Node ${NEEDED_MAJOR} or later, this is ${process.version}, and the package node-linux-${process.arch} that brings one is not installed (npm ci installs it)`,
    );
    process.exit(3);
  }
}

function runWith(node) {
  const child = isLong
    ? spawn(node, [main], {
        stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
        env: { ...process.env, POSTERN_ARGUMENTS: 'ipc' },
      })
    : spawn(node, [main, ...args], { stdio: 'inherit' });
  if (isLong) child.send(args);
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGUSR2'])
    process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    console.error(`postern: cannot start ${node}: ${error.message}`);
    process.exit(3);
  });
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 143)));
}
