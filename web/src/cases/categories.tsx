/** Lines that do not count by published category, the most first, each with a bar against the most. */
import { named, useFormat, useMessages } from "../messages";

export function Categories({ of, caption, tight = false }: { of: Record<string, number>; caption?: string; tight?: boolean }) {
  const messages = useMessages();
  const { number } = useFormat();
  const rows = Object.entries(of).sort(([, a], [, b]) => b - a);
  const most = Math.max(1, ...rows.map(([, lines]) => lines));
  return (
    <table className={tight ? "table tight-table" : "table"}>
      {caption === undefined ? null : <caption className="unseen">{caption}</caption>}
      <tbody>
        {rows.map(([category, lines]) => (
          <tr key={category}>
            <th scope="row">{named(messages.categories, category)}</th>
            <td className={tight ? "right" : "right category-lines"}>{number(lines)}</td>
            <td className="category-bar" aria-hidden="true">
              <div className="meter">
                <span style={{ width: `${(100 * lines) / most}%` }} />
              </div>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
