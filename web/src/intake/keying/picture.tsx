/** The picture above the fields: the line from edge to edge, or the whole page where there is no other. */
import { useMessages } from "../../messages";
import { Button } from "../../parts/controls";
import { nextZoom, Viewer } from "../../parts/viewer";
import type { Looking } from "../../work/images";
import { usePicture } from "../../work/pictures";

interface Shown {
  strip: string;
  page: { address: string; number: number };
  looking: Looking;
  look: (change: Partial<Looking>) => void;
}

export function LinePicture({ strip, page, looking, look }: Shown) {
  const messages = useMessages();
  const words = messages.keying;
  const line = usePicture(strip);
  const whole = usePicture(line === null ? page.address : null);
  if (line === undefined || whole === undefined) return <div className="card key-picture" aria-busy="true" />;
  const shown = line ?? whole;
  if (shown === null) return <p className="card inset muted">{words.noPicture}</p>;
  const name = line === null ? words.pagePicture(page.number) : words.linePicture;
  const classes = ["card images key-picture", looking.contrast ? "contrast" : "", looking.invert ? "invert" : ""].filter(Boolean).join(" ");
  return (
    <section className={classes} aria-label={name}>
      <Viewer picture={shown} name={name} zoom={looking.zoom} whole={line === null} />
      <div className="image-acts">
        <Button small look="quiet" onPress={() => look({ zoom: nextZoom(looking.zoom) })}>
          {messages.pictures.zoom} {looking.zoom}×
        </Button>
        <Button small look="quiet" onPress={() => look({ contrast: !looking.contrast })}>
          {messages.pictures.contrast}
        </Button>
        <Button small look="quiet" onPress={() => look({ invert: !looking.invert })}>
          {messages.pictures.invert}
        </Button>
      </div>
    </section>
  );
}
