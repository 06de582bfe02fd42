/** Shown until the bot has acknowledged what was sent. */
export function Waiting({ line }: { line: string }) {
  return (
    <p className="waiting" data-testid="pending" title={line}>
      <span className="spinner" aria-hidden /> Waiting for Duebot…
    </p>
  );
}
