/** The pages of a section: whether each has an image, and taking one in, with how much of it is sent and why it was refused. */
import { useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { useFormat, useMessages } from "../messages";
import { Button } from "../parts/controls";
import { Failed } from "../parts/told";
import { pageImage, sendPage, type CounterSection, type KeptImage } from "./queries";

interface Paged {
  name: string;
  section: CounterSection;
  mayTake: boolean;
}

export function PageImages({ name, section, mayTake }: Paged) {
  const messages = useMessages().intake;
  return (
    <section className="card" aria-labelledby="pages">
      <header>
        <h2 id="pages">{messages.pages}</h2>
        {mayTake ? <span className="muted small">{messages.imageHelp}</span> : null}
      </header>
      <ul className="body page-list">
        {section.pages.map(({ page, lines, image }) => (
          <Page key={page} name={name} section={section.section} page={page} lines={lines} image={image} mayTake={mayTake} />
        ))}
      </ul>
    </section>
  );
}

interface OnePage {
  name: string;
  section: number;
  page: number;
  lines: number;
  image: boolean;
  mayTake: boolean;
}

function Page({ name, section, page, lines, image, mayTake }: OnePage) {
  const messages = useMessages().intake;
  const { number } = useFormat();
  const queries = useQueryClient();
  const [sent, setSent] = useState<number | null>(null);
  const [kept, setKept] = useState<KeptImage | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  const file = useRef<HTMLInputElement>(null);
  const address = pageImage(name, section, page);
  const take = async (chosen: File) => {
    setSent(0);
    setKept(null);
    setFailure(null);
    try {
      setKept(await sendPage(address, chosen, setSent));
      await queries.invalidateQueries({ queryKey: ["cases", name, "sections"] });
    } catch (error) {
      setFailure(error);
    }
    setSent(null);
  };
  return (
    <li>
      <div className="page-row">
        <strong>{messages.pageOf(page)}</strong>
        <span className="muted">
          {messages.lines}: <span className="figure">{number(lines)}</span>
        </span>
        <span className={image ? "chip good" : "chip"}>{image ? messages.hasImage : messages.noImage}</span>
        {sent === null ? null : (
          <span className="sent" role="progressbar" aria-label={messages.upload(page)} aria-valuenow={Math.round(100 * sent)} aria-valuemin={0} aria-valuemax={100}>
            <span className="meter">
              <span style={{ width: `${100 * sent}%` }} />
            </span>
            {messages.uploading(Math.round(100 * sent))}
          </span>
        )}
        {kept === null ? null : (
          <span className="small" role="status">
            {messages.kept(kept.width, kept.height)}
          </span>
        )}
        <span className="buttons">
          {image && mayTake ? (
            <a className="button small quiet" href={address} target="_blank" rel="noreferrer" aria-label={`${messages.look}: ${messages.upload(page)}`}>
              {messages.look}
            </a>
          ) : null}
          {mayTake ? (
            <>
              <input
                ref={file}
                type="file"
                accept="image/png,image/jpeg,image/tiff"
                hidden
                aria-label={messages.upload(page)}
                onChange={(event) => {
                  const chosen = event.target.files?.[0];
                  if (chosen) void take(chosen);
                  // The same file may be chosen once more.
                  event.target.value = "";
                }}
              />
              <Button small isPending={sent !== null} onPress={() => file.current?.click()} aria-label={`${image ? messages.another : messages.chooseFile}: ${messages.pageOf(page)}`}>
                {image ? messages.another : messages.chooseFile}
              </Button>
            </>
          ) : null}
        </span>
      </div>
      {failure === null ? null : <Failed error={failure} />}
    </li>
  );
}
