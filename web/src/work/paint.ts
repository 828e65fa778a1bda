/** Notes how long after a decision what comes next was painted, its pictures with it, for whoever measures it in the browser. */
export async function measurePaint(of: Element | null): Promise<void> {
  const [decision] = performance.getEntriesByName("decision");
  if (decision === undefined) return;
  // Each decision is measured once, by what came next, however late that is.
  performance.clearMarks("decision");
  // A picture that is not decoded would be painted by itself, after the rest.
  await Promise.all([...(of?.querySelectorAll("img") ?? [])].map((image) => image.decode().catch(() => undefined)));
  requestAnimationFrame(() => {
    // The task after the frame's callbacks runs once the frame is painted.
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => performance.measure("decision-to-paint", { start: decision.startTime });
    port2.postMessage(null);
  });
}
