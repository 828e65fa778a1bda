/** The keys of the room. */
import { usePreferences } from "../frame/preferences";
import { useMessages } from "../messages";
import { Check, Key } from "../parts/controls";
import { Dialog } from "../parts/told";

export function Help({ onClose }: { onClose: () => void }) {
  const messages = useMessages();
  const { shortcuts, prefer } = usePreferences();
  const keys: [string[], string][] = [
    [["←", "→"], messages.roomLines.keyLines],
    [["G"], messages.roomLines.keyGo],
    [["M"], messages.roomLines.keyNote],
    [["C"], messages.roomLines.keyChallenge],
    [["?"], messages.roomLines.keyHelp],
  ];
  return (
    <Dialog title={messages.roomLines.keys} onClose={onClose}>
      <ul className="key-list">
        {keys.map(([names, what]) => (
          <li key={what}>
            <span>{what}</span>
            <span>
              {names.map((name) => (
                <Key key={name}>{name}</Key>
              ))}
              <span className="unseen">{names.join(" ")}</span>
            </span>
          </li>
        ))}
      </ul>
      <Check label={messages.help.shortcuts} help={messages.help.shortcutsHelp} checked={shortcuts} onChange={(shortcuts) => prefer({ shortcuts })} />
    </Dialog>
  );
}
