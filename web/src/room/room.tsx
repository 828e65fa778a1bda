/** The examination room: for who examines it is the work at its terminals, for the office what is arranged and answered. */
import "../styles/room.css";

import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState, type ClipboardEvent, type ReactNode } from "react";
import { Route, Switch } from "wouter";
import { useMyCases } from "../cases/queries";
import { useMessages } from "../messages";
import { SectionLinks, type Way } from "../parts/sections";
import { useTitle } from "../parts/title";
import { Failed, Waiting } from "../parts/told";
import { has, useSession, useWho } from "../session/session";
import { Answers } from "./answers";
import { Costs } from "./costs";
import { Lines, START, type Drafts, type Examining } from "./lines";
import { Mine } from "./mine";
import { Opening } from "./opening";
import { insideKey, shuts, useRoom, type RoomStanding } from "./queries";
import { Shut } from "./shut";
import { Stands } from "./stands";

export function Room({ name }: { name: string }) {
  const who = useWho();
  useTitle(useMessages().room.title);
  return has(who, name, "examiner") ? <Inside name={name} /> : <OfOffice name={name} />;
}

/** What the proponents' representatives have. Whatever was shown is gone as soon as the room shuts, and nothing of it is copied or printed. */
function Inside({ name }: { name: string }) {
  const messages = useMessages().room;
  const base = `/cases/${name}/room`;
  const { data, error, refetch, isFetching } = useRoom(name);
  const [examining, examine] = useState<Examining>(START);
  const drafts = useRef<Drafts>(new Map());
  const queries = useQueryClient();
  const { state } = useSession();
  const ended = state.name === "in" && state.ended;
  const shut = shuts(error);
  useEffect(() => {
    if (shut) queries.removeQueries({ queryKey: insideKey(name) });
  }, [shut, queries, name]);
  // Whoever comes to the terminal now need not be who left it.
  if (ended) return <Waiting text={messages.left} />;
  if (shut) return <Shut refusal={error} busy={isFetching} ask={() => void refetch()} />;
  if (data === undefined) return <Asked error={error} refetch={() => void refetch()} />;
  const tabs: Way[] = [
    { to: base, text: messages.stands },
    { to: `${base}/lines`, text: messages.lines },
    { to: `${base}/mine`, text: messages.mine },
    { to: `${base}/costs`, text: messages.costs },
  ];
  return (
    <>
      <p className="print-only">{messages.notPrinted}</p>
      <div className="in-room" onCopy={keep} onCut={keep} onDragStart={(event) => event.preventDefault()}>
        <Switch>
          <Route path={`${base}/lines`}>
            <Lines name={name} room={data} examining={examining} examine={examine} drafts={drafts.current} nav={<SectionLinks label={messages.title} ways={tabs} />} />
          </Route>
          <Route>
            <Page name={name} tabs={tabs} room={data} error={error}>
              <Switch>
                <Route path={`${base}/mine`}>
                  <Mine name={name} examine={examine} />
                </Route>
                <Route path={`${base}/costs`}>
                  <Costs name={name} room={data} enters={false} />
                </Route>
                <Route>
                  <Stands name={name} room={data} inside />
                </Route>
              </Switch>
            </Page>
          </Route>
        </Switch>
      </div>
    </>
  );
}

/** What is shown in the room stays in it; what somebody types is theirs. */
function keep(event: ClipboardEvent) {
  if (!(event.target instanceof Element && event.target.closest("input, textarea"))) event.preventDefault();
}

function OfOffice({ name }: { name: string }) {
  const [messages, who] = [useMessages().room, useWho()];
  const base = `/cases/${name}/room`;
  const { data, error, refetch } = useRoom(name);
  if (data === undefined) return <Asked error={error} refetch={() => void refetch()} />;
  const opened = data.setting !== undefined && data.setting !== null;
  const registrar = has(who, name, "registrar");
  const tabs: Way[] = [{ to: base, text: messages.stands }];
  if (opened) tabs.push({ to: `${base}/challenges`, text: messages.challenges, waiting: data.challenges_waiting }, { to: `${base}/costs`, text: messages.costs });
  if (registrar && data.state !== "no_rules") tabs.push({ to: `${base}/opening`, text: messages.opening });
  return (
    <Page name={name} tabs={tabs} room={data} error={error}>
      <Switch>
        <Route path={`${base}/challenges`}>
          <Answers name={name} />
        </Route>
        <Route path={`${base}/costs`}>
          <Costs name={name} room={data} enters={opened} />
        </Route>
        {registrar ? (
          <Route path={`${base}/opening`}>
            <Opening name={name} room={data} />
          </Route>
        ) : null}
        <Route>
          <Stands name={name} room={data} inside={false} />
        </Route>
      </Switch>
    </Page>
  );
}

function Asked({ error, refetch }: { error: unknown; refetch: () => void }) {
  return <div className="page">{error === null ? <Waiting /> : <Failed error={error} retry={refetch} />}</div>;
}

interface Paged {
  name: string;
  tabs: Way[];
  room: RoomStanding;
  error: unknown;
  children: ReactNode;
}

function Page({ name, tabs, room, error, children }: Paged) {
  const messages = useMessages().room;
  const title = useMyCases().data?.find((mine) => mine.case === name)?.title;
  return (
    <div className="page stack room-page">
      <div>
        <h1>
          {messages.title} <StateChip of={room.state} />
        </h1>
        <p className="muted">{title}</p>
        <SectionLinks label={messages.title} ways={tabs} />
      </div>
      {error === null ? null : <Failed error={error} />}
      {children}
    </div>
  );
}

function StateChip({ of }: { of: string }) {
  const states = useMessages().room.states as Record<string, string>;
  return <span className={of === "open" ? "chip good" : "chip"}>{states[of] ?? of}</span>;
}
