import type { StreamingApi } from 'hono/utils/stream';
import type { Content } from '../../mail/mail.ts';

/** The bytes as they came, a piece at a time: the largest mail is larger than the memory that a download may take. */
export async function sendTo(out: StreamingApi, content: Content): Promise<void> {
  for await (const chunk of content.stream()) {
    if (out.aborted) return;
    await out.write(chunk);
  }
}
