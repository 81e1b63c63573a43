/** What a file is, by the last extension of its name. Written in one place so that rules and evidence agree. */
const set = (words: string) => new Set(words.split(/\s+/));

/** Run on a click on Windows, macOS or Linux desktops, or lead to what does. */
export const EXECUTABLE = set(
  `exe scr com pif bat cmd ps1 psm1 vbs vbe js jse wsf wsh hta cpl msi msp msc lnk jar jnlp reg dll sys scf inf url
  website application appref-ms gadget ws sct chm hlp apk app dmg pkg command desktop run appx msix appinstaller xll
  settingcontent-ms library-ms search-ms iqy slk`,
);
export const ARCHIVE = set('zip rar 7z gz tgz tar bz2 xz cab arj ace lzh lha z zst r00 r01 001 uue');
export const DISK_IMAGE = set('iso img vhd vhdx udf daa');
export const ONE_NOTE = set('one onepkg onetoc2');
export const HTML = set('html htm shtml xhtml xht mht mhtml svg');
export const PDF = set('pdf');
export const OFFICE = set(
  'doc docx docm dot dotx dotm xls xlsx xlsm xlsb xlt xltx xltm xlam ppt pptx pptm pps ppsx ppsm rtf odt ods odp pub',
);
export const IMAGE = set('png jpg jpeg gif bmp webp tif tiff heic ico');
export const CALENDAR = set('ics ical vcs');
export const MESSAGE = set('eml msg');
/** What a name pretends to be before its last extension. */
export const HARMLESS = set(
  'pdf doc docx xls xlsx ppt pptx txt rtf csv jpg jpeg png gif mp3 mp4 avi wav html htm zip odt ods',
);

const PROGRAM_TYPES = set(
  `application/x-msdownload application/x-dosexec application/vnd.microsoft.portable-executable application/x-elf
  application/x-mach-binary application/x.ms.shortcut application/x-ms-shortcut application/hta application/vnd.ms-htmlhelp
  application/x-msi application/java-archive
  application/vnd.android.package-archive application/x-apple-diskimage`,
);

/** Type by magic bytes that is a program, whatever the name. */
export function isProgramType(type: string | null): boolean {
  return type !== null && PROGRAM_TYPES.has(type);
}

const DISK_IMAGE_TYPES = set(
  'application/x-iso9660-image application/x-virtualbox-vhd application/x-virtualbox-vhdx',
);

/** Type by magic bytes that mounts as a disk, whatever the name. */
export function isDiskImageType(type: string | null): boolean {
  return type !== null && DISK_IMAGE_TYPES.has(type);
}

/** Last extension of a name, lower case; trailing dots and spaces are dropped, as Windows drops them. '' for none. */
export function extensionOf(name: string): string {
  const clean = name.trimEnd().replace(/[. ]{1,16}$/, '');
  const dot = clean.lastIndexOf('.');
  const slash = Math.max(clean.lastIndexOf('/'), clean.lastIndexOf('\\'));
  return dot <= slash ? '' : clean.slice(dot + 1).toLowerCase();
}

/** "invoice.pdf.exe": a harmless extension before the last one. Archives of archives ("x.tar.gz") are none. */
export function hasDoubleExtension(name: string): boolean {
  const last = extensionOf(name);
  if (!EXECUTABLE.has(last) && !HTML.has(last) && !DISK_IMAGE.has(last) && !ARCHIVE.has(last)) return false;
  const before = extensionOf(name.slice(0, name.toLowerCase().lastIndexOf(`.${last}`)));
  return before !== last && HARMLESS.has(before);
}
