/** The review of lines, one after another. */
import { useQueryClient } from "@tanstack/react-query";
import { useSyncExternalStore } from "react";
import { Link, useLocation } from "wouter";
import type { StageName } from "../api/client";
import { findingName, useMessages } from "../messages";
import { Button } from "../parts/controls";
import { Failed, Waiting } from "../parts/told";
import { useWho } from "../session/session";
import { BatchList } from "./batch-list";
import { clearPlace, workAt } from "./desk";
import type { KeptFinding } from "./keep";
import { LineScreen } from "./line-screen";
import { NotTaken } from "./not-taken";
import type { LineKey } from "./outbox";
import type { Work } from "./work";
import { useTitle } from "../parts/title";

export function Review({ name, stage }: { name: string; stage: StageName }) {
  const messages = useMessages();
  const { account } = useWho();
  const [, go] = useLocation();
  const queries = useQueryClient();
  useTitle(messages.stages[stage]);
  const place = { account, case: name, stage };
  const work = workAt(place);
  const state = useSyncExternalStore(work.subscribe, work.state);
  switch (state.phase.name) {
    case "taking":
      return <Waiting text={messages.work.taking} />;
    case "failed":
      return (
        <div className="page narrow stack">
          <h1>{messages.work.failedTitle}</h1>
          <Failed error={state.phase.refusal} retry={() => void work.begin()} />
        </div>
      );
    case "none":
      return <NoneWaits work={work} name={name} notTaken={state.notTaken} />;
    case "lapsed":
      return <Lapsed work={work} unstored={state.phase.unstored} />;
    case "list":
    case "handing_in":
      return (
        <BatchList
          work={work}
          state={state}
          onHandedIn={() => void queries.invalidateQueries({ queryKey: ["cases", name] })}
          onStopped={() => {
            clearPlace(place);
            go(`/cases/${name}`);
          }}
        />
      );
    case "working":
      return <LineScreen work={work} state={state} name={name} stage={stage} />;
  }
}

function NoneWaits({ work, name, notTaken }: { work: Work; name: string; notTaken: { section: number; line: number; why: string }[] }) {
  const messages = useMessages();
  return (
    <div className="page narrow stack">
      <NotTaken lines={notTaken} />
      <div className="card empty">
        <h1>{messages.work.noneTitle}</h1>
        <p>{messages.work.noneText}</p>
        <div className="buttons">
          <Button look="primary" onPress={() => void work.take()} autoFocus>
            {messages.work.look}
          </Button>
          <Link href={`/cases/${name}`} className="button">
            {messages.work.toCase}
          </Link>
        </div>
      </div>
    </div>
  );
}

function Lapsed({ work, unstored }: { work: Work; unstored: [LineKey, KeptFinding][] }) {
  const messages = useMessages();
  return (
    <div className="page narrow stack">
      <div className="card lapsed" role="alert">
        <h1>{messages.lapsed.title}</h1>
        <p>{messages.lapsed.text}</p>
        {unstored.length === 0 ? <p>{messages.lapsed.none}</p> : null}
        {unstored.length === 0 ? null : (
          <>
            <h2>{messages.lapsed.unstored}</h2>
            <ul className="unstored">
              {unstored.map(([key, found]) => {
                const [section = 0, line = 0] = key.split("/").map(Number);
                return (
                  <li key={key}>
                    <span>{messages.work.place(section, line)}</span>
                    <strong>{findingName(messages.dispositions, found)}</strong>
                    <span className="mono muted">{found.voter}</span>
                  </li>
                );
              })}
            </ul>
            <p className="muted">{messages.lapsed.unstoredText}</p>
          </>
        )}
        <div className="buttons">
          <Button look="primary" onPress={() => void work.take()} autoFocus>
            {messages.lapsed.take}
          </Button>
        </div>
      </div>
    </div>
  );
}
