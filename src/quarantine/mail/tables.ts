/** Raw mail, where the database is its store. Number 004. */
export interface MailTables {
  /** Whole where `size_bytes` is there: it is set when all parts are. */
  mail: {
    name: string;
    mail_id: string;
    stored_at: number;
    size_bytes: number | null;
    sha256: string | null;
  };
  mail_part: { name: string; number: number; bytes: Uint8Array };
}
