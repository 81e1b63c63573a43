/** What a browser reads of a path before it matters no more. */
const PATH_CHARS = 500;

const LOGIN =
  /(?:^|[^a-z])(?:log-?in|sign-?in|log-?on|verif(?:y|ication)|validate|confirm|auth|webmail|owa|password|passwd|secure|account|unlock|banking|wallet|update-?(?:info|account|billing))(?![a-z])/;
/** Folders of site software that visitors are never sent to, but intruders put pages in. */
const INSIDE_SITE =
  /\/(?:wp-(?:content|includes|admin)|cgi-bin|\.well-known|components\/com_|sites\/default\/files|plugins)\//;
const DOWNLOAD =
  /\.(?:exe|msi|scr|js|jse|vbs|hta|jar|apk|iso|img|vhdx?|lnk|bat|cmd|ps1|zip|rar|7z|cab|ace|gz|docm|xlsm|one|chm|html?\.zip)(?:$|[?#])/;

export interface PathKinds {
  readonly login: boolean;
  readonly insideSite: boolean;
  readonly download: boolean;
}

/** What the path of a link is for, by its words. The query is looked at only for the end of the path. */
export function pathKinds(rest: string): PathKinds {
  const lower = rest.slice(0, PATH_CHARS).toLowerCase();
  const path = lower.split(/[?#]/, 1)[0] ?? '';
  return { login: LOGIN.test(path), insideSite: INSIDE_SITE.test(path), download: DOWNLOAD.test(path) };
}
