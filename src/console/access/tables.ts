/** Times are ISO 8601 in UTC, which sort as text in every database; lists are JSON. */
export interface UserTable {
  name: string;
  /** Hash; null signs in elsewhere, or not yet. */
  password: string | null;
  role: string;
  domains: string | null;
  address: string | null;
  language: string | null;
  /** Issuer and subject of OpenID Connect; null for a user of ours. */
  identity: string | null;
  disabled: number;
  created_at: string;
  created_by: string;
}

export interface SessionTable {
  /** SHA-256 of what the cookie has. */
  id: string;
  user_name: string;
  form_token: string;
  created_at: string;
  seen_at: string;
  expires_at: string;
  client: string;
}

export interface TokenTable {
  id: string;
  /** SHA-256 of the token. */
  hash: string;
  name: string;
  user_name: string;
  role: string;
  domains: string | null;
  created_at: string;
  expires_at: string | null;
  used_at: string | null;
}

/** Passwords under trial and wrong ones; `key` is a hash, since people type passwords into the field of names. */
export interface AttemptTable {
  id: string;
  key: string;
  at: string;
}

/** What migration 002 makes. */
export interface AccessTables {
  users: UserTable;
  sessions: SessionTable;
  api_tokens: TokenTable;
  login_attempts: AttemptTable;
}
