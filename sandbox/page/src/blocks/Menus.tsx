/** Menus: one of many, many of many, from the bot's own list, and the three dots. */
import { useEffect, useId, useRef, useState } from "react";
import type { Option } from "../types";
import type { ControlProps } from "./Elements";
import { safe } from "./mrkdwn";
import { fieldOf, optionsOf } from "./state";
import { useSurface, type Surface } from "./surface";
import { plain } from "./Text";

type Choice = { value: string; text: string; note?: string; state: unknown; group?: string };

/** What Slack calls each kind of conversation in a menu's filter. */
const CONVERSATIONS = { channel: "public", private: "private", dm: "im" } as const;

/** What a menu offers: its options, or the people or channels of the workspace. */
function choicesOf({ element }: ControlProps, surface: Surface): Choice[] {
  const noun = element.type.replace(/^multi_/, "");
  if (noun === "users_select") {
    return surface.people.map(({ id, name }) => ({ value: id, text: name, state: id }));
  }
  if (noun === "channels_select" || noun === "conversations_select") {
    const wanted = element.filter?.include as string[] | undefined;
    return surface.channels
      .filter((channel) => noun === "conversations_select" || channel.kind === "channel")
      .filter(({ kind }) => wanted === undefined || wanted.includes(CONVERSATIONS[kind]))
      .map(({ id, name, kind }) => ({
        value: id,
        text: kind === "dm" ? name : `#${name}`,
        state: id,
      }));
  }
  const groups = (element.option_groups ?? []) as { label: { text: string }; options: Option[] }[];
  const grouped = groups.flatMap((group) =>
    group.options.map((option) => ({ option, group: plain(group.label) })),
  );
  const single = ((element.options ?? []) as Option[]).map((option) => ({
    option,
    group: undefined,
  }));
  return [...single, ...grouped].map(({ option, group }) => ({
    value: option.value,
    text: plain(option.text),
    note: option.description && plain(option.description),
    state: option,
    group,
  }));
}

const idOf = (held: unknown): string =>
  typeof held === "string" ? held : ((held as Option | undefined)?.value ?? "");

/** One of many, as the browser's own menu. */
export function Menu(props: ControlProps) {
  const { element, state, change, id, label, notes, invalid } = props;
  const surface = useSurface();
  const choices = choicesOf(props, surface);
  const field = fieldOf(element.type);
  const groups = [...new Set(choices.map((choice) => choice.group))];
  const draw = (choice: Choice) => (
    <option key={choice.value} value={choice.value}>
      {choice.text}
    </option>
  );
  return (
    <select
      id={id}
      className="field menu"
      aria-label={id ? undefined : label}
      aria-describedby={notes}
      aria-invalid={invalid}
      data-action-id={element.action_id}
      value={idOf(state[field])}
      onChange={(event) => {
        const picked = choices.find((choice) => choice.value === event.target.value);
        if (picked) change({ [field]: picked.state });
      }}
    >
      <option value="" disabled>
        {plain(element.placeholder) || "Choose one"}
      </option>
      {groups.map((group) => {
        const inside = choices.filter((choice) => choice.group === group).map(draw);
        return group === undefined ? (
          inside
        ) : (
          <optgroup key={group} label={group}>
            {inside}
          </optgroup>
        );
      })}
    </select>
  );
}

/** Radio buttons, checkboxes and every kind of multi-select, as a list of boxes. */
export function Choices(props: ControlProps) {
  const { element, state, change, label } = props;
  const surface = useSurface();
  const name = useId();
  const field = fieldOf(element.type);
  const one = element.type === "radio_buttons";
  const held = (one ? [state[field]] : (state[field] ?? [])) as unknown[];
  const chosen = new Set(held.map(idOf));
  const choices = choicesOf(props, surface);
  const pick = (choice: Choice) => {
    if (one) return change({ [field]: choice.state });
    const next = choices.filter((other) => (other === choice) !== chosen.has(other.value));
    change({ [field]: next.map((other) => other.state) });
  };
  return (
    <div
      id={props.id}
      className="choices"
      role={one ? "radiogroup" : "group"}
      aria-label={label}
      data-action-id={element.action_id}
    >
      {choices.map((choice) => (
        <label key={choice.value}>
          <input
            type={one ? "radio" : "checkbox"}
            name={name}
            checked={chosen.has(choice.value)}
            onChange={() => pick(choice)}
          />
          <span>
            {choice.text}
            {choice.note && <small>{choice.note}</small>}
          </span>
        </label>
      ))}
    </div>
  );
}

/** A menu whose options the bot sends while one types (block_suggestion). */
export function ExternalSelect({
  element,
  blockId,
  state,
  change,
  id,
  label,
  notes,
  invalid,
}: ControlProps) {
  const surface = useSurface();
  const listId = useId();
  const field = fieldOf(element.type);
  const many = field === "selected_options";
  const held = (many ? (state[field] ?? []) : state[field] ? [state[field]] : []) as Option[];
  const [typed, setTyped] = useState<string | null>(null);
  const [found, setFound] = useState<Option[]>([]);
  const [note, setNote] = useState<string | null>(null);
  const least = Number(element.min_query_length ?? 3);
  const asked = useRef(0);

  useEffect(() => {
    if (typed === null || typed.length < least) return setFound([]);
    const turn = ++asked.current;
    const wait = setTimeout(() => {
      surface
        .options(blockId, element, typed)
        .then((options) => {
          if (turn !== asked.current) return; // an older answer that came late
          setFound(options);
          setNote(options.length === 0 ? "Nothing found." : null);
        })
        .catch((error: Error) => setNote(error.message));
    }, 150);
    return () => clearTimeout(wait);
  }, [typed, least]);

  const choose = (option: Option) => {
    change({ [field]: many ? [...held, option] : option });
    setTyped(null);
  };
  return (
    <span className="external">
      {many &&
        held.map((option) => (
          <button
            key={option.value}
            type="button"
            className="chip"
            onClick={() => change({ [field]: held.filter((other) => other !== option) })}
          >
            {plain(option.text)} <span aria-label="remove">×</span>
          </button>
        ))}
      <input
        id={id}
        className="field"
        role="combobox"
        aria-expanded={typed !== null && found.length > 0}
        aria-controls={listId}
        aria-label={id ? undefined : label}
        aria-describedby={notes}
        aria-invalid={invalid}
        data-action-id={element.action_id}
        placeholder={plain(element.placeholder) || `Type ${least || 1} letters`}
        value={typed ?? (many ? "" : plain(held[0]?.text))}
        onFocus={() => setTyped("")}
        onChange={(event) => setTyped(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter" && found[0]) {
            event.preventDefault();
            choose(found[0]);
          }
        }}
      />
      <ul
        id={listId}
        role="listbox"
        className="options"
        hidden={typed === null || (found.length === 0 && note === null)}
      >
        {found.map((option) => (
          <li key={option.value} role="option" aria-selected={false}>
            <button type="button" onClick={() => choose(option)}>
              {plain(option.text)}
            </button>
          </li>
        ))}
        {note && found.length === 0 && <li className="hint">{note}</li>}
      </ul>
    </span>
  );
}

/** The three dots: a small menu; options with a `url` open it as well. */
export function Overflow({ element, change, label }: ControlProps) {
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLSpanElement>(null);
  const leave = (event: React.FocusEvent) => {
    if (!box.current?.contains(event.relatedTarget)) setOpen(false);
  };
  return (
    <span
      ref={box}
      className="overflow"
      onBlur={leave}
      onKeyDown={(event) => event.key === "Escape" && setOpen(false)}
    >
      <button
        type="button"
        className="element dots"
        aria-haspopup="menu"
        aria-expanded={open}
        aria-label={label === element.action_id ? "More actions" : label}
        data-action-id={element.action_id}
        onClick={() => setOpen(!open)}
      >
        ⋯
      </button>
      {open && (
        <span className="options" role="menu">
          {optionsOf(element).map((option) => (
            <button
              key={option.value}
              type="button"
              role="menuitem"
              onClick={() => {
                setOpen(false);
                const url = safe((option as Option & { url?: string }).url ?? "");
                if (url) window.open(url, "_blank", "noreferrer");
                change({ selected_option: option });
              }}
            >
              {plain(option.text)}
            </button>
          ))}
        </span>
      )}
    </span>
  );
}
