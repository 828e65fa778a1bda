/** Notes how long after a decision what comes next was painted, for whoever measures it in the browser. */
export function measurePaint(): void {
  if (performance.getEntriesByName("decision").length === 0) return;
  requestAnimationFrame(() => {
    // The task after the frame's callbacks runs once the frame is painted.
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      if (performance.getEntriesByName("decision").length > 0) performance.measure("decision-to-paint", "decision");
      performance.clearMarks("decision");
    };
    port2.postMessage(null);
  });
}

