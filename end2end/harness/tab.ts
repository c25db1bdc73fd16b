// A tab that no tool watches while it goes from page to page. Browsers draw pages ahead only where nobody watches, so what people
// see of that can be measured in no other.

import type { Browser, BrowserContext, CDPSession } from '@playwright/test';

/** What the browser does besides is done by then. */
const settled = 1_500;

export class Tab {
  private watched: string | undefined;
  private asked = 0;
  private readonly answers = new Map<number, (answer: Answer) => void>();

  private constructor(
    private readonly browser: CDPSession,
    private readonly context: string,
    private readonly target: string,
  ) {
    browser.on('Target.receivedMessageFromTarget', ({ message }) => {
      const { id, result } = JSON.parse(message) as { id?: number; result?: Answer };
      if (id === undefined) return;
      this.answers.get(id)?.(result ?? {});
      this.answers.delete(id);
    });
  }

  /** Opens one that is signed in as the visitor of another. */
  static async open(browser: Browser, visitor: BrowserContext): Promise<Tab> {
    const session = await browser.newBrowserCDPSession();
    const { browserContextId } = await session.send('Target.createBrowserContext');
    const cookies = (await visitor.cookies()).map(({ name, value, domain, path }) => ({ name, value, domain, path }));
    await session.send('Storage.setCookies', { cookies, browserContextId });
    const size = { width: 1440, height: 900 };
    const { targetId } = await session.send('Target.createTarget', { url: 'about:blank', browserContextId, ...size });
    return new Tab(session, browserContextId, targetId);
  }

  /**
   * Goes to a page and follows a link to a path there once the pointer has rested on it for so long. A page without such a link is
   * given one.
   */
  async follow(from: string, path: string, rest: number): Promise<Arrival> {
    await this.watch();
    await this.ask('Page.navigate', { url: from });
    await pause(settled);
    const { x, y } = await this.run<{ x: number; y: number }>(`(${toFollow})(${JSON.stringify(path)}, ${rest})`);
    await this.ask('Input.dispatchMouseEvent', { type: 'mouseMoved', x, y });
    await this.unwatch();
    await pause(rest + settled);
    await this.watch();
    return this.run<Arrival>(`(${arrival})(${JSON.stringify(path)})`);
  }

  async close(): Promise<void> {
    await this.browser.send('Target.disposeBrowserContext', { browserContextId: this.context });
    await this.browser.detach();
  }

  private async watch(): Promise<void> {
    if (this.watched) return;
    const { sessionId } = await this.browser.send('Target.attachToTarget', { targetId: this.target, flatten: false });
    this.watched = sessionId;
  }

  private async unwatch(): Promise<void> {
    if (this.watched) await this.browser.send('Target.detachFromTarget', { sessionId: this.watched });
    this.watched = undefined;
  }

  private async ask(method: string, params: object): Promise<Answer> {
    const id = ++this.asked;
    const answer = new Promise<Answer>((done) => this.answers.set(id, done));
    const message = JSON.stringify({ id, method, params });
    await this.browser.send('Target.sendMessageToTarget', { sessionId: this.watched!, message });
    return answer;
  }

  private async run<T>(expression: string): Promise<T> {
    const { result, exceptionDetails } = await this.ask('Runtime.evaluate', { expression, returnByValue: true });
    if (exceptionDetails || !result) throw new Error(`${expression}: ${JSON.stringify(exceptionDetails)}`);
    return result.value as T;
  }
}

/** Milliseconds from a click on a link to what came of it. */
export interface Arrival {
  /** The browser had the next page drawn. */
  shown: number;
  /** All islands were alive, before the click if it is negative; none in a page without. */
  awake: number | null;
}

interface Answer {
  result?: { value?: unknown };
  exceptionDetails?: unknown;
}

const pause = (time: number) => new Promise((done) => setTimeout(done, time));

/** In the page: where the link is; it is clicked in a while. */
function toFollow(path: string, rest: number): { x: number; y: number } {
  const links = Array.from(document.querySelectorAll<HTMLAnchorElement>(`a[href="${path}"]`));
  let link = links.find((link) => link.offsetParent);
  if (!link) {
    link = document.createElement('a');
    link.href = path;
    link.textContent = path;
    document.body.prepend(link);
  }
  link.scrollIntoView({ block: 'nearest' });
  const { x, y, width, height } = link.getBoundingClientRect();
  setTimeout(() => {
    localStorage.setItem('clicked', String(performance.timeOrigin + performance.now()));
    link.click();
  }, rest);
  return { x: x + width / 2, y: y + height / 2 };
}

/** In the next page: how it went. */
function arrival(path: string): Arrival {
  const [paint] = performance.getEntriesByName('first-contentful-paint');
  const [awake] = performance.getEntriesByName('awake');
  if (location.pathname + location.search !== path || !paint) throw new Error(`${location.href} instead of ${path}`);
  const since = ({ startTime }: PerformanceEntry) => performance.timeOrigin + startTime - Number(localStorage.getItem('clicked'));
  return { shown: since(paint), awake: awake ? since(awake) : null };
}
