/** The cases in which a person has a duty, with what waits for them. */
import { Link } from "wouter";
import type { MyCase, StageName } from "../api/client";
import { useMyStages } from "../frame/frame";
import { named, useFormat, useMessages } from "../messages";
import { Failed, Waiting } from "../parts/told";
import { has, useWho } from "../session/session";
import { useMyCases, useStanding } from "./queries";
import { Road } from "./road";
import { useTitle } from "../parts/title";

export function MyCases() {
  const [messages, who] = [useMessages(), useWho()];
  const { data, error, refetch } = useMyCases();
  useTitle(messages.cases.title);
  return (
    <div className="page stack">
      <h1>{messages.cases.title}</h1>
      {error === null ? null : <Failed error={error} retry={() => void refetch()} />}
      {data === undefined && error === null ? <Waiting /> : null}
      {data?.length === 0 ? (
        <div className="card empty">
          <p>{messages.cases.none}</p>
          {has(who, "", "administrator") ? (
            <Link href="/people" className="button primary">
              {messages.nav.people}
            </Link>
          ) : null}
        </div>
      ) : null}
      <ul className="cases">
        {data?.map((mine) => (
          <CaseCard key={mine.case} mine={mine} />
        ))}
      </ul>
    </div>
  );
}

function CaseCard({ mine }: { mine: MyCase }) {
  const [messages, format] = [useMessages(), useFormat()];
  const standing = useStanding(mine.case).data;
  const stages = useMyStages(mine.case);
  return (
    <li className="card case-card">
      <div className="case-head">
        <div>
          <h2>
            <Link href={`/cases/${mine.case}`}>{mine.title}</Link>
          </h2>
          <p className="muted">
            {standing?.jurisdiction}
            {standing === undefined ? null : <span className="chip accent">{named(messages.phases, standing.phase)}</span>}
          </p>
        </div>
        <p className="roles">
          <span className="unseen">{messages.cases.roles}: </span>
          {mine.roles.map((role) => (
            <span key={role} className="chip">
              {messages.roles[role]}
            </span>
          ))}
        </p>
      </div>
      {standing === undefined ? null : (
        <div className="case-figures">
          <Road of={standing} />
          <p className="small muted">
            {messages.standing.valid} <strong className="figure">{format.number(standing.valid)}</strong> · {messages.standing.required}{" "}
            <strong className="figure">{format.number(standing.required)}</strong> · {messages.standing.undecided}{" "}
            <strong className="figure">{format.number(standing.undecided)}</strong>
          </p>
        </div>
      )}
      {mine.roles.includes("examiner") ? (
        <div className="stages">
          <Link href={`/cases/${mine.case}/room`} className="stage-link">
            <span>
              <strong>{messages.room.title}</strong>
              <span className="muted small">{messages.room.text}</span>
            </span>
          </Link>
        </div>
      ) : null}
      {stages.length === 0 ? null : (
        <ul className="stages">
          {stages.map(({ stage, lines }) => (
            <li key={stage}>
              <StageLink name={mine.case} stage={stage} lines={format.number(lines)} />
            </li>
          ))}
        </ul>
      )}
    </li>
  );
}

function StageLink({ name, stage, lines }: { name: string; stage: StageName; lines: string }) {
  const messages = useMessages();
  return (
    <Link href={`/cases/${name}/work/${stage}`} className="stage-link">
      <span>
        <strong>{named(messages.stages, stage)}</strong>
        <span className="muted small">{named(messages.stageTasks, stage)}</span>
      </span>
      <span className="figure stage-lines">{lines}</span>
    </Link>
  );
}
