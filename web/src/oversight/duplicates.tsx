/** Lines that name one voter, side by side. What they come to is computed; nobody types in a duplicate. */
import { Link } from "wouter";
import { findingName, useMessages } from "../messages";
import { More } from "../parts/controls";
import { SignatureOf } from "../parts/line-images";
import { Failed, Waiting } from "../parts/told";
import { Status } from "../work/record";
import { imageOf } from "./line";
import { useDuplicates } from "./queries";

export function Duplicates({ name }: { name: string }) {
  const messages = useMessages();
  const list = useDuplicates(name);
  const { data, error, refetch } = list;
  const groups = data?.pages.flatMap(({ items }) => items) ?? [];
  const names = { ...messages.dispositions, ...messages.oversight.computed };
  return (
    <>
      <p className="muted">{messages.oversight.duplicatesText}</p>
      {error === null ? null : <Failed error={error} retry={() => void refetch()} />}
      {data === undefined && error === null ? <Waiting /> : null}
      {data !== undefined && groups.length === 0 ? <p className="card inset">{messages.oversight.noDuplicates}</p> : null}
      {groups.map(({ voter, lines }) => (
        <section key={voter?.voter ?? `${lines[0]?.section}/${lines[0]?.line}`} className="card">
          <header>
            <h2>
              {voter?.name} <span className="mono small muted">{voter?.voter}</span>
            </h2>
            <span className="small">{voter ? <Status of={voter} /> : null}</span>
          </header>
          <div className="body flush">
            <p className="inset small muted">{voter?.address}</p>
            <ul className="side-by-side">
              {lines.map((line) => (
                <li key={`${line.section}/${line.line}`} className="stack tight">
                  <p>
                    <Link className="figure" href={`/cases/${name}/oversight/lines/${line.section}/${line.line}`}>
                      {messages.work.place(line.section, line.line)}
                    </Link>{" "}
                    {line.comes_to ? (
                      <span className={line.comes_to.disposition === "valid" ? "chip good" : "chip bad"}>{findingName(names, line.comes_to)}</span>
                    ) : (
                      <span className="muted">{messages.oversight.open}</span>
                    )}
                  </p>
                  <SignatureOf at={imageOf(name, line)("signature")} />
                  <p>
                    <strong>{line.printed_name}</strong> <span className="block muted small">{[line.address, line.city, line.zip].filter(Boolean).join(", ")}</span>
                    <span className="block mono small">{line.date_signed}</span>
                  </p>
                </li>
              ))}
            </ul>
          </div>
        </section>
      ))}
      <More of={list} />
    </>
  );
}
