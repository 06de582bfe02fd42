/** Interactive elements, in native controls: buttons, menus, pickers, text fields. */
import { useEffect, useRef, useState, type ReactNode } from "react";
import type { Element, ElementState, Json } from "../types";
import { Choices, ExternalSelect, Menu, Overflow } from "./Menus";
import { fieldOf, initialState } from "./state";
import { safe } from "./mrkdwn";
import { useSurface } from "./surface";
import { plain } from "./Text";

type Bound = {
  element: Element;
  blockId: string;
  state: ElementState;
  change: (state: ElementState) => void;
  id?: string;
  label: string;
  notes?: string;
  invalid?: boolean;
};
export type ControlProps = Bound;

/** "Are you sure?", as a native dialog; `null` when nothing is asked. */
function Confirm({ confirm, yes, no }: { confirm: Json; yes: () => void; no: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} className="confirm" aria-label={plain(confirm.title)} onCancel={no}>
      <h2>{plain(confirm.title)}</h2>
      <p>{plain(confirm.text)}</p>
      <div className="dialog-buttons">
        <button type="button" className="element" onClick={no}>
          {plain(confirm.deny)}
        </button>
        <button type="button" className={`element ${confirm.style ?? "primary"}`} onClick={yes}>
          {plain(confirm.confirm)}
        </button>
      </div>
    </dialog>
  );
}

function Button({
  element,
  busy,
  press,
}: {
  element: Element;
  busy: boolean;
  press: (element: Element) => void;
}) {
  const label = plain(element.text) || (element.type === "icon_button" ? "Delete" : "Button");
  const className = `element ${element.style ?? ""}`;
  const shared = {
    className,
    "aria-label": element.accessibility_label as string | undefined,
    "aria-busy": busy,
    "data-action-id": element.action_id,
    title: busy ? "Waiting for Duebot" : undefined,
  };
  if (element.url) {
    return (
      <a
        {...shared}
        href={safe(element.url)}
        target="_blank"
        rel="noreferrer"
        onClick={() => press(element)}
      >
        {label}
      </a>
    );
  }
  return (
    <button type="button" {...shared} onClick={() => press(element)}>
      {label}
    </button>
  );
}

function Feedback({
  element,
  busy,
  press,
}: {
  element: Element;
  busy: boolean;
  press: (element: Element) => void;
}) {
  return (
    <>
      {[element.positive_button, element.negative_button]
        .filter(Boolean)
        .map((button: Json, index) => (
          <Button
            key={index}
            element={{ ...button, type: "button", action_id: element.action_id }}
            busy={busy}
            press={press}
          />
        ))}
    </>
  );
}

/** An element in an actions block, an accessory or a cell: every change is told to the bot. */
export function ActionElement({ element, blockId }: { element: Element; blockId: string }) {
  const surface = useSurface();
  const [asking, setAsking] = useState<(() => void) | null>(null);
  const key = `${blockId}/${element.action_id}`;
  const busy = surface.busy === key;
  const state = surface.values[blockId]?.[element.action_id ?? ""] ?? initialState(element);
  const guarded = (confirm: Json | undefined, run: () => void) =>
    confirm ? setAsking(() => run) : run();
  const press = (pressed: Element) =>
    guarded(pressed.confirm, () =>
      surface.send(blockId, element, pressed.value === undefined ? {} : { value: pressed.value }),
    );
  const change = (next: ElementState) =>
    guarded(element.confirm, () => {
      if (element.type !== "overflow") surface.hold(blockId, element, next);
      surface.send(blockId, element, next);
    });
  let control: ReactNode;
  if (["button", "workflow_button", "icon_button"].includes(element.type)) {
    control = <Button element={element} busy={busy} press={press} />;
  } else if (element.type === "feedback_buttons") {
    control = <Feedback element={element} busy={busy} press={press} />;
  } else {
    const label =
      plain(element.placeholder) || element.accessibility_label || element.action_id || "Choose";
    control = (
      <Control element={element} blockId={blockId} state={state} change={change} label={label} />
    );
    if (element.type.endsWith("picker")) {
      control = (
        <span className="picker">
          <span aria-hidden>{label}</span>
          {control}
        </span>
      );
    }
  }
  return (
    <span className={busy ? "action busy" : "action"}>
      {control}
      {asking && (
        <Confirm
          confirm={element.confirm ?? {}}
          no={() => setAsking(null)}
          yes={() => {
            asking();
            setAsking(null);
          }}
        />
      )}
    </span>
  );
}

/** An element in an input block: held until the view is submitted. */
export function InputElement({
  element,
  blockId,
  dispatch,
  ...rest
}: Omit<Bound, "state" | "change"> & { dispatch: boolean }) {
  const surface = useSurface();
  const state = surface.values[blockId]?.[element.action_id ?? ""] ?? initialState(element);
  const typed = fieldOf(element.type) === "value";
  const change = (next: ElementState) => {
    surface.hold(blockId, element, next);
    if (dispatch && !typed) surface.send(blockId, element, next);
  };
  const control = (
    <Control element={element} blockId={blockId} state={state} change={change} {...rest} />
  );
  if (!dispatch || !typed) return control;
  const enter = () => surface.send(blockId, element, { value: state.value ?? "" });
  return <span onKeyDown={(event) => event.key === "Enter" && enter()}>{control}</span>;
}

const KIND: { [type: string]: string } = {
  datepicker: "date",
  timepicker: "time",
  datetimepicker: "datetime-local",
  number_input: "number",
  email_text_input: "email",
  url_text_input: "url",
};

function Control(props: Bound) {
  const { type } = props.element;
  if (type === "rich_text_input") return <RichField {...props} />;
  if (type === "file_input")
    return <em className="hint">Files cannot be uploaded in this stand-in.</em>;
  if (type === "overflow") return <Overflow {...props} />;
  if (type === "external_select" || type === "multi_external_select")
    return <ExternalSelect {...props} />;
  if (type === "checkboxes" || type === "radio_buttons" || type.startsWith("multi_"))
    return <Choices {...props} />;
  if (type.endsWith("_select")) return <Menu {...props} />;
  return <Field {...props} />;
}

/** Unix seconds and what `<input type="datetime-local">` reads and writes. */
const toLocal = (seconds: number) => {
  const moment = new Date(seconds * 1000);
  return new Date(moment.getTime() - moment.getTimezoneOffset() * 60_000)
    .toISOString()
    .slice(0, 16);
};

function Field({ element, state, change, id, label, notes, invalid }: Bound) {
  const name = fieldOf(element.type);
  const moment = element.type === "datetimepicker";
  const raw = state[name];
  const shown = raw === undefined || raw === null ? "" : moment ? toLocal(raw) : String(raw);
  const write = (text: string) =>
    change({
      [name]: text === "" ? null : moment ? Math.floor(new Date(text).getTime() / 1000) : text,
    });
  const shared = {
    id,
    value: shown,
    placeholder: plain(element.placeholder),
    "aria-label": id ? undefined : label,
    "aria-describedby": notes,
    "aria-invalid": invalid,
    "data-action-id": element.action_id,
    autoFocus: element.focus_on_load === true,
  };
  if (element.multiline) {
    return (
      <textarea
        {...shared}
        className="field"
        rows={4}
        maxLength={element.max_length}
        onChange={(event) => write(event.target.value)}
      />
    );
  }
  return (
    <input
      {...shared}
      className="field"
      type={KIND[element.type] ?? "text"}
      maxLength={element.max_length}
      min={element.min_value}
      max={element.max_value}
      step={element.type === "number_input" && element.is_decimal_allowed ? "any" : undefined}
      onChange={(event) => write(event.target.value)}
    />
  );
}

/** Every text inside a rich_text value, and a value of one section made from plain text. */
const richToPlain = (value: Json | null | undefined): string =>
  typeof value?.text === "string"
    ? value.text
    : ((value?.elements ?? []) as Json[]).map(richToPlain).join("");
const plainToRich = (text: string): Json | null =>
  text === ""
    ? null
    : {
        type: "rich_text",
        elements: [{ type: "rich_text_section", elements: [{ type: "text", text }] }],
      };

function RichField({ element, state, change, id, label, notes, invalid }: Bound) {
  return (
    <textarea
      id={id}
      className="field"
      rows={4}
      placeholder={plain(element.placeholder)}
      aria-label={id ? undefined : label}
      aria-describedby={notes}
      aria-invalid={invalid}
      data-action-id={element.action_id}
      value={richToPlain(state.rich_text_value)}
      onChange={(event) => change({ rich_text_value: plainToRich(event.target.value) })}
    />
  );
}
