/** Keying: a section taken in hand, its lines written down one after another, and handed in. */
import { useState } from "react";
import { useMessages } from "../../messages";
import { Button } from "../../parts/controls";
import { Failed, Notice } from "../../parts/told";
import { useTake, useToBeKeyed, type HandedIn, type SectionToKey } from "./queries";
import { Sheet } from "./sheet";

export function Keying({ name }: { name: string }) {
  const messages = useMessages().keying;
  const standing = useToBeKeyed(name);
  const take = useTake(name);
  const [sheet, setSheet] = useState<SectionToKey | null>(null);
  const [nothing, setNothing] = useState(false);
  const [done, setDone] = useState<{ section: number; came: HandedIn } | null>(null);
  const begin = () =>
    take.mutate(undefined, {
      onSuccess: ({ sheet: taken }) => {
        setSheet(taken ?? null);
        setNothing(!taken);
        setDone(null);
      },
    });
  if (sheet !== null) {
    return (
      <Sheet
        key={sheet.section}
        name={name}
        sheet={sheet}
        onLapsed={() => {
          setSheet(null);
          begin();
        }}
        onDone={(came) => {
          setDone({ section: sheet.section, came });
          setSheet(null);
        }}
      />
    );
  }
  return (
    <>
      <p className="muted prose">{messages.text}</p>
      {done === null ? null : (
        <Notice tone="good">
          {messages.handedIn(done.section)} {messages.came(done.came.settled, done.came.open, done.came.conflicts)}
        </Notice>
      )}
      {take.error === null ? null : <Failed error={take.error} />}
      {standing.error === null ? null : <Failed error={standing.error} retry={() => void standing.refetch()} />}
      {standing.data === undefined ? null : (
        <p>
          {messages.toBeKeyed(standing.data.lines, standing.data.sections)}
          {standing.data.conflicts > 0 ? `; ${messages.conflicts(standing.data.conflicts)}` : null}
        </p>
      )}
      {nothing ? <Notice tone="told">{messages.nothing}</Notice> : null}
      <div className="buttons">
        <Button look="primary" onPress={begin} isPending={take.isPending} autoFocus>
          {messages.take}
        </Button>
      </div>
    </>
  );
}
