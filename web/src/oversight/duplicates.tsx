/** Lines that name one voter, side by side. What they come to is computed; nobody types in a duplicate. */
import { findingName, useMessages } from "../messages";
import { Button } from "../parts/controls";
import { Failed, Waiting } from "../parts/told";
import { Status } from "../work/record";
import { useDuplicates } from "./queries";

export function Duplicates({ name }: { name: string }) {
  const messages = useMessages();
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useDuplicates(name);
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
          <div className="body flush table-scroll">
            <p className="inset small muted">{voter?.address}</p>
            <table className="table">
              <thead>
                <tr>
                  <th scope="col">{messages.oversight.line}</th>
                  <th scope="col">{messages.oversight.written}</th>
                  <th scope="col">{messages.work.dateSigned}</th>
                  <th scope="col">{messages.oversight.comesTo}</th>
                </tr>
              </thead>
              <tbody>
                {lines.map((line) => (
                  <tr key={`${line.section}/${line.line}`}>
                    <th scope="row" className="figure nowrap">
                      {line.section} / {line.line}
                    </th>
                    <td>
                      {line.printed_name} <span className="muted small">{[line.address, line.city, line.zip].filter(Boolean).join(", ")}</span>
                    </td>
                    <td className="mono small">{line.date_signed}</td>
                    <td>
                      {line.comes_to ? (
                        <span className={line.comes_to.disposition === "valid" ? "chip good" : "chip bad"}>{findingName(names, line.comes_to)}</span>
                      ) : (
                        <span className="muted">{messages.oversight.open}</span>
                      )}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </section>
      ))}
      {hasNextPage ? (
        <Button isPending={isFetchingNextPage} onPress={() => void fetchNextPage()}>
          {messages.oversight.more}
        </Button>
      ) : null}
    </>
  );
}
