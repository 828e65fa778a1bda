/** The lines drawn, as a sheet to be printed, and the files with which anybody draws them again. */
import { useEffect, useState } from "react";
import { useStanding } from "../cases/queries";
import { useFormat, useMessages } from "../messages";
import { Button } from "../parts/controls";
import { Failed, Waiting } from "../parts/told";
import { pieces } from "./dice";
import { sampleFile, useSampleLines, type PublicSample } from "./queries";

const FILES = ["manifest.csv", "sample.csv", "redraw.py"] as const;

export function Drawn({ name, sample }: { name: string; sample: PublicSample }) {
  const messages = useMessages();
  const { number } = useFormat();
  const title = useStanding(name).data?.title;
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useSampleLines(name);
  const [printing, setPrinting] = useState(false);
  // The sheet is whole before it is printed.
  useEffect(() => {
    if (!printing || isFetchingNextPage) return;
    if (hasNextPage) void fetchNextPage();
    else {
      setPrinting(false);
      window.print();
    }
  }, [printing, hasNextPage, isFetchingNextPage, fetchNextPage]);
  const lines = data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      <p className="print-only">{title}</p>
      <p className="ceremony-figure">{messages.draw.drawnText(sample.drawn)}</p>
      {sample.seed ? (
        <p>
          <span className="muted">{messages.draw.seed}</span> <span className="mono nowrap">{pieces(sample.seed).join(" ")}</span>
        </p>
      ) : null}
      {sample.sealed ? (
        <p className="small">
          <span className="muted">{messages.draw.root}</span> <span className="mono digest">{sample.sealed.root}</span>
        </p>
      ) : null}
      <div className="buttons no-print">
        <Button onPress={() => setPrinting(true)} isPending={printing}>
          {messages.draw.allAndPrint}
        </Button>
      </div>
      {error === null ? null : <Failed error={error} retry={() => void refetch()} />}
      {data === undefined && error === null ? <Waiting /> : null}
      <p className="small muted">{messages.draw.sheet}</p>
      <ol className="drawn-lines figure" aria-label={messages.draw.steps.drawn}>
        {lines.map(({ rank, section, line }) => (
          <li key={rank}>
            <span className="muted">{number(rank)}</span>
            <span>
              {section} / {line}
            </span>
          </li>
        ))}
      </ol>
      {hasNextPage ? (
        <Button isPending={isFetchingNextPage} onPress={() => void fetchNextPage()} className="no-print">
          {messages.registrar.more}
        </Button>
      ) : null}
      <section className="no-print stack tight" aria-labelledby="draw-files">
        <h3 id="draw-files">{messages.draw.files}</h3>
        <p className="prose">{messages.draw.filesText}</p>
        <ul className="files">
          {FILES.map((file) => (
            <li key={file}>
              <a href={sampleFile(name, file)} download={file} className="mono">
                {file}
              </a>{" "}
              <span className="muted">{messages.draw.file[file]}</span>
            </li>
          ))}
        </ul>
      </section>
    </>
  );
}
