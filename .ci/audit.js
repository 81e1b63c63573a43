// Says in one line what `npm audit --json` (standard input) found. Exit 1 where a package that runs has a weakness of high or critical
// severity. Registries that mirror packages often have no audit data: that is said, and is no failure.
import { readFileSync } from 'node:fs';

const GRAVE = ['high', 'critical'];

function verdict(text) {
  const report = parsed(text);
  const counts = report?.metadata?.vulnerabilities;
  if (counts === undefined || report.auditReportVersion === undefined) {
    const why = report?.message ?? report?.error?.summary ?? '';
    return {
      said: `not answered by this registry${why === '' ? '' : `: ${String(why).split('\n')[0].slice(0, 120)}`}`,
      code: 0,
    };
  }
  const grave = Object.values(report.vulnerabilities ?? {}).filter(({ severity }) =>
    GRAVE.includes(severity),
  );
  const named = grave.map(({ name, severity, range }) => `${name} ${range} (${severity})`);
  const said = Object.entries(counts)
    .map(([severity, count]) => `${count} ${severity}`)
    .join(', ');
  return { said: [said, ...named].join('\n  '), code: grave.length > 0 ? 1 : 0 };
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const { said, code } = verdict(readFileSync(0, 'utf8'));
console.log(`npm audit: ${said}`);
process.exitCode = code;
