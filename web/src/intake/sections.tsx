/** The sections received, with the faults of their declarations and the pages that have an image. */
import { Link } from "wouter";
import { named, useFormat, useMessages } from "../messages";
import { Button } from "../parts/controls";
import { Failed, Waiting } from "../parts/told";
import { useSections, type CounterSection } from "./queries";

export function Sections({ name }: { name: string }) {
  const messages = useMessages().intake;
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useSections(name);
  const sections = data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      {error === null ? null : <Failed error={error} retry={() => void refetch()} />}
      {data === undefined && error === null ? <Waiting /> : null}
      {data === undefined ? null : sections.length === 0 ? (
        <p className="card inset">{messages.none}</p>
      ) : (
        <div className="card table-scroll">
          <table className="table">
            <thead>
              <tr>
                <th scope="col">{messages.section}</th>
                <th scope="col">{messages.circulator}</th>
                <th scope="col">{messages.executedOn}</th>
                <th scope="col">{messages.declaration}</th>
                <th scope="col" className="right">
                  {messages.lines}
                </th>
                <th scope="col" className="right">
                  {messages.valid}
                </th>
                <th scope="col" className="right">
                  {messages.images}
                </th>
              </tr>
            </thead>
            <tbody>
              {sections.map((section) => (
                <Row key={section.section} name={name} of={section} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {hasNextPage ? (
        <Button isPending={isFetchingNextPage} onPress={() => void fetchNextPage()}>
          {messages.more}
        </Button>
      ) : null}
    </>
  );
}

function Row({ name, of }: { name: string; of: CounterSection }) {
  const messages = useMessages();
  const words = messages.intake;
  const format = useFormat();
  const images = of.pages.filter(({ image }) => image).length;
  return (
    <tr>
      <th scope="row" className="nowrap">
        <Link href={`/cases/${name}/intake/sections/${of.section}`}>{words.sectionOf(of.section)}</Link>
      </th>
      <td>{of.circulator || <span className="muted">{words.notDeclared}</span>}</td>
      <td className="nowrap">{of.executed_on ? format.day(of.executed_on) : <span className="muted">{words.notDeclared}</span>}</td>
      <td>
        {of.void ? <span className="chip bad">{words.void}</span> : null}{" "}
        {of.defects.length > 0 ? <span className="chip caution">{words.defectsOf(of.defects.length)}</span> : null}
      </td>
      <td className="right">{format.number(of.lines)}</td>
      <td className="right">{format.number(of.valid)}</td>
      <td className="right">
        <span className={images < of.pages.length ? "muted" : undefined}>{words.imagesOf(images, of.pages.length)}</span>
      </td>
    </tr>
  );
}

/** The name of the ground on which a section is void. */
export function useGround(): (ground: string) => string {
  const messages = useMessages();
  return (ground) => named(messages.oversight.computed, ground);
}
