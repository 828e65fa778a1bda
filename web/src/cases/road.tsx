/** How far it is to the number required: what is valid, what is undecided, and the mark. The figures stand beside it as text. */
import type { Standing } from "../api/client";

export function Road({ of }: { of: Standing }) {
  const scale = Math.max(of.required, of.lines, 1);
  const percent = (n: number) => `${(100 * n) / scale}%`;
  return (
    <div className="road" aria-hidden="true">
      <div className="meter">
        <span className="bar-valid" style={{ width: percent(of.valid) }} />
        <span className="bar-open" style={{ left: percent(of.valid), width: percent(of.undecided) }} />
      </div>
      <span className="required" style={{ left: percent(of.required) }} />
    </div>
  );
}
