/** What was sent, until the bot has acknowledged it. */
import { Avatar } from "./Avatar";
import type { Person } from "./types";

export function Waiting({ line, me }: { line: string; me: Person }) {
  return (
    <div className="message waiting" data-testid="pending" aria-live="polite">
      <div className="message-row">
        <Avatar person={me} />
        <div className="message-main">
          <div className="byline"><strong>{me.name}</strong></div>
          <div className="command-line"><code>{line}</code></div>
          <p className="spinner-line"><span className="spinner" aria-hidden /> Waiting for Duebot…</p>
        </div>
      </div>
    </div>
  );
}
