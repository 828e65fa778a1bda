/** Who looked at which voter's record, or at what stands on the petition, when and why. */
import { useState } from "react";
import { named, useFormat, useMessages } from "../messages";
import { Button, Scrolling } from "../parts/controls";
import { Failed, Notice, Waiting } from "../parts/told";
import { AskForLooks } from "./ask-for-looks";
import { Exports, useLookWords } from "./exports";
import { useLooks, useTakeOut, type Look, type Wanted } from "./looks";

export function Accesses({ name }: { name: string }) {
  const messages = useMessages().accesses;
  const [asked, setAsked] = useState<{ wanted: Wanted; times: number }>({ wanted: {}, times: 0 });
  const takeOut = useTakeOut(name);
  return (
    <>
      <p className="muted">{messages.text}</p>
      <section className="card contained" aria-label={messages.ask}>
        <div className="body stack">
          <AskForLooks
            onShow={(wanted) => setAsked(({ times }) => ({ wanted, times: times + 1 }))}
            onTakeOut={(wanted) => takeOut.mutate({ id: crypto.randomUUID(), wanted })}
            takingOut={takeOut.isPending}
          />
          {takeOut.error === null ? null : <Failed error={takeOut.error} retry={() => takeOut.mutate(takeOut.variables)} />}
          {takeOut.isSuccess ? <Notice tone="good">{messages.takenOut}</Notice> : null}
          <Exports name={name} takeOut={takeOut} />
        </div>
      </section>
      <Looks name={name} wanted={asked.wanted} asked={asked.times} />
    </>
  );
}

function Looks({ name, wanted, asked }: { name: string; wanted: Wanted; asked: number }) {
  const messages = useMessages();
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useLooks(name, wanted, asked);
  const looks = data?.pages.flatMap(({ items }) => items) ?? [];
  const words = useLookWords();
  return (
    <section className="card contained" aria-label={messages.accesses.looks}>
      <header>
        <h2>{messages.accesses.looks}</h2>
        <span className="muted small" role="status">
          {words(wanted)}
          {looks.length === 0 ? null : ` · ${messages.accesses.shown(looks.length, !hasNextPage)}`}
        </span>
      </header>
      <div className="body flush">
        {error === null ? null : <Failed error={error} retry={() => void (data === undefined ? refetch() : fetchNextPage())} />}
        {data === undefined && error === null ? <Waiting /> : null}
        {data !== undefined && looks.length === 0 ? <p className="muted inset">{messages.accesses.none}</p> : null}
        {looks.length === 0 ? null : (
          <Scrolling label={messages.accesses.looks}>
            <Table looks={looks} />
          </Scrolling>
        )}
        {hasNextPage ? (
          <div className="inset">
            <Button small isPending={isFetchingNextPage} onPress={() => void fetchNextPage()}>
              {messages.oversight.more}
            </Button>
            {wanted.voter === undefined ? null : <span className="muted small"> {messages.accesses.moreOnRecord}</span>}
          </div>
        ) : null}
      </div>
    </section>
  );
}

function Table({ looks }: { looks: Look[] }) {
  const messages = useMessages().accesses;
  const { instant } = useFormat();
  return (
    <table className="table dense">
      <thead>
        <tr>
          <th scope="col">{messages.when}</th>
          <th scope="col">{messages.person}</th>
          <th scope="col">{messages.voter}</th>
          <th scope="col">{messages.line}</th>
          <th scope="col">{messages.why}</th>
        </tr>
      </thead>
      <tbody>
        {looks.map((look) => (
          <tr key={look.seq}>
            <td className="figure nowrap">{instant(look.at)}</td>
            <td className="mono small">{look.person}</td>
            <td className="mono small">{look.voter}</td>
            <td className="figure nowrap">{[look.section, look.line].filter((number) => typeof number === "number").join(" / ")}</td>
            <td>{named(messages.whys, look.why)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
