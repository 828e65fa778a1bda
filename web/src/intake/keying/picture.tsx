/** The picture above the fields: the line from edge to edge, or the whole page where there is no other. */
import { useMessages } from "../../messages";
import { Button } from "../../parts/controls";
import { NotShown } from "../../parts/told";
import { nextZoom, Viewer } from "../../parts/viewer";
import type { Wanted } from "../../work/fetched";
import type { Looking } from "../../work/images";
import { retryPictures, usePicture, type Picture } from "../../work/pictures";

interface Shown {
  strip: Wanted<Picture>;
  page: { picture: Wanted<Picture>; number: number };
  looking: Looking;
  look: (change: Partial<Looking>) => void;
}

export function LinePicture({ strip, page, looking, look }: Shown) {
  const messages = useMessages();
  const words = messages.keying;
  const line = usePicture(strip);
  const whole = usePicture(line.is === "none" ? page.picture : null);
  const shown = line.is === "none" ? whole : line;
  const name = line.is === "none" ? words.pagePicture(page.number) : words.linePicture;
  if (shown.is === "coming") return <div className="card key-picture" aria-busy="true" />;
  if (shown.is === "none") return <p className="card inset muted">{words.noPicture}</p>;
  if (shown.is === "failed") return <NotShown what={name} retry={retryPictures} />;
  const classes = ["card images key-picture", looking.contrast ? "contrast" : "", looking.invert ? "invert" : ""].filter(Boolean).join(" ");
  return (
    <section className={classes} aria-label={name}>
      <Viewer picture={shown.it.at} name={name} zoom={looking.zoom} whole={line.is === "none"} />
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
