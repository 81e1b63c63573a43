/** Goes through redirects as a browser does, with the cookies of each host. */
export interface Wanderer {
  /** Cookies of 127.0.0.1 are of all its ports, as in a browser. */
  readonly cookies: Map<string, string>;
  /** One request; its redirect is not followed. */
  get(url: string): Promise<Response>;
  /** Follows redirects until `stop` says of an address that it is not asked, or an answer is none. */
  go(
    url: string,
    stop?: (url: string) => boolean,
  ): Promise<{ readonly url: string; readonly answer: Response }>;
}

const MOST_STEPS = 12;

export function wanderer(): Wanderer {
  const cookies = new Map<string, string>();
  const get = async (url: string) => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(url, { redirect: 'manual', headers: { cookie } });
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '' || /max-age=0\b/i.test(line)) cookies.delete(name);
      else cookies.set(name, value);
    }
    return answer;
  };
  return {
    cookies,
    get,
    go: async (from, stop = () => false) => {
      let url = from;
      for (let step = 0; step < MOST_STEPS; step += 1) {
        const answer = await get(url);
        const location = answer.headers.get('location');
        if (location === null) return { url, answer };
        url = new URL(location, url).href;
        if (stop(url)) return { url, answer };
      }
      throw new Error(`redirects without end: ${url}`);
    },
  };
}
