/** One message: who, when, the typed command line, text or blocks, files, replies. */
import { memo, useMemo, useState } from "react";
import { takeShortcut } from "./api";
import { Avatar } from "./Avatar";
import { Blocks, Failure } from "./blocks/Blocks";
import { Mrkdwn } from "./blocks/mrkdwn";
import { sentence, SurfaceContext, useMakeSurface, type Names } from "./blocks/surface";
import { Files } from "./Files";
import { clockTime, fullTime } from "./time";
import type { Message } from "./types";

type Props = {
  message: Message;
  me: string;
  names: Names;
  compact: boolean;
  openThread: ((ts: string) => void) | null;
};

function Body({ message, me, names }: { message: Message; me: string; names: Names }) {
  const place = useMemo(
    () => ({ channel: message.channel, message_ts: message.ts }),
    [message.channel, message.ts],
  );
  const surface = useMakeSurface(me, place, names);
  return (
    <SurfaceContext value={surface}>
      {message.blocks.length > 0 ? (
        <Blocks blocks={message.blocks} />
      ) : (
        message.text &&
        message.text !== message.command && (
          <div className="plain">
            <Mrkdwn text={message.text} names={names} />
          </div>
        )
      )}
      <Failure />
    </SurfaceContext>
  );
}

export const MessageView = memo(function MessageView({
  message,
  me,
  names,
  compact,
  openThread,
}: Props) {
  const author = message.bot
    ? null
    : (names.people.find((person) => person.id === message.user) ?? null);
  const name = message.bot ? "Duebot" : (author?.name ?? message.user ?? "Slack stand-in");
  const mark = message.bot ? "bot" : "system";
  const className = ["message", message.ephemeral && "ephemeral", compact && "compact"]
    .filter(Boolean)
    .join(" ");
  const canReply = openThread !== null && !message.ephemeral;
  // Slack offers shortcuts on whatever stays, not on what only one person sees.
  const shortcuts = message.ephemeral
    ? []
    : names.shortcuts.filter(({ kind }) => kind === "message");
  const [failure, setFailure] = useState<string | null>(null);
  const take = (callback_id: string) => {
    setFailure(null);
    takeShortcut(me, callback_id, { channel: message.channel, message_ts: message.ts })
      .then((reply) => setFailure(reply.ok ? null : sentence(reply.error)))
      .catch((error: Error) => setFailure(error.message));
  };
  return (
    <article
      className={className}
      data-testid="message"
      data-ts={message.ts}
      aria-label={`${name}, ${clockTime(message.ts)}`}
    >
      {message.ephemeral && !message.command && (
        <p className="only-you">
          <svg
            aria-hidden
            width="14"
            height="14"
            viewBox="0 0 16 16"
            fill="none"
            stroke="currentColor"
            strokeWidth="1.4"
          >
            <path d="M1 8s2.6-4.5 7-4.5S15 8 15 8s-2.6 4.5-7 4.5S1 8 1 8z" />
            <circle cx="8" cy="8" r="2" />
          </svg>
          Only visible to you
        </p>
      )}
      <div className="message-row">
        {compact ? (
          <time className="gutter" title={fullTime(message.ts)}>
            {clockTime(message.ts)}
          </time>
        ) : (
          <Avatar person={author} mark={mark} />
        )}
        <div className="message-main">
          {!compact && (
            <div className="byline">
              <strong>{name}</strong>
              {message.bot && <span className="app-badge">APP</span>}
              {author?.kind === "outsider" && <span className="app-badge">EXTERNAL</span>}
              <time title={fullTime(message.ts)}>{clockTime(message.ts)}</time>
              {message.ephemeral && message.command && <small>Only visible to you</small>}
            </div>
          )}
          {message.command && (
            <div className="command-line">
              <code>{message.command}</code>
            </div>
          )}
          <Body message={message} me={me} names={names} />
          {message.edited && <small className="edited">(edited)</small>}
          <Files files={message.files} />
          {openThread && message.reply_count > 0 && (
            <button
              type="button"
              className="replies"
              data-testid="open-thread"
              onClick={() => openThread(message.ts)}
            >
              {message.reply_count} {message.reply_count === 1 ? "reply" : "replies"}{" "}
              <span>View thread</span>
            </button>
          )}
        </div>
      </div>
      {failure && (
        <p className="failure" role="alert">
          {failure}
        </p>
      )}
      {(canReply || shortcuts.length > 0) && (
        <div className="hover-bar">
          {shortcuts.map((shortcut) => (
            <button
              key={shortcut.callback_id}
              type="button"
              data-testid={`shortcut-${shortcut.callback_id}`}
              onClick={() => take(shortcut.callback_id)}
            >
              {shortcut.name}
            </button>
          ))}
          {canReply && (
            <button type="button" onClick={() => openThread(message.ts)}>
              Reply in thread
            </button>
          )}
        </div>
      )}
    </article>
  );
});
