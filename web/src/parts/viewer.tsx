/** A picture to be looked at closely: enlarged and moved about by wheel, pinch, dragging and keys. */
import Panzoom, { type PanzoomObject } from "@panzoom/panzoom";
import { useCallback, useEffect, useId, useRef, useState, type KeyboardEvent } from "react";
import { useMessages } from "../messages";

/** How large the pictures of a line are shown, as its button and key say. */
export type Zoom = 1 | 2 | 3;

/** The height of a signature, in pixels. */
export const signatureHeight = (zoom: Zoom) => 72 * zoom;

export const nextZoom = (zoom: Zoom): Zoom => (zoom === 3 ? 1 : ((zoom + 1) as Zoom));

interface Viewed {
  /** The picture's address. */
  picture: string;
  /** What it is a picture of. */
  name: string;
  zoom: Zoom;
  /** Whether it is a page in a window of its own: it can be moved as it is, and the wheel is its own. A line is part of a page that scrolls. */
  whole?: boolean;
}

/** How far one press of an arrow moves a picture, in pixels of the screen. */
const STEP = 60;
/** The height of a line that is enlarged, in pixels at most; the rest is moved into sight. */
const TALLEST_LINE = 180;
const LARGEST = 6;

export function Viewer({ picture, name, zoom, whole = false }: Viewed) {
  const messages = useMessages().pictures;
  const help = useId();
  const frame = useRef<HTMLDivElement>(null);
  const image = useRef<HTMLImageElement>(null);
  const viewer = useRef<PanzoomObject | null>(null);
  // The height of the picture at its plain size; nought until it is there.
  const [natural, setNatural] = useState(0);
  const measure = useCallback(() => setNatural(image.current?.offsetHeight ?? 0), []);

  useEffect(() => {
    if (frame.current === null) return;
    const resized = new ResizeObserver(measure);
    resized.observe(frame.current);
    return () => resized.disconnect();
  }, [measure]);

  useEffect(() => {
    const [shown, around] = [image.current, frame.current];
    if (shown === null || around === null || natural === 0) return;
    const panzoom = Panzoom(shown, { contain: "outside", minScale: 1, maxScale: LARGEST, cursor: "" });
    viewer.current = panzoom;
    // One finger scrolls past a line that is not enlarged.
    const touched = () => panzoom.setOptions({ touchAction: whole || panzoom.getScale() > 1 ? "none" : "pan-x pan-y" });
    const onWheel = (event: WheelEvent) => (whole || event.ctrlKey) && panzoom.zoomWithWheel(event);
    shown.addEventListener("panzoomzoom", touched);
    around.addEventListener("wheel", onWheel, { passive: false });
    // Panzoom itself puts the picture into its first place when it has been drawn.
    const begun = setTimeout(() => {
      const { left, top } = around.getBoundingClientRect();
      panzoom.zoomToPoint(zoom, { clientX: left, clientY: top });
      touched();
    });
    return () => {
      clearTimeout(begun);
      shown.removeEventListener("panzoomzoom", touched);
      around.removeEventListener("wheel", onWheel);
      panzoom.destroy();
      panzoom.resetStyle();
      panzoom.setStyle("transform", "");
      viewer.current = null;
    };
  }, [natural, picture, zoom, whole]);

  const onKeyDown = (event: KeyboardEvent) => {
    const panzoom = viewer.current;
    if (panzoom === null || event.target !== frame.current || event.ctrlKey || event.metaKey || event.altKey) return;
    const step = STEP / panzoom.getScale();
    const move = (x: number, y: number) => (whole || panzoom.getScale() > 1 ? () => panzoom.pan(x * step, y * step, { relative: true }) : undefined);
    const acts: Record<string, (() => unknown) | undefined> = {
      "+": () => panzoom.zoomIn({ animate: false }),
      "=": () => panzoom.zoomIn({ animate: false }),
      "-": () => panzoom.zoomOut({ animate: false }),
      "0": () => panzoom.reset({ animate: false }),
      ArrowLeft: move(1, 0),
      ArrowRight: move(-1, 0),
      ArrowUp: move(0, 1),
      ArrowDown: move(0, -1),
    };
    const act = acts[event.key];
    if (act === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  };

  return (
    <div
      ref={frame}
      className={whole ? "viewer whole" : "viewer"}
      style={{ height: !whole && zoom > 1 && natural > 0 ? Math.min(natural * zoom, TALLEST_LINE) : undefined }}
      tabIndex={0}
      role="group"
      aria-label={name}
      aria-describedby={help}
      onKeyDown={onKeyDown}
      // Whoever drags the picture goes on with the keys of the work.
      onMouseDown={(event) => event.preventDefault()}
    >
      <img ref={image} src={picture} alt={name} draggable={false} onLoad={measure} />
      <span id={help} className="unseen">
        {messages.viewerKeys}
      </span>
    </div>
  );
}
