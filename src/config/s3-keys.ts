import type { Config } from './schema.ts';

export interface S3Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** The keys of the bucket: the configured ones, else AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; null where half is missing. Nobody else is asked. */
export function s3Keys(
  { accessKeyId, secretAccessKey }: Pick<Config['quarantine']['mail']['s3'], keyof S3Keys>,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): S3Keys | null {
  // Both from one place: halves of two different pairs never fit.
  const [id, secret] =
    accessKeyId === null && secretAccessKey === null
      ? [environment.AWS_ACCESS_KEY_ID, environment.AWS_SECRET_ACCESS_KEY]
      : [accessKeyId, secretAccessKey];
  return id && secret ? { accessKeyId: id, secretAccessKey: secret } : null;
}
