import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { program, type Requirement } from '../../requirement.ts';

const MILTERTEST = '/usr/bin/miltertest';
export const miltertestRequirement: Requirement = program('miltertest', MILTERTEST);

/**
 * Runs a Lua script of miltertest (OpenDKIM's stand-in for a mail server) against a milter. `socket` in the script is its address. Throws
 * with what the script says when it fails.
 */
export async function miltertest(port: number, script: string): Promise<void> {
  const child = spawn(MILTERTEST, ['-D', `socket=inet:${port}@127.0.0.1`]);
  const said: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => said.push(String(chunk)));
  child.stdin.end(`${PRELUDE}\n${script}\n`);
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`miltertest ended with ${code}: ${said.join('')}`);
}

/** What every script needs: a connection, and checks that say what is wrong; miltertest ends at an error without a word. */
const PRELUDE = `
function fail(why)
  mt.echo(why)
  error(why)
end
function check(what, is)
  if not is then fail("not so: " .. what) end
end
function ok(what, problem)
  if problem ~= nil then fail(what .. ": " .. problem) end
end
function continues(what, problem)
  ok(what, problem)
  check(what .. " is answered with continue", mt.getreply(conn) == SMFIR_CONTINUE)
end
mt.set_timeout(30)
conn = mt.connect(socket, 10, 0.1)
check("connected", conn ~= nil)
`;
