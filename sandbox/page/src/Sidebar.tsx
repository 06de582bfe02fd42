/** The left column: workspace, channels, the direct message with Duebot, who one is. */
import { Avatar } from "./Avatar";
import type { Channel, Person, State } from "./types";

type Props = {
  state: State;
  me: Person;
  current: string;
  unread: Set<string>;
  choose: (channel: string) => void;
  become: (person: string) => void;
};

const KINDS = { member: "full member", guest: "guest", outsider: "from another organisation" };

/** "Finance · full member"; a title that already says it stands alone. */
function roleOf({ title, kind }: Person): string {
  return title.toLowerCase().includes(kind) ? title : `${title} · ${KINDS[kind]}`;
}

/** The direct message with Duebot, also before it was first opened. */
export function withDirect(channels: Channel[], me: Person): Channel[] {
  if (channels.some((channel) => channel.kind === "dm")) return channels;
  const id = me.id.replace(/^U/, "D");
  return [
    ...channels,
    {
      id,
      name: "Duebot",
      kind: "dm",
      shared: false,
      bot_member: true,
      members: [me.id],
      topic: "",
    },
  ];
}

function Entry({
  channel,
  current,
  unread,
  choose,
}: {
  channel: Channel;
  current: boolean;
  unread: boolean;
  choose: (id: string) => void;
}) {
  const dm = channel.kind === "dm";
  return (
    <li>
      <button
        type="button"
        className={unread ? "entry unread" : "entry"}
        aria-current={current ? "page" : undefined}
        data-testid={`channel-${channel.id}`}
        onClick={() => choose(channel.id)}
      >
        {dm ? <Avatar person={null} size={20} /> : <Sign channel={channel} />}
        <span className="entry-name">{dm ? "Duebot" : channel.name}</span>
        {channel.shared && (
          <span className="tag" title="Shared with another organisation">
            shared
          </span>
        )}
        {channel.archived && <span className="tag">archived</span>}
        {!channel.bot_member && !channel.archived && (
          <span className="tag" title="Duebot is not in this channel">
            no bot
          </span>
        )}
        {unread && (
          <span className="dot">
            <span className="sr-only">unread</span>
          </span>
        )}
      </button>
    </li>
  );
}

export function Sign({ channel }: { channel: Channel }) {
  if (channel.kind !== "private")
    return (
      <span className="sign" aria-hidden>
        #
      </span>
    );
  return (
    <svg
      className="sign"
      role="img"
      aria-label="private"
      width="13"
      height="13"
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.6"
    >
      <rect x="3" y="7" width="10" height="7" rx="1.5" />
      <path d="M5 7V5a3 3 0 0 1 6 0v2" />
    </svg>
  );
}

export function Sidebar({ state, me, current, unread, choose, become }: Props) {
  const channels = withDirect(state.channels, me);
  const draw = (dm: boolean) =>
    channels
      .filter((channel) => (channel.kind === "dm") === dm)
      .map((channel) => (
        <Entry
          key={channel.id}
          channel={channel}
          current={channel.id === current}
          unread={unread.has(channel.id)}
          choose={choose}
        />
      ));
  return (
    <nav className="sidebar" aria-label="Channels">
      <div className="workspace">
        <strong>Duebot sandbox</strong>
        <small>A stand-in for Slack on this computer</small>
      </div>
      <div className="entries">
        <h2>Channels</h2>
        <ul>{draw(false)}</ul>
        <h2>Direct messages</h2>
        <ul>{draw(true)}</ul>
      </div>
      <div className="who">
        <Avatar person={me} />
        <label>
          <span>You are</span>
          <select
            data-testid="person"
            value={me.id}
            onChange={(event) => become(event.target.value)}
          >
            {state.people.map((person) => (
              <option key={person.id} value={person.id}>
                {person.name}
              </option>
            ))}
          </select>
          <small>{roleOf(me)}</small>
        </label>
      </div>
    </nav>
  );
}
