import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** `config/postern.yaml` of the working folder where there is one, else the one that comes with the package. */
export const CONFIG_FILE = existsSync('config/postern.yaml')
  ? 'config/postern.yaml'
  : fileURLToPath(new URL('../../config/postern.yaml', import.meta.url));
