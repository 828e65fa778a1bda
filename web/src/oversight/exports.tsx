/** Every time the log of looks was taken out. */
import { useFormat, useMessages } from "../messages";
import { Button, Scrolling } from "../parts/controls";
import { Failed } from "../parts/told";
import { useWho } from "../session/session";
import { useExports, wantedOf, type TakenOut, type useTakeOut, type Wanted } from "./looks";

export function Exports({ name, takeOut }: { name: string; takeOut: ReturnType<typeof useTakeOut> }) {
  const messages = useMessages().accesses;
  const { data, error, refetch } = useExports(name);
  if (error !== null) return <Failed error={error} retry={() => void refetch()} />;
  if (data === undefined) return null;
  if (data.length === 0) return <p className="muted small">{messages.noExports}</p>;
  return (
    <details>
      <summary>{messages.exports(data.length)}</summary>
      <Scrolling label={messages.exports(data.length)}>
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{messages.when}</th>
              <th scope="col">{messages.person}</th>
              <th scope="col">{messages.which}</th>
              <th scope="col">
                <span className="unseen">{messages.again}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {data.toReversed().map((one) => (
              <Row key={one.export} of={one} busy={takeOut.isPending} again={() => takeOut.mutate({ id: one.export, wanted: wantedOf(one) })} />
            ))}
          </tbody>
        </table>
      </Scrolling>
    </details>
  );
}

/** One time. The same file comes again for whoever took it out. */
function Row({ of, busy, again }: { of: TakenOut; busy: boolean; again: () => void }) {
  const messages = useMessages().accesses;
  const { moment } = useFormat();
  const who = useWho();
  const words = useLookWords();
  return (
    <tr>
      <td className="figure nowrap">{moment(of.at)}</td>
      <td className="mono small">{of.person}</td>
      <td>
        {words(wantedOf(of))}
        <span className="block mono small muted">{of.export}</span>
      </td>
      <td className="right">
        {of.person === who.account ? (
          <Button small isPending={busy} onPress={again}>
            {messages.again}
          </Button>
        ) : null}
      </td>
    </tr>
  );
}

/** Which looks were asked for, in words. */
export function useLookWords(): (wanted: Wanted) => string {
  const messages = useMessages().accesses;
  const { moment } = useFormat();
  return ({ person, voter, line, section, from, to }) => {
    const parts = [
      person === undefined ? null : messages.byPerson(person),
      voter === undefined ? null : messages.atVoter(voter),
      line === undefined ? null : messages.forLine(line.section, line.line),
      section === undefined ? null : messages.forSection(section),
      from === undefined ? null : messages.since(moment(from)),
      to === undefined ? null : messages.before(moment(to)),
    ].filter((part) => part !== null);
    return parts.length === 0 ? messages.all : parts.join(", ");
  };
}
