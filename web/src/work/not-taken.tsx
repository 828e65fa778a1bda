/** What the case took no more when a batch was handed in. */
import type { Closed } from "../api/client";
import { useMessages } from "../messages";

export function NotTaken({ lines }: { lines: Closed["refused"] }) {
  const messages = useMessages();
  if (lines.length === 0) return null;
  return (
    <div className="notice bad" role="alert">
      <div>
        {messages.list.notTaken}
        <ul>
          {lines.map(({ section, line, why }) => (
            <li key={`${section}/${line}`}>
              <strong>{messages.work.place(section, line)}</strong>: <span lang="en">{why}</span>
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}
