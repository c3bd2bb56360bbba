/** jsdom has no EventSource: this one reads the stream by fetch, as far as our pages need. */
export class FetchEventSource extends EventTarget {
  private readonly controller = new AbortController();

  constructor(address: string) {
    super();
    void this.read(new URL(address, location.origin)).catch(() => this.dispatchEvent(new Event('error')));
  }

  close(): void {
    this.controller.abort();
  }

  private async read(address: URL): Promise<void> {
    const response = await globalThis.fetch(address, { signal: this.controller.signal });
    if (!response.ok || response.body === null) throw new Error(`status ${response.status}`);
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    for (;;) {
      const { done, value } = await reader.read();
      if (done || this.controller.signal.aborted) return;
      const events = `${text}${value}`.split('\n\n');
      text = events.pop() ?? '';
      for (const event of events) this.emit(event);
    }
  }

  private emit(event: string): void {
    const field = (name: string) => event.split('\n').find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
    this.dispatchEvent(new MessageEvent(field('event') ?? 'message', { data: field('data') }));
  }
}
