export interface AttachmentFacts {
  readonly count: number;
  readonly totalBytes: number;
  /** Programs and scripts that run on a click (exe, js, lnk …), by name or magic, archives' entries included. */
  readonly executables: number;
  readonly executableExample: string;
  readonly doubleExtension: number;
  readonly typeMismatch: number;
  readonly archives: number;
  readonly encryptedArchives: number;
  readonly macros: number;
  readonly htmlFiles: number;
  /** HTML or SVG attachments that build a file or a page from script. */
  readonly htmlSmuggling: number;
  readonly htmlForms: number;
  readonly diskImages: number;
  readonly oneNote: number;
  readonly pdfs: number;
  readonly officeFiles: number;
  readonly images: number;
  readonly calendars: number;
  readonly messages: number;
  readonly names: readonly string[];
}
