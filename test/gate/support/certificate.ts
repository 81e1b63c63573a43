import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A self-signed certificate for localhost, made by openssl; null where there is none, and the tests that need it are skipped. */
export function selfSigned(): {
  readonly cert: string;
  readonly key: string;
  readonly certFile: string;
  readonly keyFile: string;
} | null {
  const directory = mkdtempSync(join(tmpdir(), 'certificate-'));
  const certFile = join(directory, 'cert.pem');
  const keyFile = join(directory, 'key.pem');
  try {
    const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'];
    const out = ['-keyout', keyFile, '-out', certFile];
    execFileSync(
      'openssl',
      ['req', '-x509', ...curve, '-nodes', '-days', '2', '-subj', '/CN=localhost', ...out],
      {
        stdio: 'pipe',
      },
    );
  } catch (error) {
    console.warn(`TLS tests are skipped: openssl made no certificate (${String(error)})`);
    return null;
  }
  return { cert: readFileSync(certFile, 'utf8'), key: readFileSync(keyFile, 'utf8'), certFile, keyFile };
}
