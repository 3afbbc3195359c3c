/** Reads a text over the network; rejects when it can't. */
export type FetchText = (url: string) => Promise<string>;

const deadlineMs = 30_000;

/** Reads a text over TLS, every redirect included. */
export async function fetchTextOverTls(url: string): Promise<string> {
  const response = await answerOf(url);
  if (!response.url.startsWith("https://")) throw new Error("the server redirected away from TLS");
  return await response.text();
}

/** Reads a text that a checksum vouches for, with TLS or without. */
export async function fetchAnyText(url: string): Promise<string> {
  return await (await answerOf(url)).text();
}

async function answerOf(url: string): Promise<Response> {
  const response = await fetch(url, { signal: AbortSignal.timeout(deadlineMs) });
  if (!response.ok) throw new Error(`the server answered ${response.status}`);
  return response;
}
